"""Flash sales, and who won."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class FlashSale(Model):
    """A few units of a gift at a price of their own, from an announced time on. They are out of the gift's stock."""

    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    points = fields.IntField()
    """For one piece; a member gets one."""
    units = fields.IntField()
    sold = fields.IntField(db_default=0)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    min_account_hours = fields.SmallIntField()
    """So long before the start a member must have joined: who makes accounts for the sale waits for the next."""
    closed_at = fields.DatetimeField(null=True)
    """When the units that were left went back to the gift's stock."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "flash_sale"
        indexes = (("ends_at",),)
        constraints = (
            CheckConstraint(check="points BETWEEN 1 AND 10000000", name="flash_sale_points_positive"),
            CheckConstraint(check="units BETWEEN 1 AND 100000", name="flash_sale_units"),
            CheckConstraint(check="sold BETWEEN 0 AND units", name="flash_sale_never_oversold"),
            CheckConstraint(check="starts_at < ends_at", name="flash_sale_lasts"),
            CheckConstraint(check="min_account_hours BETWEEN 0 AND 8760", name="flash_sale_account_hours"),
        )


class FlashWin(Model):
    """A unit that a member won. It stays when she cancels the order: one chance per member and device."""

    id = fields.UUIDField(primary_key=True)
    sale: fields.ForeignKeyRelation[FlashSale] = fields.ForeignKeyField(
        "muying.FlashSale", related_name=False, on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    device_index = fields.BinaryField()
    """The blind index of what the app says of its device."""
    redemption: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Redemption", related_name=False, on_delete=fields.RESTRICT
    )
    won_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "flash_win"
        indexes = (("member_id",),)
        constraints = (
            UniqueConstraint(fields=("sale_id", "member_id"), name="flash_win_once_per_member"),
            UniqueConstraint(fields=("sale_id", "device_index"), name="flash_win_once_per_device"),
        )
