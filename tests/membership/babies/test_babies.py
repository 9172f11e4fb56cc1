"""Babies: added, changed, born, and kept so that nothing can be read without the key."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from foundation import clock, database
from foundation.errors import Invalid
from foundation.secrets import Unreadable
from foundation.transactions import transactional
from membership import authorizations, babies
from membership.babies import BabyChanges, BabyDetails, Newborn
from membership.babies.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy, make_relative
from tests.makers.members import make_member
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def test_several_are_added_at_once_and_listed_in_their_order() -> None:
    mother = await make_mother()
    birth = clock.today() - timedelta(days=40)
    made = await babies.add(
        mother.id,
        [
            BabyDetails(nickname=" 大宝 ", birth_date=birth, sex="girl", feeding="breast"),
            BabyDetails(nickname="二宝", birth_date=birth, sex="boy", allergies=("egg",)),
            BabyDetails(nickname="豆豆", due_date=clock.today() + timedelta(days=196)),
        ],
    )
    assert await babies.babies_of(mother.id) == made
    assert [(each.nickname, each.role, each.status) for each in made] == [
        ("大宝", "mother", "born"),
        ("二宝", "mother", "born"),
        ("豆豆", "mother", "expected"),
    ]
    assert made[0].age == babies.ages.months(birth, clock.today())
    assert made[2].gestation == babies.ages.Gestation(12, 0)
    assert made[1].details is not None and made[1].details.allergies == ("egg",)


async def test_a_second_tap_adds_nothing_and_a_twin_is_no_second_tap() -> None:
    mother = await make_mother()
    birth = clock.today() - timedelta(days=40)
    first = await make_child(mother.id, birth, "大宝")
    assert await make_child(mother.id, birth, "大宝") == first
    assert await make_child(mother.id, birth, "二宝") != first
    assert len(await babies.babies_of(mother.id)) == 2


async def test_bad_babies_are_refused_together_and_nothing_is_added() -> None:
    mother = await make_mother()
    with pytest.raises(Invalid) as refused:
        await babies.add(
            mother.id,
            [
                BabyDetails(nickname="好", birth_date=clock.today()),
                BabyDetails(nickname="早", birth_date=clock.today() + timedelta(days=1)),
                BabyDetails(nickname="晚", due_date=clock.today() + timedelta(days=730)),
            ],
        )
    assert [error.field for error in refused.value.errors] == ["babies[1].birth_date", "babies[2].due_date"]
    assert await babies.babies_of(mother.id) == []


async def test_without_an_authorization_nothing_is_added_or_read() -> None:
    mother = await make_member()
    with pytest.raises(babies.AuthorizationRequired):
        await make_child(mother.id)
    await authorize(mother.id, "expert", "marketing")
    with pytest.raises(babies.AuthorizationRequired):
        await make_child(mother.id)
    await authorize(mother.id)
    child = await make_child(mother.id)
    await authorizations.withdraw(mother.id)
    assert await babies.babies_of(mother.id) == []
    assert await babies.open_babies(mother.id) == []
    for door in (babies.open_baby, babies.glimpse):
        with pytest.raises(babies.AuthorizationRequired):
            await door(mother.id, child)
    with pytest.raises(babies.AuthorizationRequired):
        await babies.change(mother.id, child, BabyChanges(nickname="新名"))
    await authorize(mother.id)
    assert (await babies.open_baby(mother.id, child)).details.nickname == "小满"


async def test_at_most_ten() -> None:
    mother = await make_mother()
    for number in range(10):
        await make_child(mother.id, nickname=f"宝宝{number}")
    with pytest.raises(babies.TooManyBabies):
        await make_child(mother.id, nickname="第十一个")
    first = (await babies.babies_of(mother.id))[0].id
    await babies.put_away(mother.id, first)
    last = await make_child(mother.id, nickname="第十一个")
    assert len(await babies.babies_of(mother.id)) == 10
    with pytest.raises(babies.TooManyBabies):
        await babies.bring_back(mother.id, first)
    await babies.put_away(mother.id, last)
    await babies.bring_back(mother.id, first)
    assert first in {each.id for each in await babies.babies_of(mother.id)}


async def test_two_of_one_request_are_two_or_are_asked_for_another_name() -> None:
    mother, today = await make_mother(), clock.today()
    girl, boy = [BabyDetails(nickname="宝宝", birth_date=today, sex=sex) for sex in ("girl", "boy")]
    for several in ([girl, boy], [girl, girl], [boy, msgspec.structs.replace(girl, nickname=" 宝宝 ")]):
        with pytest.raises(Invalid) as refused:
            await babies.add(mother.id, several)
        assert [(error.field, error.message) for error in refused.value.errors] == [
            ("babies[1].nickname", "请给每个宝宝取一个不同的小名")
        ]
    due = today + timedelta(days=90)
    with pytest.raises(Invalid):
        await babies.add(mother.id, [BabyDetails(nickname="豆豆", due_date=due)] * 2)
    with pytest.raises(babies.AlreadyTrying):
        await babies.add(mother.id, [BabyDetails(nickname="", trying=True)] * 2)
    assert await babies.babies_of(mother.id) == []
    plan = BabyDetails(nickname="", trying=True)
    planned = await babies.add(mother.id, [plan])
    assert await babies.add(mother.id, [plan]) == planned, "a second tap"
    with pytest.raises(babies.AlreadyTrying):
        await babies.add(mother.id, [plan, plan])
    older = msgspec.structs.replace(girl, birth_date=today - timedelta(days=900))
    assert len({each.id for each in await babies.add(mother.id, [girl, older])}) == 2


async def test_the_same_once_more_is_given_back_and_whatever_differs_is_another_child() -> None:
    mother = await make_mother()
    girl = BabyDetails(nickname="宝宝", birth_date=clock.today(), sex="girl", allergies=("egg", "soy"))
    twins = [girl, msgspec.structs.replace(girl, nickname="贝贝")]
    added = await babies.add(mother.id, twins)
    assert await babies.add(mother.id, twins) == added
    assert await babies.add(mother.id, [girl]) == added[:1]
    (boy,) = await babies.add(mother.id, [msgspec.structs.replace(girl, sex="boy")])
    (other,) = await babies.add(mother.id, [msgspec.structs.replace(girl, feeding="breast")])
    assert len({each.id for each in (*added, boy, other)}) == 4


async def test_changing_what_is_known() -> None:
    mother = await make_mother()
    child = await make_child(mother.id, feeding="mixed", formula_share_percent=30)
    changed = await babies.change(mother.id, child, BabyChanges(feeding="formula", formula_stage=1, allergy_note="无"))
    assert changed.details is not None
    assert (changed.details.feeding, changed.details.formula_share_percent, changed.details.formula_stage) == (
        "formula",
        None,
        1,
    )
    corrected = await babies.change(mother.id, child, BabyChanges(birth_date=clock.today() - timedelta(days=99)))
    assert corrected.details is not None and corrected.details.allergy_note == "无"
    with pytest.raises(Invalid):
        await babies.change(mother.id, child, BabyChanges(birth_date=clock.today() + timedelta(days=1)))
    with pytest.raises(Invalid):
        await babies.change(mother.id, child, BabyChanges(due_date=clock.today() + timedelta(days=1)))


async def test_a_due_date_moves_with_what_it_came_from() -> None:
    mother = await make_mother()
    last_period = clock.today() - timedelta(days=60)
    (view,) = await babies.add(mother.id, [BabyDetails(nickname="豆豆", last_period=last_period, cycle_days=30)])

    async def due_date_after(changes: BabyChanges) -> tuple[date | None, str | None]:
        details = (await babies.change(mother.id, view.id, changes)).details
        assert details is not None
        return details.due_date, details.due_date_from

    by_period = last_period + timedelta(days=280)
    assert await due_date_after(BabyChanges(cycle_days=28)) == (by_period, "last_period")
    said = by_period + timedelta(days=3)
    assert await due_date_after(BabyChanges(due_date=said)) == (said, "said")
    assert await due_date_after(BabyChanges(cycle_days=29)) == (said, "said"), "she knows better, until she asks"
    earlier = last_period - timedelta(days=1)
    assert await due_date_after(BabyChanges(last_period=earlier)) == (said, "said")
    reckon = BabyChanges(due_date_from="last_period")
    assert await due_date_after(reckon) == (by_period, "last_period"), "a day earlier, a cycle a day longer"
    assert await due_date_after(BabyChanges(due_date=said, due_date_from="ultrasound")) == (said, "ultrasound")
    assert await due_date_after(BabyChanges(last_period=last_period)) == (said, "ultrasound")
    asked = BabyChanges(last_period=last_period, cycle_days=28, due_date_from="last_period")
    assert await due_date_after(asked) == (by_period, "last_period")
    await due_date_after(BabyChanges(due_date=said))
    with pytest.raises(Invalid) as refused:
        await babies.change(mother.id, view.id, BabyChanges(last_period=None, due_date_from="last_period"))
    assert [error.field for error in refused.value.errors] == ["last_period"]
    with pytest.raises(Invalid):
        await babies.change(mother.id, view.id, BabyChanges(birth_date=clock.today()))


async def test_a_pregnancy_becomes_a_child_in_one_step() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=35))
    (child,) = await babies.born(mother.id, pregnancy, clock.today(), [Newborn(sex="girl")])
    assert (child.id, child.nickname, child.status) == (pregnancy, "豆豆", "born")
    assert child.details is not None
    assert (child.details.gestation_days_at_birth, child.details.sex) == (35 * 7, "girl")
    assert await babies.babies_of(mother.id) == [child]
    assert await babies.born(mother.id, pregnancy, clock.today(), [Newborn()]) == [child]
    with pytest.raises(babies.AlreadyBorn):
        await babies.born(mother.id, pregnancy, clock.today() - timedelta(days=1), [Newborn()])
    with pytest.raises(babies.AlreadyBorn):
        await babies.born(mother.id, pregnancy, clock.today(), [Newborn(nickname="别人")])


@keeps(INVARIANTS)
async def test_twins_are_born_of_one_pregnancy_and_shared_as_it_was() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=20))
    father, _ = await make_relative(mother.id, pregnancy, "guardian")
    twins = [Newborn(nickname="早早", sex="boy"), Newborn(nickname="晚晚", sex="girl")]
    born = await babies.born(father.id, pregnancy, clock.today(), twins, gestation_days_at_birth=258)
    assert born[0].id == pregnancy and [each.nickname for each in born] == ["早早", "晚晚"]
    assert all(each.details and each.details.gestation_days_at_birth == 258 for each in born)
    assert [each.id for each in await babies.babies_of(mother.id)] == [each.id for each in born]
    assert {(each.id, each.role) for each in await babies.babies_of(father.id)} == {
        (each.id, "guardian") for each in born
    }
    assert {each.id for each in await babies.born(mother.id, pregnancy, clock.today(), twins)} == {
        each.id for each in born
    }
    assert born[1].id.version == 4


async def test_births_that_can_not_be() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)  # 20 weeks
    for day, children in (
        (clock.today(), [Newborn()]),  # 20 weeks are too early; if the due date was mistaken, she says the weeks
        (clock.today() + timedelta(days=1), [Newborn()]),
        (clock.today(), [Newborn(nickname="一样"), Newborn(nickname="一样")]),
        (clock.today(), [Newborn(nickname="一个"), Newborn()]),
    ):
        with pytest.raises(Invalid):
            await babies.born(mother.id, pregnancy, day, children)
    assert [each.status for each in await babies.babies_of(mother.id)] == ["expected"]


async def test_more_twins_than_places_are_refused_whole() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=20))
    for number in range(9):
        await make_child(mother.id, nickname=f"宝宝{number}")
    with pytest.raises(babies.TooManyBabies):
        await babies.born(mother.id, pregnancy, clock.today(), [Newborn(nickname="早"), Newborn(nickname="晚")])
    assert (await babies.open_baby(mother.id, pregnancy)).status == "expected"


async def test_nothing_can_be_read_in_the_rows_or_the_representations() -> None:
    mother = await make_mother()
    birth = date(clock.today().year - 1, 3, 14)
    child = await make_child(mother.id, birth, "悄悄话宝宝", allergies=("peanut",))
    row = await database.fetchrow("SELECT * FROM baby WHERE id = $1", child)
    assert row is not None
    stored = repr(dict(row)).encode() + bytes(row["details_sealed"]) + bytes(row["data_key"])
    for secret in ("悄悄话", str(birth), "peanut", "born"):
        assert secret.encode() not in stored and repr(secret.encode())[2:-1].encode() not in stored
    assert child.version == 4, "an id by time would tell when"
    record = await babies.open_baby(mother.id, child)
    (glimpse,) = await babies.babies_of(mother.id)
    shown = f"{record} {record!r} {glimpse!r} {record.details!r} {BabyChanges(nickname='悄悄话')!r}"
    assert "悄悄话" not in shown and str(birth) not in shown and "key" not in shown.lower()


async def test_what_is_sealed_is_bound_to_its_baby_column_and_row() -> None:
    mother = await make_mother()
    first, second = await make_child(mother.id, nickname="一"), await make_child(mother.id, nickname="二")
    record, other, row_id = await babies.open_baby(mother.id, first), await babies.open_baby(mother.id, second), uuid4()
    sealed = record.seal("growth_measurement", "values_sealed", row_id, "3.2 kg")
    assert record.unseal("growth_measurement", "values_sealed", row_id, sealed) == "3.2 kg"
    for wrong in (
        lambda: other.unseal("growth_measurement", "values_sealed", row_id, sealed),
        lambda: record.unseal("growth_measurement", "values_sealed", uuid4(), sealed),
        lambda: record.unseal("growth_measurement", "other_sealed", row_id, sealed),
        lambda: record.unseal("other", "values_sealed", row_id, sealed),
    ):
        with pytest.raises(Unreadable):
            wrong()
    # Copied together with its key, it still says that it is another's.
    await database.execute(
        "UPDATE baby SET (details_sealed, data_key) = (SELECT details_sealed, data_key FROM baby WHERE id = $2)"
        " WHERE id = $1",
        second,
        first,
    )
    with pytest.raises(Unreadable):
        await babies.open_baby(mother.id, second)
    assert second not in {each.id for each in await babies.open_batch("service", limit=100_000)}


async def test_the_length_does_not_tell_a_child_from_a_pregnancy() -> None:
    mother = await make_mother()
    made = [
        await make_child(mother.id, feeding="mixed", formula_share_percent=30, allergies=("egg",)),
        await make_pregnancy(mother.id, nickname="一个很长很长的小名"),
    ]
    lengths = await database.fetch("SELECT length(details_sealed) AS bytes FROM baby WHERE id = ANY($1::uuid[])", made)
    assert len({row["bytes"] for row in lengths}) == 1


async def test_doors_and_the_list_are_one_statement() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    relative, _ = await make_relative(mother.id, child)
    for reader, door in ((mother.id, babies.open_baby), (mother.id, babies.glimpse), (relative.id, babies.glimpse)):
        with statements() as seen:
            await door(reader, child)
        assert len(seen) == 1
    for reader in (mother.id, relative.id):
        with statements() as seen:
            assert len(await babies.babies_of(reader)) == 1
        assert len(seen) == 1
    with statements() as seen:
        assert len(await babies.open_babies(mother.id)) == 1
    assert len(seen) == 1


async def test_holding_is_a_step_that_locks_and_looks_again() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    pool = database.pool()

    @transactional
    async def hold(reader_id: UUID) -> str:
        baby = await babies.hold_baby(reader_id, child)
        async with pool.acquire() as somebody_else:
            with pytest.raises(asyncpg.LockNotAvailableError):
                await somebody_else.fetch("SELECT FROM baby WHERE id = $1 FOR NO KEY UPDATE NOWAIT", child)
        return baby.details.nickname

    assert await hold(mother.id) == "小满"
    with pytest.raises(babies.BabyNotFound):
        await hold((await make_mother()).id)
    with pytest.raises(AssertionError):
        await babies.hold_baby(mother.id, child)


async def test_the_sex_that_was_known_before_the_birth_is_kept_by_an_only_child() -> None:
    for children, sexes in (
        ([Newborn()], ["girl"]),
        ([Newborn(sex="boy")], ["boy"]),
        ([Newborn(nickname="大宝"), Newborn(nickname="小宝", sex="boy")], [None, "boy"]),
    ):
        mother = await make_mother()
        due = clock.today() + timedelta(days=3)
        (pregnancy,) = await babies.add(mother.id, [BabyDetails(nickname="豆豆", sex="girl", due_date=due)])
        born = await babies.born(mother.id, pregnancy.id, clock.today(), children)
        assert [child.details and child.details.sex for child in born] == sexes


async def test_the_database_refuses_what_no_baby_can_be() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    for damage in (
        "UPDATE baby SET status = 'expected' WHERE id = $1",
        "UPDATE baby SET status = 'hidden' WHERE id = $1",
        "UPDATE baby SET place = NULL WHERE id = $1",
        "UPDATE baby SET place = 0 WHERE id = $1",
        "UPDATE baby SET data_key = NULL WHERE id = $1",
        "UPDATE baby SET status = 'destroyed', place = NULL WHERE id = $1",
    ):
        with pytest.raises(Exception, match="baby_"):
            await database.execute(damage, child)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (
            "babies.hidden_not_for_long",
            "UPDATE baby SET status = 'hidden', place = NULL, hidden_on = current_date - 30 WHERE id = $1",
        ),
        (
            "babies.not_shared_with_herself",
            "UPDATE baby SET member_id = (SELECT person.member_id FROM baby_share share JOIN family_person person"
            " ON person.id = share.person_id WHERE share.baby_id = $1) WHERE id = $1",
        ),
        (
            "babies.shared_by_their_mothers",
            "UPDATE baby_share SET giver_id = person_id WHERE baby_id = $1",
        ),
        (
            "babies.shared_by_their_mothers",
            "UPDATE family_person SET family_id = (SELECT id FROM family WHERE id <> family_person.family_id LIMIT 1)"
            " WHERE id = (SELECT giver_id FROM baby_share WHERE baby_id = $1)",
        ),
        (
            "babies.nothing_shared_of_the_destroyed",
            "UPDATE baby SET status = 'destroyed', place = NULL, data_key = NULL, details_sealed = NULL WHERE id = $1",
        ),
        (
            "babies.of_somebody",
            "UPDATE member SET status = 'erased', data_key = NULL, phone_index = NULL, phone_sealed = NULL,"
            " phone_verified_at = NULL, profile_sealed = NULL WHERE id = (SELECT member_id FROM baby WHERE id = $1)",
        ),
    ],
)
async def test_invariants_find_what_breaks_them(name: str, damage: str) -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    await make_relative(mother.id, child)
    (invariant,) = (each for each in INVARIANTS if each.name == name)
    assert sum((await broken_by(damage, invariant, child)).values()) == 1
