"""By the clock: who keeps profiles by an authorization that is about to run out, or by a text of which a newer one asks
anew, is told, and where she can renew it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock, database, jobs
from foundation.transactions import transactional
from membership import authorizations, notifications
from membership.authorizations import Ending
from membership.babies.lapsing import EXPIRED_DAYS
from membership.babies.putting_away import KEEP_HIDDEN_DAYS

HORIZONS_DAYS = (14, 1)
"""Each is told once. A horizon ends where the next one begins, so that nobody hears both at once."""
PURPOSE: Literal["service"] = "service"
KIND = "authorization_ending"
PAGE = "/pages/authorization/index"
BATCH = 500

# Hers that are there, held: who puts the last one away meanwhile is told nothing.
WITH_BABIES = """
SELECT baby.member_id FROM baby JOIN member mother ON mother.id = baby.member_id AND mother.status = 'active'
 WHERE baby.member_id = ANY($1::uuid[]) AND baby.status = 'open' ORDER BY baby.id FOR SHARE OF baby
"""
# Neutral, as it may stand on a locked screen, and in the inbox of who lost one meanwhile: no child, no pregnancy.
TITLE = "授权书将于{day}到期"
BODY = (
    "您签署的授权书将于{day}到期，还有{days}天。续签后，凭它保存的档案照常展示；到期后{expired}天内续签即可恢复，"
    "逾期未续签，档案会被移除，并在{hidden}天后彻底销毁、无法找回。打开“我的授权”就能续签，不再需要的话无需理会。"
)
LAST_BODY = BODY.replace("，还有{days}天", "")
NEWS_KIND = "authorization_news"
NEWS_TITLE = "授权书有了新版本"
NEWS_BODY = (
    "授权书有了新版本，请打开“我的授权”看一看，再决定是否确认。确认之前，凭旧版保存的档案任何人都看不到。"
    "旧版{day}到期，之后{expired}天内仍可确认；逾期未确认，档案会被移除，并在{hidden}天后彻底销毁。不再需要的话无需理会。"
)


class Told(msgspec.Struct, frozen=True):
    """How many messages were new."""

    messages: int


@jobs.by_the_clock("babies.authorization_ending", "15 2 * * *")
async def tell_ending() -> Told:
    """At a quarter past ten in the morning: what runs out within 14 days, and again within one. Running it twice tells
    nothing twice; a day without a run is made up for on the next."""
    messages, after = 0, None
    before = clock.start_of_day(clock.today() + timedelta(days=HORIZONS_DAYS[0] + 1))
    while found := await authorizations.ending(PURPOSE, before, after, BATCH):
        messages += await tell(found, KIND, _ending)
        after = found[-1]
    return Told(messages)


@jobs.by_the_clock("babies.authorization_news", "20 2 * * *")
async def tell_news() -> Told:
    """In the mornings after a text was published that asks anew: nothing is shown any more by what was given before.
    Once for each authorization; running it twice tells nothing twice."""
    messages, after = 0, None
    while found := await authorizations.outdated(PURPOSE, after, BATCH):
        messages += await tell(found, NEWS_KIND, _news)
        after = found[-1]
    return Told(messages)


@transactional
async def tell(found: Sequence[Ending], kind: str, words: Callable[[Ending], notifications.Message]) -> int:
    """Tells whom it concerns of those; how many messages were new. Who renewed or took it back while we looked, and who
    has no profile, is told nothing."""
    rows = await database.fetch(WITH_BABIES, [each.member_id for each in found])
    mothers = {row["member_id"] for row in rows}
    concerned = [each for each in found if each.member_id in mothers]
    held = await authorizations.hold_ending(PURPOSE, concerned) if concerned else []
    return await notifications.notify_all(kind, [words(each) for each in held]) if held else 0


def _ending(ends: Ending) -> notifications.Message:
    days = (ends.day - clock.today()).days
    horizon = min(each for each in HORIZONS_DAYS if days <= each)
    said = {"day": f"{ends.day.month}月{ends.day.day}日", "days": days}
    body = BODY if days else LAST_BODY
    return notifications.Message(
        member_id=ends.member_id,
        key=key_of(ends.id, horizon),
        title=TITLE.format(**said),
        body=body.format(**said, expired=EXPIRED_DAYS, hidden=KEEP_HIDDEN_DAYS),
        link=PAGE,
    )


def _news(ends: Ending) -> notifications.Message:
    return notifications.Message(
        member_id=ends.member_id,
        key=str(ends.id),
        title=NEWS_TITLE,
        body=NEWS_BODY.format(day=_said(ends.day), expired=EXPIRED_DAYS, hidden=KEEP_HIDDEN_DAYS),
        link=PAGE,
    )


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day.year != clock.today().year else f"{day.month}月{day.day}日"


def key_of(authorization_id: UUID, horizon: int) -> str:
    """Another authorization is another message."""
    return f"{authorization_id}:{horizon}"
