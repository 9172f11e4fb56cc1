"""After a correction of the birth date every screen says what it would have said, had the right day stood there."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from foundation import clock
from membership import babies, milk
from tests.makers.babies import make_mother
from tests.makers.growth import measure
from tests.makers.members import MadeMember
from tests.makers.milk import make_drinker, make_formula
from tests.makers.vaccinations import give

SCREENS = (
    "",
    "/stage",
    "/home",
    "/growth",
    "/growth/curve?indicator=weight",
    "/growth/curve.svg?indicator=weight",
    "/growth/curve.png?indicator=weight",
    "/vaccinations",
    "/calendar",
    "/calendar.ics",
    "/milk",
)
FOREIGN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|UID:[^\r]*|DTSTAMP:[^\r]*|\"said_at\":\"[^\"]*\"|\"record\":\"[^\"]*\""
)
"""What two children's screens differ in: ids, and the moment at which something was said."""


async def screens(api: httpx.AsyncClient, mother: MadeMember, baby: UUID) -> dict[str, Any]:
    found = {}
    for screen in SCREENS:
        answer = await api.get(f"/api/v1/babies/{baby}{screen}", headers=mother.headers)
        assert answer.status_code == 200, (screen, answer.text)
        found[screen] = answer.content if "png" in screen else FOREIGN.sub("…", answer.text)
    return found


async def make_lived(days_old: int, sku: str) -> tuple[MadeMember, UUID]:
    """A girl who was weighed 100, 60 and 5 days ago, vaccinated 100 days ago, and has two cans; as if born earlier."""
    mother = await make_mother()
    baby = await make_drinker(mother.id, sku, 150, "小满", sex="girl")
    for days_ago, weight_g in ((100, 3400), (60, 5000), (5, 6300)):
        await measure(mother.id, baby, days_ago, weight_g=weight_g)
    await give(mother.id, baby, clock.today() - timedelta(days=100), ("HepB", 1), ("BCG", 1))
    await milk.say_stock(mother.id, baby, full_cans=2, open_percent=50)
    await correct(mother, baby, days_old)
    return mother, baby


async def correct(mother: MadeMember, baby: UUID, days_old: int) -> None:
    day = clock.today() - timedelta(days=days_old)
    await babies.change(mother.id, baby, babies.BabyChanges(birth_date=day))


@pytest.mark.parametrize(("wrong", "right"), [(150, 130), (110, 190), (150, 400), (700, 101)])
async def test_every_screen_follows(api: httpx.AsyncClient, wrong: int, right: int) -> None:
    sku = (await make_formula()).sku
    mother, baby = await make_lived(wrong, sku)
    before = await screens(api, mother, baby)
    await correct(mother, baby, right)
    after = await screens(api, mother, baby)
    assert after == await screens(api, *await make_lived(right, sku))
    # At some ages one drinks as much as some weeks earlier.
    assert {screen for screen in SCREENS if after[screen] == before[screen]} <= {"/milk"}


async def test_what_was_measured_and_given_before_the_new_birth_date_is_kept_and_asked_about(
    api: httpx.AsyncClient,
) -> None:
    mother, baby = await make_lived(150, (await make_formula()).sku)
    await correct(mother, baby, 50)
    said = await screens(api, mother, baby)
    records = (await api.get(f"/api/v1/babies/{baby}/growth", headers=mother.headers)).json()["items"]
    assert [(each["without"], each["age"] is None) for each in records] == [
        (None, False),
        ("before_birth", True),
        ("before_birth", True),
    ]
    assert all("早于现在填写的出生日期" in each["sentence"] for each in records[1:])
    curve = (await api.get(f"/api/v1/babies/{baby}/growth/curve?indicator=weight", headers=mother.headers)).json()
    assert [point["day"] for point in curve["points"]] == [45]
    doses = (await api.get(f"/api/v1/babies/{baby}/vaccinations", headers=mother.headers)).json()["doses"]
    given = [dose for dose in doses if dose["status"] == "done"]
    assert len(given) == 2 and all("before_birth" in [each["code"] for each in dose["remarks"]] for dose in given)
    assert "before_birth" not in said["/home"]
    # She can set either of them right: the record, or the day of birth once more.
    path = f"/api/v1/babies/{baby}/growth/{records[1]['id']}"
    moved = await api.patch(path, json={"measured_on": str(clock.today() - timedelta(days=30))}, headers=mother.headers)
    assert moved.status_code == 200 and moved.json()["without"] is None
    unmoved = await api.patch(
        path, json={"measured_on": str(clock.today() - timedelta(days=60))}, headers=mother.headers
    )
    assert (unmoved.status_code, [each["field"] for each in unmoved.json()["errors"]]) == (422, ["measured_on"])
    await correct(mother, baby, 150)
    again = (await api.get(f"/api/v1/babies/{baby}/growth", headers=mother.headers)).json()["items"]
    assert {each["without"] for each in again} == {None}


async def test_a_child_corrected_to_today_shows_every_screen(api: httpx.AsyncClient) -> None:
    mother, baby = await make_lived(150, (await make_formula()).sku)
    await correct(mother, baby, 0)
    said = await screens(api, mother, baby)
    assert '"今天出生"' in said["/stage"]


async def test_a_gestation_that_follows_makes_a_child_preterm_on_every_screen(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    due = clock.today() + timedelta(days=5)
    (pregnancy,) = await babies.add(mother.id, [babies.BabyDetails(nickname="豆豆", sex="boy", due_date=due)])
    await babies.born(mother.id, pregnancy.id, clock.today() - timedelta(days=10), [babies.Newborn()])
    await measure(mother.id, pregnancy.id, 0, weight_g=3100)
    path = f"/api/v1/babies/{pregnancy.id}"
    assert (await api.get(f"{path}/stage", headers=mother.headers)).json()["corrected"] is None
    corrected = await api.patch(path, json={"due_date": str(due + timedelta(days=20))}, headers=mother.headers)
    assert corrected.status_code == 200, corrected.text
    details = corrected.json()["details"]
    assert (details["gestation_days_at_birth"], details["gestation_from"]) == (245, "due_date")
    stage = (await api.get(f"{path}/stage", headers=mother.headers)).json()
    assert stage["corrected"]["gestation"] == {"weeks": 36, "days": 3}
    (record,) = (await api.get(f"{path}/growth", headers=mother.headers)).json()["items"]
    assert record["without"] == "before_term"
    refused = await api.patch(path, json={"due_date": "2031-01-01"}, headers=mother.headers)
    assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (422, ["due_date"])
