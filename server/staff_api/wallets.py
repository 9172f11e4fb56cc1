"""Stored value for the staff: what a member has, giving it back with a second person, gifts and limits."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.errors import Invalid, NotFound
from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import members, wallets
from membership.staff import Role
from server.staff_api.face import staff
from server.staff_api.members import CardNumber

ASKERS = (Role.CLERK.value, Role.OPERATOR.value, Role.ADMINISTRATOR.value)
DECIDERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)
ADMINISTRATORS = (Role.ADMINISTRATOR.value,)

Reason = Annotated[str, Meta(min_length=2, max_length=200)]
Fen = Annotated[int, Meta(ge=1, le=100_000_000, description="In fen.")]
RuleCode = Annotated[str, Meta(pattern="^[a-z0-9_-]{2,32}$(?!\\n)", examples=["500-50"])]


class MemberWalletOut(View):
    """What a member has stored, in fen; `limit_fen`: how much a wallet may hold today."""

    principal_fen: int
    gift_fen: int
    limit_fen: int


class RefundIn(Body):
    """The principal goes back whole, and the gift lapses with it."""

    member_number: CardNumber
    reason: Reason


class RefundRejectionIn(Body):
    because: Reason


class WalletRefundOut(View):
    """A refund. While it is `waiting`, nothing has moved; `paid` has left the wallet, and the member is to be paid."""

    id: UUID
    member_number: str
    principal_fen: int
    gift_fen: int
    reason: str
    status: wallets.RefundStatus
    requested_by: UUID
    requested_by_name: str
    created_at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None


class GiftRuleIn(Body):
    """Top up at least `at_least_fen` and get `gift_fen` on top, from a business day on, until another or for good."""

    code: RuleCode
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    at_least_fen: Fen
    gift_fen: Fen
    valid_from: date
    valid_until: date | None = None


class GiftRuleChangeIn(Body):
    """Whether the rule is on, and its last business day (null: no end)."""

    active: bool
    valid_until: date | None = None


class GiftRuleOut(View):
    code: str
    name: str
    at_least_fen: int
    gift_fen: int
    valid_from: date
    valid_until: date | None
    active: bool


class GiftRulesOut(View):
    items: list[GiftRuleOut]


class WalletLimitIn(Body):
    """How much a wallet may hold, principal and gift together, from today or a later business day on."""

    valid_from: date
    most_fen: Fen


class WalletLimitOut(View):
    valid_from: date
    most_fen: int


class WalletLimitsOut(View):
    items: list[WalletLimitOut]


@staff.get("/wallets/{number}", who=ASKERS, refuses=(NotFound,))
async def member_wallet(number: CardNumber) -> MemberWalletOut:
    """What a member has stored, by the number on her card."""
    found = await wallets.wallet(await _member(number))
    return MemberWalletOut(
        principal_fen=found.holds.principal_fen, gift_fen=found.holds.gift_fen, limit_fen=found.limit_fen
    )


@staff.post("/wallet-refunds", who=ASKERS, status=201, refuses=(NotFound, wallets.WalletEmpty))
async def ask_for_wallet_refund(caller: Caller, body: RefundIn, key: IdempotencyKey) -> WalletRefundOut:
    """Ask for a member's principal back, which she wants. Nothing moves before a second person agrees."""
    store = caller.claims["store"]
    asked = await wallets.ask_for_refund(
        caller.subject, await _member(body.member_number), body.reason, store_id=UUID(store) if store else None
    )
    return _refund(asked)


@staff.get("/wallet-refunds/waiting", who=DECIDERS)
async def waiting_wallet_refunds(query: PageQuery) -> Page[WalletRefundOut]:
    """What waits for a second person, the newest first."""
    page = await wallets.waiting(query)
    return Page(items=[_refund(refund) for refund in page.items], next_cursor=page.next_cursor)


@staff.post(
    "/wallet-refunds/{refund_id}/approval",
    who=DECIDERS,
    refuses=(
        wallets.WalletRefundUnknown,
        wallets.WalletRefundNeedsAnother,
        wallets.WalletRefundDecided,
        wallets.WalletChanged,
    ),
)
async def approve_wallet_refund(caller: Caller, refund_id: UUID, key: IdempotencyKey) -> WalletRefundOut:
    """Be the second person: the money leaves the wallet, and the member is to be paid.

    Whoever asked can't. Approving again gives the same answer."""
    return _refund(await wallets.approve_refund(caller.subject, refund_id))


@staff.post(
    "/wallet-refunds/{refund_id}/rejection",
    who=DECIDERS,
    refuses=(wallets.WalletRefundUnknown, wallets.WalletRefundNeedsAnother, wallets.WalletRefundDecided),
)
async def reject_wallet_refund(
    caller: Caller, refund_id: UUID, body: RefundRejectionIn, key: IdempotencyKey
) -> WalletRefundOut:
    """Be the second person and say no: nothing moves. Rejecting again gives the same answer."""
    return _refund(await wallets.reject_refund(caller.subject, refund_id, body.because))


@staff.get("/wallet-gift-rules", who=ASKERS)
async def wallet_gift_rules() -> GiftRulesOut:
    """What is given on top of top-ups; those that are on come first."""
    return GiftRulesOut([_rule(rule) for rule in await wallets.gift_rules()])


@staff.post("/wallet-gift-rules", who=DECIDERS, status=201, refuses=(Invalid, wallets.GiftRuleExists))
async def make_wallet_gift_rule(caller: Caller, body: GiftRuleIn) -> GiftRuleOut:
    """Make a rule. Of several the one with the highest threshold counts; what a rule gives is never changed."""
    rule = wallets.GiftRule(
        code=body.code,
        name=body.name,
        at_least_fen=body.at_least_fen,
        gift_fen=body.gift_fen,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
    )
    return _rule(await wallets.make_gift_rule(caller.subject, rule))


@staff.patch("/wallet-gift-rules/{code}", who=DECIDERS, refuses=(Invalid, wallets.GiftRuleUnknown))
async def change_wallet_gift_rule(caller: Caller, code: RuleCode, body: GiftRuleChangeIn) -> GiftRuleOut:
    """Switch a rule on or off, or end it on another day."""
    return _rule(await wallets.change_gift_rule(caller.subject, code, active=body.active, valid_until=body.valid_until))


@staff.get("/wallet-limits", who=ASKERS)
async def wallet_limits() -> WalletLimitsOut:
    """How much a wallet may hold, from which day on; the latest first."""
    return WalletLimitsOut([WalletLimitOut(limit.valid_from, limit.most_fen) for limit in await wallets.limits()])


@staff.post("/wallet-limits", who=ADMINISTRATORS, status=201, refuses=(Invalid, wallets.WalletLimitExists))
async def set_wallet_limit(caller: Caller, body: WalletLimitIn) -> WalletLimitOut:
    """Set another limit from today or a later day on. What is in a wallet stays in it."""
    limit = await wallets.set_limit(caller.subject, wallets.WalletLimitView(body.valid_from, body.most_fen))
    return WalletLimitOut(limit.valid_from, limit.most_fen)


async def _member(number: str) -> UUID:
    member_id = await members.find_by_number(number)
    if member_id is None:
        raise NotFound
    return member_id


def _refund(refund: wallets.RefundView) -> WalletRefundOut:
    return WalletRefundOut(
        id=refund.id,
        member_number=refund.member_number,
        principal_fen=refund.principal_fen,
        gift_fen=refund.gift_fen,
        reason=refund.reason,
        status=refund.status,
        requested_by=refund.requested_by,
        requested_by_name=refund.requested_by_name,
        created_at=refund.created_at,
        decided_by=refund.decided_by,
        decided_by_name=refund.decided_by_name,
        decided_at=refund.decided_at,
    )


def _rule(rule: wallets.GiftRule) -> GiftRuleOut:
    return GiftRuleOut(
        code=rule.code,
        name=rule.name,
        at_least_fen=rule.at_least_fen,
        gift_fen=rule.gift_fen,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        active=rule.active,
    )
