"""Her rights over her data: leaving for good, and a copy of everything."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from foundation.http import Body, Caller, Limit, Raw, View
from foundation.wechat import (
    WeChatCodeInvalid,
    WeChatCodeUsed,
    WeChatTooOften,
    WeChatUnavailable,
    WeChatUserBlocked,
)
from membership import members, privacy
from miniprogram_api.face import mothers

REASSURE_LIMIT = Limit(requests=20, seconds=3600, burst=10)
FILE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="muying-export.zip"',
}
REASSURING = (
    WeChatCodeInvalid,
    WeChatCodeUsed,
    WeChatTooOften,
    WeChatUserBlocked,
    WeChatUnavailable,
    privacy.NotTheSamePerson,
)


class FreshCodeIn(Body):
    """A fresh code of `wx.login`: whoever holds the phone must be who is signed in."""

    code: Annotated[str, Meta(min_length=1, max_length=200)]


class LossesOut(View):
    """What she would lose today. `points`: those not yet spendable too. `wallet_principal_fen` must be refunded and
    `open_orders` be finished before she can leave."""

    points: int
    coupons: int
    paid_level_until: date | None
    wallet_principal_fen: int
    wallet_gift_fen: int
    babies: int
    family: bool
    open_orders: int


class DeletionOut(View):
    """`due_at`: until then she can change her mind, then it is done; null while she has not asked."""

    losses: LossesOut
    requested_at: datetime | None
    due_at: datetime | None


class ExportOut(View):
    """A copy of her data. `download_path` is there while it can be fetched: once, until `expires_at`."""

    id: UUID
    status: Literal["waiting", "ready", "downloaded", "expired"]
    requested_at: datetime
    expires_at: datetime | None
    downloaded_at: datetime | None
    size_bytes: int | None
    download_path: str | None


@mothers.get("/me/deletion", who="member")
async def my_deletion(caller: Caller) -> DeletionOut:
    """What deleting her account would cost her, and whether it is under way."""
    return _out(await privacy.deletion(caller.subject))


@mothers.post(
    "/me/deletion",
    who="member",
    status=202,
    limit=REASSURE_LIMIT,
    refuses=(*REASSURING, members.MemberBanned, privacy.WalletNotEmpty, privacy.OrderOpen),
)
async def ask_for_deletion(caller: Caller, body: FreshCodeIn) -> DeletionOut:
    """Have her account deleted in seven days.

    Everything personal is destroyed then, her babies' data too, and can't be brought back by anybody; points, coupons
    and level are forfeited. What was bought and paid stays in the books under a pseudonym. Asking again changes
    nothing."""
    return _out(await privacy.ask_for_deletion(caller.subject, body.code))


@mothers.delete("/me/deletion", who="member", refuses=(privacy.DeletionNotAsked,))
async def change_mind(caller: Caller) -> None:
    """Stay after all."""
    await privacy.change_mind(caller.subject)


@mothers.post(
    "/me/exports",
    who="member",
    status=202,
    limit=REASSURE_LIMIT,
    refuses=(*REASSURING, members.MemberBanned, privacy.TooManyExports),
)
async def ask_for_export(caller: Caller, body: FreshCodeIn) -> ExportOut:
    """Have a copy of all her data made, her babies' too: JSON and CSV in a zip.

    It takes seconds to minutes; she is told. While there is one that was not fetched, that one is answered."""
    return _export_out(await privacy.ask_for_export(caller.subject, body.code))


@mothers.get("/me/exports/{export_id}", who="member", refuses=(privacy.ExportNotFound,))
async def my_export(caller: Caller, export_id: UUID) -> ExportOut:
    """Where a copy of her data stands."""
    return _export_out(await privacy.export(caller.subject, export_id))


@mothers.get(
    "/me/exports/{export_id}/file",
    who="member",
    limit=REASSURE_LIMIT,
    refuses=(privacy.ExportNotFound, privacy.ExportNotReady, privacy.ExportGone),
    produces="application/zip",
)
async def download_export(caller: Caller, export_id: UUID) -> Raw:
    """Fetch the copy, once.

    Afterwards it is deleted; another can be asked for. Needs her session: a link that opens by itself would be a
    child's data for whoever sees the link."""
    return Raw(await privacy.download(caller.subject, export_id), "application/zip", FILE_HEADERS)


def _export_out(view: privacy.ExportView) -> ExportOut:
    return ExportOut(
        id=view.id,
        status=view.status,
        requested_at=view.requested_at,
        expires_at=view.expires_at,
        downloaded_at=view.downloaded_at,
        size_bytes=view.size_bytes,
        download_path=f"{mothers.prefix}/me/exports/{view.id}/file" if view.status == "ready" else None,
    )


def _out(view: privacy.DeletionView) -> DeletionOut:
    return DeletionOut(LossesOut(**msgspec.structs.asdict(view.losses)), view.requested_at, view.due_at)
