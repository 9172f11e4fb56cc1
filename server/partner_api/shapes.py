"""The words of the partners' face: what tills call things, and how long it may be."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from foundation.http import Body
from membership import purchases

PRINTABLE = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f])?$(?!\n)"
"""Whatever a till prints, spaces inside included; `$` alone would let a line feed at the end pass."""

Terminal = Annotated[
    str, Meta(min_length=1, max_length=64, pattern=PRINTABLE, description="The till's own name.", examples=["POS-1"])
]
ReceiptNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=PRINTABLE,
        description="Printable characters; unique per store and kind (sales, returns).",
        examples=["20250601-0001"],
    ),
]
OccurredAt = Annotated[
    datetime,
    Meta(tz=True, description="With its time zone; at most 10 minutes ahead and 400 days back."),
]
CardText = Annotated[str, Meta(min_length=1, max_length=512, description="What the scanner read.")]
Sku = Annotated[str, Meta(min_length=1, max_length=64)]
Quantity = Annotated[int, Meta(ge=1, le=9_999)]
AmountFen = Annotated[int, Meta(ge=0, le=100_000_000, description="For the whole quantity, after discounts, in fen.")]


class SaleLineIn(Body):
    sku: Sku
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    quantity: Quantity
    amount_fen: AmountFen


class ReturnLineIn(Body):
    sku: Sku
    quantity: Quantity
    amount_fen: AmountFen


def line_of(line: SaleLineIn | ReturnLineIn) -> purchases.Line:
    return purchases.Line(
        sku=line.sku,
        name=line.name if isinstance(line, SaleLineIn) else "",
        quantity=line.quantity,
        amount_fen=line.amount_fen,
    )
