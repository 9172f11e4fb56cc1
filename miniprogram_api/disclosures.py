"""Who looked: every look that the staff took at a full value of hers, or of a child whose guardian she is."""

from datetime import datetime
from uuid import UUID

from foundation.http import Caller, Page, PageQuery, View
from membership import disclosures
from miniprogram_api.face import mothers


class LookOut(View):
    """One look. The person is told by role and store (`store_code` and `store_name` are null for those who work for all
    stores); what ends in `_title` is for her to read.

    `part`: what of a child was looked at. `approved_at`: when a second person allowed it; `unrelated`: both declared to
    be no relatives of the child. Null for what is no child's, and needs no approval."""

    id: UUID
    asked_at: datetime
    approved_at: datetime | None
    looked_at: datetime
    kind: disclosures.Kind
    kind_title: str
    part: disclosures.Part | None
    part_title: str | None
    purpose: disclosures.Purpose
    purpose_title: str
    role: str
    role_title: str
    store_code: str | None
    store_name: str | None
    baby_id: UUID | None
    unrelated: bool | None
    unrelated_title: str | None


UNRELATED = "申请人和批准人均声明没有亲属关系"


@mothers.get("/me/disclosures", who="member")
async def my_disclosures(caller: Caller, query: PageQuery) -> Page[LookOut]:
    """Who of the staff looked at what of hers and of her children, when and what for; the newest first."""
    page = await disclosures.looks(caller.subject, query)
    return Page(
        items=[
            LookOut(
                id=look.id,
                asked_at=look.asked_at,
                approved_at=look.approved_at,
                looked_at=look.looked_at,
                kind=look.kind,
                kind_title=disclosures.KIND_TITLES[look.kind],
                part=look.part,
                part_title=None if look.part is None else disclosures.PART_TITLES[look.part],
                purpose=look.purpose,
                purpose_title=disclosures.PURPOSE_TITLES[look.purpose],
                role=look.role.value,
                role_title=disclosures.ROLE_TITLES[look.role],
                store_code=look.store_code,
                store_name=look.store_name,
                baby_id=look.baby_id,
                unrelated=look.unrelated,
                unrelated_title=UNRELATED if look.unrelated else None,
            )
            for look in page.items
        ],
        next_cursor=page.next_cursor,
    )
