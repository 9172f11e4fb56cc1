"""The pictures of the products."""

from uuid import UUID

from foundation import files
from foundation.http import Limit, Raw
from membership import catalogue
from miniprogram_api.face import mothers

FOR_GOOD = "public, max-age=31536000, immutable"
"""A picture never changes: another one has another id."""

PICTURES_LIMIT = Limit(requests=600, seconds=60, burst=200)
"""A screen of products shows twenty at once."""


@mothers.get(
    "/mall/pictures/{picture_id}/{size}",
    who="public",
    refuses=(catalogue.PictureNotFound,),
    limit=PICTURES_LIMIT,
    produces="image/webp",
)
async def product_picture(picture_id: UUID, size: str) -> Raw:
    """A picture: `small` (320 pixels at most), `medium` (750) or `large` (1500). May be cached for good."""
    stored = await files.get(await catalogue.picture_key(picture_id, size))
    return Raw(stored.content, stored.content_type, {"Cache-Control": FOR_GOOD})
