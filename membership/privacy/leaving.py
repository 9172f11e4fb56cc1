"""Asking to be forgotten, and changing one's mind within seven days."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from foundation import clock, database, stones
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import members, notifications
from membership.privacy.errors import DeletionNotAsked
from membership.privacy.losses import Losses, losses
from membership.privacy.reassuring import require_same_person

SECOND_THOUGHTS = timedelta(days=7)
KIND = "account_deletion"

UNDER_WAY = (
    "SELECT id, requested_at, due_at, begun_at FROM member_deletion WHERE member_id = $1 AND cancelled_at IS NULL"
)
ASK = "INSERT INTO member_deletion (id, member_id, due_at) VALUES ($1, $2, now() + $3)"
CHANGE_MIND = """
UPDATE member_deletion SET cancelled_at = now() WHERE member_id = $1 AND cancelled_at IS NULL AND begun_at IS NULL
RETURNING id
"""


ASK_AGAIN = """
INSERT INTO member_deletion (id, member_id, requested_at, due_at)
SELECT $1, member.id, $3::timestamptz, $3::timestamptz + $4::interval FROM member
 WHERE member.id = $2 AND member.status IN ('active', 'banned')
    ON CONFLICT DO NOTHING
"""
ASKED = "privacy.asked_for_deletion"


class Asked(msgspec.Struct, frozen=True):
    """What a stone says: she wants to be forgotten, since then; None: she changed her mind."""

    member_id: UUID
    deletion_id: UUID | None


class DeletionView(msgspec.Struct, frozen=True):
    """What she would lose today, since when it is under way and until when she can change her mind, or None."""

    losses: Losses
    requested_at: datetime | None
    due_at: datetime | None


async def ask_for_deletion(member_id: UUID, code: str) -> DeletionView:
    """Lines her up for deletion in seven days; `code` is a fresh one of `wx.login`. Again: what was asked before.

    Raises WeChat's refusals, `NotTheSamePerson`, `MemberBanned`, `WalletNotEmpty`, `OrderOpen`.
    """
    await require_same_person(member_id, code)
    return await line_up(member_id)


@transactional
async def line_up(member_id: UUID) -> DeletionView:
    """The same, once it is sure who asks."""
    (await members.hold_one(member_id)).require_active()
    if (asked := await _under_way(member_id)) is not None:
        return await _view(member_id, asked)
    (await losses(member_id)).require_nothing_open()
    deletion_id = new_id()
    await database.execute(ASK, deletion_id, member_id, SECOND_THOUGHTS)
    await stones.lay(ASKED, Asked(member_id, deletion_id), about=str(member_id))
    view = await deletion(member_id)
    assert view.due_at is not None
    await notifications.notify(
        member_id,
        KIND,
        str(deletion_id),
        "已收到您的注销申请",
        f"账号将在{said(view.due_at)}后注销，届时积分、{what_goes(view.losses.babies > 0)}都会清除且无法找回。"
        "在此之前可以随时撤回。",
    )
    return view


def what_goes(has_babies: bool) -> str:
    """What she would lose besides points. Of babies only to whom has some: she may have lost one."""
    return "优惠券、等级和宝宝档案" if has_babies else "优惠券和等级"


@transactional
async def change_mind(member_id: UUID) -> None:
    """Everything stays as it is. Raises `DeletionNotAsked`, also when it has begun meanwhile."""
    withdrawn: UUID | None = await database.fetchval(CHANGE_MIND, member_id)
    if withdrawn is None:
        raise DeletionNotAsked
    await stones.lay(ASKED, Asked(member_id, None), about=str(member_id))
    kept = "积分、权益和宝宝档案" if (await losses(member_id)).babies else "积分和权益"
    await notifications.notify(member_id, KIND, f"{withdrawn}:kept", "注销申请已撤回", f"欢迎回来，您的{kept}都还在。")


@stones.replays(ASKED)
@within_transaction
async def ask_again(said: Asked, at: datetime) -> bool:
    """In a restored database: her seven days have begun when she asked, and she is not asked to ask again."""
    if said.deletion_id is None:
        return await database.fetchval(CHANGE_MIND, said.member_id) is not None
    return bool(await database.execute(ASK_AGAIN, said.deletion_id, said.member_id, at, SECOND_THOUGHTS))


async def deletion(member_id: UUID) -> DeletionView:
    """Where she stands. Two queries."""
    return await _view(member_id, await _under_way(member_id))


async def _under_way(member_id: UUID) -> asyncpg.Record | None:
    return await database.fetchrow(UNDER_WAY, member_id)


async def _view(member_id: UUID, asked: asyncpg.Record | None) -> DeletionView:
    has = await losses(member_id)
    return DeletionView(has, None, None) if asked is None else DeletionView(has, asked["requested_at"], asked["due_at"])


def said(instant: datetime) -> str:
    """A time as she reads it."""
    return instant.astimezone(clock.SHANGHAI).strftime("%Y年%m月%d日%H:%M")
