"""Enrolment: from a WeChat login, a till or a phone to one known person.

The top of the membership: signing in makes members, a verified phone joins what tills and sales know of a person, and
each step of joining brings its gift once.
"""

from membership.enrolment.errors import PhoneTaken
from membership.enrolment.gifts import Gift, GiftView
from membership.enrolment.joining import (
    PhoneVerified,
    Registered,
    change_profile,
    register_at_store,
    take_phone,
    verify_phone,
)
from membership.enrolment.merging import MovedInMerge
from membership.enrolment.overview import Overview, overview
from membership.enrolment.signing_in import SignedIn, refresh, sign_in, sign_in_with_wechat, sign_out
from membership.enrolment.withdrawing import CHILDREN, withdraw

__all__ = [
    "CHILDREN",
    "Gift",
    "GiftView",
    "MovedInMerge",
    "Overview",
    "PhoneTaken",
    "PhoneVerified",
    "Registered",
    "SignedIn",
    "change_profile",
    "overview",
    "refresh",
    "register_at_store",
    "sign_in",
    "sign_in_with_wechat",
    "sign_out",
    "take_phone",
    "verify_phone",
    "withdraw",
]
