"""《母婴健康数据授权书》, and the children who may be written down once it is given."""

from datetime import timedelta
from typing import Any

from foundation import clock
from server.tour.people import Cast
from server.tour.story import Story, Voice, expect

AUTHORIZATION = "/api/v1/me/authorization"
BABIES = "/api/v1/babies"
CHILD: dict[str, Any] = {"nickname": "小满", "sex": "girl", "gestation_days_at_birth": 245, "allergies": ["egg"]}
MONTHS_OLD = 16
PREGNANT_DAYS = 272


def letter(story: Story, cast: Cast) -> None:
    story.chapter("12  The letter", "Her children's data needs a yes of its own. Everything up to here did without.")
    cast.mother.ask("GET", AUTHORIZATION, show=("prompt", "given"))
    story.tell("A child, without the letter:")
    cast.mother.is_refused("authorization_required", "POST", BABIES, json={"babies": [_child()]})
    text = cast.visitor.ask("GET", "/api/v1/authorization-text")
    story.tell(
        f"《{text['title']}》 version {text['version']}, valid for {text['valid_days']} days. Not one box is ticked:"
    )
    for purpose in text["purposes"]:
        story.tell(f"[ ] {purpose['title']} ({purpose['purpose']})")
    ticked = {"version": text["version"], "purposes": ["service", "expert"]}
    cast.mother.is_refused("guardian_not_confirmed", "PUT", AUTHORIZATION, json=ticked)
    given = cast.mother.ask("PUT", AUTHORIZATION, json={**ticked, "is_guardian": True}, show=("given.valid_until",))
    for purpose in given["purposes"]:
        story.tell(f"[{'x' if purpose['granted'] else ' '}] {purpose['title']}")
    path = f"{AUTHORIZATION}/receipts/{given['given']['receipt_id']}"
    cast.mother.ask("GET", path, show=("member_number", "is_guardian", "given_at", "ended_at"))
    page = cast.mother.ask("GET", f"{path}/page.html")
    file = cast.place.home / "tour-receipt.html"
    file.write_bytes(page)
    story.tell(f"The receipt as a page to print: {file}")


def children(story: Story, cast: Cast) -> tuple[str, str]:
    """Her child and the one who is born today; their ids."""
    story.chapter("13  Two children", "A girl who came five weeks early, and a child who is to come any day.")
    _mistakes(story, cast.mother)
    (child,) = cast.mother.ask("POST", BABIES, json={"babies": [_child()]})["items"]
    details = child["details"]
    story.tell(
        f"{child['nickname']}: {_said(child['age'])} old, born {details['birth_date']} after"
        f" {details['gestation_days_at_birth'] // 7} weeks, allergies: {'、'.join(details['allergies'])}"
    )
    last_period = clock.today() - timedelta(days=PREGNANT_DAYS)
    body = {"babies": [{"nickname": "豆豆", "last_period": last_period.isoformat(), "cycle_days": 30}]}
    (expected,) = cast.mother.ask("POST", BABIES, json=body)["items"]
    story.tell(
        f"豆豆: {_said(expected['gestation'])}, due {expected['details']['due_date']}, a cycle of 30 days counted in."
    )
    again = cast.mother.ask("POST", BABIES, json=body)["items"]
    expect([each["id"] for each in again] == [expected["id"]], "a second tap adds nobody")
    path = f"{BABIES}/{expected['id']}"
    cast.mother.ask("GET", f"{path}/stage", show=("title", "words", "next.words"))
    story.tell("And 豆豆 is there. One step, and the pregnancy is a child:")
    birth = {"birth_date": clock.today().isoformat(), "children": [{"sex": "boy"}]}
    (born,) = cast.mother.ask("POST", f"{path}/birth", json=birth)["items"]
    expect(born["id"] == expected["id"] and born["status"] == "born", "it is the same profile")
    story.tell(f"{born['nickname']}: {_said(born['age'])} old, {_weeks(born['details']['gestation_days_at_birth'])}.")
    for baby_id in (born["id"], child["id"]):
        cast.mother.ask("GET", f"{BABIES}/{baby_id}/stage", show=("title", "words", "corrected.words", "next.words"))
    _not_hers(story, cast, child["id"])
    return child["id"], born["id"]


def _mistakes(story: Story, mother: Voice) -> None:
    today = clock.today()
    for about, wrong in (
        ("A birth next week:", {"birth_date": today + timedelta(days=7)}),
        ("A birth in two years:", {"due_date": today + timedelta(days=730)}),
    ):
        story.tell(about)
        body = {"nickname": "小满"} | {name: day.isoformat() for name, day in wrong.items()}
        mother.is_refused("invalid", "POST", BABIES, json={"babies": [body]})
    story.tell("31 February, and a newborn of ten years:")
    mother.is_refused("invalid", "POST", BABIES, json={"babies": [{"nickname": "小满", "birth_date": "2026-02-31"}]})
    old = {"nickname": "小满", "birth_date": clock.add_months(today, -120).isoformat()}
    mother.is_refused("baby_too_old", "POST", BABIES, json={"babies": [old]})


def _not_hers(story: Story, cast: Cast, baby_id: str) -> None:
    story.tell("The neighbour has come by the child's id. For her there is no such child:")
    cast.neighbour().is_refused("baby_not_found", "GET", f"{BABIES}/{baby_id}")


def _child() -> dict[str, Any]:
    return {**CHILD, "birth_date": clock.add_months(clock.today(), -MONTHS_OLD).isoformat()}


def _said(age: dict[str, int]) -> str:
    return " and ".join(f"{number} {unit}" for unit, number in age.items())


def _weeks(days: int) -> str:
    return f"born after {days // 7} weeks and {days % 7} days"
