"""Copies of her data are made here, and their files deleted."""

from foundation import database, files, jobs
from membership import members
from membership.privacy import export_building, exports
from membership.privacy.exports import BUILD, DROP, ExportAsked

BATCH = 100
FORGET = """
UPDATE data_export SET file = NULL, secret_sealed = NULL,
       status = CASE status WHEN 'ready' THEN 'expired' ELSE status END
 WHERE id = $1
"""
FETCHED = "SELECT file FROM data_export WHERE id = $1 AND status = 'downloaded'"
OVER = """
SELECT id, file FROM data_export WHERE file IS NOT NULL AND (status = 'downloaded' OR expires_at <= now()) LIMIT $1
"""
GIVEN_UP = """
UPDATE data_export SET status = 'expired' WHERE status = 'waiting' AND requested_at < now() - interval '1 day'
"""


class KeyChanged(Exception):
    """Her keys were rotated between reading and writing: the next attempt reads them anew."""


@jobs.job(BUILD)
async def build_export(asked: ExportAsked) -> None:
    """Makes the copy and tells her. Twice: nothing more. Nothing for her who is nobody any more."""
    member_id = await exports.waiting_for(asked.export_id)
    member = None if member_id is None else await members.find(member_id)
    if member is None or member.status != "active":
        return
    await exports.keep(member, asked.export_id, await export_building.build(member))
    if await exports.waiting_for(asked.export_id) is not None:
        raise KeyChanged


@jobs.job(DROP)
async def drop_export(gone: ExportAsked) -> None:
    """Deletes the file of one that was fetched."""
    file = await database.fetchval(FETCHED, gone.export_id)
    if file is not None:
        await files.delete(file)
        await database.execute(FORGET, gone.export_id)


@jobs.by_the_clock("privacy.drop_exports", "42 * * * *")
async def drop_old_exports() -> int:
    """Deletes what nobody fetched in its day; how many. What could not be made in a day can be asked for again."""
    total = 0
    while rows := await database.fetch(OVER, BATCH):
        for row in rows:
            await files.delete(row["file"])
            await database.execute(FORGET, row["id"])
        total += len(rows)
    await database.execute(GIVEN_UP)
    return total
