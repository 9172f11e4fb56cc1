"""Vaccinations and the calendar over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, get_args
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from foundation import clock, database
from membership import vaccinations
from miniprogram_api.vaccinations import Series
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative
from tests.makers.members import MadeMember
from tests.statements import statements

TODAY = clock.today()
BORN = TODAY - timedelta(days=100)
NOTICE = "以接种门诊安排为准。"


@pytest.fixture
async def mother(api: httpx.AsyncClient) -> AsyncIterator[MadeMember]:
    yield await make_mother()


@pytest.fixture
async def baby(mother: MadeMember) -> str:
    return f"/api/v1/babies/{await make_child(mother.id, BORN)}"


def keyed(mother: MadeMember, key: str | None = None) -> dict[str, str]:
    return {**mother.headers, "Idempotency-Key": key or uuid4().hex}


def visit(*doses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"given_on": str(BORN), "doses": list(doses) or [{"series": "HepB", "number": 1}], **more}


def dose_of(plan: dict[str, Any], series: str, number: int) -> dict[str, Any]:
    (found,) = [dose for dose in plan["doses"] if (dose["series"], dose["number"]) == (series, number)]
    return dict(found)


async def test_the_plan_says_what_is_due_and_who_decides(api: httpx.AsyncClient, mother: MadeMember, baby: str) -> None:
    with statements() as seen:
        answer = await api.get(f"{baby}/vaccinations", headers=mother.headers)
    assert answer.status_code == 200, answer.text
    plan = answer.json()
    assert (plan["schedule"], plan["newer_schedule"], plan["notice"]) == ("nip-2026", None, NOTICE)
    assert plan["courses"] == [
        {"series": "JE", "vaccine": "JE-L", "choices": ["JE-L", "JE-I"]},
        {"series": "HepA", "vaccine": "HepA-L", "choices": ["HepA-L", "HepA-I"]},
    ]
    assert dose_of(plan, "HepB", 1) == {
        "series": "HepB",
        "number": 1,
        "vaccine": "HepB",
        "name": "乙肝疫苗 第1剂",
        "protects_against": "乙肝",
        "status": "overdue",
        "earliest": str(BORN),
        "recommended_until": str(BORN + timedelta(days=1)),
        "given_on": None,
        "record": None,
        "remarks": [],
    }
    assert [remark["code"] for remark in dose_of(plan, "BCG", 1)["remarks"]] == ["test_first"]
    assert len([statement for statement in seen if "baby" in statement]) == 2, seen


async def test_recorded_corrected_skipped_and_removed(api: httpx.AsyncClient, mother: MadeMember, baby: str) -> None:
    path = f"{baby}/vaccinations"
    doses = [{"series": "HepB", "number": 1}, {"series": "BCG", "number": 1}]
    made = await api.post(path, json=visit(*doses), headers=keyed(mother))
    assert made.status_code == 201, made.text
    assert (await api.get(path, headers=mother.headers)).json() == made.json()
    record = dose_of(made.json(), "HepB", 1)["record"]
    early = {"given_on": str(BORN + timedelta(days=20)), "doses": [{"series": "HepB", "number": 2}]}
    second = (await api.post(path, json=early, headers=keyed(mother))).json()
    assert {remark["code"] for remark in dose_of(second, "HepB", 2)["remarks"]} == {"too_young", "too_soon"}
    one = f"{path}/{dose_of(second, 'HepB', 2)['record']}"
    corrected = await api.patch(one, json={"given_on": str(BORN + timedelta(days=40))}, headers=mother.headers)
    assert dose_of(corrected.json(), "HepB", 2)["remarks"] == []
    skipped = await api.post(f"{path}/skips", json={"doses": [{"series": "MMR", "number": 1}]}, headers=mother.headers)
    assert (skipped.status_code, dose_of(skipped.json(), "MMR", 1)["status"]) == (200, "skipped")
    assert (await api.delete(one, headers=mother.headers)).status_code == 204
    again = await api.delete(one, headers=mother.headers)
    assert (again.status_code, again.json()["code"]) == (404, "vaccination_not_found")
    plan = (await api.get(path, headers=mother.headers)).json()
    assert dose_of(plan, "HepB", 1)["record"] == record
    assert dose_of(plan, "HepB", 2)["status"] == "overdue" or dose_of(plan, "HepB", 2)["status"] == "due"


async def test_one_injection_of_several_vaccines_and_one_outside_of_the_plan(
    api: httpx.AsyncClient, mother: MadeMember, baby: str
) -> None:
    path = f"{baby}/vaccinations"
    six = {"series": "DTaP", "number": 1, "vaccine": "DTaP-IPV-HepB-Hib"}
    body = {"given_on": str(TODAY), "doses": [six, {"series": "Rotavirus", "number": 1, "vaccine": "RV"}]}
    plan = (await api.post(path, json=body, headers=keyed(mother))).json()
    parts = [dose_of(plan, series, 1) for series in ("DTaP", "Polio", "HepB", "Hib")]
    assert {(part["status"], part["given_on"], part["record"]) for part in parts} == {
        ("done", str(TODAY), parts[0]["record"])
    }
    assert [remark["code"] for remark in parts[1]["remarks"]] == ["counted_together"]
    assert dose_of(plan, "Rotavirus", 1)["protects_against"] == "轮状病毒肠炎"
    assert (await api.delete(f"{path}/{parts[0]['record']}", headers=mother.headers)).status_code == 204
    plan = (await api.get(path, headers=mother.headers)).json()
    assert [dose["series"] for dose in plan["doses"] if dose["status"] == "done"] == ["Rotavirus"]


def test_the_list_is_that_of_the_house() -> None:
    assert get_args(Series) == tuple(vaccinations.SERIES)


async def test_the_same_request_twice_is_one_and_keeps_nothing_in_clear(
    api: httpx.AsyncClient, mother: MadeMember, baby: str
) -> None:
    key = uuid4().hex
    first = await api.post(f"{baby}/vaccinations", json=visit(), headers=keyed(mother, key))
    again = await api.post(f"{baby}/vaccinations", json=visit(), headers=keyed(mother, key))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    twice = await api.post(f"{baby}/vaccinations", json=visit(), headers=keyed(mother))
    assert (twice.status_code, twice.json()["code"]) == (409, "dose_already_recorded")
    other = await api.post(f"{baby}/vaccinations", json=visit(given_on=str(TODAY)), headers=keyed(mother, key))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    missing = await api.post(f"{baby}/vaccinations", json=visit(), headers=mother.headers)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_required")
    kept = await database.fetchval("SELECT answer FROM idempotency_key WHERE key = $1", key)
    assert kept
    assert all(word.encode() not in kept for word in ("HepB", "乙肝", str(BORN)))


async def test_another_course_and_another_edition(api: httpx.AsyncClient, mother: MadeMember, baby: str) -> None:
    path = f"{baby}/vaccinations"
    chosen = await api.patch(path, json={"courses": {"JE": "JE-I"}}, headers=mother.headers)
    assert dose_of(chosen.json(), "JE", 4)["vaccine"] == "JE-I"
    older = (await api.patch(path, json={"schedule": "nip-2021"}, headers=mother.headers)).json()
    assert (older["schedule"], older["newer_schedule"]) == ("nip-2021", "nip-2026")
    assert dose_of(older, "JE", 4)["vaccine"] == "JE-I"
    for body, field in (({"schedule": "nip-1999"}, "schedule"), ({"courses": {"JE": "MMR"}}, "courses.JE")):
        refused = await api.patch(path, json=body, headers=mother.headers)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


async def test_the_calendar_and_its_file(api: httpx.AsyncClient, mother: MadeMember, baby: str) -> None:
    calendar = (await api.get(f"{baby}/calendar", headers=mother.headers)).json()
    assert calendar["notice"] == NOTICE
    assert {item["kind"] for item in calendar["items"]} == {"vaccination", "visit"}
    file = await api.get(f"{baby}/calendar.ics", headers=mother.headers)
    assert file.status_code == 200
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert file.headers["cache-control"] == "no-store"
    events = Calendar.from_ical(file.content).walk("VEVENT")
    assert len(events) == len([item for item in calendar["items"] if item["status"] not in ("done", "past")])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"given_on": str(TODAY + timedelta(days=1))}, "given_on"),
        ({"given_on": str(BORN - timedelta(days=1))}, "given_on"),
        ({"given_on": "2026-02-31"}, "given_on"),
        ({"given_on": "0001-01-01"}, "given_on"),
        ({"given_on": 20260101}, "given_on"),
        ({"given_on": None}, "given_on"),
        ({"doses": []}, "doses"),
        ({"doses": [{"series": "HepB", "number": 1}] * 13}, "doses"),
        ({"doses": [{"series": "Smallpox", "number": 1}]}, "doses[0].series"),
        ({"doses": [{"series": "HepB", "number": 0}]}, "doses[0].number"),
        ({"doses": [{"series": "HepB", "number": 7}]}, "doses[0].number"),
        ({"doses": [{"series": "HepB", "number": 2**64}]}, None),
        ({"doses": [{"series": "HepB", "number": 1, "vaccine": "MMR"}]}, "doses[0].vaccine"),
        ({"doses": [{"series": "HepB", "number": 1, "vaccine": "a\x00"}]}, None),
        ({"doses": [{"series": "HepB", "number": 4}]}, "doses[0].vaccine"),
        ({"doses": [{"series": "HepB", "number": 1, "lot": "7"}]}, None),
        ({"lot": "7"}, None),
    ],
)
async def test_bad_input_names_its_place(
    change: dict[str, Any], field: str | None, api: httpx.AsyncClient, mother: MadeMember, baby: str
) -> None:
    answer = await api.post(f"{baby}/vaccinations", json={**visit(), **change}, headers=keyed(mother))
    assert answer.status_code == 422, answer.text
    if field is not None:
        assert answer.json()["errors"][0]["field"] == field
    plan = (await api.get(f"{baby}/vaccinations", headers=mother.headers)).json()
    assert dose_of(plan, "HepB", 1)["status"] == "overdue"


async def test_guardians_only(api: httpx.AsyncClient, mother: MadeMember, baby: str) -> None:
    baby_id = baby.rpartition("/")[2]
    stranger = await make_mother()
    relative, _ = await make_relative(mother.id, baby_id)  # type: ignore[arg-type]  # the text of the id does as well
    requests: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
        ("GET", "/vaccinations", None),
        ("POST", "/vaccinations", visit()),
        ("PATCH", "/vaccinations", {}),
        ("POST", "/vaccinations/skips", {"doses": [{"series": "MMR", "number": 1}]}),
        ("PATCH", "/vaccinations/abcdefgh", {"number": 1}),
        ("DELETE", "/vaccinations/abcdefgh", None),
        ("GET", "/calendar", None),
        ("GET", "/calendar.ics", None),
    )
    for method, path, body in requests:
        for reader, status, code in ((stranger, 404, "baby_not_found"), (relative, 403, "guardian_only")):
            answer = await api.request(method, baby + path, json=body, headers=keyed(reader))
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, path)
        assert (await api.request(method, baby + path, json=body)).status_code == 401


async def test_a_pregnancy_has_to_wait(api: httpx.AsyncClient, mother: MadeMember) -> None:
    path = f"/api/v1/babies/{await make_pregnancy(mother.id)}"
    for answer in (
        await api.get(f"{path}/vaccinations", headers=mother.headers),
        await api.post(f"{path}/vaccinations", json=visit(), headers=keyed(mother)),
        await api.get(f"{path}/calendar.ics", headers=mother.headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "not_born_yet")


@pytest.mark.parametrize("record", ["x", "长长", "a" * 65, "..%2F..", "%00"])
async def test_no_such_record(record: str, api: httpx.AsyncClient, mother: MadeMember, baby: str) -> None:
    assert (await api.delete(f"{baby}/vaccinations/{record}", headers=mother.headers)).status_code == 404
    body = {"given_on": str(TODAY)}
    assert (await api.patch(f"{baby}/vaccinations/{record}", json=body, headers=mother.headers)).status_code == 404
