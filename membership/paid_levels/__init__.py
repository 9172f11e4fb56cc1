"""Paid levels: a level of the tiers, bought for some months. The higher of earned and bought counts (`tiers`).

Sold in the shop, by a till or by staff. The mini-program sells none: there virtual goods need the platform's own
payment, which would be one more provider behind the port of `payments`. Bought again, it is longer; given back, the
days that are left are paid back by the plan's rule.
"""

from membership.paid_levels.errors import (
    PaidLevelNotFound,
    PaidLevelNotLast,
    PaidLevelOver,
    PlanExists,
    PlanLevelUnfit,
    PlanNotFound,
    PlanPriceChanged,
    PlanUnknown,
)
from membership.paid_levels.plans import Plan, PlanCode, change_plan, find_plan, make_plan, plans
from membership.paid_levels.queries import of_member, one
from membership.paid_levels.refunding import refund
from membership.paid_levels.selling import PlanSale, move_all, sell_at_till, sell_by_staff
from membership.paid_levels.views import PaidLevelView

__all__ = [
    "PaidLevelNotFound",
    "PaidLevelNotLast",
    "PaidLevelOver",
    "PaidLevelView",
    "Plan",
    "PlanCode",
    "PlanExists",
    "PlanLevelUnfit",
    "PlanNotFound",
    "PlanPriceChanged",
    "PlanSale",
    "PlanUnknown",
    "change_plan",
    "find_plan",
    "make_plan",
    "move_all",
    "of_member",
    "one",
    "plans",
    "refund",
    "sell_at_till",
    "sell_by_staff",
]
