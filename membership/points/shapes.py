"""What the steps answer."""

import msgspec


class Posted(msgspec.Struct, frozen=True):
    """An entry of the ledger: its signed amount and the account after it, all in points."""

    amount: int
    balance: int
    debt: int


class Moved(msgspec.Struct, frozen=True):
    """What a merge moved: points and debt of the account, and how many lots (empty ones too)."""

    points: int
    debt: int
    lots: int
