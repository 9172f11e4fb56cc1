"""After an ending nothing that is sent to her, drawn for her or shown to her says a word of babies."""

import io
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw

from foundation import database
from foundation.pages import PageQuery
from membership import authorizations, babies, disclosures, families, notifications, privacy
from membership.privacy import deletion_jobs
from miniprogram_api.year_content import YearPicture
from miniprogram_api.year_picture import draw_year
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.disclosures import approved, make_case
from tests.makers.export_races import ready_export
from tests.makers.families import join
from tests.makers.mall import give_points
from tests.makers.members import MadeMember, make_member
from tests.makers.privacy import ask

pytestmark = pytest.mark.usefixtures("world")

WORDS = ("宝宝", "宝贝", "孩子", "孕", "预产", "出生", "月龄", "妈妈")
ROUTES = Path(__file__).parents[1] / "house" / "routes.txt"
LEGAL = {"/api/v1/me/authorization", "/api/v1/me/consents", "/api/v1/me/authorization/receipts"}
"""Static wording of what she signed."""


async def everything_is_told(member: MadeMember) -> str:
    """What her inbox says after all that can be said to her about her account."""
    await ask(member.id)
    await privacy.change_mind(member.id)
    deletion_id = await ask(member.id)
    await database.execute("UPDATE member_deletion SET due_at = now() + interval '1 hour' WHERE id = $1", deletion_id)
    while await deletion_jobs.warn_batch():
        pass
    await privacy.change_mind(member.id)
    await ready_export(member.id)
    await join(member.id, (await make_member()).id)
    await families.leave(member.id)
    await join((await make_member()).id, member.id)
    await families.leave(member.id)
    inbox = await notifications.inbox(member.id, PageQuery(limit=100))
    kinds = {each.kind for each in inbox.items}
    assert {"account_deletion", "data_export", "family_joined", "family_left"} <= kinds, kinds
    titles = [each.title for each in inbox.items]
    assert {"已收到您的注销申请", "注销申请已撤回", "账号即将注销", "您的资料整理好了"} <= set(titles)
    return "\n".join(f"{each.title} {each.body}" for each in inbox.items)


def said(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


async def test_nothing_that_is_sent() -> None:
    lost, with_one = await make_mother(), await make_mother()
    for mother in (lost, with_one):
        pregnancy = await make_pregnancy(mother.id)
        child = await make_child(mother.id)
        await babies.put_away(mother.id, pregnancy)
        if mother is lost:
            await babies.put_away(mother.id, child)
    assert said(await everything_is_told(lost)) == []
    told = await everything_is_told(with_one)
    assert told.count("宝宝档案") == 5, "who has a baby is told: asked and kept twice, warned once"


async def test_nothing_that_is_shown(api: httpx.AsyncClient) -> None:
    case = await make_case()
    mother = case.mother
    await disclosures.look(case.expert, (await approved(case)).id)
    await babies.put_away(mother.id, case.baby_id)
    await babies.put_away(mother.id, await make_pregnancy(mother.id))
    await everything_is_told(mother)
    await give_points(mother.id, 70)
    paths = [line.split()[1] for line in ROUTES.read_text().splitlines() if line.startswith("GET ")]
    walked = [
        path
        for path in paths
        if path.startswith(("/api/v1/me", "/api/v1/babies")) and "{" not in path and path not in LEGAL
    ]
    assert {"/api/v1/me", "/api/v1/babies", "/api/v1/me/notifications", "/api/v1/me/points"} <= set(walked)
    for path in walked:
        answer = await api.get(path, headers=mother.headers)
        assert answer.status_code < 500, path
        if path == "/api/v1/me/disclosures":
            assert answer.json()["items"], "who looked stands there for ever"
        if answer.headers["content-type"].startswith("application/json"):
            assert said(answer.text) == [], path


async def test_what_is_refused_to_her_asks_for_no_signature_and_names_no_baby(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    child, pregnancy = await make_child(mother.id), await make_pregnancy(mother.id)
    await babies.put_away(mother.id, pregnancy)
    gone = await api.get(f"/api/v1/babies/{pregnancy}/home", headers=mother.headers)
    assert (gone.status_code, said(gone.json()["detail"])) == (404, [])
    await authorizations.withdraw(mother.id)
    refused = await api.get(f"/api/v1/babies/{child}", headers=mother.headers)
    assert refused.json()["code"] == "authorization_required"
    assert "请先" not in refused.json()["detail"]
    assert "签署" not in refused.json()["detail"]


def test_nothing_that_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture of a year is drawn for everybody alike, and knows nothing of babies."""
    drawn: list[str] = []
    write = ImageDraw.ImageDraw.text

    def text(self: ImageDraw.ImageDraw, xy: object, words: str, *arguments: object, **named: object) -> None:
        drawn.append(words)
        write(self, xy, words, *arguments, **named)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    nothing, some = (0,) * 12, (5,) * 12
    for earned, used, redemptions in ((nothing, 0, 0), (some, 0, 0), (some, 9, 2), (nothing, 9, 1)):
        picture = draw_year(YearPicture(2026, earned, nothing, used, redemptions, 60))
        assert Image.open(io.BytesIO(picture)).size
    assert len(set(drawn)) > 30
    assert said("\n".join(drawn)) == []
