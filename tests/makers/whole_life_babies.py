"""Makers: chapters of the story that are about her children, and who reads what (`tests/makers/whole_life.py`)."""

import asyncio
from datetime import timedelta

from foundation import clock
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import notifications
from membership.staff import Role
from tests import canaries
from tests.makers import whole_life
from tests.makers.milk import make_formula
from tests.makers.orders import work
from tests.makers.whole_life import Life

READ = (
    "",
    "/growth",
    "/growth/curve.svg?indicator=weight",
    "/vaccinations",
    "/calendar",
    "/calendar.ics",
    "/milk",
    "/stage",
    "/home",
)


async def children(life: Life) -> None:
    """A child and a pregnancy: everything that can be said of them."""
    version = (await life.ask("GET", "/api/v1/authorization-text"))["version"]
    await life.ask(
        "PUT",
        "/api/v1/me/authorization",
        {"version": version, "purposes": ["service", "expert", "store_reminders"], "is_guardian": True},
    )
    born = clock.today() - timedelta(days=190)
    child = {
        "nickname": canaries.text("baby's nickname", "满"),
        "sex": "girl",
        "birth_date": str(born),
        "gestation_days_at_birth": 251,
        "feeding": "mixed",
        "formula_share_percent": 37,
        "allergies": ["egg"],
        "allergy_note": canaries.text("allergy note", "吃蛋黄起疹子"),
        "formula_sku": (await make_formula()).sku,
        "formula_stage": 2,
    }
    pregnancy = {
        "nickname": canaries.text("unborn baby's nickname", "豆"),
        "due_date": str(clock.today() + timedelta(days=150)),
    }
    added = await life.ask("POST", "/api/v1/babies", {"babies": [child, pregnancy]})
    path = f"/api/v1/babies/{added['items'][0]['id']}"
    await life.ask("PATCH", path, {"allergy_note": canaries.text("a new allergy note", "牛奶也过敏")})
    measured = {"measured_on": str(clock.today()), "weight_g": 7283, "length_mm": 671, "head_mm": 427}
    await life.ask("POST", f"{path}/growth", measured)
    await life.ask("POST", f"{path}/vaccinations", {"given_on": str(born), "doses": [{"series": "HepB", "number": 1}]})
    await life.ask("PUT", f"{path}/milk/stock", {"full_cans": 3, "open_percent": 70})
    for read in READ:
        await life.ask("GET", path + read)


async def told_discreetly(life: Life) -> None:
    """What follows from a child's days, which she finds among her other messages."""
    said = notifications.DiscreetMessage(
        member_id=life.id,
        about=(new_id(),),
        title=canaries.text("title of a discreet message", "满月啦"),
        body=canaries.text("a discreet message", "豆豆"),
    )
    await transactional(notifications.notify_discreetly)("baby_stage", [said])
    inbox = await life.ask("GET", "/api/v1/me/notifications")
    assert said.body in [message["body"] for message in inbox["items"]]


async def family(life: Life) -> None:
    """She invites; a relative joins and sees her child."""
    relative = await whole_life.known_to_wechat(life.api, life.standin)
    await relative.sign_in()
    await relative.agree()
    await relative.patch("/api/v1/me", {"nickname": canaries.text("a relative's nickname", "爸")})
    code = (await life.ask("POST", "/api/v1/me/family/invitations"))["code"]
    await life.ask("POST", "/api/v1/me/family", {"code": code}, relative.headers)
    (person,) = [each for each in (await life.ask("GET", "/api/v1/me/family"))["people"] if not each["is_me"]]
    child = (await life.ask("GET", "/api/v1/babies"))["items"][0]["id"]
    await life.ask("POST", f"/api/v1/babies/{child}/shares", {"person_id": person["id"], "role": "relative"})
    await life.ask("GET", "/api/v1/babies", headers=relative.headers)


async def disclosures(life: Life) -> None:
    """Staff see her phone, and an expert her child, with the approval of a second person."""
    operator = await whole_life.staff_headers(life, Role.OPERATOR)
    expert = await whole_life.staff_headers(life, Role.EXPERT)
    officer = await whole_life.staff_headers(life, Role.PRIVACY_OFFICER)
    child = (await life.ask("GET", "/api/v1/babies"))["items"][0]["id"]
    of_phone = {"kind": "member_phone", "purpose": "member_request"}
    of_child = {"kind": "baby_details", "purpose": "expert_answer", "baby_id": child, "unrelated": True}
    for headers, wanted in ((operator, of_phone), (expert, of_child)):
        await life.ask("GET", f"/staff/v1/members/{life.number}", headers=headers)
        reason = canaries.text("reason of a disclosure", "她来电")
        whole = {**wanted, "member_number": life.number, "reason": reason}
        path = f"/staff/v1/disclosures/{(await life.ask('POST', '/staff/v1/disclosures', whole, headers))['id']}"
        if wanted["kind"] == "baby_details":
            await life.ask("POST", f"{path}/approval", {"unrelated": True}, officer)
        value = await life.ask("GET", f"{path}/value", headers=headers)
        assert value["phone"] == life.phone or "起疹子" in str(value) or "过敏" in str(value), "nothing was shown"
    await life.ask("GET", "/api/v1/me/disclosures")


async def until_made(life: Life, export_id: str) -> None:
    """A job whose reading was overtaken tries again half a second later."""
    for _ in range(40):
        await work()
        if (await life.ask("GET", f"/api/v1/me/exports/{export_id}"))["status"] == "ready":
            return
        await asyncio.sleep(0.5)
    raise AssertionError("a copy is not made")


async def export(life: Life) -> None:
    """She has a copy made of everything. One is fetched; another lies there when the search begins."""
    for fetched in (True, False):
        code = canaries.plant("login code", await life.mother.login_code())
        made = await life.ask("POST", "/api/v1/me/exports", {"code": code})
        await until_made(life, made["id"])
        if fetched:
            assert (await life.ask("GET", f"/api/v1/me/exports/{made['id']}/file"))[:2] == b"PK"
