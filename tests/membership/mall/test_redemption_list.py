"""The list of a mother's redemptions."""

import pytest

from foundation.errors import Invalid
from foundation.pages import PageQuery
from membership import mall
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd", "a" * 199])
async def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        await mall.redemptions(await make_saver(0), PageQuery(cursor=cursor))


async def test_a_mother_sees_her_own_redemptions_newest_first() -> None:
    product, store, member = await make_product(points=1), await make_store(), await make_saver(5)
    stranger = await make_saver(5)
    made = [(await mall.redeem(member, product, 1, store.code)).id for _ in range(5)]
    await mall.redeem(stranger, product, 1, store.code)
    first = await mall.redemptions(member, PageQuery(limit=3))
    assert first.next_cursor is not None
    second = await mall.redemptions(member, PageQuery(limit=3, cursor=first.next_cursor))
    assert second.next_cursor is None
    assert [item.id for item in [*first.items, *second.items]] == made[::-1]
