"""Brings the whole house up and down for a process: the ground, and what stands on it and needs settings."""

from foundation import database, ground
from foundation.settings import Settings
from membership import cards
from miniprogram_api import painting
from server import parts


async def up(settings: Settings, *, statement_milliseconds: int = database.STATEMENT_MILLISECONDS) -> None:
    """Opens what this process needs. Raises what the database driver raises when PostgreSQL is away."""
    cards.use(settings)
    await ground.up(settings, parts.ORM, statement_milliseconds=statement_milliseconds)


async def down() -> None:
    """Waits for running actions, then closes everything."""
    await painting.stop()
    await ground.down()
