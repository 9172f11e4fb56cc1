"""A stolen dump tells no child from another: nothing that is not sealed depends on a birth date, a due date, a weight,
a name or an allergy."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest_asyncio

from foundation.settings import Settings
from tests.makers.members import MadeMember
from tests.makers.twins import live, of, sight

ONE = of(200, 150, nickname="满", sex="girl", feeding="breast")
OTHER = of(
    340,
    60,
    nickname="小名叫做一个很长的名字的宝宝呀",
    sex="boy",
    gestation_days_at_birth=230,
    feeding="mixed",
    formula_share_percent=60,
    allergies=["egg", "cow_milk_protein"],
    allergy_note="一百毫升牛奶就会起疹子，医生说一岁以后再试，家里有药",
    formula_sku="6901234567892",
    formula_stage=2,
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def connection(world: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(world.database_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mothers(api: httpx.AsyncClient) -> tuple[MadeMember, MadeMember]:
    """Of a light girl in the second half of her first year, and of a heavy boy who came early and has allergies."""
    return await live(api, ONE, 7_300, 3), await live(api, OTHER, 10_900, 90)


async def test_two_children_look_alike(mothers: tuple[MadeMember, MadeMember], connection: asyncpg.Connection) -> None:
    one, other = [await sight(connection, mother.id) for mother in mothers]
    tables = {table for table, _ in one}
    assert {"baby", "growth_record", "vaccination_sheet", "member", "given_authorization"} <= tables
    assert (sorted(one - other), sorted(other - one)) == ([], [])


async def test_a_birth_date_in_clear_would_be_seen(
    mothers: tuple[MadeMember, MadeMember], connection: asyncpg.Connection
) -> None:
    """The control: a day that depends on the child stands in a column, and sealed values that are of two lengths."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        before = await sight(connection, mothers[1].id, "baby")
        for damage in (
            "UPDATE baby SET details_sealed = details_sealed || 'x'::bytea WHERE member_id = $1",
            "UPDATE baby SET status = 'hidden', place = NULL, hidden_on = current_date - 340 WHERE member_id = $1",
        ):
            await connection.execute(damage, mothers[1].id)
            damaged = await sight(connection, mothers[1].id, "baby")
            assert damaged - before != {}
            before = damaged
    finally:
        await transaction.rollback()
