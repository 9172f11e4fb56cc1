"""A second standard is a folder: a made-up one, of percentiles by month, is laid beside WHO's and drawn."""

import json
import shutil
from pathlib import Path
from statistics import NormalDist
from typing import Any

import httpx
import pytest

from foundation import clock
from foundation.errors import Invalid
from membership.growth import scoring, standards
from membership.growth.curves import lines
from membership.growth.standards import chosen, reading, registered
from tests.makers.babies import make_child, make_mother
from tests.makers.growth import measure

MADE_UP = {
    "code": "made_up",
    "name": "测试用标准（2001）",
    "note": "这是测试用的数值",
    "source": "made up for a test",
    "last_month": 84,
    "last_day": 2556,
    "standing_from_day": 731,
}
MONTHS = ("0", "3", "6", "12", "23.99", "24", "36", "60", "84")
Z3 = NormalDist().inv_cdf(0.03)


def figures(kind: str) -> str:
    """Boys at m months weigh 3 + m/2 kg at the median, and half a kilogram more or less a standard deviation."""
    heads = {"P": "P3,P15,P50,P85,P97", "SD": "SD-3,SD-2,SD-1,SD0,SD1,SD2,SD3", "LMS": "L,M,S"}
    zs = {"P": [Z3, -1.0364333894937898, 0, 1.0364333894937898, -Z3], "SD": [-3, -2, -1, 0, 1, 2, 3]}
    rows = []
    for sex in ("female", "male"):
        for month in MONTHS:
            median = 3 + float(month) / 2 - (0.4 if sex == "female" else 0)
            spread = (1, median, 0.5 / median) if kind == "LMS" else [median + z / 2 for z in zs[kind]]
            rows.append(f"weight_kg,{sex},{month},{','.join(f'{each:.6f}' for each in spread)}")
    return f"indicator,sex,age_months,{heads[kind]}\n" + "\n".join(rows) + "\n"


def lay(folder: Path, text: str, **told: Any) -> None:
    (folder / "made_up").mkdir(exist_ok=True)
    (folder / "made_up" / "standard.json").write_text(json.dumps({**MADE_UP, **told}))
    (folder / "made_up" / "figures.csv").write_text(text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where WHO's standard lies, and a second one."""
    shutil.copytree(standards.FOLDER / "who_2006", tmp_path / "who_2006")
    lay(tmp_path, figures("P"))
    monkeypatch.setattr(standards, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", ["P", "SD", "LMS"])
def test_a_folder_is_a_standard_whatever_its_figures_are_given_as(folder: Path, kind: str) -> None:
    lay(folder, figures(kind))
    reading.read.cache_clear()
    assert list(registered()) == ["who_2006", "made_up"]
    assert chosen(None).code == "who_2006"
    made_up = chosen("made_up")
    half = round(7.5 * reading.DAYS_A_MONTH)
    for day, median in ((0, 3.0), (half, 3 + half / reading.DAYS_A_MONTH / 2), (2556, 3 + 2556 / 60.875)):
        spread = made_up.spread("weight", "boy", day)
        assert spread is not None
        assert scoring.value_at(spread, 0) == pytest.approx(median, abs=1e-5)
        # Between two ages, L, M and S are each on a straight line, and what they make of them nearly.
        near = 0.15 if kind == "LMS" and day else 1e-4
        for z in (-4.0, -2.5, -1.2, 0.0, 0.3, 1.9, 3.5):
            assert scoring.z_score("weight", spread, median + z / 2) == pytest.approx(z, abs=near)
    assert made_up.spread("weight", "boy", 2557) is None
    assert made_up.spread("weight", "boy", -1) is None
    assert made_up.spread("head", "boy", 100) is None
    reading.read.cache_clear()


def test_its_curves_are_drawn_to_its_own_end(folder: Path) -> None:
    drawn = lines(chosen("made_up"), "weight", "girl", 84)
    assert [line.percentile for line in drawn] == [3, 15, 50, 85, 97]
    assert [line.pieces[0][-1] for line in drawn][2] == (2556, pytest.approx(2.6 + 2556 / 60.875, abs=1e-3))


@pytest.mark.usefixtures("world")
async def test_a_curve_is_shown_by_the_standard_that_was_chosen(api: httpx.AsyncClient, folder: Path) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(clock.today(), -66), sex="boy", nickname="年糕")
    made = await measure(mother.id, baby, 0, weight_g=36_000)
    path = f"/api/v1/babies/{baby}/growth"

    async def get(part: str) -> httpx.Response:
        return await api.get(path + part, headers=mother.headers)

    assert (made.assessed.without, made.assessed.sentence) == ("beyond_standard", made.assessed.sentence)
    assert "只到5岁" in made.assessed.sentence
    curve = (await get("/curve?indicator=weight&standard=made_up")).json()
    assert (curve["standard"], curve["note"], curve["months"]) == ("测试用标准（2001）", "这是测试用的数值", 84)
    (point,) = curve["points"]
    assert abs(float(point["z"])) < 0.2
    usual = (await get("/curve?indicator=weight&months=84")).json()
    assert (usual["months"], usual["points"]) == (60, [])
    assert "WHO 2006" in usual["standard"] and "WS/T 423-2022" in usual["note"]
    svg = (await get("/curve.svg?indicator=weight&standard=made_up")).text
    assert "标准：测试用标准（2001）" in svg and "这是测试用的数值" in svg and "0–7 岁" in svg
    assert "WHO" not in svg and svg.count("<circle") == 1
    for listed in (
        (await get("?standard=made_up")).json()["items"][0],
        (await get(f"/{made.id}?standard=made_up")).json(),
    ):
        assert (listed["standard"], listed["without"], len(listed["figures"])) == ("测试用标准（2001）", None, 1)
    assert "WHO 2006" in (await get("")).json()["items"][0]["standard"]
    for part, field in (
        ("/curve?indicator=weight&standard=none", "standard"),
        ("?standard=none", "standard"),
        (f"/{made.id}?standard=none", "standard"),
        ("/curve?indicator=head&standard=made_up", "indicator"),
        ("/curve.svg?indicator=head&standard=made_up", "indicator"),
    ):
        refused = await get(part)
        assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (422, [field]), part


@pytest.mark.parametrize(
    "text",
    [
        figures("P").replace("weight_kg,male,3,", "weight_kg,male,0,"),  # not in the order of the ages
        figures("P").replace("weight_kg,male,3,", "weight_kg,male,3,1,"),
        figures("LMS").replace("weight_kg,male,3,", "weight_kg,male,3,x"),
    ],
)
def test_figures_that_are_none_are_refused(folder: Path, text: str) -> None:
    (folder / "bad.csv").write_text(text)
    reading.read.cache_clear()
    with pytest.raises(ValueError):
        reading.read(folder / "bad.csv")


def test_two_that_are_shown_to_everybody_are_refused(folder: Path) -> None:
    lay(folder, figures("P"), default=True)
    with pytest.raises(AssertionError):
        registered()


def test_a_standard_that_there_is_not_is_named_with_those_there_are(folder: Path) -> None:
    with pytest.raises(Invalid) as refused:
        chosen("wst_423")
    assert "made_up（测试用标准（2001））" in refused.value.errors[0].message


def test_every_standard_that_ships_is_whole() -> None:
    assert len(registered()) == len(list(standards.FOLDER.glob("*/figures.csv")))
    for standard in registered().values():
        for indicator in standards.INDICATORS:
            for sex in ("girl", "boy"):
                assert standard.has(indicator, sex)
                assert standard.spread(indicator, sex, standard.last_day) is not None
                assert standard.spread(indicator, sex, standard.last_day + 1) is None
