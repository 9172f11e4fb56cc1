"""Who of the staff looks behind the masks, with whose consent, and that the mother reads of it."""

from typing import Any

from server.tour.people import Cast
from server.tour.story import Story, Voice, expect

DISCLOSURES = "/staff/v1/disclosures"
TWICE_SEEN = 2


def who_looked(story: Story, cast: Cast, baby_id: str) -> tuple[Voice, str]:
    """The expert, and the path of what he may see for half an hour."""
    story.chapter("18  Who looked", "An expert is to answer a question of hers. Behind the mask he asks, and waits.")
    number = cast.mother.ask("GET", "/api/v1/me/card", show=("number",))["number"]
    expert, officer = cast.staff("expert"), cast.staff("privacy_officer")
    expert.ask("GET", f"/staff/v1/members/{number}", show=("name", "phone", "babies"))
    expert.is_refused("disclosure_not_for_this_role", "POST", DISCLOSURES, json=_phone(number, "complaint"))
    asked: dict[str, Any] = {
        "kind": "baby_details",
        "member_number": number,
        "baby_id": baby_id,
        "purpose": "expert_answer",
        "reason": "答复关于辅食过敏的咨询",
    }
    story.tell("Of a child he must also say that it is no relative of his:")
    expert.is_refused("disclosure_relation_not_denied", "POST", DISCLOSURES, json=asked)
    request = expert.ask("POST", DISCLOSURES, json={**asked, "unrelated": True}, show=("state",))
    path = f"{DISCLOSURES}/{request['id']}"
    expert.is_refused("disclosure_not_open", "GET", f"{path}/value")
    _not_alone(story, officer, {**asked, "purpose": "privacy_request", "unrelated": True})
    officer.ask("POST", f"{path}/approval", json={"unrelated": True}, show=("state", "open_until"))
    for _ in range(TWICE_SEEN):
        expert.ask("GET", f"{path}/value", show=("baby.nickname", "baby.allergies"))
    story.tell("Who approves sees nothing:")
    officer.is_refused("disclosure_not_found", "GET", f"{path}/value")
    story.tell("The officer looks up her phone number to call her back: a look as well. She reads of all of them:")
    own = officer.ask("POST", DISCLOSURES, json=_phone(number, "privacy_request"), show=("state",))
    officer.ask("GET", f"{DISCLOSURES}/{own['id']}/value", show=("open_until",))
    looks = cast.mother.ask("GET", "/api/v1/me/disclosures")["items"]
    for look in looks:
        story.tell(f"{look['looked_at'][:16]}  {look['role_title']}  {look['kind_title']}  {look['purpose_title']}")
    expect(sum(look["baby_id"] == baby_id for look in looks) == TWICE_SEEN, "both looks stand there")
    return expert, f"{path}/value"


def _not_alone(story: Story, officer: Voice, asked: dict[str, Any]) -> None:
    story.tell("Nobody approves her own request, the privacy officer's neither:")
    own = officer.ask("POST", DISCLOSURES, json=asked, show=("state",))
    approval = f"{DISCLOSURES}/{own['id']}/approval"
    officer.is_refused("disclosure_own_request", "POST", approval, json={"unrelated": True})


def _phone(number: str, purpose: str) -> dict[str, Any]:
    return {"kind": "member_phone", "member_number": number, "purpose": purpose, "reason": "回电答复咨询"}
