"""Finance: the books of the points, which only reads what the others wrote.

The ledger is the truth. When a month (of Asia/Shanghai) is over, its sums are written down once (`closing`), so that
reports of years cost as little as those of a week; the months that are still open are summed live, and `muying
reconcile` proves that both say the same. What expired is told by the store and the rule that had issued it, lot by lot.
`settlement` says what brand and stores owe each other, at a dated price of a point.
"""

from membership.finance.closing import close_months, close_next
from membership.finance.errors import MonthClosed, MonthNotClosed, MonthsOutOfRange, NoTerms, ReportTooLong
from membership.finance.exporting import Report, sheet
from membership.finance.liability import ExpiringPoints, Liability, liability
from membership.finance.months import month_of, text_of, this_month
from membership.finance.reports import By, PointsRow, points_report
from membership.finance.settlement import Settlement, StoreSettlement, settlement
from membership.finance.terms import Terms, set_terms, terms

__all__ = [
    "By",
    "ExpiringPoints",
    "Liability",
    "MonthClosed",
    "MonthNotClosed",
    "MonthsOutOfRange",
    "NoTerms",
    "PointsRow",
    "Report",
    "ReportTooLong",
    "Settlement",
    "StoreSettlement",
    "Terms",
    "close_months",
    "close_next",
    "liability",
    "month_of",
    "points_report",
    "set_terms",
    "settlement",
    "sheet",
    "terms",
    "text_of",
    "this_month",
]
