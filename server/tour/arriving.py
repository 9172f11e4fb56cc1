"""The mother arrives: WeChat login, consent, the phone that makes her one person."""

from typing import Any

from server.tour.people import Cast
from server.tour.shopping import send_sale
from server.tour.story import Story, Voice, expect, pick

WELCOME_AND_PROFILE = 150
FIRST_PURCHASE = 299


def login(story: Story, cast: Cast) -> None:
    story.chapter("1  WeChat login", "She opens the mini-program. wx.login gives a code; the code makes her a member.")
    code = cast.wechat.ask("POST", "/__ctl/login_codes", json={"person": cast.person}, show=("code",))["code"]
    signed_in = cast.mother.ask(
        "POST", "/api/v1/auth/wechat", json={"code": code}, show=("is_new", "member.number", "expires_in_seconds")
    )
    expect(signed_in["is_new"] is True, "her first login makes her a member")
    story.tell("The same code a second time:")
    cast.visitor.is_refused("wechat_code_used", "POST", "/api/v1/auth/wechat", json={"code": code})
    story.tell("A quarter of an hour later the app refreshes; the old refresh token is used up.")
    tokens = cast.mother.ask(
        "POST",
        "/api/v1/auth/refresh",
        json={"refresh_token": signed_in["refresh_token"]},
        show=("expires_in_seconds",),
    )
    expect(tokens["refresh_token"] != signed_in["refresh_token"], "a refresh gives another refresh token")
    cast.mother.sign_in_with(tokens["access_token"])


def consent(story: Story, cast: Cast) -> None:
    story.chapter("2  Consent", "Nothing is stored of her but WeChat's name for her, until she agrees to the notice.")
    code = cast.wechat.ask(
        "POST", "/__ctl/phone_codes", json={"person": cast.person, "phone": cast.phone}, show=("code",)
    )["code"]
    cast.mother.is_refused("consent_required", "POST", "/api/v1/auth/phone", json={"code": code})
    privacy = _privacy(cast)
    story.tell(f"《{privacy['title']}》 version {privacy['version']}: “{privacy['text'].splitlines()[0]}”")
    agree_to_privacy(cast, cast.mother)


def agree_to_privacy(cast: Cast, she: Voice) -> None:
    agreed = {"notice": "privacy", "version": _privacy(cast)["version"]}
    she.ask("POST", "/api/v1/me/consents", json=agreed, show=("title", "agreed_at"))


def _privacy(cast: Cast) -> dict[str, Any]:
    return pick(cast.visitor.ask("GET", "/api/v1/consents")["items"], "notice", "privacy")


def phone(story: Story, cast: Cast) -> None:
    story.chapter("3  Phone, and one person", "Last week she bought nappies, and the shop knew her by her phone alone.")
    cast.till.ask(
        "POST",
        "/partner/v1/members",
        json={"phone": cast.phone, "store": cast.place.store(0)},
        show=("number", "name", "is_new"),
    )
    sale = send_sale(
        cast, {"phone": cast.phone}, [{"sku": "D-NB-60", "name": "新生儿纸尿裤", "quantity": 1, "amount_fen": 29_900}]
    )
    cast.till.wait_for(f"/partner/v1/purchases/{sale['id']}", "status", "settled", show=("points_given", "level"))
    story.tell("Now she verifies the phone in the mini-program. The shop's member and she are one person:")
    code = cast.wechat.ask(
        "POST", "/__ctl/phone_codes", json={"person": cast.person, "phone": cast.phone}, show=("code",)
    )["code"]
    verified = cast.mother.ask(
        "POST", "/api/v1/auth/phone", json={"code": code}, show=("merged", "member.phone", "member.missing_required")
    )
    expect(verified["merged"] is True, "the shop's member was merged with hers")
    cast.mother.ask(
        "PATCH",
        "/api/v1/me",
        json={"nickname": "安安妈妈", "relation": "mother"},
        show=("nickname", "missing_required"),
    )
    summary = cast.mother.ask("GET", "/api/v1/me/points", show=("balance", "expiring"))
    story.tell(f"{FIRST_PURCHASE} for the nappies, 100 to welcome her, 50 for the profile.")
    expect(summary["balance"] == FIRST_PURCHASE + WELCOME_AND_PROFILE, "she has all of it")
