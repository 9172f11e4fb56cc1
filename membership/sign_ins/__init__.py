"""Signing in: once per business day, days in a row, and what the rules of `earning` pay for it.

The database's clock says which day it is, and one row per member decides which tap signs it.
"""

from membership.sign_ins.actions import SignedIn, move_all, sign_in
from membership.sign_ins.queries import Calendar, NextBonus, SignedDay, calendar

__all__ = ["Calendar", "NextBonus", "SignedDay", "SignedIn", "calendar", "move_all", "sign_in"]
