"""Writes and reads: what the staff set for the whole catalogue. Mostly the law: which formula may not be promoted."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from foundation import audit, database
from foundation.transactions import transactional


class CatalogueSettings(msgspec.Struct, frozen=True):
    """`refused_stages` (1 to 4) of formula may not be promoted; an average can earns `points_per_can`."""

    refused_stages: list[int]
    points_per_can: int


async def settings() -> CatalogueSettings:
    """As they are now."""
    row = await database.fetchrow("SELECT refused_stages, points_per_can FROM catalogue_settings")
    assert row is not None, "a migration puts it there"
    return CatalogueSettings(*row)


@transactional
async def set_settings(by: UUID, refused_stages: Sequence[int], points_per_can: int, reason: str) -> CatalogueSettings:
    """Changes both; the reason is kept.

    Products of a stage that is refused from now on leave the shelf. Those of a stage that is allowed again may be
    offered, one by one. What was said of a single product of another stage stays.
    """
    await database.execute("SELECT FROM catalogue_settings FOR UPDATE")
    before = await settings()
    after = CatalogueSettings(sorted(set(refused_stages)), points_per_can)
    await database.execute(
        "UPDATE catalogue_settings SET refused_stages = $1, points_per_can = $2", after.refused_stages, points_per_can
    )
    changed = set(before.refused_stages) ^ set(after.refused_stages)
    await database.execute(
        "UPDATE product SET promotion_refused = formula_stage = ANY($1::smallint[]),"
        " on_sale = on_sale AND NOT formula_stage = ANY($1::smallint[]) WHERE formula_stage = ANY($2::smallint[])",
        after.refused_stages,
        sorted(changed),
    )
    await audit.record(
        by,
        "catalogue.settings",
        "catalogue",
        "settings",
        before=msgspec.structs.asdict(before),
        after=msgspec.structs.asdict(after),
        reason=reason,
    )
    return after
