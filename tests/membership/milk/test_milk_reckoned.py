"""What is reckoned from purchases, returns, families, twins and what she says; who reads it, and what a dump tells."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from foundation import clock, database
from foundation.errors import Invalid
from foundation.secrets import Unreadable
from foundation.transactions import transactional
from membership import authorizations, babies, milk
from membership.babies import BabyChanges
from membership.milk import facts
from membership.milk.invariants import INVARIANTS
from membership.milk.models import SEALED_BYTES
from membership.milk.stock import forget, open_stock
from tests.breakers import broken_by, keeps
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy, make_relative
from tests.makers.families import join
from tests.makers.members import MadeMember, make_member
from tests.makers.milk import bring_back, buy, make_drinker, make_formula
from tests.makers.purchases import Shop, make_shop
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
async def shop() -> Shop:
    return await make_shop()


@pytest.fixture
async def mother() -> MadeMember:
    return await make_mother()


@pytest.fixture
async def can() -> milk.FormulaProduct:
    return await make_formula()


async def reckoned(guardian_id: UUID, baby_id: UUID) -> milk.Milk:
    found = await milk.milk_of(guardian_id, baby_id)
    assert found is not None
    return found


async def days_left(guardian_id: UUID, baby_id: UUID) -> int:
    """Until the expected day."""
    found = (await reckoned(guardian_id, baby_id)).runs_out
    assert found is not None
    return (found.expected - clock.today()).days


@keeps(INVARIANTS)
async def test_a_can_bought_today_lasts_a_week(shop: Shop, mother: MadeMember, can: milk.FormulaProduct) -> None:
    baby = await make_drinker(mother.id, can.sku)
    before = await reckoned(mother.id, baby)
    assert (before.runs_out, before.without, before.left_g) == (None, "nothing_known", None)
    assert before.grams_a_day == milk.Spread(88, 110, 132)
    await buy(shop, mother.id, can.sku)
    found = await reckoned(mother.id, baby)
    assert found.runs_out is not None
    days = [(day - clock.today()).days for day in (found.runs_out.earliest, found.runs_out.expected)]
    assert days == [6, 7]
    assert (found.product, found.together, found.without, found.left_g) == (can, 1, None, 799)
    assert (found.runs_out.confidence, found.paced) == ("medium", False)
    assert "估算" in found.sentence


async def test_cans_of_a_stock_pile_follow_each_other_and_returns_take_theirs_away(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    baby = await make_drinker(mother.id, can.sku)
    many = await buy(shop, mother.id, can.sku, days_ago=3, pieces=4)
    assert await days_left(mother.id, baby) == 26  # 21,818 ml at 750
    gift = await buy(shop, mother.id, can.sku, amount_fen=0)
    assert await days_left(mother.id, baby) == 33
    await bring_back(shop, many, can.sku, pieces=2)
    assert await days_left(mother.id, baby) == 18
    await bring_back(shop, many, can.sku, pieces=9)
    assert await days_left(mother.id, baby) == 7
    await bring_back(shop, gift, can.sku, amount_fen=0)
    assert (await reckoned(mother.id, baby)).without == "nothing_known"


async def test_a_return_that_comes_before_its_sale_is_nobodys_yet(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    baby = await make_drinker(mother.id, can.sku)
    await bring_back(shop, f"R{uuid4().hex[:8]}", can.sku)
    assert (await reckoned(mother.id, baby)).without == "nothing_known"


async def test_mixed_feeding_and_twins_bend_the_interval(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    baby = await make_drinker(mother.id, can.sku, feeding="mixed", formula_share_percent=50)
    await buy(shop, mother.id, can.sku, pieces=2)
    assert await days_left(mother.id, baby) == 29
    twin = await make_drinker(mother.id, can.sku, nickname="小圆")
    assert await days_left(mother.id, baby) == 9
    assert await days_left(mother.id, twin) == 9
    found = [await reckoned(mother.id, each) for each in (baby, twin)]
    assert [(each.together, each.grams_a_day and each.grams_a_day.expected) for each in found] == [(2, 55), (2, 110)]


async def test_a_twin_on_another_product_and_another_mothers_child_drink_their_own(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    other_can, stranger = await make_formula(), await make_mother()
    baby = await make_drinker(mother.id, can.sku)
    twin = await make_drinker(mother.id, other_can.sku, nickname="小圆")
    theirs = await make_drinker(stranger.id, can.sku)
    await buy(shop, mother.id, can.sku)
    assert await days_left(mother.id, baby) == 7
    assert (await reckoned(mother.id, twin)).without == "nothing_known"
    assert (await reckoned(stranger.id, theirs)).without == "nothing_known"


async def test_what_the_family_buys_counts_from_when_they_belong_together(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    baby = await make_drinker(mother.id, can.sku)
    father = await make_member()
    await buy(shop, father.id, can.sku, days_ago=2)
    await join(mother.id, father.id)
    assert (await reckoned(mother.id, baby)).without == "nothing_known"
    await buy(shop, father.id, can.sku)
    assert await days_left(mother.id, baby) == 7
    # A sister of the family buys for her own child.
    await authorize(father.id)
    his = await make_drinker(father.id, can.sku, nickname="石头")
    assert (await reckoned(mother.id, baby)).without == "nothing_known"
    assert await days_left(father.id, his) == 12  # with what he had bought before


async def test_another_product_begins_anew(shop: Shop, mother: MadeMember, can: milk.FormulaProduct) -> None:
    new_can = await make_formula(net_g=400)
    baby = await make_drinker(mother.id, can.sku)
    await buy(shop, mother.id, can.sku, pieces=3)
    await milk.say_stock(mother.id, baby, full_cans=9, open_percent=0)
    await babies.change(mother.id, baby, BabyChanges(formula_sku=new_can.sku))
    found = await reckoned(mother.id, baby)
    assert (found.product, found.runs_out, found.stock) == (new_can, None, None)
    await buy(shop, mother.id, new_can.sku, pieces=2)
    assert await days_left(mother.id, baby) == 7
    await babies.change(mother.id, baby, BabyChanges(formula_sku="never-heard-of"))
    unknown = await reckoned(mother.id, baby)
    assert (unknown.without, unknown.product, unknown.runs_out) == ("product_unknown", None, None)
    with pytest.raises(milk.FormulaUnknown):
        await milk.say_stock(mother.id, baby, full_cans=1, open_percent=None)


async def test_what_was_bought_ahead_waits_for_the_birth_and_for_the_age_on_the_label(
    shop: Shop, mother: MadeMember
) -> None:
    first, second = await make_formula(stage=1), await make_formula(label_from_months=6)
    newborn = await make_drinker(mother.id, first.sku, days_old=5)
    await buy(shop, mother.id, first.sku, days_ago=60)
    await buy(shop, mother.id, first.sku, days_ago=200, pieces=9)  # for an elder child
    assert await days_left(mother.id, newborn) == 6  # 450 ml a day in the first week, 550 in the second
    # Born seven months ago, so she drinks it for a month.
    older = await make_drinker(mother.id, second.sku, days_old=210, nickname="大宝")
    await buy(shop, mother.id, second.sku, days_ago=60, pieces=4)
    birth = clock.today() - timedelta(days=210)
    begins = clock.add_months(birth, 6)
    assert begins + timedelta(days=33) == clock.today() + timedelta(days=await days_left(mother.id, older))


async def test_what_she_says_she_has_counts_from_then_on(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    baby = await make_drinker(mother.id, can.sku)
    await buy(shop, mother.id, can.sku, days_ago=1, pieces=9)
    await milk.say_stock(mother.id, baby, full_cans=1, open_percent=50)
    found = await reckoned(mother.id, baby)
    assert found.stock is not None
    assert (found.stock.full_cans, found.stock.open_percent) == (1, 50)
    assert found.runs_out is not None
    assert ((found.runs_out.expected - clock.today()).days, found.runs_out.confidence) == (10, "high")
    await milk.say_stock(mother.id, baby, full_cans=0, open_percent=None)
    again = (await reckoned(mother.id, baby)).runs_out
    assert again is not None
    days = [(day - clock.today()).days for day in (again.earliest, again.expected, again.latest)]
    assert (days, again.confidence) == ([0, 3, 9], "medium")
    await milk.say_stock(mother.id, baby, full_cans=0, open_percent=0)
    assert await days_left(mother.id, baby) == 0


async def test_what_is_said_of_one_twin_is_said_of_their_cans(mother: MadeMember, can: milk.FormulaProduct) -> None:
    one = await make_drinker(mother.id, can.sku)
    other = await make_drinker(mother.id, can.sku, nickname="小圆")
    await milk.say_stock(mother.id, one, full_cans=9, open_percent=0)
    opened = await babies.open_baby(mother.id, one)
    sealed = await database.fetchval("SELECT content_sealed FROM milk_stock WHERE baby_id = $1", one)
    assert open_stock(opened, sealed).full_cans == 9
    assert await days_left(mother.id, other) == 32
    # Later is later, although both say so in the same second.
    await database.execute("DELETE FROM milk_stock WHERE baby_id = $1", one)
    await milk.say_stock(mother.id, other, full_cans=1, open_percent=0)
    assert await days_left(mother.id, one) == 3


@pytest.mark.parametrize(
    ("full_cans", "open_percent"), [(-1, None), (61, None), (1, -1), (1, 101), (2**40, 0), (1, 2**40)]
)
async def test_impossible_stocks_are_refused_and_not_kept(
    mother: MadeMember, can: milk.FormulaProduct, full_cans: int, open_percent: int | None
) -> None:
    baby = await make_drinker(mother.id, can.sku)
    with pytest.raises(Invalid):
        await milk.say_stock(mother.id, baby, full_cans=full_cans, open_percent=open_percent)
    assert (await reckoned(mother.id, baby)).stock is None


async def test_of_a_breast_fed_baby_and_a_pregnancy_nothing_is_said(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    breast_fed = await make_drinker(mother.id, can.sku, feeding="breast")
    silent = await make_child(mother.id, nickname="小圆")
    pregnancy = await make_pregnancy(mother.id)
    await buy(shop, mother.id, can.sku)
    for baby in (breast_fed, silent, pregnancy):
        with statements() as seen:
            assert await milk.milk_of(mother.id, baby) is None
        assert len(seen) == 1
    for baby in (breast_fed, silent):
        with pytest.raises(milk.NoFormula):
            await milk.say_stock(mother.id, baby, full_cans=1, open_percent=None)
    with pytest.raises(babies.NotBornYet):
        await milk.say_stock(mother.id, pregnancy, full_cans=1, open_percent=None)


async def test_guardians_only_and_the_withdrawal_is_felt_at_once(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    baby = await make_drinker(mother.id, can.sku)
    await buy(shop, mother.id, can.sku)
    guardian, _ = await make_relative(mother.id, baby, "guardian")
    grandfather, _ = await make_relative(mother.id, baby)
    stranger = await make_mother()
    assert await days_left(guardian.id, baby) == 7
    await milk.say_stock(guardian.id, baby, full_cans=0, open_percent=0)
    assert await days_left(mother.id, baby) == 0
    for reader, refusal in ((grandfather.id, babies.GuardianOnly), (stranger.id, babies.BabyNotFound)):
        with pytest.raises(refusal):
            await milk.milk_of(reader, baby)
        with pytest.raises(refusal):
            await milk.say_stock(reader, baby, full_cans=1, open_percent=0)
    await authorizations.withdraw(mother.id)
    with pytest.raises(babies.AuthorizationRequired):
        await milk.milk_of(mother.id, baby)
    with pytest.raises(babies.BabyNotFound):
        await milk.milk_of(guardian.id, baby)


async def test_a_guardian_of_one_twin_reckons_with_what_he_may_see(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    seen = await make_drinker(mother.id, can.sku)
    await make_drinker(mother.id, can.sku, nickname="小圆")
    guardian, _ = await make_relative(mother.id, seen, "guardian")
    await buy(shop, mother.id, can.sku, pieces=2)
    assert (await reckoned(mother.id, seen)).together == 2
    assert (await reckoned(guardian.id, seen)).together == 1


async def test_two_statements_however_many_babies_cans_and_relatives(
    shop: Shop, mother: MadeMember, can: milk.FormulaProduct
) -> None:
    baby = await make_drinker(mother.id, can.sku)
    await make_drinker(mother.id, can.sku, nickname="小圆")
    await make_relative(mother.id, baby)
    for days_ago in range(1, 9):
        await buy(shop, mother.id, can.sku, days_ago=days_ago)
    await milk.say_stock(mother.id, baby, full_cans=1, open_percent=None)
    with statements() as seen:
        await milk.milk_of(mother.id, baby)
    assert len(seen) == 2


async def test_a_screen_reads_it_with_other_things(shop: Shop, mother: MadeMember, can: milk.FormulaProduct) -> None:
    baby = await make_drinker(mother.id, can.sku)
    await make_drinker(mother.id, can.sku, nickname="小圆")
    await buy(shop, mother.id, can.sku)
    await milk.say_stock(mother.id, baby, full_cans=3, open_percent=10)
    seen = await babies.open_babies(mother.id)
    (opened,) = (each for each in seen if each.id == baby)
    query = milk.FACTS.format(babies="$2::uuid[]", skus="$3::text[]", mothers="$4::uuid[]")
    row = await database.fetchrow(
        f"SELECT $1::int AS other, ({query}) AS milk",
        7,
        *milk.asked(milk.household(opened, seen)),
    )
    assert row is not None
    assert milk.milk_said(opened, seen, row["milk"]) == await milk.milk_of(mother.id, baby)
    nobody = await database.fetchval(
        milk.FACTS.format(babies="$1::uuid[]", skus="$2::text[]", mothers="$3::uuid[]"), [], [], []
    )
    assert (
        milk.milk_said(await babies.open_baby(mother.id, await make_child(mother.id, nickname="小小")), [], nobody)
        is None
    )


async def test_the_end_of_the_labels_range_is_announced_a_month_before(mother: MadeMember) -> None:
    product = await make_formula(stage=1, label_until_months=6)
    today = clock.today()
    for days_old, position, next_stage in ((100, "within", None), (170, "within", 2), (300, "after", 2)):
        baby = await make_drinker(mother.id, product.sku, days_old=days_old, nickname=f"宝{days_old}")
        label = (await reckoned(mother.id, baby)).label
        assert label == milk.LabelRange(
            position=position,  # type: ignore[arg-type]  # of the parameters above
            ends_on=clock.add_months(today - timedelta(days=days_old), 6),
            next_stage=next_stage,
        )
    last = await make_formula(stage=4, label_from_months=36, label_until_months=60)
    baby = await make_drinker(mother.id, last.sku, days_old=1815, nickname="大宝")
    assert (await reckoned(mother.id, baby)).label == milk.LabelRange(
        position="within", ends_on=clock.add_months(today - timedelta(days=1815), 60), next_stage=None
    )
    young = await make_drinker(mother.id, last.sku, nickname="小宝")
    early = await reckoned(mother.id, young)
    assert early.label is not None
    assert early.label.position == "before"
    assert "咨询医生" in early.sentence


async def test_no_word_praises_or_offers(shop: Shop, mother: MadeMember, can: milk.FormulaProduct) -> None:
    product = await make_formula(stage=1, label_until_months=6)
    sentences = []
    for days_old, days_ago in ((170, None), (171, 0), (172, 7), (173, 90)):
        baby = await make_drinker(mother.id, product.sku, days_old=days_old, nickname=f"宝{days_old}")
        if days_ago is not None:
            await buy(shop, mother.id, product.sku, days_ago=days_ago)
        sentences.append((await reckoned(mother.id, baby)).sentence)
    assert len(set(sentences)) >= 2
    for sentence in sentences:
        assert not any(word in sentence for word in ("买", "购", "优惠", "囤", "推荐", "更好", "母乳", "积分"))


@keeps(INVARIANTS)
async def test_a_dump_tells_nothing_and_a_copy_opens_nowhere(mother: MadeMember, can: milk.FormulaProduct) -> None:
    one = await make_drinker(mother.id, can.sku)
    other = await make_drinker(mother.id, can.sku, nickname="小圆")
    lengths = set()
    for full_cans, open_percent in ((0, 0), (60, 100), (3, None)):
        await milk.say_stock(mother.id, one, full_cans=full_cans, open_percent=open_percent)
        row = await database.fetchrow("SELECT * FROM milk_stock WHERE baby_id = $1", one)
        assert row is not None
        lengths.add(len(row["content_sealed"]))
        assert can.sku not in str(row)
        assert str(can.id).encode() not in row["content_sealed"]
    assert lengths == {SEALED_BYTES}
    with pytest.raises(Unreadable):
        open_stock(await babies.open_baby(mother.id, other), row["content_sealed"])
    # A copy is not believed, and nothing else is kept from her by it.
    await database.execute(
        "INSERT INTO milk_stock (baby_id, content_sealed) VALUES ($1, $2)", other, row["content_sealed"]
    )
    assert (await reckoned(mother.id, one)).stock is not None
    await database.execute("DELETE FROM milk_stock WHERE baby_id = $1", one)
    assert (await reckoned(mother.id, one)).stock is None
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute("UPDATE milk_stock SET content_sealed = '\\x00' WHERE baby_id = $1", other)
    for thing in (await milk.milk_of(mother.id, one), await babies.open_baby(mother.id, one)):
        assert "小满" not in repr(thing)


async def test_destroyed_with_the_baby(mother: MadeMember, can: milk.FormulaProduct) -> None:
    baby = await make_drinker(mother.id, can.sku)
    await milk.say_stock(mother.id, baby, full_cans=1, open_percent=0)
    (invariant,) = INVARIANTS
    await transactional(babies.destroy_all)(mother.id)
    assert not await database.fetchval("SELECT EXISTS (SELECT FROM milk_stock WHERE baby_id = $1)", baby)
    kept = await make_drinker(mother.id, can.sku, nickname="小圆")
    await milk.say_stock(mother.id, kept, full_cans=1, open_percent=0)
    destroyed = (
        "UPDATE baby SET status = 'destroyed', place = NULL, data_key = NULL, details_sealed = NULL WHERE id = $1"
    )
    assert await broken_by(destroyed, invariant, kept)


async def test_two_who_say_at_once_leave_one_answer(mother: MadeMember, can: milk.FormulaProduct) -> None:
    baby = await make_drinker(mother.id, can.sku)
    guardian, _ = await make_relative(mother.id, baby, "guardian")
    await asyncio.gather(
        *(
            milk.say_stock(who, baby, full_cans=cans, open_percent=0)
            for cans in (1, 2)
            for who in (mother.id, guardian.id)
        )
    )
    stock = (await reckoned(mother.id, baby)).stock
    assert stock is not None
    assert stock.full_cans in (1, 2)


async def test_what_is_forgotten_is_forgotten_once(mother: MadeMember, can: milk.FormulaProduct) -> None:
    baby = await make_drinker(mother.id, can.sku)
    await milk.say_stock(mother.id, baby, full_cans=1, open_percent=0)
    for _ in range(2):
        await transactional(forget)(baby)
    assert await facts.read([]) == []
    assert (await reckoned(mother.id, baby)).stock is None
