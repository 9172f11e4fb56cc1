"""A plan (备孕) over HTTP: what it says of itself, what becomes of it, and what is refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from foundation import clock
from tests.makers.babies import make_mother, make_plan, make_pregnancy, make_relative
from tests.makers.members import MadeMember
from tests.statements import statements

PATH = "/api/v1/babies"
NEXT = {
    "stage": "early",
    "title": "孕早期",
    "on": None,
    "days": None,
    "words": "记录末次月经或预产期后，就会从备孕进入孕期",
}


async def add(api: httpx.AsyncClient, mother: MadeMember, **baby: Any) -> httpx.Response:
    return await api.post(PATH, json={"babies": [baby]}, headers=mother.headers)


async def test_from_a_plan_to_a_child(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    added = await add(api, mother, trying=True)
    assert added.status_code == 201, added.text
    (plan,) = added.json()["items"]
    assert (plan["status"], plan["stage"], plan["nickname"], plan["age"], plan["gestation"]) == (
        "trying",
        "trying",
        "宝宝",
        None,
        None,
    )
    assert not any(plan["details"].values())
    assert (await add(api, mother, trying=True)).json() == added.json()
    one = f"{PATH}/{plan['id']}"
    stage = (await api.get(f"{one}/stage", headers=mother.headers)).json()
    assert (stage["stage"], stage["title"], stage["words"], stage["next"]) == ("trying", "备孕期", "备孕期", NEXT)
    with statements() as seen:
        home = (await api.get(f"{one}/home", headers=mother.headers)).json()
    assert len(seen) == 1, "there is nothing else to look for"
    assert home["stage"] == stage
    assert (home["growth"], home["next_visit"], home["milk"]) == (None, None, None)
    told = {"last_period": str(clock.today() - timedelta(days=41)), "cycle_days": 29}
    for _ in range(2):
        expected = await api.post(f"{one}/pregnancy", json=told, headers=mother.headers)
        assert expected.status_code == 200, expected.text
        assert (expected.json()["status"], expected.json()["gestation"]) == ("expected", {"weeks": 5, "days": 5})
    assert expected.json()["details"]["due_date_from"] == "last_period"
    other = await api.post(f"{one}/pregnancy", json={"due_date": str(clock.today())}, headers=mother.headers)
    assert (other.status_code, other.json()["code"]) == (409, "already_expected")


async def test_who_adopts(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    body = {"birth_date": str(clock.today() - timedelta(days=400)), "children": [{"nickname": "小鹿"}]}
    (child,) = (await api.post(f"{PATH}/{plan}/birth", json=body, headers=mother.headers)).json()["items"]
    assert (child["id"], child["status"], child["stage"]) == (str(plan), "born", "m12_36")
    late = await api.post(f"{PATH}/{plan}/pregnancy", json={"due_date": str(clock.today())}, headers=mother.headers)
    assert (late.status_code, late.json()["code"]) == (409, "already_born")


@pytest.mark.parametrize(
    ("baby", "field"),
    [
        ({"trying": True, "birth_date": "2026-01-01"}, "babies[0].birth_date"),
        ({"trying": True, "due_date": "2027-01-01"}, "babies[0].due_date"),
        ({"trying": True, "allergies": ["egg"]}, "babies[0].allergies"),
        ({"trying": "yes"}, "babies[0].trying"),
        ({"birth_date": str(clock.today())}, "babies[0].nickname"),
        ({"nickname": None, "birth_date": str(clock.today())}, "babies[0].nickname"),
        ({"nickname": "豆豆"}, "babies[0].due_date"),
        ({"nickname": "豆豆", "trying": False}, "babies[0].due_date"),
    ],
)
async def test_bad_plans(api: httpx.AsyncClient, baby: dict[str, Any], field: str) -> None:
    answer = await add(api, await make_mother(), **baby)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "due_date"),
        ({"due_date": "2031-01-01"}, "due_date"),
        ({"due_date": "2026-02-31"}, "due_date"),
        ({"last_period": "2020-01-01"}, "last_period"),
        ({"last_period": str(clock.today()), "cycle_days": 5}, "cycle_days"),
        ({"nickname": "豆豆"}, "nickname"),
    ],
)
async def test_bad_pregnancies(api: httpx.AsyncClient, body: dict[str, Any], field: str) -> None:
    mother = await make_mother()
    answer = await api.post(f"{PATH}/{await make_plan(mother.id)}/pregnancy", json=body, headers=mother.headers)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_second_plan_and_a_pregnancy_told_in_passing(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    second = await add(api, mother, trying=True, nickname="第二个")
    assert (second.status_code, second.json()["code"]) == (409, "already_trying")
    passing = await api.patch(f"{PATH}/{plan}", json={"due_date": str(clock.today())}, headers=mother.headers)
    assert (passing.status_code, [e["field"] for e in passing.json()["errors"]]) == (422, ["due_date"])


async def test_a_relative_sees_the_plan_and_nothing_that_comes_next(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    relative, _ = await make_relative(mother.id, plan)
    home = (await api.get(f"{PATH}/{plan}/home", headers=relative.headers)).json()
    assert (home["role"], home["stage"]["words"], home["stage"]["next"]) == ("relative", "备孕期", None)
    refused = await api.post(f"{PATH}/{plan}/pregnancy", json={"due_date": "2027-01-01"}, headers=relative.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "guardian_only")
    stranger = await make_mother()
    unknown = await api.post(f"{PATH}/{plan}/pregnancy", json={"due_date": "2027-01-01"}, headers=stranger.headers)
    assert unknown.status_code == 404


async def test_it_is_put_away_and_taken_back(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    assert (await api.post(f"{PATH}/{plan}/ending", headers=mother.headers)).status_code == 204
    other = await make_plan(mother.id, "另一个")
    back = await api.delete(f"{PATH}/{plan}/ending", headers=mother.headers)
    assert (back.status_code, back.json()["code"]) == (409, "already_trying")
    assert (await api.delete(f"{PATH}/{other}", headers=mother.headers)).status_code == 204
    assert (await api.delete(f"{PATH}/{plan}/ending", headers=mother.headers)).status_code == 204
    await make_pregnancy(mother.id)
    items = (await api.get(PATH, headers=mother.headers)).json()["items"]
    assert [each["status"] for each in items] == ["trying", "expected"]
