"""The baby's home screen: what it shows to whom, in two statements whatever there is."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from foundation import clock
from membership import authorizations, babies, milk, vaccinations
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative
from tests.makers.growth import measure
from tests.makers.members import MadeMember, make_member
from tests.makers.milk import make_drinker, make_formula
from tests.makers.vaccinations import give, next_of
from tests.statements import statements


def path(baby: UUID) -> str:
    return f"/api/v1/babies/{baby}/home"


async def home(api: httpx.AsyncClient, reader: MadeMember, baby: UUID) -> dict[str, Any]:
    answer = await api.get(path(baby), headers=reader.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_child_with_everything(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    birth = clock.today() - timedelta(days=100)
    baby = await make_drinker(mother.id, (await make_formula()).sku, 100, "小核桃", sex="girl")
    await milk.say_stock(mother.id, baby, full_cans=2, open_percent=50)
    await measure(mother.id, baby, 40, weight_g=4800, length_mm=560)
    await measure(mother.id, baby, 10, weight_g=6000)
    await give(mother.id, baby, birth, ("HepB", 1), ("BCG", 1))
    screen = await home(api, mother, baby)
    assert (screen["id"], screen["role"], screen["nickname"]) == (str(baby), "mother", "小核桃")
    assert screen["stage"] == (await api.get(f"/api/v1/babies/{baby}/stage", headers=mother.headers)).json()
    assert screen["growth"] == {
        "measured_on": str(clock.today() - timedelta(days=10)),
        "weight_g": 6000,
        "length_mm": 560,
        "head_mm": None,
    }
    coming = await next_of(await babies.open_baby(mother.id, baby))
    assert coming is not None and "乙肝疫苗" in coming.vaccines
    assert screen["next_visit"] == {
        "day": str(coming.day),
        "vaccines": coming.vaccines,
        "visit": coming.visit,
        "overdue": 0,
        "question": None,
        "notice": vaccinations.ALWAYS,
    }
    formula = (await api.get(f"/api/v1/babies/{baby}/milk", headers=mother.headers)).json()["formula"]
    assert formula["runs_out"] is not None
    assert screen["milk"] == {"runs_out": formula["runs_out"], "sentence": formula["sentence"]}


async def test_a_child_with_nothing_yet(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    screen = await home(api, mother, await make_child(mother.id))
    assert (screen["growth"], screen["milk"]) == (None, None)
    assert screen["next_visit"]["overdue"] > 0


async def test_what_is_overdue_does_not_hide_what_comes(api: httpx.AsyncClient) -> None:
    """A child of fifteen months who was added without records: for ever 'today' was all that she was told."""
    mother = await make_mother()
    birth = clock.add_months(clock.today(), -15)
    baby = await make_child(mother.id, birth)
    coming = (await home(api, mother, baby))["next_visit"]
    assert coming["visit"] == "18个月儿保"
    assert coming["day"] == str(clock.add_months(birth, 18))
    assert coming["overdue"] == 7
    assert coming["question"] == "有7种疫苗已过推荐时间，这些打过了吗？打过的补记一下就好。"
    assert "甲肝减毒活疫苗" in coming["vaccines"]


async def test_a_breast_fed_child_hears_nothing_of_formula(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    assert (await home(api, mother, await make_child(mother.id, feeding="breast")))["milk"] is None


async def test_twins_drink_from_the_same_cans(api: httpx.AsyncClient) -> None:
    """The screen reckons as the milk's own screen does: with whoever else drinks from them."""
    mother, sku = await make_mother(), (await make_formula()).sku
    baby = await make_drinker(mother.id, sku, 100, "早早")
    await milk.say_stock(mother.id, baby, full_cans=10, open_percent=0)
    alone = (await home(api, mother, baby))["milk"]["runs_out"]
    twin = await make_drinker(mother.id, sku, 100, "晚晚")
    for each in (baby, twin):
        screen = (await home(api, mother, each))["milk"]
        formula = (await api.get(f"/api/v1/babies/{each}/milk", headers=mother.headers)).json()["formula"]
        assert formula["together"] == 2
        assert screen == {"runs_out": formula["runs_out"], "sentence": formula["sentence"]}
    days, of_both = (
        (date.fromisoformat(found["expected"]) - clock.today()).days for found in (alone, screen["runs_out"])
    )
    assert days > 20
    assert abs(days - 2 * of_both) <= days // 5, "two drink it in half the time, about"


async def test_a_pregnancy(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    screen = await home(api, mother, await make_pregnancy(mother.id))
    assert screen["stage"]["words"] == "孕20周"
    assert (screen["growth"], screen["next_visit"], screen["milk"]) == (None, None, None)


async def test_a_guardian_sees_all_and_a_relative_nickname_and_stage(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await measure(mother.id, baby)
    father, _ = await make_relative(mother.id, baby, "guardian")
    assert await home(api, father, baby) == {**await home(api, mother, baby), "role": "guardian"}
    grandfather, _ = await make_relative(mother.id, baby)
    screen = await home(api, grandfather, baby)
    assert (screen["role"], screen["nickname"], screen["stage"]["stage"]) == ("relative", "小满", "m0_6")
    assert (screen["growth"], screen["next_visit"], screen["milk"]) == (None, None, None)


async def test_strangers_what_was_put_away_and_what_is_not_authorized(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    stranger = await make_member()
    assert (await api.get(path(baby), headers=stranger.headers)).json()["code"] == "baby_not_found"
    await babies.put_away(mother.id, baby)
    assert (await api.get(path(baby), headers=mother.headers)).status_code == 404
    await babies.bring_back(mother.id, baby)
    await authorizations.withdraw(mother.id)
    assert (await api.get(path(baby), headers=mother.headers)).json()["code"] == "authorization_required"


async def test_two_round_trips_whatever_it_shows(api: httpx.AsyncClient) -> None:
    """The session is known to Redis; each of ours is one statement without a transaction around it."""
    mother = await make_mother()
    twins = [
        await make_child(mother.id, nickname=name, feeding="mixed", formula_sku="6901234567890")
        for name in ("早", "晚")
    ]
    for baby in twins:
        await measure(mother.id, baby)
        await give(mother.id, baby, clock.today(), ("HepB", 1))
    bare, pregnancy = await make_child(mother.id, nickname="大宝"), await make_pregnancy(mother.id)
    grandfather, _ = await make_relative(mother.id, bare)
    most = (
        (mother, twins[0], 2),
        (mother, twins[1], 2),
        (mother, bare, 2),
        (mother, pregnancy, 1),
        (grandfather, bare, 1),
    )
    for reader, baby, trips in most:
        await home(api, reader, baby)
        with statements() as seen:
            await home(api, reader, baby)
        assert len(seen) == trips, seen
