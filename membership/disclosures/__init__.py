"""Disclosures: who of the staff saw a full value, what for, and with whose approval.

The staff sees masks. Whoever needs the value behind one asks for it, with a purpose from a list and a sentence. What a
member told of herself is open at once to the roles that may; a child's data waits for the approval of a second person,
and for the guardian's authorization at every look. It is open for thirty minutes, each look is written down, and the
member or guardian reads who looked.
"""

from membership.disclosures.actions import approve, ask, end, look, move_all, note_address_read, refuse
from membership.disclosures.errors import (
    AlreadyDecided,
    DisclosureNotFound,
    GuardianNotAuthorizing,
    NotForThisRole,
    NothingToSee,
    NotOpen,
    OwnRequest,
    RelationNotDenied,
    WaitedTooLong,
)
from membership.disclosures.purposes import (
    APPROVERS,
    ASKERS,
    KIND_TITLES,
    OPEN_MINUTES,
    PURPOSE_TITLES,
    ROLE_TITLES,
    Asked,
    AskedFor,
    Kind,
    Purpose,
)
from membership.disclosures.queries import disclosure, disclosures, looks, masked, waiting
from membership.disclosures.views import DisclosureView, LookView, MaskedMember, Request, State, Value

__all__ = [
    "APPROVERS",
    "ASKERS",
    "KIND_TITLES",
    "OPEN_MINUTES",
    "PURPOSE_TITLES",
    "ROLE_TITLES",
    "AlreadyDecided",
    "Asked",
    "AskedFor",
    "DisclosureNotFound",
    "DisclosureView",
    "GuardianNotAuthorizing",
    "Kind",
    "LookView",
    "MaskedMember",
    "NotForThisRole",
    "NotOpen",
    "NothingToSee",
    "OwnRequest",
    "Purpose",
    "RelationNotDenied",
    "Request",
    "State",
    "Value",
    "WaitedTooLong",
    "approve",
    "ask",
    "disclosure",
    "disclosures",
    "end",
    "look",
    "looks",
    "masked",
    "move_all",
    "note_address_read",
    "refuse",
    "waiting",
]
