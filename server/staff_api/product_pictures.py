"""The pictures of a product."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation import pictures
from foundation.errors import Invalid
from foundation.http import Body, Caller, Limit, Upload, View
from membership import catalogue
from server.staff_api.face import staff
from server.staff_api.products import KEEPERS

UPLOAD_LIMIT = Limit(requests=60, seconds=60, burst=20)


class PictureOrderIn(Body):
    """Every picture of the product once; the first one is the cover."""

    pictures: Annotated[list[UUID], Meta(max_length=9)]


class PictureMadeOut(View):
    id: UUID


@staff.post(
    "/products/{product_id}/pictures",
    who=KEEPERS,
    status=201,
    refuses=(*pictures.REFUSALS, catalogue.ProductNotFound, catalogue.TooManyPictures),
    limit=UPLOAD_LIMIT,
)
async def add_product_picture(caller: Caller, product_id: UUID, picture: Upload) -> PictureMadeOut:
    """Add a picture as the last one: JPEG, PNG or WebP, 5 MB and 25 megapixels at most; nine to a product.

    It is encoded anew, in three sizes, without what a camera writes beside.
    """
    return PictureMadeOut(await catalogue.add_picture(caller.subject, product_id, picture.content))


@staff.post("/products/{product_id}/picture-order", who=KEEPERS, refuses=(catalogue.ProductNotFound, Invalid))
async def order_product_pictures(caller: Caller, product_id: UUID, body: PictureOrderIn) -> None:
    """Put the pictures of a product in another order."""
    await catalogue.order_pictures(caller.subject, product_id, body.pictures)


@staff.delete(
    "/products/{product_id}/pictures/{picture_id}",
    who=KEEPERS,
    refuses=(catalogue.ProductNotFound, catalogue.PictureNotFound),
)
async def remove_product_picture(caller: Caller, product_id: UUID, picture_id: UUID) -> None:
    """Remove a picture, and its files."""
    await catalogue.remove_picture(caller.subject, product_id, picture_id)
