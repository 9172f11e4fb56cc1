"""Babies over HTTP: what is answered, to whom, and what of bad input."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from foundation import clock
from membership import authorizations
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative
from tests.makers.families import join, person_of
from tests.makers.members import MadeMember, make_member
from tests.statements import statements

PATH = "/api/v1/babies"


async def add(api: httpx.AsyncClient, mother: MadeMember, *babies: dict[str, Any]) -> httpx.Response:
    return await api.post(PATH, json={"babies": babies}, headers=mother.headers)


async def test_adding_seeing_changing(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    birth = clock.today() - timedelta(days=30)
    added = await add(
        api,
        mother,
        {"nickname": "小满", "birth_date": str(birth), "sex": "girl", "feeding": "mixed", "formula_share_percent": 40},
        {"nickname": "豆豆", "last_period": str(clock.today() - timedelta(days=85))},
    )
    assert added.status_code == 201, added.text
    child, pregnancy = added.json()["items"]
    assert (child["role"], child["status"], child["gestation"]) == ("mother", "born", None)
    assert child["details"]["formula_share_percent"] == 40
    assert (pregnancy["age"], pregnancy["gestation"]) == (None, {"weeks": 12, "days": 1})
    assert pregnancy["details"]["due_date_from"] == "last_period"
    assert (await api.get(PATH, headers=mother.headers)).json() == added.json()
    changed = await api.patch(f"{PATH}/{child['id']}", json={"allergies": ["egg"], "sex": None}, headers=mother.headers)
    assert changed.json()["details"]["allergies"] == ["egg"] and changed.json()["details"]["sex"] is None
    assert (await api.get(f"{PATH}/{child['id']}", headers=mother.headers)).json() == changed.json()


async def test_a_birth_of_twins(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=14))
    body = {"birth_date": str(clock.today()), "children": [{"nickname": "早早"}, {"nickname": "晚晚", "sex": "boy"}]}
    born = await api.post(f"{PATH}/{pregnancy}/birth", json=body, headers=mother.headers)
    assert born.status_code == 200, born.text
    assert [each["nickname"] for each in born.json()["items"]] == ["早早", "晚晚"]
    again = await api.post(f"{PATH}/{pregnancy}/birth", json=body, headers=mother.headers)
    assert again.json() == born.json()
    other = await api.post(
        f"{PATH}/{pregnancy}/birth", json={**body, "children": [{"nickname": "另一个"}]}, headers=mother.headers
    )
    assert (other.status_code, other.json()["code"]) == (409, "already_born")
    assert len((await api.get(PATH, headers=mother.headers)).json()["items"]) == 2


async def test_an_end_is_one_tap_and_answers_without_a_word(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    for _ in range(2):
        ended = await api.post(f"{PATH}/{pregnancy}/ending", headers=mother.headers)
        assert (ended.status_code, ended.content) == (204, b"")
    assert (await api.get(PATH, headers=mother.headers)).json()["items"] == []
    gone = await api.get(f"{PATH}/{pregnancy}", headers=mother.headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "baby_not_found")
    assert "宝宝" not in gone.json()["detail"], "nobody reminds her"
    assert (await api.delete(f"{PATH}/{pregnancy}/ending", headers=mother.headers)).status_code == 204
    assert (await api.delete(f"{PATH}/{pregnancy}", headers=mother.headers)).status_code == 204
    assert (await api.get(PATH, headers=mother.headers)).json()["items"] == []


async def test_sharing(api: httpx.AsyncClient) -> None:
    mother, father = await make_mother(), await make_member()
    child = await make_child(mother.id)
    await join(mother.id, father.id)
    person = str(await person_of(mother.id, father.id))
    shares = f"{PATH}/{child}/shares"
    shared = await api.post(shares, json={"person_id": person, "role": "relative"}, headers=mother.headers)
    assert [(each["person_id"], each["role"]) for each in shared.json()["items"]] == [(person, "relative")]
    seen = (await api.get(f"{PATH}/{child}", headers=father.headers)).json()
    assert (seen["role"], seen["details"], seen["nickname"]) == ("relative", None, "小满")
    refused = await api.patch(f"{PATH}/{child}", json={"nickname": "乖"}, headers=father.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "guardian_only")
    refused = await api.post(f"{PATH}/{child}/ending", headers=father.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_the_mother")
    left = await api.delete("/api/v1/me/family", headers={**father.headers, "Idempotency-Key": uuid4().hex})
    assert left.status_code == 200
    assert (await api.get(f"{PATH}/{child}", headers=father.headers)).status_code == 404
    assert (await api.get(shares, headers=mother.headers)).json()["items"] == []
    stopped = await api.delete(f"{shares}/{person}", headers=mother.headers)
    assert stopped.status_code == 204
    stranger = await api.post(shares, json={"person_id": person, "role": "relative"}, headers=mother.headers)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "family_person_not_found")


async def test_without_authorization(api: httpx.AsyncClient) -> None:
    mother = await make_member()
    refused = await add(api, mother, {"nickname": "小满", "birth_date": str(clock.today())})
    assert (refused.status_code, refused.json()["code"]) == (403, "authorization_required")
    assert (await api.get(PATH, headers=mother.headers)).json()["items"] == []


async def test_other_mothers_children_are_not_there(api: httpx.AsyncClient) -> None:
    mother, other = await make_mother(), await make_mother()
    child = await make_child(mother.id)
    birth = {"birth_date": str(clock.today()), "children": [{}]}
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"nickname": "坏"}),
        ("DELETE", "", None),
        ("POST", "/ending", None),
        ("DELETE", "/ending", None),
        ("POST", "/birth", birth),
        ("GET", "/shares", None),
        ("POST", "/shares", {"person_id": str(uuid4()), "role": "guardian"}),
        ("DELETE", f"/shares/{uuid4()}", None),
    ):
        for baby_id in (child, uuid4()):
            answer = await api.request(method, f"{PATH}/{baby_id}{path}", json=body, headers=other.headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "baby_not_found"), (method, path)
    assert (await api.get(f"{PATH}/not-an-id", headers=other.headers)).status_code == 404


@pytest.mark.parametrize(
    ("baby", "field"),
    [
        ({"birth_date": str(clock.today() + timedelta(days=1))}, "babies[0].birth_date"),
        ({"birth_date": "2026-02-31"}, "babies[0].birth_date"),
        ({"birth_date": "yesterday"}, "babies[0].birth_date"),
        ({"due_date": str(clock.today() + timedelta(days=730))}, "babies[0].due_date"),
        ({"due_date": "9999-12-31"}, "babies[0].due_date"),
        ({"due_date": "0001-01-01"}, "babies[0].due_date"),
        ({"last_period": "0001-01-01"}, "babies[0].last_period"),
        ({"last_period": "9999-12-31"}, "babies[0].last_period"),
        ({}, "babies[0].due_date"),
        (
            {"birth_date": str(clock.today()), "feeding": "mixed", "formula_share_percent": 140},
            "babies[0].formula_share_percent",
        ),
        ({"birth_date": str(clock.today()), "allergies": ["moonlight"]}, "babies[0].allergies"),
        ({"birth_date": str(clock.today()), "nickname": "小\u0007满"}, "babies[0].nickname"),
        ({"birth_date": str(clock.today()), "allergy_note": "a\u202eb"}, "babies[0].allergy_note"),
        ({"birth_date": str(clock.today()), "sex": "both"}, "babies[0].sex"),
        ({"birth_date": str(clock.today()), "formula_stage": 9}, "babies[0].formula_stage"),
        ({"birth_date": str(clock.today()), "id_number": "110101"}, "babies[0].id_number"),
    ],
)
async def test_bad_input_is_named(api: httpx.AsyncClient, baby: dict[str, Any], field: str) -> None:
    mother = await make_mother()
    answer = await add(api, mother, {"nickname": "小满", **baby})
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await api.get(PATH, headers=mother.headers)).json()["items"] == []


async def test_no_day_is_too_far_away_to_be_refused_well(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    child, pregnancy = await make_child(mother.id), await make_pregnancy(mother.id)
    for day in ("0001-01-01", "9999-12-31", "1900-02-28", "2999-02-28"):
        for baby_id, field in (
            (child, "birth_date"),
            (child, "due_date"),
            (child, "last_period"),
            (pregnancy, "due_date"),
            (pregnancy, "last_period"),
            (pregnancy, "birth_date"),
        ):
            answer = await api.patch(f"{PATH}/{baby_id}", json={field: day}, headers=mother.headers)
            assert answer.status_code == 422, (field, day)
        born = {"birth_date": day, "children": [{}]}
        answer = await api.post(f"{PATH}/{pregnancy}/birth", json=born, headers=mother.headers)
        assert answer.status_code == 422, day
    for field, value in (("cycle_days", 999), ("gestation_days_at_birth", 0), ("formula_share_percent", 1000)):
        for baby_id in (child, pregnancy):
            answer = await api.patch(f"{PATH}/{baby_id}", json={field: value}, headers=mother.headers)
            assert answer.status_code == 422, field


async def test_ten_year_old_newborns_and_crowds(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    answer = await add(api, mother, {"nickname": "大朋友", "birth_date": str(date(clock.today().year - 10, 1, 1))})
    assert (answer.status_code, answer.json()["code"]) == (422, "baby_too_old")
    assert "6岁" in answer.json()["detail"]
    for number in range(10):
        await make_child(mother.id, nickname=f"宝宝{number}")
    answer = await add(api, mother, {"nickname": "第十一个", "birth_date": str(clock.today())})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_babies")
    nobody = await api.post(PATH, json={"babies": []}, headers=mother.headers)
    assert nobody.status_code == 422


async def test_reading_is_one_statement(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    await make_child(mother.id, nickname="二宝")
    await make_relative(mother.id, child)
    for path in (PATH, f"{PATH}/{child}"):
        await api.get(path, headers=mother.headers)  # the session is in Redis from now on
        with statements() as seen:
            assert (await api.get(path, headers=mother.headers)).status_code == 200
        assert len(seen) == 1, seen


async def test_a_withdrawal_is_felt_by_the_next_request(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    father, _ = await make_relative(mother.id, child, "guardian")
    await authorizations.withdraw(mother.id, ["service"])
    hers = await api.get(f"{PATH}/{child}", headers=mother.headers)
    assert (hers.status_code, hers.json()["code"]) == (403, "authorization_required")
    assert (await api.get(f"{PATH}/{child}", headers=father.headers)).status_code == 404


async def test_the_coded_list(api: httpx.AsyncClient) -> None:
    items = (await api.get("/api/v1/allergens")).json()["items"]
    assert {"code": "cow_milk_protein", "title": "牛奶蛋白"} in items
