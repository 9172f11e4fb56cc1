"""Points: an exact, append-only ledger of what a member earned, spent, lost and owes.

An *account* holds balance and debt, an *entry* is one line of the ledger, a *lot* is what was earned together and
expires together. Spending takes the lot that expires first. What is taken back after it was spent becomes a debt that
later earnings repay first. Always: Σ entries = balance − debt = Σ lots remaining − debt.

Every step locks the account first, so steps of one member wait for each other; a caller that also calls `tiers` calls
`tiers` first. An entry exists once per kind and key: the same step with the same key again moves nothing.
This feature never looks up a rate or a level: its callers say a number.
"""

from membership.points.actions import grant, move_all, open_account, spend
from membership.points.errors import NotEnoughPoints
from membership.points.forfeiting import forfeit
from membership.points.kinds import FLOWS, Flow, Kind
from membership.points.queries import OWES, SPENDABLE, ArrivingLot, ExpiringLot, PointsSummary, holder_of, summary
from membership.points.reckoning import expiry_for, points_for
from membership.points.returning import give_back, take_back
from membership.points.shapes import Moved, Posted, Source
from membership.points.sharing import (
    FamilyShare,
    RelativeEntry,
    Taker,
    entries_by_relatives,
    share_out,
    shares_of,
    spent_this_month,
    take_back_where_held,
)
from membership.points.statement import EntryView, MonthView, StatementQuery, entries, months, months_of_year

__all__ = [
    "FLOWS",
    "OWES",
    "SPENDABLE",
    "ArrivingLot",
    "EntryView",
    "ExpiringLot",
    "FamilyShare",
    "Flow",
    "Kind",
    "MonthView",
    "Moved",
    "NotEnoughPoints",
    "PointsSummary",
    "Posted",
    "RelativeEntry",
    "Source",
    "StatementQuery",
    "Taker",
    "entries",
    "entries_by_relatives",
    "expiry_for",
    "forfeit",
    "give_back",
    "grant",
    "holder_of",
    "months",
    "months_of_year",
    "move_all",
    "open_account",
    "points_for",
    "share_out",
    "shares_of",
    "spend",
    "spent_this_month",
    "summary",
    "take_back",
    "take_back_where_held",
]
