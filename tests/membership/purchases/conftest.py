import pytest

from foundation.settings import Settings
from membership import cards


@pytest.fixture(scope="session", autouse=True)
def card_keys(world: Settings) -> Settings:
    cards.use(world)
    return world
