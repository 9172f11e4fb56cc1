"""Who sees the children: the family, nobody once she takes her letter back, and the silence after an end."""

from datetime import timedelta
from typing import Any

from foundation import clock
from server.tour.arriving import agree_to_privacy
from server.tour.letter import AUTHORIZATION, BABIES
from server.tour.people import Cast
from server.tour.story import Story, Voice, expect, new_key

FAMILY = "/api/v1/me/family"


def relative(story: Story, cast: Cast, baby_id: str) -> Voice:
    """The father, who sees a little."""
    story.chapter("17  Her father", "He belongs to the family and sees what the mother shares: never health data.")
    father = cast.father()
    code = cast.mother.ask("POST", f"{FAMILY}/invitations", show=("expires_at",))["code"]
    father.ask("POST", f"{FAMILY}/lookup", json={"code": code}, show=("head_name",))
    people = father.ask("POST", FAMILY, json={"code": code})["people"]
    path = f"{BABIES}/{baby_id}"
    story.tell("To be of the family alone shows him nothing:")
    father.is_refused("baby_not_found", "GET", path)
    me = next(person["id"] for person in people if person["is_me"])
    cast.mother.ask("POST", f"{path}/shares", json={"person_id": me, "role": "relative"})
    seen = father.ask("GET", path, show=("role", "nickname", "age", "gestation", "details"))
    expect(seen["details"] is None, "no day of birth, no allergies")
    father.is_refused("guardian_only", "GET", f"{path}/growth")
    father.is_refused("guardian_only", "GET", f"{path}/vaccinations")
    return father


def withdrawal(story: Story, cast: Cast, father: Voice, baby_id: str, *, expert: Voice, opened: str) -> None:
    """`opened`: the path of what the expert may see for some minutes more."""
    story.chapter("19  Taken back", "She takes her letter back: the very next read of everybody finds nothing.")
    path = f"{BABIES}/{baby_id}"
    taken_back = cast.mother.ask("POST", f"{AUTHORIZATION}/withdrawals", json={}, show=("given", "prompt"))
    cast.mother.is_refused("authorization_required", "GET", f"{path}/growth")
    father.is_refused("baby_not_found", "GET", path)
    expert.is_refused("disclosure_guardian_not_authorizing", "GET", opened)
    expect(cast.mother.ask("GET", BABIES)["items"] == [], "the list is empty")
    cast.mother.ask("GET", "/api/v1/me/card", show=("level.name", "points"))
    story.tell("Her card works as before, and for thirty days nobody asks her again. She gives it again by herself:")
    again = {"version": taken_back["version"], "purposes": ["service"], "is_guardian": True}
    cast.mother.ask("PUT", AUTHORIZATION, json=again, show=("given.given_at",))
    expect(len(cast.mother.ask("GET", BABIES)["items"]) == 2, "both children are there again")
    story.tell("The father moves out, and sees her no more:")
    father.ask("GET", path, show=("nickname", "age"))
    father.ask("DELETE", FAMILY, headers=new_key(), show=("points",))
    father.is_refused("baby_not_found", "GET", path)


def ending(story: Story, cast: Cast) -> None:
    story.chapter("20  An end", "Next door a pregnancy ends. One tap, no question, and nothing is ever said of it.")
    neighbour = cast.neighbour()
    agree_to_privacy(cast, neighbour)
    version = cast.visitor.ask("GET", "/api/v1/authorization-text")["version"]
    yes: dict[str, Any] = {"version": version, "purposes": ["service"], "is_guardian": True}
    neighbour.ask("PUT", AUTHORIZATION, json=yes)
    due = (clock.today() + timedelta(days=190)).isoformat()
    body = {"babies": [{"nickname": "小芽", "due_date": due, "due_date_from": "ultrasound"}]}
    (expected,) = neighbour.ask("POST", BABIES, json=body)["items"]
    path = f"{BABIES}/{expected['id']}"
    neighbour.ask("POST", f"{path}/ending")
    neighbour.ask("POST", f"{path}/ending")
    story.tell("A second tap changes nothing. There is nothing to be seen any more, and nothing to be heard:")
    expect(neighbour.ask("GET", BABIES)["items"] == [], "the list is empty")
    neighbour.is_refused("baby_not_found", "GET", path)
    inbox = neighbour.ask("GET", "/api/v1/me/notifications", show=("unread",))
    expect(inbox["items"] == [], "no message was made of it")
    story.tell("After seven days the key is destroyed, and with it what was written.")
