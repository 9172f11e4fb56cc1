"""Tables: the formula products that can be reckoned with, and what a guardian says she still has."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from foundation.ciphers import HEADER, NONCE_BYTES, TAG_BYTES

SEALED_LENGTH = 160
"""Characters of what she says before it is sealed, whatever it is."""
SEALED_BYTES = HEADER.size + NONCE_BYTES + SEALED_LENGTH + TAG_BYTES


class FormulaProduct(Model):
    """A formula as its label describes it: what one sold piece holds, and how it is made up."""

    id = fields.UUIDField(primary_key=True)
    sku = fields.CharField(max_length=64, unique=True)
    """The article number under which tills sell it."""
    name = fields.CharField(max_length=64)
    stage = fields.SmallIntField()
    """1 to 4 (段)."""
    label_from_months = fields.SmallIntField()
    label_until_months = fields.SmallIntField(null=True)
    """The label's range counts; the month before which it ends. Null: open."""
    net_g = fields.IntField()
    """Powder in one piece: a can, or a whole case sold under one number."""
    scoop_mg = fields.IntField()
    scoop_ml = fields.IntField()
    """Powder of one scoop, and the millilitres it makes up. Milligrams, because labels say 4.4 g."""
    listed = fields.BooleanField(db_default=True)
    """Whether it can still be chosen; for whoever drinks it already nothing changes."""
    promotion_refused = fields.BooleanField()
    """Whether the law refuses to promote it: then no message is made of its running out."""

    class Meta:
        table = "formula_product"
        indexes = (Index(fields=("stage", "name", "sku")),)
        constraints = (
            CheckConstraint(check="stage BETWEEN 1 AND 4", name="formula_product_stage"),
            CheckConstraint(
                check="label_from_months BETWEEN 0 AND 120 AND label_until_months BETWEEN 1 AND 240"
                " AND label_until_months > label_from_months",
                name="formula_product_label",
            ),
            CheckConstraint(check="net_g BETWEEN 50 AND 20000", name="formula_product_weight"),
            CheckConstraint(check="scoop_ml BETWEEN 10 AND 300", name="formula_product_scoop"),
            CheckConstraint(
                check="scoop_mg BETWEEN 80 * scoop_ml AND 250 * scoop_ml", name="formula_product_is_milk_made_up"
            ),
        )


class MilkStock(Model):
    """What a guardian said last that she still has of what a baby drinks, sealed with the baby's key.

    Of one length, so that it does not tell how much; nothing here says when or of which product.
    """

    baby: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Baby", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    content_sealed = fields.BinaryField()
    """`stock.Stock` as JSON."""

    class Meta:
        table = "milk_stock"
        constraints = (
            CheckConstraint(check=f"octet_length(content_sealed) = {SEALED_BYTES}", name="milk_stock_of_one_length"),
        )
