"""Looking for products: every order page by page, categories, words in Chinese and pinyin, whom it suits."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from foundation import clock, database
from membership import catalogue
from membership.catalogue import ShelfQuery, Suitability, narrowing
from membership.catalogue.browsing import Order
from membership.catalogue.jobs import withdraw_what_is_over
from membership.catalogue.searching import grams_of, text_of
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.staff import make_staff
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def found(limit: int = 100, **query: object) -> list[UUID]:
    """The ids on all pages."""
    ids: list[UUID] = []
    cursor = None
    while True:
        page = await catalogue.products(ShelfQuery(cursor=cursor, limit=limit, **query))  # type: ignore[arg-type]  # any of its fields
        ids += [product.id for product in page.items]
        cursor = page.next_cursor
        if cursor is None:
            assert len(set(ids)) == len(ids)
            return ids


@pytest.mark.parametrize("order", ["shelf", "cheapest", "dearest", "newest"])
async def test_every_order_page_by_page(order: Order) -> None:
    made = [await make_product(points=points, sort=-points % 7) for points in (5, 3, 3, 9)]
    shown = [product for product in await found(2, order=order) if product in made]
    first, second, third, fourth = made
    expected: dict[Order, list[UUID]] = {
        "shelf": [first, second, third, fourth],
        "cheapest": [second, third, first, fourth],
        "dearest": [fourth, first, third, second],
        "newest": [fourth, third, second, first],
    }
    assert shown == expected[order]
    assert await found(2, order=order) == await found(100, order=order)


async def test_a_category_holds_what_is_in_its_parts() -> None:
    by = (await make_staff(Role.OPERATOR)).id
    top = await catalogue.make_category(by, "洗护")
    part = await catalogue.make_category(by, "洗发水", parent_id=top.id)
    in_top, in_part = await make_product(category_id=top.id), await make_product(category_id=part.id)
    assert await found(category=top.id) == [in_top, in_part]
    assert await found(category=part.id) == [in_part]
    assert await found(category=uuid4()) == []
    with pytest.raises(catalogue.CategoryInUse):
        await catalogue.remove_category(by, top.id)
    with pytest.raises(catalogue.CategoryInUse):
        await catalogue.remove_category(by, part.id)


async def test_categories_have_two_levels() -> None:
    by = (await make_staff(Role.OPERATOR)).id
    top, other = await catalogue.make_category(by, "喂养"), await catalogue.make_category(by, "玩具", sort=-1)
    part = await catalogue.make_category(by, "奶瓶", parent_id=top.id)
    for refused in (
        catalogue.make_category(by, "奶嘴", parent_id=part.id),
        catalogue.change_category(by, top.id, "喂养", parent_id=other.id, sort=0),
        catalogue.change_category(by, top.id, "喂养", parent_id=top.id, sort=0),
    ):
        with pytest.raises(catalogue.CategoriesTooDeep):
            await refused
    with pytest.raises(catalogue.CategoryNotFound):
        await catalogue.make_category(by, "无", parent_id=uuid4())
    await catalogue.change_category(by, part.id, "玻璃奶瓶", parent_id=other.id, sort=3)
    await catalogue.remove_category(by, top.id)
    shown = {category.id: category for category in await catalogue.categories()}
    assert top.id not in shown
    assert (shown[part.id].parent_id, shown[part.id].name) == (other.id, "玻璃奶瓶")


@pytest.mark.parametrize(
    "words",
    ["爱他美", "他美", "段奶粉", "aitamei", "atm", "naifen", "AiTa", "3段", "atm3d", "ａｉ", "nai fen", "美 3", "粉"],
)
async def test_words_in_chinese_pinyin_and_initials(words: str) -> None:
    mark = uuid4().hex[:6]
    product = await make_product(name=f"爱他美 3段奶粉 {mark}")
    assert product in await found(words=words)
    by = (await make_staff(Role.OPERATOR)).id
    await catalogue.change_product(by, product, name=f"婴儿推车{mark}")
    assert product not in await found(words=words)
    assert await found(words=f"tuiche{mark}") == [product]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", '"', "{}", "不存在的东西", "%%%", "美爱他"])
async def test_words_are_taken_as_they_are(words: str) -> None:
    product = await make_product(name="爱他美")
    assert product not in await found(words=words)


async def test_words_that_say_nothing_find_everything() -> None:
    product = await make_product()
    assert product in await found(words="  ")


async def test_what_is_not_rare_is_found_on_a_walk_along_the_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = uuid4().hex[:6]
    made = [await make_product(name=f"奶粉{mark}", points=points) for points in (7, 5, 6)]
    few = await found(2, words=mark, order="cheapest")
    monkeypatch.setattr(narrowing, "FEW", 1)
    assert await found(2, words=mark, order="cheapest") == few == [made[1], made[2], made[0]]
    assert await found(words=f"fen{mark}x") == []


async def test_a_percent_sign_is_found() -> None:
    product = await make_product(name=f"100%棉 {uuid4().hex[:6]}")
    assert product in await found(words="0%棉")
    assert product in await found(words="%")


async def test_a_rare_word_is_looked_up_in_the_index() -> None:
    with statements() as seen:
        await catalogue.products(ShelfQuery(words="naifen"))
    assert len(seen) == 2
    assert "grams @>" in seen[0]
    index = await database.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = 'product_search_grams'")
    assert "USING gin (grams)" in index


async def test_any_name_fits_the_columns() -> None:
    for name in ("龘" * 64, "ﷺ" * 64, "㌀" * 64, "ß" * 64, "👩‍🍼" * 21):
        text = await text_of(name)
        assert len(text) <= 600
        assert grams_of(text)


async def test_what_does_not_suit_the_baby_is_left_out() -> None:
    mark = uuid4().hex[:6]
    everybody = await make_product(name=f"甲{mark}")
    second = await make_product(name=f"乙{mark}", stages=["infant_6_12"])
    milk = await make_product(name=f"丙{mark}", allergens=["milk", "egg"])
    query = ShelfQuery(words=mark)

    async def suits(stages: list[str], allergies: list[str]) -> set[UUID]:
        page = await catalogue.products(query, Suitability(stages, allergies))
        return {product.id for product in page.items}

    assert await suits([], []) == {everybody, second, milk}
    assert await suits(["pregnancy"], []) == {everybody, milk}
    assert await suits(["infant_6_12", "toddler"], ["milk"]) == {everybody, second}
    assert await suits([], ["peanut"]) == {everybody, second, milk}


async def test_what_is_over_is_gone_at_once_and_from_the_index_later() -> None:
    mark = uuid4().hex[:6]
    product = await make_product(name=mark, on_sale_until=clock.now() - timedelta(seconds=1))
    announced = await make_product(name=mark, on_sale_from=clock.now() + timedelta(days=1))
    assert await found(words=mark) == [announced]
    assert (await catalogue.staff_product(product)).on_sale
    assert await withdraw_what_is_over() >= 1
    assert not (await catalogue.staff_product(product)).on_sale


async def test_the_staff_sees_everything_newest_first() -> None:
    mark = uuid4().hex[:6]
    shown, hidden = await make_product(name=mark), await make_product(name=mark)
    await catalogue.set_on_sale(hidden, False)

    async def listed(**query: object) -> list[UUID]:
        page = await catalogue.staff_products(catalogue.StaffQuery(words=mark, **query))  # type: ignore[arg-type]  # as above
        return [product.id for product in page.items]

    assert await listed() == [hidden, shown]
    assert await listed(on_sale=False) == [hidden]
    assert await listed(limit=1) == [hidden]
    with statements() as seen:
        await listed()
    assert len(seen) == 2
