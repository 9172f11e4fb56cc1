"""Tables: the orders, and the pool of virtual goods."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Redemption(Model):
    """An order: what a mother got with her points, or with points and money. (`machine` says how it moves.)"""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    account: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """Whose points paid, if not her own: her family's."""
    product: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    quantity = fields.SmallIntField()
    points = fields.IntField()
    """For all pieces, at the price of that moment; as is the money."""
    money_fen = fields.BigIntField(db_default=0)
    """What is to be paid beside the points; a coupon's discount is off already."""
    discount_fen = fields.BigIntField(db_default=0)
    fulfilment = fields.CharField(max_length=8, db_default="pickup")
    """`pickup`, `delivery`, `virtual` or `coupon`."""
    status = fields.CharField(max_length=16)
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """Where it is picked up."""
    stock_store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """The store whose own stock it was taken from; null: the central stock."""
    counted = fields.BooleanField(db_default=True)
    """Whether the pieces count against her limits; those of a sale with a limit of its own do not."""
    pickup_code = fields.CharField(max_length=8, null=True)
    coupon_template_id = fields.UUIDField(null=True)
    """Which coupon it brings; as the product said at that moment."""
    payment: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Payment", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    pay_by = fields.DatetimeField(null=True)
    paid_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    reminded_at = fields.DatetimeField(null=True)
    """When she was told that it still waits to be picked up."""
    handed_over_at = fields.DatetimeField(null=True)
    handed_over_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    address_sealed = fields.BinaryField(null=True)
    """Where it is sent, as the address was then, sealed with her data key."""
    shipped_at = fields.DatetimeField(null=True)
    shipped_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    carrier = fields.CharField(max_length=20, null=True)
    tracking_number = fields.CharField(max_length=40, null=True)
    """In clear, of parcels of before 0026; emptied by `privacy.seal_old_texts`, as the reason of a return below. Both
    are to be dropped in the release after."""
    tracking_number_sealed = fields.BinaryField(null=True)
    """It leads to her door at the carrier's."""
    delivered_at = fields.DatetimeField(null=True)
    return_requested_at = fields.DatetimeField(null=True)
    return_reason = fields.CharField(max_length=200, null=True)
    return_reason_sealed = fields.BinaryField(null=True)
    """In her own words."""
    return_refused_sealed = fields.BinaryField(null=True)
    """Why the last return that she asked for was not accepted, as she reads it."""
    returned_at = fields.DatetimeField(null=True)
    returned_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    restocked = fields.BooleanField(null=True)
    """Of a return: whether the pieces went back into the stock, or were written off."""
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_because = fields.CharField(max_length=16, null=True)
    """`unpaid`, `uncollected`, `undeliverable` or `staff`; null: she asked for it."""

    class Meta:
        table = "redemption"
        indexes = (("member_id", "id"), ("store_id", "pickup_code"), ("product_id",))
        constraints = (
            CheckConstraint(
                check="status IN ('awaiting_payment', 'reserved', 'handed_over', 'to_ship', 'shipped', 'delivered',"
                " 'return_requested', 'returned', 'cancelled')",
                name="redemption_status",
            ),
            CheckConstraint(
                check="status IN ('awaiting_payment', 'cancelled') OR CASE fulfilment"
                " WHEN 'pickup' THEN status IN ('reserved', 'handed_over')"
                " WHEN 'delivery' THEN status IN ('to_ship', 'shipped', 'delivered', 'return_requested', 'returned')"
                " ELSE fulfilment IN ('virtual', 'coupon') AND status = 'delivered' END",
                name="redemption_status_fits_its_kind",
            ),
            CheckConstraint(check="quantity BETWEEN 1 AND 99", name="redemption_quantity"),
            CheckConstraint(check="points >= quantity", name="redemption_points_positive"),
            CheckConstraint(check="pickup_code ~ '^[0-9]{8}$'", name="redemption_pickup_code_shape"),
            CheckConstraint(
                check="(fulfilment = 'pickup') = (pickup_code IS NOT NULL)"
                " AND (fulfilment = 'pickup') = (store_id IS NOT NULL)",
                name="redemption_picked_up_somewhere",
            ),
            CheckConstraint(
                check="(fulfilment = 'coupon') = (coupon_template_id IS NOT NULL)", name="redemption_brings_a_coupon"
            ),
            CheckConstraint(
                check="money_fen >= 0 AND discount_fen >= 0 AND (money_fen > 0) = (payment_id IS NOT NULL)"
                " AND (payment_id IS NULL) = (pay_by IS NULL) AND (paid_at IS NULL OR payment_id IS NOT NULL)",
                name="redemption_money_has_a_payment",
            ),
            CheckConstraint(
                check="CASE status WHEN 'awaiting_payment' THEN payment_id IS NOT NULL AND paid_at IS NULL"
                " WHEN 'cancelled' THEN true ELSE payment_id IS NULL OR paid_at IS NOT NULL END",
                name="redemption_nothing_unpaid_goes_on",
            ),
            CheckConstraint(
                check="(status = 'handed_over') = (handed_over_at IS NOT NULL)"
                " AND (status = 'handed_over') = (handed_over_by_id IS NOT NULL)",
                name="redemption_handed_over_by_someone",
            ),
            CheckConstraint(
                check="CASE WHEN fulfilment <> 'delivery' THEN address_sealed IS NULL"
                " ELSE address_sealed IS NOT NULL"
                " OR status IN ('delivered', 'return_requested', 'returned', 'cancelled') END",
                name="redemption_is_sent_somewhere",
            ),
            CheckConstraint(
                check="(shipped_at IS NOT NULL) = (fulfilment = 'delivery'"
                " AND status IN ('shipped', 'delivered', 'return_requested', 'returned'))"
                " AND (shipped_at IS NULL) = (shipped_by_id IS NULL) AND (shipped_at IS NULL) = (carrier IS NULL)"
                " AND (shipped_at IS NULL) = (tracking_number IS NULL AND tracking_number_sealed IS NULL)",
                name="redemption_shipped_by_someone",
            ),
            CheckConstraint(
                check="CASE status WHEN 'delivered' THEN delivered_at IS NOT NULL WHEN 'return_requested' THEN true"
                " WHEN 'returned' THEN true ELSE delivered_at IS NULL END",
                name="redemption_delivered_at_some_time",
            ),
            CheckConstraint(
                check="(status IN ('return_requested', 'returned')) = (return_requested_at IS NOT NULL)"
                " AND (return_requested_at IS NULL) = (return_reason IS NULL AND return_reason_sealed IS NULL)",
                name="redemption_return_has_a_reason",
            ),
            CheckConstraint(
                check="return_refused_sealed IS NULL OR (fulfilment = 'delivery' AND status = 'delivered')",
                name="redemption_refused_is_delivered",
            ),
            CheckConstraint(
                check="(status = 'returned') = (returned_at IS NOT NULL)"
                " AND (returned_at IS NULL) = (returned_by_id IS NULL) AND (returned_at IS NULL) = (restocked IS NULL)",
                name="redemption_returned_to_someone",
            ),
            CheckConstraint(
                check="(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="redemption_cancelled_at_some_time"
            ),
            CheckConstraint(
                check="cancelled_because IS NULL OR (status = 'cancelled'"
                " AND cancelled_because IN ('unpaid', 'uncollected', 'undeliverable', 'staff'))",
                name="redemption_cancelled_because",
            ),
            UniqueConstraint(
                fields=("store_id", "pickup_code"),
                name="redemption_pickup_code_once",
                condition="status IN ('reserved', 'awaiting_payment')",
            ),
        )


class VirtualGood(Model):
    """One code or text of a virtual product's pool."""

    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    content = fields.BinaryField()
    """Sealed by the house."""
    fingerprint = fields.BinaryField()
    """A keyed digest of the content: the same code is sold once."""
    order: fields.ForeignKeyNullableRelation[Redemption] = fields.ForeignKeyField(
        "muying.Redemption", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """Whose it is; null: nobody's yet."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "virtual_good"
        indexes = (("order_id",),)
        constraints = (UniqueConstraint(fields=("product_id", "fingerprint"), name="virtual_good_once"),)
