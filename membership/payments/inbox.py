"""What the provider pushes: stored first, once, sealed; a job acts on it."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
import structlog

from foundation import database, jobs
from foundation.ids import new_id
from foundation.secrets import HOUSE, place, vault
from foundation.transactions import transactional
from foundation.wechat.pay import Notification
from membership.payments import providers
from membership.payments.payloads import ACT_ON_NOTIFICATION, ActOnNotification
from membership.payments.port import OrderNews
from membership.payments.refunding import settle_refund
from membership.payments.settling import settle
from membership.payments.wechat_pay import CODE

log = structlog.get_logger("payments")


class Received(msgspec.Struct, frozen=True):
    """Whether a notification was new."""

    is_new: bool


async def receive_from_wechat_pay(headers: Mapping[str, str], body: bytes) -> Received:
    """Takes what WeChat Pay pushed to our door.

    Raises `NotificationForged`, `NotificationUnreadable`, `PaymentUnavailable`.
    """
    return await _keep(CODE, providers.wechat_pay().open(headers, body))


@transactional
async def _keep(provider: str, notification: Notification) -> Received:
    notification_id = new_id()
    is_new: bool | None = await database.fetchval(
        "INSERT INTO payment_notification (id, provider, number, kind, content_sealed) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (provider, number) DO NOTHING RETURNING true",
        notification_id,
        provider,
        notification.number,
        notification.kind,
        vault().house.seal(_place(notification_id), notification.content.decode()),
    )
    if is_new:
        await jobs.enqueue(ACT_ON_NOTIFICATION, ActOnNotification(notification_id))
    return Received(bool(is_new))


@jobs.job(ACT_ON_NOTIFICATION)
async def act_on_notification(job: ActOnNotification) -> None:
    """Settles what a notification speaks of. One that can't be read stays in the queue as failed, for a person."""
    row = await database.fetchrow("SELECT * FROM payment_notification WHERE id = $1", job.notification_id)
    if row is None:
        return
    content = vault().house.unseal(_place(row["id"]), row["content_sealed"])
    news = providers.named(row["provider"]).news(row["kind"], content.encode())
    if isinstance(news, OrderNews):
        known = (await settle(news.out_trade_no, news.answer)).status is not None
    else:
        known = news is not None and await settle_refund(news.out_refund_no, news.answer)
    if not known:
        log.error("payment_notification_of_nothing", number=row["number"], kind=row["kind"])
    await database.execute(
        "UPDATE payment_notification SET acted_at = COALESCE(acted_at, now()) WHERE id = $1", job.notification_id
    )


def _place(notification_id: UUID) -> str:
    return place("payment_notification", "content_sealed", notification_id, HOUSE)
