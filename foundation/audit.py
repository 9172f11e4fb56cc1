"""The audit: who of the staff changed what, and how it was before; written in the transaction of the change.

Each entry is sealed with a key that the database does not hold; `foundation.audit_chain` links them, and
`muying audit verify` (`foundation.audit_check`) finds what was changed, taken out or put in since.

A verb that a member of staff may call takes her id (`by`) and records itself. Personal values do not belong here: name
what was changed, not what it says of a person. The reason is a sentence that somebody typed, which may say more than it
should: the house seals it. What the MAC and the chain vouch for is the sentence itself, so a seal may be made anew.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from foundation import audit_keys, database
from foundation.audit_keys import Content
from foundation.audit_reasons import SHOWN, UNREADABLE, reason_of, reason_place
from foundation.ids import new_id
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from foundation.secrets import vault
from foundation.transactions import within_transaction

WRITE = (
    "INSERT INTO audit_entry (id, actor_id, action, subject, subject_id, before, after, reason_sealed, mac)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
LAST_ID = UUID(int=2**128 - 1)

Values = Mapping[str, Any]
"""What msgspec can write as a JSON object."""


class AuditEntryView(msgspec.Struct, frozen=True):
    """One change. `before` and `after` hold what changed; None where there was nothing."""

    id: UUID
    actor_id: UUID
    action: str
    subject: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    created_at: datetime


class AuditQuery(PageQuery, frozen=True):
    """What to look for; without a subject, everything."""

    subject: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    subject_id: Annotated[str, msgspec.Meta(max_length=64)] | None = None


@within_transaction
async def record(
    by: UUID,
    action: str,
    subject: str,
    subject_id: UUID | str,
    *,
    before: Values | None = None,
    after: Values | None = None,
    reason: str | None = None,
) -> None:
    """Writes down that a member of staff did `action` (`product.priced`) to the `subject` (`product`) with that id."""
    entry = Content(
        id=new_id(),
        actor_id=by,
        action=action,
        subject=subject,
        subject_id=str(subject_id),
        before=before,
        after=after,
        reason=reason,
    )
    await database.execute(
        WRITE,
        entry.id,
        by,
        action,
        subject,
        entry.subject_id,
        _written(before),
        _written(after),
        None if reason is None else vault().house.seal(reason_place(entry.id), reason),
        audit_keys.keys().mac(entry.encoded()),
    )


async def entries(query: AuditQuery) -> Page[AuditEntryView]:
    """What was changed, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(
        "SELECT id, actor_id, action, subject, subject_id, before, after, reason, reason_sealed, created_at"
        " FROM audit_entry"
        " WHERE id < $1 AND ($2::text IS NULL OR subject = $2) AND ($3::text IS NULL OR subject_id = $3)"
        " ORDER BY id DESC LIMIT $4",
        before,
        query.subject,
        query.subject_id,
        query.limit + 1,
    )
    shown = [_view(dict(row)) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


def _written(values: Values | None) -> str | None:
    return None if values is None else msgspec.json.encode(values).decode()


def _view(row: dict[str, Any]) -> AuditEntryView:
    for name in ("before", "after"):
        if isinstance(row[name], str):
            row[name] = msgspec.json.decode(row[name])
    reason = reason_of(row)
    row["reason"] = SHOWN if reason == UNREADABLE else reason
    del row["reason_sealed"]
    return AuditEntryView(**row)
