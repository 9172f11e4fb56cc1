"""The people who work here: how they sign in (password and one-time code), their role and the store they belong to.

A clerk works for one store and sees only what concerns it.
"""

from membership.staff.actions import (
    AUDIENCE,
    NewStaff,
    deactivate,
    has_totp_secret,
    make_staff,
    reset_credentials,
    sign_in,
    sign_out,
)
from membership.staff.errors import CredentialsWrong, PasswordTooShort, StaffNameTaken, StaffNotFound
from membership.staff.queries import StaffView, find, get
from membership.staff.roles import Role

__all__ = [
    "AUDIENCE",
    "CredentialsWrong",
    "NewStaff",
    "PasswordTooShort",
    "Role",
    "StaffNameTaken",
    "StaffNotFound",
    "StaffView",
    "deactivate",
    "find",
    "get",
    "has_totp_secret",
    "make_staff",
    "reset_credentials",
    "sign_in",
    "sign_out",
]
