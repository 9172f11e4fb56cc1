"""Families: relatives whose purchases and scans earn into one account.

The account is that of the *head*, the mother who invites; growth and level stay each one's own. A relative joins by a
code that holds 24 hours, and by accepting agrees that the family's people see him with a masked name and that the head
sees what he earned and spent there. A member belongs to one family, of six people at most. Who may spend is the head's
to say, a monthly limit too; what a relative had before stays his, and he spends that first. Gifts for joining and
corrections by hand are personal: they go into each one's own account. So is a debt: whoever owes points earns for
himself until it is repaid.

Leaving settles: what he earned and nobody has spent goes with him, lot by lot with its own expiry; what was spent
together was spent together. Goods that he returns later take back what he took along, and the rest from the family's
account (`points.take_back_where_held`).
"""

from membership.families.errors import (
    AlreadyInFamily,
    FamilyFull,
    InvitationNotFound,
    MonthlyLimitReached,
    NoFamily,
    OnlyTheHead,
    PersonNotFound,
    SpendingNotAllowed,
    TooManyInvitations,
)
from membership.families.inviting import NewInvitation, accept, invite, look_up, withdraw_invitation
from membership.families.leaving import Left, allow_spending, leave, leave_for_good, move_all, remove
from membership.families.places import Purse, account_of, are_family, purse, spender_account
from membership.families.queries import (
    ContributionView,
    FamilyView,
    InvitationView,
    InvitingView,
    PersonView,
    contributions,
    family,
)

__all__ = [
    "AlreadyInFamily",
    "ContributionView",
    "FamilyFull",
    "FamilyView",
    "InvitationNotFound",
    "InvitationView",
    "InvitingView",
    "Left",
    "MonthlyLimitReached",
    "NewInvitation",
    "NoFamily",
    "OnlyTheHead",
    "PersonNotFound",
    "PersonView",
    "Purse",
    "SpendingNotAllowed",
    "TooManyInvitations",
    "accept",
    "account_of",
    "allow_spending",
    "are_family",
    "contributions",
    "family",
    "invite",
    "leave",
    "leave_for_good",
    "look_up",
    "move_all",
    "purse",
    "remove",
    "spender_account",
    "withdraw_invitation",
]
