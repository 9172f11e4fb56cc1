"""Disclosures: who of the staff saw a full value, what for, and with whose approval.

The staff sees masks. Whoever needs the value behind one asks for it, with a purpose from a list and a sentence. What a
member told of herself is open at once to the roles that may. Of a child she names the parts she needs (details, growth,
vaccinations); they wait for a second person, who may approve fewer, and for the guardian's authorization at every look.
It is open for thirty minutes, each look at each part is written down, and the member or guardian reads who looked.

Who works here and who shops here are not linked: that somebody is no relative is declared, by who asks and by who
approves, kept, and told to the guardian; nobody can check it.
"""

from membership.disclosures.actions import approve, ask, end, move_all, note_address_read, refuse
from membership.disclosures.errors import (
    AlreadyDecided,
    AskerChanged,
    DisclosureNotFound,
    GuardianNotAuthorizing,
    NotForThisRole,
    NothingToSee,
    NotOpen,
    OwnRequest,
    PartNotAsked,
    PartNotOpen,
    RelationNotDenied,
    WaitedTooLong,
)
from membership.disclosures.looking import look
from membership.disclosures.purposes import (
    APPROVERS,
    ASKERS,
    CHILD_ASKERS,
    KIND_TITLES,
    OPEN_MINUTES,
    PART_TITLES,
    PURPOSE_TITLES,
    ROLE_TITLES,
    Asked,
    AskedFor,
    Kind,
    Part,
    Purpose,
)
from membership.disclosures.queries import disclosure, disclosures, looks, masked, waiting
from membership.disclosures.views import DisclosureView, LookView, MaskedMember, Request, State, Value

__all__ = [
    "APPROVERS",
    "ASKERS",
    "CHILD_ASKERS",
    "KIND_TITLES",
    "OPEN_MINUTES",
    "PART_TITLES",
    "PURPOSE_TITLES",
    "ROLE_TITLES",
    "AlreadyDecided",
    "Asked",
    "AskedFor",
    "AskerChanged",
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
    "Part",
    "PartNotAsked",
    "PartNotOpen",
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
