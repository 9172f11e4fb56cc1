"""Who looked: every look that the staff took at a full value of hers, or of a child whose guardian she is."""

from datetime import datetime
from uuid import UUID

from foundation.http import Caller, Page, PageQuery, View
from membership import disclosures
from miniprogram_api.face import mothers


class LookOut(View):
    """One look. The person is told by role and store (`store_code` and `store_name` are null for those who work for all
    stores); `kind_title`, `purpose_title` and `role_title` are for her to read."""

    id: UUID
    looked_at: datetime
    kind: disclosures.Kind
    kind_title: str
    purpose: disclosures.Purpose
    purpose_title: str
    role: str
    role_title: str
    store_code: str | None
    store_name: str | None
    baby_id: UUID | None


@mothers.get("/me/disclosures", who="member")
async def my_disclosures(caller: Caller, query: PageQuery) -> Page[LookOut]:
    """Who of the staff looked at what of hers and of her children, when and what for; the newest first."""
    page = await disclosures.looks(caller.subject, query)
    return Page(
        items=[
            LookOut(
                id=look.id,
                looked_at=look.looked_at,
                kind=look.kind,
                kind_title=disclosures.KIND_TITLES[look.kind],
                purpose=look.purpose,
                purpose_title=disclosures.PURPOSE_TITLES[look.purpose],
                role=look.role.value,
                role_title=disclosures.ROLE_TITLES[look.role],
                store_code=look.store_code,
                store_name=look.store_name,
                baby_id=look.baby_id,
            )
            for look in page.items
        ],
        next_cursor=page.next_cursor,
    )
