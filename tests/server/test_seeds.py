"""The small named world: planted by the same actions, kept when it is planted again."""

from uuid import UUID

import msgspec
import pyotp
import pytest

from foundation import database
from foundation.pages import PageQuery
from foundation.settings import Settings
from foundation.startup import CannotStart
from membership import authorizations, babies, growth, members, milk, points, staff, stores, tiers, vaccinations
from server import baby_seeds, seed_data, seeds
from server.development_world import credentials_file, people, write_credentials


async def test_the_world_is_planted_once(world: Settings) -> None:
    first = await seeds.plant_world(world)
    write_credentials(world.home, first)
    assert set(msgspec.json.decode(credentials_file(world.home).read_bytes())) == {"partner", "stores", "staff"}
    assert await seeds.plant_world(world) == first
    shelf = await database.fetch(
        "SELECT name, count(*) AS times FROM product WHERE name = ANY($1::text[]) GROUP BY name",
        [gift.name for gift in seed_data.GIFTS],
    )
    assert {row["name"]: row["times"] for row in shelf} == {gift.name: 1 for gift in seed_data.GIFTS}
    assert people(world.home).row_count == len(seed_data.MEMBERS) + len(seed_data.STAFF) + 1


async def test_its_credentials_sign_in(world: Settings) -> None:
    planted = await seeds.plant_world(world)
    write_credentials(world.home, planted)
    key = await stores.signing_secrets(planted["partner"]["key_id"])
    assert key is not None
    assert key.secret == planted["partner"]["secret"].encode()
    for code in planted["stores"]:
        store = await stores.find(code)
        assert store is not None
        assert store.partner_id == key.partner_id
    for person in planted["staff"]:
        assert (person["store"] in planted["stores"]) == (person["role"] == "clerk")
        # A code works once, and a tour may have used this one a moment ago.
        await database.execute("UPDATE staff_user SET last_totp_step = 0 WHERE name = $1", person["name"])
        code = pyotp.TOTP(person["totp_secret"]).now()
        await staff.sign_in(person["name"], person["password"], code, address="seeds")


async def test_lost_credentials_are_made_anew(world: Settings) -> None:
    first = await seeds.plant_world(world)
    credentials_file(world.home).unlink(missing_ok=True)
    second = await seeds.plant_world(world)
    assert second["partner"] != first["partner"]
    assert {person["name"] for person in second["staff"]} == {person["name"] for person in first["staff"]}
    third = await seeds.plant_world(world)  # a partner has at most two live keys
    assert await stores.signing_secrets(third["partner"]["key_id"]) is not None
    person = third["staff"][0]
    assert await staff.has_totp_secret(person["name"], person["totp_secret"])


async def test_its_members_have_what_they_bought(world: Settings) -> None:
    await seeds.plant_world(world)
    levels = []
    for seed in seed_data.MEMBERS:
        member_id = await members.find_by_phone_index(members.phone_index(seed.phone))
        assert member_id is not None
        assert (await points.summary(member_id)).balance > 0
        levels.append((await tiers.standing(member_id)).level.code)
    assert levels == ["standard", "gold", "silver"]


async def test_later_starts_keep_the_members(world: Settings) -> None:
    await seeds.plant_world(world)
    member_id = await members.find_by_phone_index(members.phone_index(seed_data.MEMBERS[0].phone))
    assert member_id is not None
    before = await points.summary(member_id)
    await seeds.plant_world(world)
    assert await points.summary(member_id) == before


async def _member(phone: str) -> UUID:
    member_id = await members.find_by_phone_index(members.phone_index(phone))
    assert member_id is not None
    return member_id


async def test_a_child_with_a_history_and_a_pregnancy(world: Settings) -> None:
    await seeds.plant_world(world)
    mother = await _member(baby_seeds.CHILDS_MOTHER)
    (child,) = await babies.babies_of(mother)
    assert child.age is not None
    assert child.age.months == baby_seeds.MONTHS_OLD
    measured = (await growth.records(mother, child.id, PageQuery())).items
    assert len(measured) == len(baby_seeds.MEASURED)
    assert not any(each.assessed.check for each in measured)
    plan = (await vaccinations.plan_of(mother, child.id)).doses
    given = [each for each in plan if each.status == "done"]
    assert len(given) == sum(len(visit.doses) for visit in baby_seeds.VISITS)
    assert not any(each.remarks for each in given)
    assert {each.series for each in plan if each.status == "due"} == {"MMR", "JE"}
    drinks = await milk.milk_of(mother, child.id)
    assert drinks is not None
    assert drinks.runs_out is not None
    (pregnancy,) = await babies.babies_of(await _member(baby_seeds.EXPECTING))
    assert pregnancy.gestation is not None
    assert pregnancy.gestation.total_days == 280 - baby_seeds.DAYS_TO_GO
    await seeds.plant_world(world)
    assert await babies.babies_of(mother) == [child]
    assert len((await growth.records(mother, child.id, PageQuery())).items) == len(measured)


async def test_planting_brings_nothing_back_that_a_mother_has_taken_away(world: Settings) -> None:
    await seeds.plant_world(world)
    mother = await _member(baby_seeds.EXPECTING)
    (pregnancy,) = await babies.babies_of(mother)
    await babies.put_away(mother, pregnancy.id)
    await seeds.plant_world(world)
    assert await babies.babies_of(mother) == []
    await babies.bring_back(mother, pregnancy.id)
    await authorizations.withdraw(mother)
    await seeds.plant_world(world)
    standing = await authorizations.authorization(mother)
    assert standing.given is None
    await authorizations.answer(mother, standing.text.version, ["service"], is_guardian=True)


async def test_production_has_no_such_world(world: Settings) -> None:
    with pytest.raises(CannotStart):
        await seeds.plant(msgspec.structs.replace(world, environment="production"))
