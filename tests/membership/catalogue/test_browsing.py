"""Looking for products: every order page by page, categories, words in Chinese and pinyin, whom it suits."""

import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from foundation import clock, database
from membership import catalogue
from membership.catalogue import ShelfQuery, Suitability, narrowing, walking
from membership.catalogue.browsing import Order
from membership.catalogue.jobs import withdraw_what_is_over
from membership.catalogue.searching import grams_of, text_of
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.staff import make_staff
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

SIGNS = [chr(code) for code in range(0x3400, 0x4D00)]
"""Chinese that no other test writes."""


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


@pytest.mark.parametrize("order", ["shelf", "cheapest", "dearest", "newest"])
async def test_what_is_searched_for_comes_in_the_same_order_whichever_way_it_is_found(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = uuid4().hex[:6]
    by = (await make_staff(Role.OPERATOR)).id
    shelf = (await catalogue.make_category(by, "寻找")).id
    terms = [(7, 2), (5, 3), (6, 2), (5, 1), (9, 2)]
    made = [
        await make_product(name=f"{mark}奶粉", points=points, sort=sort, category_id=shelf) for points, sort in terms
    ]
    await make_product(name=f"{mark[:3]}奶粉{mark[3:]}", category_id=shelf)  # all grams but two

    async def searched(limit: int) -> list[int]:
        return [made.index(product) for product in await found(limit, words=f"{mark}奶粉", order=order)]

    everything = await found(100, category=shelf, order=order)
    expected = [made.index(product) for product in everything if product in made]
    assert await searched(100) == await searched(2) == expected
    assert [made.index(each) for each in await found(2, words=f"{mark}奶粉", order=order, category=shelf)] == expected
    monkeypatch.setattr(walking, "FAR", 3)  # the walk gives up, and the few are looked up
    assert await searched(100) == await searched(2) == expected
    monkeypatch.setattr(narrowing, "FEW", 1)  # and then the shelf is walked
    assert await searched(100) == await searched(2) == expected


async def test_a_search_that_passes_too_much_is_narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = uuid4().hex[:6]
    suits = Suitability(allergies=["milk"])
    for _ in range(4):
        await make_product(name=mark, allergens=["milk"])
    last = await make_product(name=mark)
    monkeypatch.setattr(walking, "FAR", 3)
    page = await catalogue.products(ShelfQuery(words=mark), suits)
    assert [product.id for product in page.items] == [last]


@pytest.mark.parametrize("more", ["", "奶粉"])
async def test_a_common_word_costs_one_query_and_a_rare_one_two(more: str) -> None:
    words = "".join(random.choices(SIGNS, k=3)) + more
    for _ in range(3):
        await make_product(name=f"{words}罐")
    for limit, queries in ((2, 1), (3, 2)):
        with statements() as seen:
            page = await catalogue.products(ShelfQuery(words=words, limit=limit))
        assert len(page.items) == limit
        assert len(seen) == queries


async def test_a_walk_follows_every_change() -> None:
    by, mark = (await make_staff(Role.OPERATOR)).id, uuid4().hex[:6]
    first, second = [await make_product(name=f"奶粉{mark}", points=points, sort=7) for points in (5, 6)]
    assert await found(words=mark, order="cheapest") == [first, second]
    await catalogue.change_product(by, first, points=8, sort=9)
    assert await found(words=mark, order="cheapest") == await found(words=mark) == [second, first]
    await catalogue.set_on_sale(second, False)
    assert await found(words=mark) == [first]
    await catalogue.change_product(by, second, name=f"米粉{mark}", sort=10)
    await catalogue.set_on_sale(second, True)
    assert await found(words=mark) == [first, second]
    assert await found(words=f"米粉{mark}") == [second]
    await catalogue.change_product(by, second, name="别的", sort=3, points=1)
    assert await found(words=mark) == [first]
    held = await database.fetchval("SELECT count(*) FROM product_gram WHERE id = $1", second)
    assert held == len(grams_of(await text_of("别的")))


async def test_a_percent_sign_is_found() -> None:
    product = await make_product(name=f"100%棉 {uuid4().hex[:6]}")
    assert product in await found(words="0%棉")
    assert product in await found(words="%")


async def test_what_is_narrowed_is_looked_up_in_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        await make_product(name="奶粉")
    monkeypatch.setattr(walking, "FAR", 0)
    with statements() as seen:
        await catalogue.products(ShelfQuery(words="naifen"))
    assert len(seen) == 4
    assert "grams @>" in seen[2]
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
