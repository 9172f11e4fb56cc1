"""What the steps answer."""

from uuid import UUID

import msgspec


class Source(msgspec.Struct, frozen=True):
    """Where an entry comes from, for the statement and for finance; written with it and never changed.

    `rule`: the code of the rule that paid (≤ 64 characters). `store_id`: the store where it happened. `by_member`: the
    family member who earned or spent into an account that is not her own. `note`: what the member reads beside the
    line (≤ 200 characters): a receipt's number, a gift's name, a rule's name, a reason.
    """

    rule: str | None = None
    store_id: UUID | None = None
    by_member: UUID | None = None
    note: str | None = None


NOWHERE = Source()


class Posted(msgspec.Struct, frozen=True):
    """An entry of the ledger: its signed amount and the account after it, all in points."""

    amount: int
    balance: int
    debt: int


class Moved(msgspec.Struct, frozen=True):
    """What a merge moved: points and debt of the account, and how many lots (empty ones too)."""

    points: int
    debt: int
    lots: int
