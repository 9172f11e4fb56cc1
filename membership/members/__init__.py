"""Members: who is one, how she is found, what she agreed to.

A member is made by her first WeChat login or by a till that knows her phone; `enrolment`, which stands above, joins
the two. Her phone, her profile and WeChat's name for her are sealed with a data key of her own.
"""

from membership.members.actions import agree, ban, lift_ban
from membership.members.erasing import erase
from membership.members.errors import ConsentRequired, MemberBanned, NoticeOutdated
from membership.members.numbers import is_number
from membership.members.phones import mask_phone, parse_phone, phone_index
from membership.members.profile import HeardFrom, Profile, ProfileChanges, Relation
from membership.members.queries import (
    ConsentView,
    MemberView,
    NoticeView,
    consents_of,
    find,
    find_by_number,
    find_by_phone_index,
    get,
    has_consented,
    name_masked,
    names_masked,
    notices,
    number_of,
    openid_index_of,
    openid_of,
    selves,
    view,
)
from membership.members.records import MemberRecord
from membership.members.steps import (
    PRIVACY,
    Arrived,
    arrive_by_wechat,
    attach_phone,
    hold,
    hold_one,
    hold_phone,
    make_by_phone,
    mark_merged,
    require_consent,
    share,
    withdraw,
    withdraw_again,
    write_profile,
)
from membership.members.words import seal_anew, seal_words, words

__all__ = [
    "PRIVACY",
    "Arrived",
    "ConsentRequired",
    "ConsentView",
    "HeardFrom",
    "MemberBanned",
    "MemberRecord",
    "MemberView",
    "NoticeOutdated",
    "NoticeView",
    "Profile",
    "ProfileChanges",
    "Relation",
    "agree",
    "arrive_by_wechat",
    "attach_phone",
    "ban",
    "consents_of",
    "erase",
    "find",
    "find_by_number",
    "find_by_phone_index",
    "get",
    "has_consented",
    "hold",
    "hold_one",
    "hold_phone",
    "is_number",
    "lift_ban",
    "make_by_phone",
    "mark_merged",
    "mask_phone",
    "name_masked",
    "names_masked",
    "notices",
    "number_of",
    "openid_index_of",
    "openid_of",
    "parse_phone",
    "phone_index",
    "require_consent",
    "seal_anew",
    "seal_words",
    "selves",
    "share",
    "view",
    "withdraw",
    "withdraw_again",
    "words",
    "write_profile",
]
