"""Earning: the ways to earn points beyond the rate of a level, and the rules that say what they pay.

A way is a registered class (`ways`, `purchase_way`); a rule is data: the way's parameters, where and when and for whom
it holds, caps and a budget. A change of a rule writes its next version, so what was paid can always be read in the rule
that paid it. WeChat forbids to reward a share or a subscription to messages: no way can be called so, and the database
knows the list of ways.

Features in which something happens call `earn` in their own transaction, with a key of their own; a rule pays a key
once. What a purchase is promised is frozen with its receipt (`promised`, `cut_to_caps`), and given and taken back by
`purchases`.
"""

from membership.earning.bonuses import Promised, cut_to_caps, promised, read_bonuses
from membership.earning.errors import NoPast, PreviewTooLarge, RuleCodeTaken, RuleEnded, RuleNotFound
from membership.earning.making import change_rule, end_rule, make_rule
from membership.earning.paying import Earned, Paid, earn, move_all, release
from membership.earning.previewing import Past, Preview, TopEarner, preview, register_past
from membership.earning.purchase_way import Bonus, Purchase
from membership.earning.registry import WAYS, Way
from membership.earning.rules import Rule, RuleDraft, decoded, find_rule, in_force, rule, rules
from membership.earning.ways import Attendance, Contribution, ProfileCompletion, Referral, SignIn, StreakBonus, Survey

__all__ = [
    "WAYS",
    "Attendance",
    "Bonus",
    "Contribution",
    "Earned",
    "NoPast",
    "Paid",
    "Past",
    "Preview",
    "PreviewTooLarge",
    "ProfileCompletion",
    "Promised",
    "Purchase",
    "Referral",
    "Rule",
    "RuleCodeTaken",
    "RuleDraft",
    "RuleEnded",
    "RuleNotFound",
    "SignIn",
    "StreakBonus",
    "Survey",
    "TopEarner",
    "Way",
    "change_rule",
    "cut_to_caps",
    "decoded",
    "earn",
    "end_rule",
    "find_rule",
    "in_force",
    "make_rule",
    "move_all",
    "preview",
    "promised",
    "read_bonuses",
    "register_past",
    "release",
    "rule",
    "rules",
]
