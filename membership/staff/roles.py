"""What people who work here may be."""

from enum import StrEnum


class Role(StrEnum):
    """A clerk works in one store; the others work for all of them."""

    CLERK = "clerk"
    OPERATOR = "operator"
    MODERATOR = "moderator"
    EXPERT = "expert"
    ADMINISTRATOR = "administrator"
    PRIVACY_OFFICER = "privacy_officer"
