"""What the catalogue shows."""

from uuid import UUID

import msgspec


class ProductView(msgspec.Struct, frozen=True):
    """A gift on the shelf; `points` is for one piece."""

    id: UUID
    name: str
    description: str
    points: int
    stock: int
