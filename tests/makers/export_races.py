"""A race for the one download of a copy of her data."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from foundation import database
from membership import privacy
from membership.privacy import export_jobs, exports
from membership.privacy.exports import ExportAsked
from tests.makers.members import make_member

Download = Callable[[UUID, UUID], Awaitable[bytes]]
AT_ONCE = 6


async def ready_export(member_id: UUID) -> UUID:
    """Asked for and made."""
    export_id = (await exports.order(member_id)).id
    await export_jobs.build_export(ExportAsked(export_id))
    return export_id


async def downloads_at_once(download: Download = exports.download) -> int:
    """How many of several that came at once got the copy."""
    member = await make_member()
    export_id = await ready_export(member.id)

    async def one() -> bool:
        try:
            return bool(await download(member.id, export_id))
        except privacy.ExportGone:
            return False

    return sum(await asyncio.gather(*(one() for _ in range(AT_ONCE))))


async def careless_download(member_id: UUID, export_id: UUID) -> bytes:
    """Without the condition: looks, waits as a slow store makes one wait, and marks it fetched."""
    if (await exports.export(member_id, export_id)).status != "ready":
        raise privacy.ExportGone
    await asyncio.sleep(0.05)
    await database.execute(
        "UPDATE data_export SET status = 'downloaded', downloaded_at = now() WHERE id = $1", export_id
    )
    return b"zip"
