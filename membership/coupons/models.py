"""Tables: the templates, the coupons members hold, checkouts with them, and what may not be promoted."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from foundation.ids import new_id


class CouponTemplate(Model):
    """What a kind of coupon promises, and how many there are. What was promised never changes (a trigger)."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    title = fields.CharField(max_length=32)
    description = fields.CharField(max_length=500)
    kind = fields.CharField(max_length=8)
    """`amount`, `percent` or `gift`."""
    amount_fen = fields.IntField(null=True)
    percent_off = fields.SmallIntField(null=True)
    cap_fen = fields.IntField(null=True)
    """The most that a percentage takes off."""
    gift = fields.CharField(max_length=100, null=True)
    """What the clerk adds, in words."""
    threshold_fen = fields.IntField()
    """What the articles it is good for must cost together before any discount."""
    scope = fields.CharField(max_length=8)
    """`all` articles, `only` those of `skus`, or all `except` those."""
    skus: list[str] = fields.JSONField()
    stacking_group = fields.CharField(max_length=32, null=True)
    """It goes together with coupons of other groups, one of each; null: with no other coupon at all."""
    at_till = fields.BooleanField()
    in_mall = fields.BooleanField()
    store_share_percent = fields.SmallIntField()
    """The part of the discount that the store pays; the rest is the brand's."""
    give_back_days = fields.SmallIntField()
    """So many days after its use the coupon comes back when the whole sale does; 0: it stays used."""
    starts_on = fields.DateField(null=True)
    ends_on = fields.DateField(null=True)
    """Fixed validity: the first and the last business day."""
    after_days = fields.SmallIntField(null=True)
    lasts_days = fields.SmallIntField(null=True)
    """Relative validity: so many business days, the first of them so many after the day of the claim."""
    transferable = fields.BooleanField()
    stock = fields.IntField()
    issued = fields.IntField(db_default=0)
    """How many coupons were made of it. Its row is the one that decides who gets the last."""
    per_member_limit = fields.SmallIntField()
    claimable = fields.BooleanField()
    """Whether a member may take it herself; otherwise it is only given."""
    claim_from = fields.DatetimeField()
    claim_until = fields.DatetimeField(null=True)
    active = fields.BooleanField(db_default=True)
    """A stopped template gives no more coupons; those that exist stay good."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "coupon_template"
        constraints = (
            CheckConstraint(
                check="kind IN ('amount', 'percent', 'gift') AND (kind = 'amount') = (amount_fen IS NOT NULL)"
                " AND (kind = 'percent') = (percent_off IS NOT NULL) AND (kind = 'percent') = (cap_fen IS NOT NULL)"
                " AND (kind = 'gift') = (gift IS NOT NULL)",
                name="coupon_template_kind_whole",
            ),
            CheckConstraint(
                check="amount_fen > 0 AND percent_off BETWEEN 1 AND 100 AND cap_fen > 0",
                name="coupon_template_takes_something_off",
            ),
            CheckConstraint(check="threshold_fen >= 0", name="coupon_template_threshold_not_negative"),
            CheckConstraint(
                check="scope IN ('all', 'only', 'except') AND (scope = 'all') = (skus::jsonb = '[]'::jsonb)",
                name="coupon_template_scope_whole",
            ),
            CheckConstraint(check="at_till OR in_mall", name="coupon_template_usable_somewhere"),
            CheckConstraint(check="store_share_percent BETWEEN 0 AND 100", name="coupon_template_share_is_a_part"),
            CheckConstraint(check="give_back_days BETWEEN 0 AND 90", name="coupon_template_give_back_days"),
            CheckConstraint(
                check="(starts_on IS NULL) = (ends_on IS NULL) AND (after_days IS NULL) = (lasts_days IS NULL)"
                " AND (starts_on IS NULL) <> (after_days IS NULL)",
                name="coupon_template_valid_one_way",
            ),
            CheckConstraint(
                check="COALESCE(starts_on <= ends_on, after_days BETWEEN 0 AND 365 AND lasts_days BETWEEN 1 AND 730)",
                name="coupon_template_valid_some_time",
            ),
            CheckConstraint(check="issued BETWEEN 0 AND stock", name="coupon_template_issued_within_stock"),
            CheckConstraint(check="per_member_limit BETWEEN 1 AND 1000", name="coupon_template_limit_counts"),
            CheckConstraint(check="claim_from < claim_until", name="coupon_template_claim_window"),
        )


class CouponTemplateStore(Model):
    """A store where the coupons of a template are good; without any they are good in all."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    template: fields.ForeignKeyRelation[CouponTemplate] = fields.ForeignKeyField(
        "muying.CouponTemplate", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )

    class Meta:
        table = "coupon_template_store"
        constraints = (UniqueConstraint(fields=("template_id", "store_id"), name="coupon_template_store_once"),)


class UnpromotedSku(Model):
    """An article that the law forbids to promote (formula of stage 1): no coupon ever takes anything off its price."""

    sku = fields.CharField(max_length=64, primary_key=True)
    formula_stage = fields.SmallIntField(null=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "coupon_unpromoted_sku"
        constraints = (CheckConstraint(check="formula_stage BETWEEN 1 AND 4", name="coupon_unpromoted_sku_stage"),)


class CouponCheckout(Model):
    """One receipt of a till, or one order of the mall, and the coupons for it: held for a while, or used."""

    id = fields.UUIDField(primary_key=True)
    partner: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    store: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    receipt = fields.CharField(max_length=64, null=True)
    """The till's own number, which is the store's and the partner's."""
    terminal = fields.CharField(max_length=64, null=True)
    order_id = fields.UUIDField(null=True)
    """The order of the mall; its table stands above this one."""
    fingerprint = fields.BinaryField()
    """Of what was asked: tells whether the same was sent again."""
    status = fields.CharField(max_length=8)
    """`locked`, `used`, `released` (never used after all) or `returned` (the whole sale came back)."""
    lines: list[dict[str, Any]] = fields.JSONField()
    """SKU, quantity, price and discount of every line, as `discounts.DiscountedLine`."""
    discount_fen = fields.BigIntField()
    locked_until = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    used_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    """When it was released or returned."""

    class Meta:
        table = "coupon_checkout"
        constraints = (
            CheckConstraint(
                check="(partner_id IS NULL) = (receipt IS NULL) AND (receipt IS NULL) = (terminal IS NULL)"
                " AND (receipt IS NULL) <> (order_id IS NULL) AND (receipt IS NULL OR store_id IS NOT NULL)",
                name="coupon_checkout_till_or_mall",
            ),
            CheckConstraint(
                check="status IN ('locked', 'used', 'released', 'returned') AND"
                " (status <> 'locked' OR locked_until IS NOT NULL)"
                " AND (status NOT IN ('used', 'returned') OR used_at IS NOT NULL)"
                " AND (status IN ('released', 'returned')) = (ended_at IS NOT NULL)",
                name="coupon_checkout_status_whole",
            ),
            CheckConstraint(check="discount_fen >= 0", name="coupon_checkout_discount_not_negative"),
            UniqueConstraint(
                fields=("partner_id", "store_id", "receipt"),
                name="coupon_checkout_once_per_receipt",
                condition="receipt IS NOT NULL AND status <> 'released'",
            ),
            UniqueConstraint(
                fields=("order_id",),
                name="coupon_checkout_once_per_order",
                condition="order_id IS NOT NULL AND status <> 'released'",
            ),
        )


class Coupon(Model):
    """One coupon. Whether it is good, held or expired follows from these columns and the clock: no job says so."""

    id = fields.UUIDField(primary_key=True)
    template: fields.ForeignKeyRelation[CouponTemplate] = fields.ForeignKeyField(
        "muying.CouponTemplate", related_name=False, on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    """Who holds it."""
    issued_to: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    """Who got it first: giving it away does not entitle her to another."""
    ordinal = fields.SmallIntField()
    """Which of hers of this template it is, counted from 1."""
    code = fields.CharField(max_length=14)
    origin = fields.CharField(max_length=8)
    """`claimed`, or `given`."""
    key = fields.CharField(max_length=160, null=True)
    """What it was given for, once for ever."""
    valid_from = fields.DatetimeField()
    valid_until = fields.DatetimeField()
    """The instant at which it is no longer good."""
    checkout: fields.ForeignKeyNullableRelation[CouponCheckout] = fields.ForeignKeyField(
        "muying.CouponCheckout", related_name=False, on_delete=fields.RESTRICT, null=True, db_index=True
    )
    """What holds it or used it; a hold that has run out is none."""
    held_until = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)
    gift_code = fields.CharField(max_length=32, null=True)
    """It is on its way to whoever brings this code."""
    reminded_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "coupon"
        indexes = (Index(fields=("member_id", "id")),)
        constraints = (
            UniqueConstraint(fields=("template_id", "issued_to_id", "ordinal"), name="coupon_ordinal_once"),
            UniqueConstraint(fields=("code",), name="coupon_code_once"),
            UniqueConstraint(fields=("key",), name="coupon_given_once", condition="key IS NOT NULL"),
            UniqueConstraint(fields=("gift_code",), name="coupon_gift_code_once", condition="gift_code IS NOT NULL"),
            CheckConstraint(check="ordinal >= 1", name="coupon_ordinal_counts"),
            CheckConstraint(check="code ~ '^[2-9][0-9]{13}$'", name="coupon_code_shape"),
            CheckConstraint(
                check="(origin = 'claimed' AND key IS NULL) OR (origin = 'given' AND key IS NOT NULL)",
                name="coupon_origin_known",
            ),
            CheckConstraint(check="valid_from < valid_until", name="coupon_valid_some_time"),
            CheckConstraint(
                check="(checkout_id IS NULL) = (held_until IS NULL AND used_at IS NULL)"
                " AND (held_until IS NULL OR used_at IS NULL)",
                name="coupon_held_or_used_by_a_checkout",
            ),
            CheckConstraint(check="gift_code IS NULL OR used_at IS NULL", name="coupon_on_its_way_is_unused"),
        )


class CouponUse(Model):
    """A coupon in a checkout: what it takes off, and who pays for that."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    checkout: fields.ForeignKeyRelation[CouponCheckout] = fields.ForeignKeyField(
        "muying.CouponCheckout", related_name=False, on_delete=fields.RESTRICT
    )
    coupon: fields.ForeignKeyRelation[Coupon] = fields.ForeignKeyField(
        "muying.Coupon", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    discount_fen = fields.BigIntField()
    store_fen = fields.BigIntField()
    brand_fen = fields.BigIntField()
    used_at = fields.DatetimeField(null=True)
    """Null while it is only held."""
    returned_at = fields.DatetimeField(null=True)
    """When the whole sale came back: nobody pays any more."""
    given_back = fields.BooleanField(db_default=False)
    """The coupon came back with it."""

    class Meta:
        table = "coupon_use"
        constraints = (
            UniqueConstraint(fields=("checkout_id", "coupon_id"), name="coupon_use_once_per_checkout"),
            UniqueConstraint(
                fields=("coupon_id",), name="coupon_use_once", condition="used_at IS NOT NULL AND NOT given_back"
            ),
            CheckConstraint(
                check="store_fen >= 0 AND brand_fen >= 0 AND store_fen + brand_fen = discount_fen",
                name="coupon_use_is_paid_by_somebody",
            ),
            CheckConstraint(
                check="(returned_at IS NULL OR used_at IS NOT NULL) AND (returned_at IS NOT NULL OR NOT given_back)",
                name="coupon_use_returned_after_use",
            ),
        )
