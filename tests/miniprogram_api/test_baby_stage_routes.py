"""The stage of a baby over HTTP: weeks and months, what comes next, and what a relative does not see."""

import json
from datetime import date, timedelta
from uuid import UUID

import httpx
import time_machine

from foundation import clock
from membership import authorizations, babies
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative
from tests.makers.members import MadeMember, make_member
from tests.statements import statements


async def stage(api: httpx.AsyncClient, reader: MadeMember, baby: UUID) -> httpx.Response:
    return await api.get(f"/api/v1/babies/{baby}/stage", headers=reader.headers)


async def test_a_pregnancy_in_weeks_and_days(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    today = clock.today()
    baby = await make_pregnancy(mother.id, today + timedelta(days=280 - 85))
    assert (await stage(api, mother, baby)).json() == {
        "stage": "early",
        "title": "孕早期",
        "words": "孕12周+1天",
        "gestation": {"weeks": 12, "days": 1},
        "age": None,
        "corrected": None,
        "arrival": None,
        "next": {
            "stage": "middle",
            "title": "孕中期",
            "on": str(today + timedelta(days=13)),
            "days": 13,
            "words": "还有13天进入孕中期",
        },
    }


async def test_from_42_weeks_on_it_asks_and_counts_no_days(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id, clock.today() - timedelta(days=13))
    assert (await stage(api, mother, baby)).json()["arrival"] is None
    await babies.change(mother.id, baby, babies.BabyChanges(due_date=clock.today() - timedelta(days=14)))
    said = (await stage(api, mother, baby)).json()
    assert said["words"] == "孕42周" and "来到身边" in said["arrival"]
    assert said["next"] is None


async def test_after_44_weeks_no_screen_names_a_week_or_a_stage(api: httpx.AsyncClient) -> None:
    """Hers asks, in a way that is open to both answers; a relative's says nothing."""
    mother = await make_mother()
    with time_machine.travel(clock.now() - timedelta(days=1), tick=True):
        baby = await make_pregnancy(mother.id, clock.today() - timedelta(days=28))
    father, _ = await make_relative(mother.id, baby)
    path = f"/api/v1/babies/{baby}"
    for reader in (mother, father):
        screens = [
            (await api.get(each, headers=reader.headers)).json()
            for each in (f"{path}/stage", f"{path}/home", path, "/api/v1/babies")
        ]
        said = json.dumps(screens, ensure_ascii=False)
        assert said.count("近况待更新") >= 4, said
        assert not [word for word in ("孕晚期", "孕44周", '"weeks"', "随时可能", "来到身边") if word in said], said
        assert ("可以随时停止" in said) == (reader is mother)


async def test_a_preterm_child_in_months_with_its_corrected_age(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    birth = clock.add_months(clock.today(), -8)
    baby = await make_child(mother.id, birth, gestation_days_at_birth=252)
    said = (await stage(api, mother, baby)).json()
    age = babies.ages.months(birth, clock.today())
    corrected = babies.ages.months(birth + timedelta(days=28), clock.today())
    assert (said["stage"], said["age"]) == ("m6_12", {"months": age.months, "days": age.days})
    assert said["corrected"]["age"] == {"months": corrected.months, "days": corrected.days}
    assert said["next"]["on"] == str(clock.add_months(birth, 12)), "by the birthday"
    newborn = await make_child(mother.id, clock.today(), nickname="早早", gestation_days_at_birth=252)
    assert (await stage(api, mother, newborn)).json()["corrected"]["gestation"] == {"weeks": 36, "days": 0}


async def test_a_relative_sees_age_and_stage_and_nothing_of_health(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=85))
    father, person = await make_relative(mother.id, pregnancy)
    said = (await stage(api, father, pregnancy)).json()
    assert (said["stage"], said["words"]) == ("middle", "孕中期")
    assert {name for name, value in said.items() if value is not None} == {"stage", "title", "words"}
    (listed,) = (await api.get("/api/v1/babies", headers=father.headers)).json()["items"]
    assert (listed["stage"], listed["gestation"], listed["details"]) == ("middle", None, None)
    child = await make_child(mother.id, date(clock.today().year - 1, 1, 1), gestation_days_at_birth=240)
    await babies.share_with(mother.id, child, person, "relative")
    said = (await stage(api, father, child)).json()
    assert said["age"] is not None and said["next"] is not None and said["corrected"] is None
    assert (await stage(api, mother, child)).json()["corrected"] is not None


async def test_what_is_not_there_for_the_reader(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id)
    assert (await stage(api, await make_member(), baby)).json()["code"] == "baby_not_found"
    await babies.put_away(mother.id, baby)
    ended = await stage(api, mother, baby)
    assert (ended.status_code, ended.json()["code"]) == (404, "baby_not_found")
    await babies.bring_back(mother.id, baby)
    await authorizations.withdraw(mother.id)
    refused = await stage(api, mother, baby)
    assert (refused.status_code, refused.json()["code"]) == (403, "authorization_required")


async def test_one_statement(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await stage(api, mother, baby)
    with statements() as seen:
        assert (await stage(api, mother, baby)).status_code == 200
    assert len(seen) == 1, seen
