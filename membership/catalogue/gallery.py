"""Pictures of a product: nine at most, in the order of the staff; the first one is the cover."""

from collections.abc import Sequence
from uuid import UUID

from foundation import audit, database, files, jobs, pictures
from foundation.ids import new_id
from foundation.transactions import transactional
from membership.catalogue.errors import PictureNotFound, ProductNotFound, TooManyPictures
from membership.catalogue.jobs import PictureFiles
from membership.catalogue.terms import contradiction

MOST_PICTURES = 9
WEBP = "image/webp"

SIZES = ("small", "medium", "large")

HANG = "INSERT INTO product_picture (id, product_id, place, small, medium, large) VALUES ($1, $2, $3, $4, $5, $6)"
COVER = """
UPDATE product SET cover = (SELECT id FROM product_picture WHERE product_id = $1 ORDER BY place LIMIT 1) WHERE id = $1
"""


async def add_picture(by: UUID, product_id: UUID, raw: bytes) -> UUID:
    """Checks, resizes and keeps a picture, as the last one; its id.

    Raises what `pictures.REFUSALS` say, `ProductNotFound`, `TooManyPictures`, `Unavailable`.
    """
    made = await pictures.check_and_resize(raw)
    keys = [await files.put(size, WEBP, most_bytes=pictures.MOST_BYTES) for size in made.sizes]
    try:
        return await _hang(by, product_id, keys)
    except Exception:
        for key in keys:
            await files.delete(key)
        raise


async def picture_key(picture_id: UUID, size: str) -> str:
    """The file of a picture in one of `SIZES`. Raises `PictureNotFound`, for another size too."""
    row = await database.fetchrow("SELECT small, medium, large FROM product_picture WHERE id = $1", picture_id)
    if row is None or size not in SIZES:
        raise PictureNotFound
    key: str = row[size]
    return key


@transactional
async def order_pictures(by: UUID, product_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Puts the pictures of a product in this order. Raises `ProductNotFound`; `Invalid` unless it names each once."""
    before = await _locked(product_id)
    if sorted(before) != sorted(picture_ids):
        raise contradiction("pictures", "请列出这个商品的全部图片，每张一次")
    await _close_ranks(product_id, picture_ids)
    await _record(by, product_id, before, picture_ids)


@transactional
async def remove_picture(by: UUID, product_id: UUID, picture_id: UUID) -> None:
    """Raises `ProductNotFound`, `PictureNotFound`."""
    before = await _locked(product_id)
    row = await database.fetchrow(
        "DELETE FROM product_picture WHERE id = $1 AND product_id = $2 RETURNING small, medium, large",
        picture_id,
        product_id,
    )
    if row is None:
        raise PictureNotFound
    after = [other for other in before if other != picture_id]
    await _close_ranks(product_id, after)
    await jobs.enqueue("catalogue.delete_files", PictureFiles(list(row)))
    await _record(by, product_id, before, after)


@transactional
async def _hang(by: UUID, product_id: UUID, keys: Sequence[str]) -> UUID:
    before = await _locked(product_id)
    if len(before) == MOST_PICTURES:
        raise TooManyPictures
    picture_id = new_id()
    await database.execute(HANG, picture_id, product_id, len(before), *keys)
    await database.execute(COVER, product_id)
    await _record(by, product_id, before, [*before, picture_id])
    return picture_id


async def _locked(product_id: UUID) -> list[UUID]:
    """The pictures in their order; the product is locked. Raises `ProductNotFound`."""
    if not await database.fetchval("SELECT true FROM product WHERE id = $1 FOR UPDATE", product_id):
        raise ProductNotFound
    rows = await database.fetch("SELECT id FROM product_picture WHERE product_id = $1 ORDER BY place", product_id)
    return [row["id"] for row in rows]


async def _close_ranks(product_id: UUID, order: Sequence[UUID]) -> None:
    """Gives the pictures the places 0, 1, 2… Taken down and hung again: two are never in one place meanwhile."""
    rows = await database.fetch(
        "DELETE FROM product_picture WHERE product_id = $1 RETURNING id, small, medium, large", product_id
    )
    keys = {row["id"]: (row["small"], row["medium"], row["large"]) for row in rows}
    for place, picture_id in enumerate(order):
        await database.execute(HANG, picture_id, product_id, place, *keys[picture_id])
    await database.execute(COVER, product_id)


async def _record(by: UUID, product_id: UUID, before: Sequence[UUID], after: Sequence[UUID]) -> None:
    await audit.record(by, "product.pictures", "product", product_id, before={"order": before}, after={"order": after})
