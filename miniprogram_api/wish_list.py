"""The wish list: what a mother saves for."""

from uuid import UUID

from foundation.http import Body, Caller, Page, PageQuery
from membership import catalogue
from miniprogram_api.face import mothers
from miniprogram_api.products import OfferOut, offer_out


class WishIn(Body):
    product_id: UUID


@mothers.get("/me/wishes", who="member")
async def my_wishes(caller: Caller, query: PageQuery) -> Page[OfferOut]:
    """What she wishes for, the newest first; what is not offered any more is left out."""
    page = await catalogue.wishes(caller.subject, query)
    return Page(items=[offer_out(offer) for offer in page.items], next_cursor=page.next_cursor)


@mothers.post("/me/wishes", who="member", refuses=(catalogue.ProductNotFound, catalogue.WishListFull))
async def wish(caller: Caller, body: WishIn) -> None:
    """Put a product on the wish list: she is told, once, when her points reach for it.

    A list holds 100. Wishing again changes nothing.
    """
    await catalogue.wish(caller.subject, body.product_id)


@mothers.delete("/me/wishes/{product_id}", who="member")
async def unwish(caller: Caller, product_id: UUID) -> None:
    """Take a product off the wish list. What is not on it is gone already."""
    await catalogue.unwish(caller.subject, product_id)
