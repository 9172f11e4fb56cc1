"""In the background and by the clock: wishes that came into reach, products whose time is over, pictures left over."""

import msgspec

from foundation import database, files
from foundation.jobs import by_the_clock, job
from membership.catalogue import watching, wishes
from membership.catalogue.wishes import MemberToLookAt, ProductToLookAt


class PictureFiles(msgspec.Struct, frozen=True):
    """Files of a picture that is gone."""

    keys: list[str]


@job("catalogue.look_at_product")
async def look_at_product(product: ProductToLookAt) -> None:
    await watching.look_at_wishers(product)


@job("catalogue.look_at_member")
async def look_at_member(member: MemberToLookAt) -> None:
    await wishes.tell(member.member_id)


@job("catalogue.delete_files")
async def delete_files(picture: PictureFiles) -> None:
    for key in picture.keys:
        await files.delete(key)


@by_the_clock("catalogue.wishes", "* * * * *")
async def tell_of_wishes() -> int:
    """Every minute; what it costs is what was earned in it."""
    return await watching.look_at_earners()


@by_the_clock("catalogue.over", "*/10 * * * *")
async def withdraw_what_is_over() -> int:
    """Nobody sees it any more from the instant on; without this the shelf's index would keep it for ever."""
    return await database.execute("UPDATE product SET on_sale = false WHERE on_sale AND on_sale_until <= now()")
