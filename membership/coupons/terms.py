"""What a template promises, as staff say it, and what of that can't be."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from foundation.errors import FieldError, Invalid
from membership.coupons.discounts import Kind, Scope

MOST_SKUS = 500
MOST_STORES = 500
MOST_FEN = 100_000_000
MOST_COUPONS = 10_000_000

Fen = Annotated[int, msgspec.Meta(ge=1, le=MOST_FEN)]
Sku = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=500)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Stock = Annotated[int, msgspec.Meta(ge=0, le=MOST_COUPONS)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """A template to be made.

    `kind` `amount` takes `amount_fen` off, `percent` takes `percent_off` percent off but never more than `cap_fen`,
    `gift` adds what the text says. Valid either from `starts_on` through `ends_on`, or for `lasts_days` business days
    beginning `after_days` after the claim. Without `stacking_group` it goes together with no other coupon.
    `store_share_percent` of the discount is the store's to pay, the rest the brand's.
    """

    title: Title
    description: Text = ""
    kind: Kind
    amount_fen: Fen | None = None
    percent_off: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    cap_fen: Fen | None = None
    gift: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    threshold_fen: Annotated[int, msgspec.Meta(ge=0, le=MOST_FEN)] = 0
    scope: Scope = "all"
    skus: Annotated[list[Sku], msgspec.Meta(max_length=MOST_SKUS)] = []
    store_ids: Annotated[list[UUID], msgspec.Meta(max_length=MOST_STORES)] = []
    stacking_group: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,31}$(?!\\n)")] | None = None
    at_till: bool = True
    in_mall: bool = False
    store_share_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    give_back_days: Annotated[int, msgspec.Meta(ge=0, le=90)] = 0
    starts_on: date | None = None
    ends_on: date | None = None
    after_days: Annotated[int, msgspec.Meta(ge=0, le=365)] | None = None
    lasts_days: Annotated[int, msgspec.Meta(ge=1, le=730)] | None = None
    transferable: bool = False
    stock: Stock
    per_member_limit: Limit = 1
    claimable: bool = True
    claim_from: datetime
    claim_until: datetime | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What may change once a template is there; UNSET stays. What it promises does not."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Text | msgspec.UnsetType = msgspec.UNSET
    per_member_limit: Limit | msgspec.UnsetType = msgspec.UNSET
    claimable: bool | msgspec.UnsetType = msgspec.UNSET
    claim_from: datetime | msgspec.UnsetType = msgspec.UNSET
    claim_until: datetime | msgspec.UnsetType | None = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET


def check(terms: Terms) -> None:
    """Raises `Invalid`, naming every field that does not fit the others."""
    errors = [FieldError(field, message) for field, message in _faults(terms)]
    if errors:
        raise Invalid(errors=errors)


def _faults(terms: Terms) -> Iterator[tuple[str, str]]:
    yield from _faults_of_kind(terms)
    yield from _faults_of_validity(terms)
    if (terms.scope == "all") != (not terms.skus):
        yield "skus", "适用范围是指定商品或排除商品时请填写商品，全部商品时请留空"
    if len(set(terms.skus)) != len(terms.skus):
        yield "skus", "有商品重复了，请只保留一个"
    if not (terms.at_till or terms.in_mall):
        yield "at_till", "门店收银和积分商城至少要有一处可用"
    if terms.claim_until is not None and terms.claim_from >= terms.claim_until:
        yield "claim_until", "领取的结束时间应晚于开始时间"


def _faults_of_kind(terms: Terms) -> Iterator[tuple[str, str]]:
    needed = {"amount": {"amount_fen"}, "percent": {"percent_off", "cap_fen"}, "gift": {"gift"}}[terms.kind]
    for field in ("amount_fen", "percent_off", "cap_fen", "gift"):
        if (getattr(terms, field) is not None) != (field in needed):
            yield field, "这类优惠券需要填写这一项" if field in needed else "这类优惠券没有这一项，请留空"


def _faults_of_validity(terms: Terms) -> Iterator[tuple[str, str]]:
    fixed = (terms.starts_on is not None, terms.ends_on is not None)
    relative = (terms.after_days is not None, terms.lasts_days is not None)
    if (fixed, relative) not in (((True, True), (False, False)), ((False, False), (True, True))):
        yield "starts_on", "请填写有效期的起止日期，或领取后几天生效、有效几天，二选一"
    elif terms.starts_on is not None and terms.ends_on is not None and terms.starts_on > terms.ends_on:
        yield "ends_on", "结束日期不能早于开始日期"
