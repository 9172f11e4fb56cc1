"""Growth over HTTP."""

import io
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from foundation import clock
from miniprogram_api import painting
from tests.makers.babies import make_child, make_mother, make_relative
from tests.makers.members import MadeMember

TODAY = str(clock.today())


@pytest.fixture
async def mother() -> MadeMember:
    return await make_mother()


@pytest.fixture
async def path(mother: MadeMember, api: httpx.AsyncClient) -> str:
    return f"/api/v1/babies/{await make_child(mother.id, sex='girl', nickname='年糕')}/growth"


async def test_written_down_corrected_listed_and_deleted(api: httpx.AsyncClient, mother: MadeMember, path: str) -> None:
    body = {"measured_on": TODAY, "weight_g": 5900, "length_mm": 607, "posture": "lying", "head_mm": 399}
    made = await api.post(path, json=body, headers=mother.headers)
    assert made.status_code == 201, made.text
    record = made.json()
    assert {name: record[name] for name in body} == body
    assert record["check"] is False
    assert (record["corrected_age"], record["without"]) == (None, None)
    assert record["age"]["months"] == 3
    weight = record["figures"][0]
    assert (weight["indicator"], weight["value"], weight["implausible"]) == ("weight", 5.9, False)
    assert -1 < float(weight["z"]) < 1
    assert 20 < float(weight["percentile"]) < 80
    assert "WHO 2006" in record["standard"]
    assert "建议下次儿保时咨询医生" in record["sentence"]
    one = f"{path}/{record['id']}"
    changed = await api.patch(one, json={"weight_g": 6000, "posture": None}, headers=mother.headers)
    assert (changed.json()["weight_g"], changed.json()["posture"], changed.json()["head_mm"]) == (6000, None, 399)
    assert (await api.get(one, headers=mother.headers)).json() == changed.json()
    listed = await api.get(path, headers=mother.headers)
    assert listed.json() == {"items": [changed.json()], "next_cursor": None}
    assert (await api.delete(one, headers=mother.headers)).status_code == 204
    again = await api.delete(one, headers=mother.headers)
    assert (again.status_code, again.json()["code"]) == (404, "growth_record_not_found")


async def test_an_unlikely_weight_is_asked_about(api: httpx.AsyncClient, mother: MadeMember, path: str) -> None:
    made = (await api.post(path, json={"measured_on": TODAY, "weight_g": 16_000}, headers=mother.headers)).json()
    assert made["check"] is True
    assert "核对" in made["sentence"]
    sure = await api.patch(f"{path}/{made['id']}", json={"confirmed": True}, headers=mother.headers)
    assert (sure.json()["check"], sure.json()["confirmed"]) == (False, True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weight_g": 900_000}, "weight_g"),
        ({"weight_g": 2**70}, None),
        ({"weight_g": 6.5}, "weight_g"),
        ({"weight_g": "6000"}, "weight_g"),
        ({"weight_g": None}, "weight_g"),
        ({"length_mm": 0}, "length_mm"),
        ({"head_mm": -3}, "head_mm"),
        ({"posture": "sitting"}, "posture"),
        ({"measured_on": "2026-02-31"}, "measured_on"),
        ({"measured_on": str(clock.today() + timedelta(days=1))}, "measured_on"),
        ({"measured_on": str(clock.today() - timedelta(days=101))}, "measured_on"),
        ({"measured_on": "0001-01-01"}, "measured_on"),
        ({"measured_on": "9999-12-31"}, "measured_on"),
        ({"measured_on": None}, "measured_on"),
        ({"z": "0.00"}, None),
    ],
)
async def test_bad_input_names_its_place(
    api: httpx.AsyncClient, mother: MadeMember, path: str, change: dict[str, object], field: str | None
) -> None:
    refused = await api.post(path, json={"measured_on": TODAY, "weight_g": 6000, **change}, headers=mother.headers)
    assert refused.status_code == 422, refused.text
    problem = refused.json()
    if field is not None:
        assert [error["field"] for error in problem["errors"]] == [field]
    assert (await api.get(path, headers=mother.headers)).json()["items"] == []


@pytest.mark.parametrize("query", ["", "indicator=girth", "indicator=weight&months=7", "indicator=weight&x=1"])
async def test_curves_that_there_are_not(api: httpx.AsyncClient, mother: MadeMember, path: str, query: str) -> None:
    for shape in ("", ".svg", ".png"):
        assert (await api.get(f"{path}/curve{shape}?{query}", headers=mother.headers)).status_code == 422


async def test_a_strangers_baby_a_relatives_share_and_no_session(
    api: httpx.AsyncClient, mother: MadeMember, path: str
) -> None:
    baby_id = path.split("/")[4]
    relative, _ = await make_relative(mother.id, baby_id)
    stranger = await make_mother()
    made = (await api.post(path, json={"measured_on": TODAY, "weight_g": 6000}, headers=mother.headers)).json()
    for part in (
        "",
        f"/{made['id']}",
        "/curve?indicator=weight",
        "/curve.svg?indicator=bmi",
        "/curve.png?indicator=head",
    ):
        for headers, status, code in (
            (stranger.headers, 404, "baby_not_found"),
            (relative.headers, 403, "guardian_only"),
            ({}, 401, "unauthorized"),
        ):
            answer = await api.get(path + part, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (status, code), part
    none = await api.get(f"/api/v1/babies/{uuid4()}/growth", headers=mother.headers)
    assert (none.status_code, none.json()["code"]) == (404, "baby_not_found")
    assert (await api.get("/api/v1/babies/no-id/growth", headers=mother.headers)).status_code == 404
    assert (await api.get(f"{path}/no-id", headers=mother.headers)).status_code == 404


async def test_a_curve_as_data_and_as_pictures(
    api: httpx.AsyncClient, mother: MadeMember, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting.painter, "patience_seconds", 60.0)
    for days_ago, weight_g in ((99, 3200), (60, 4700), (0, 6000)):
        body = {"measured_on": str(clock.today() - timedelta(days=days_ago)), "weight_g": weight_g}
        assert (await api.post(path, json=body, headers=mother.headers)).status_code == 201
    curve = (await api.get(f"{path}/curve?indicator=weight", headers=mother.headers)).json()
    assert [line["percentile"] for line in curve["lines"]] == [3, 15, 50, 85, 97]
    assert curve["lines"][2]["pieces"][0][0] == [0, 3.232]
    assert [(point["day"], point["value"]) for point in curve["points"]] == [(1, 3.2), (40, 4.7), (100, 6.0)]
    assert (curve["months"], curve["unit"], curve["sex"]) == (6, "kg", "girl")
    svg = await api.get(f"{path}/curve.svg?indicator=weight&months=12", headers=mother.headers)
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.headers["content-security-policy"] == "default-src 'none'"
    assert svg.headers["cache-control"] == "no-store"
    assert all(words in svg.text for words in ("年糕 · 体重曲线", "WHO 2006", "P97", "咨询医生"))
    assert svg.text.count("<circle") == 3
    png = await api.get(f"{path}/curve.png?indicator=weight", headers=mother.headers)
    assert (png.status_code, png.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(png.content)).size == (750, 1000)


async def test_without_a_sex_there_is_no_curve(api: httpx.AsyncClient, mother: MadeMember) -> None:
    path = f"/api/v1/babies/{await make_child(mother.id)}/growth"
    refused = await api.get(f"{path}/curve?indicator=weight", headers=mother.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "sex_needed")
