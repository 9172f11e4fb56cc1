"""Referrals: a member brings a friend; both are rewarded after the first purchase that the friend kept.

One level only, and nobody twice: a member has one referrer, entered soon after joining and before any purchase; no
circle, no family, not herself. What it pays, and how much in a month, are rules of `earning` (the way `referral`); a
job looks once an hour whose purchase has been kept long enough.
"""

from membership.referrals.actions import enter, move_all
from membership.referrals.errors import (
    AlreadyReferred,
    OwnReferralCode,
    ReferralCodeUnknown,
    ReferralLoop,
    ReferralsClosed,
    ReferralTooLate,
)
from membership.referrals.queries import ReferralView, view

__all__ = [
    "AlreadyReferred",
    "OwnReferralCode",
    "ReferralCodeUnknown",
    "ReferralLoop",
    "ReferralTooLate",
    "ReferralView",
    "ReferralsClosed",
    "enter",
    "move_all",
    "view",
]
