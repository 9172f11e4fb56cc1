"""Why somebody of the staff changed something: a sentence that the house seals, because it may name somebody."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from foundation.secrets import HOUSE, Unreadable, place, vault

SHOWN = "（无法读取）"
UNREADABLE = f"\x00{SHOWN}"
"""In place of what does not open: no door lets such a sentence in, so no MAC was ever made over it."""


def reason_place(entry_id: UUID) -> str:
    return place("audit_entry", "reason_sealed", entry_id, HOUSE)


def reason_of(row: Mapping[str, Any]) -> str | None:
    """The sentence of a row with `id`, `reason` and `reason_sealed`; `UNREADABLE` when it does not open.

    Entries of before have it in clear until `foundation.late_sealing` was there. Whoever puts one there since is found:
    it counts, and has no MAC.
    """
    if row["reason"] is not None or row["reason_sealed"] is None:
        said: str | None = row["reason"]
        return said
    try:
        return vault().house.unseal(reason_place(row["id"]), row["reason_sealed"])
    except Unreadable:
        return UNREADABLE
