"""How the children grow: measurements with their figures, vaccinations, the calendar."""

import struct
from datetime import timedelta
from typing import Any

from foundation import clock
from server.tour.letter import BABIES, MONTHS_OLD
from server.tour.people import Cast
from server.tour.shopping import PNG
from server.tour.story import Story, expect, new_key

EARLIER: tuple[dict[str, int], ...] = (
    {"months": 3, "weight_g": 4_700, "length_mm": 563},
    {"months": 6, "weight_g": 6_500, "length_mm": 632},
    {"months": 12, "weight_g": 8_500, "length_mm": 722},
)
TODAY = {"length_mm": 773, "posture": "lying", "head_mm": 458}
PLANNED_SHOWN = 4


def growth(story: Story, cast: Cast, baby_id: str) -> None:
    story.chapter("14  Growth", "What was measured, and where it lies among girls of her corrected age.")
    path = f"{BABIES}/{baby_id}/growth"
    birth = clock.add_months(clock.today(), -MONTHS_OLD)
    for each in EARLIER:
        measured_on = clock.add_months(birth, each["months"]).isoformat()
        body = {"measured_on": measured_on, "weight_g": each["weight_g"], "length_mm": each["length_mm"]}
        record = cast.mother.ask("POST", path, json=body)
        story.tell(f"{measured_on}: {_figures(record)}")
    today = clock.today().isoformat()
    story.tell("900 kg, and a measurement of tomorrow:")
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    cast.mother.is_refused("invalid", "POST", path, json={"measured_on": today, "weight_g": 900_000})
    cast.mother.is_refused("invalid", "POST", path, json={"measured_on": tomorrow, "weight_g": 9_600})
    story.tell("A digit too many is possible, so it is kept, left out of the picture, and asked about:")
    slip = cast.mother.ask("POST", path, json={"measured_on": today, "weight_g": 29_600, **TODAY}, show=("check",))
    story.tell(f"“{slip['sentence']}”")
    expect(slip["check"] is True, "29.6 kg are asked about")
    show = ("check", "age", "corrected_age", "standard")
    right = cast.mother.ask("PATCH", f"{path}/{slip['id']}", json={"weight_g": 9_600}, show=show)
    story.tell(_figures(right))
    story.tell(f"“{right['sentence']}”")
    expect(right["check"] is False, "9.6 kg are not")
    _pictures(story, cast, path)


def _pictures(story: Story, cast: Cast, path: str) -> None:
    curve = cast.mother.ask("GET", f"{path}/curve?indicator=weight", show=("unit", "months"))
    expect(len(curve["points"]) == len(EARLIER) + 1, "every measurement is a point of the curve")
    picture = cast.mother.ask("GET", f"{path}/curve.png?indicator=weight")
    expect(picture.startswith(PNG), "the curve's picture is a PNG")
    width, height = struct.unpack(">II", picture[16:24])
    cast.mother.ask("GET", f"{path}/curve.svg?indicator=length")
    file = cast.place.home / "tour-growth.png"
    file.write_bytes(picture)
    story.tell(f"The curve as a picture to share: {width} × {height}, {len(picture) // 1024} kB, kept in {file}")


def vaccinations(story: Story, cast: Cast, baby_id: str) -> None:
    story.chapter("15  Vaccinations", "The newborn's plan by the national schedule; a dose given moves what follows.")
    path = f"{BABIES}/{baby_id}/vaccinations"
    plan = cast.mother.ask("GET", path, show=("schedule_title", "notice"))
    _next_doses(story, plan)
    doses = [{"series": "HepB", "number": 1}, {"series": "BCG", "number": 1}]
    given: dict[str, Any] = {"json": {"given_on": clock.today().isoformat(), "doses": doses}}
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    story.tell("Two doses in the maternity ward. Of tomorrow they can't be:")
    wrong = {"json": {"given_on": tomorrow, "doses": doses}}
    cast.mother.is_refused("invalid", "POST", path, **wrong, headers=new_key())
    plan = cast.mother.ask("POST", path, **given, headers=new_key())
    _next_doses(story, plan)
    cast.mother.is_refused("dose_already_recorded", "POST", path, **given, headers=new_key())
    done = [dose["series"] for dose in plan["doses"] if dose["status"] == "done"]
    expect(sorted(done) == ["BCG", "HepB"], "both are done")
    story.tell("Doses and 儿保 visits stand in one calendar, which her phone can take over:")
    calendar = cast.mother.ask("GET", f"{BABIES}/{baby_id}/calendar")["items"]
    coming = [entry for entry in calendar if entry["status"] != "done"]
    for entry in coming[:PLANNED_SHOWN]:
        story.tell(f"{entry['day']}  {entry['name']}")
    content = cast.mother.ask("GET", f"{BABIES}/{baby_id}/calendar.ics")
    events = content.count(b"BEGIN:VEVENT")
    expect(events > 0, "the file holds what is to come")
    file = cast.place.home / "tour-calendar.ics"
    file.write_bytes(content)
    story.tell(f"{events} days in {file}; it does not say whose child it is of.")


def _figures(record: dict[str, Any]) -> str:
    return "; ".join(
        f"{figure['indicator']} {figure['value']:g}, z {figure['z']}, P{figure['percentile']}"
        for figure in record["figures"]
    )


def _next_doses(story: Story, plan: dict[str, Any]) -> None:
    for dose in [dose for dose in plan["doses"] if dose["status"] != "done"][:PLANNED_SHOWN]:
        story.tell(f"{dose['status']:8} {dose['earliest']}  {dose['name']}")
