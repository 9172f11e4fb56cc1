"""By the clock: who keeps profiles by an authorization that is about to run out is told, and where she can renew it."""

from collections.abc import Sequence
from datetime import timedelta
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
    "您签署的授权书将于{day}到期，还有{days}天。到期后，凭它保存的档案不再展示；{expired}天内续签即可恢复，"
    "逾期未续签，档案会被移除，并在{hidden}天后彻底销毁、无法找回。打开“我的授权”就能续签，不再需要的话无需理会。"
)
LAST_BODY = BODY.replace("，还有{days}天", "")


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
        messages += await tell(found)
        after = found[-1]
    return Told(messages)


@transactional
async def tell(found: Sequence[Ending]) -> int:
    """Tells whom it concerns of those; how many messages were new. Who renewed or took it back while we looked, and who
    has no profile, is told nothing."""
    rows = await database.fetch(WITH_BABIES, [each.member_id for each in found])
    mothers = {row["member_id"] for row in rows}
    concerned = [each for each in found if each.member_id in mothers]
    held = await authorizations.hold_ending(PURPOSE, concerned) if concerned else []
    return await notifications.notify_all(KIND, [_message(each) for each in held]) if held else 0


def _message(ends: Ending) -> notifications.Message:
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


def key_of(authorization_id: UUID, horizon: int) -> str:
    """Another authorization is another message."""
    return f"{authorization_id}:{horizon}"
