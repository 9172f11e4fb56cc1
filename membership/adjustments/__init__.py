"""Adjustments: points that a member of staff gives or takes by hand, with a reason and within limits.

What a role may move alone, per adjustment and per person and day, is data. More than that waits for a second person,
who is never the one who asked. Points taken come from the lots that expire first and are never more than she can spend.
The member is told, and everything is in the audit.
"""

from membership.adjustments.actions import adjust, approve, move_all, reject
from membership.adjustments.allowances import limits, set_limit
from membership.adjustments.errors import (
    AdjustmentDecided,
    AdjustmentNotAllowed,
    AdjustmentNotFound,
    AdjustmentOfNothing,
    AdjustmentTooLarge,
    LimitsDoNotFit,
    SecondPersonNeeded,
)
from membership.adjustments.queries import asked_for_by, reasons, waiting
from membership.adjustments.views import AdjustmentView, LimitView, Status

__all__ = [
    "AdjustmentDecided",
    "AdjustmentNotAllowed",
    "AdjustmentNotFound",
    "AdjustmentOfNothing",
    "AdjustmentTooLarge",
    "AdjustmentView",
    "LimitView",
    "LimitsDoNotFit",
    "SecondPersonNeeded",
    "Status",
    "adjust",
    "approve",
    "asked_for_by",
    "limits",
    "move_all",
    "reasons",
    "reject",
    "set_limit",
    "waiting",
]
