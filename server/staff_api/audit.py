"""The audit: who changed what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from foundation import audit
from foundation.audit import AuditQuery
from foundation.http import Caller, Page, View
from membership.staff import Role
from server.staff_api.face import staff

READERS = (Role.ADMINISTRATOR.value, Role.PRIVACY_OFFICER.value)


class AuditEntryOut(View):
    """One change: by whom, of what, and how it was before and after."""

    id: UUID
    actor_id: UUID
    action: str
    subject: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    created_at: datetime


@staff.get("/audit-entries", who=READERS)
async def audit_entries(caller: Caller, query: AuditQuery) -> Page[AuditEntryOut]:
    """What the staff changed, the newest first.

    `subject` and `subject_id` narrow it to one thing, e.g. `product` and its id."""
    page = await audit.entries(query)
    return Page(
        items=[
            AuditEntryOut(
                id=entry.id,
                actor_id=entry.actor_id,
                action=entry.action,
                subject=entry.subject,
                subject_id=entry.subject_id,
                before=entry.before,
                after=entry.after,
                reason=entry.reason,
                created_at=entry.created_at,
            )
            for entry in page.items
        ],
        next_cursor=page.next_cursor,
    )
