"""What the staff and the guardian are shown of disclosures."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from membership.babies import BabyDetails
from membership.disclosures.purposes import Asked, AskedFor, Kind, Purpose
from membership.staff import Role

State = Literal["waiting", "lapsed", "refused", "open", "ended"]
"""`waiting` for an approval; `lapsed`: nobody decided for a day; `ended`: early, or its thirty minutes are over."""

STATE = """CASE WHEN disclosure.granted IS NULL AND disclosure.asked_at > now() - interval '24 hours' THEN 'waiting'
  WHEN disclosure.granted IS NULL THEN 'lapsed' WHEN NOT disclosure.granted THEN 'refused'
  WHEN disclosure.ended_at IS NULL AND disclosure.open_until > now() THEN 'open' ELSE 'ended' END"""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of the staff asks to see. `unrelated`: she is no relative of the child."""

    kind: Asked
    member_id: UUID
    baby_id: UUID | None = None
    purpose: AskedFor
    reason: str
    unrelated: bool = False


class DisclosureView(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the asker and the approvers see it. `reason` is None once it was emptied."""

    id: UUID
    kind: Kind
    purpose: Purpose
    reason: str | None
    state: State
    member_number: str
    baby_id: UUID | None
    asked_by: UUID
    asked_by_name: str
    asked_as: Role
    store_code: str | None
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    open_until: datetime | None
    ended_at: datetime | None
    looks: int

    def __repr__(self) -> str:
        """Without the sentence: a representation ends in logs and tracebacks."""
        return f"DisclosureView({self.id})"


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """The value, one of the three. Never logged."""

    open_until: datetime
    phone: str | None = None
    """E.164."""
    name: str | None = None
    baby: BabyDetails | None = None

    def __repr__(self) -> str:
        """Tells nothing, as above."""
        return "Value(…)"


class LookView(msgspec.Struct, frozen=True, kw_only=True):
    """A look as the guardian sees it: by whom in general, and never by name."""

    id: UUID
    looked_at: datetime
    kind: Kind
    purpose: Purpose
    baby_id: UUID | None
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
