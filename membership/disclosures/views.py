"""What the staff and the guardian are shown of disclosures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from membership.babies import BabyDetails
from membership.disclosures.purposes import Asked, AskedFor, Kind, Part, Purpose
from membership.growth import RecordView
from membership.staff import Role
from membership.vaccinations import PlanView

State = Literal["waiting", "lapsed", "refused", "open", "ended"]
"""`waiting` for an approval; `lapsed`: nobody decided for a day; `ended`: early, or its thirty minutes are over."""

STATE = """CASE WHEN disclosure.granted IS NULL AND disclosure.asked_at > now() - interval '24 hours' THEN 'waiting'
  WHEN disclosure.granted IS NULL THEN 'lapsed' WHEN NOT disclosure.granted THEN 'refused'
  WHEN disclosure.ended_at IS NULL AND disclosure.open_until > now() THEN 'open' ELSE 'ended' END"""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of the staff asks to see. Of a child she says that she is `unrelated`, and which `parts` she needs:
    the least of them when she names none."""

    kind: Asked
    member_id: UUID
    baby_id: UUID | None = None
    purpose: AskedFor
    reason: str
    parts: Sequence[Part] | None = None
    unrelated: bool = False


class DisclosureView(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the asker and the approvers see it. `reason` is None once it was emptied.

    `parts` of a child were asked for, `granted_parts` approved; none of a member. `asked_unrelated` and
    `decided_unrelated`: that who asked, and who approved, declared to be no relative of the child; None when nobody had
    to."""

    id: UUID
    kind: Kind
    purpose: Purpose
    reason: str | None
    state: State
    member_number: str
    baby_id: UUID | None
    parts: list[Part]
    asked_unrelated: bool | None
    asked_by: UUID
    asked_by_name: str
    asked_as: Role
    store_code: str | None
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    granted_parts: list[Part]
    decided_unrelated: bool | None
    open_until: datetime | None
    ended_at: datetime | None
    looks: int

    def __repr__(self) -> str:
        """Without the sentence: a representation ends in logs and tracebacks."""
        return f"DisclosureView({self.id})"


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """The value, one of all these; `part` says which of a child's. Never logged."""

    open_until: datetime
    phone: str | None = None
    """E.164."""
    name: str | None = None
    part: Part | None = None
    baby: BabyDetails | None = None
    growth: list[RecordView] | None = None
    """The last day first."""
    vaccinations: PlanView | None = None

    def __repr__(self) -> str:
        """Tells nothing, as above."""
        return "Value(…)"


class LookView(msgspec.Struct, frozen=True, kw_only=True):
    """A look as the guardian sees it: by whom in general, and never by name.

    `approved_at`: when a second person allowed it, None when nobody had to. `unrelated`: that both declared to be no
    relatives of the child; None of what is no child's."""

    id: UUID
    asked_at: datetime
    approved_at: datetime | None
    looked_at: datetime
    kind: Kind
    part: Part | None
    purpose: Purpose
    baby_id: UUID | None
    unrelated: bool | None
    role: Role
    store_code: str | None
    store_name: str | None


class MaskedMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member as the staff sees her. `babies`: those about which this role may ask, since an authorization stands."""

    number: str
    status: str
    name_masked: str
    phone_masked: str | None
    babies: list[UUID]
