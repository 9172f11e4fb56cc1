"""Invariants: what must hold of the stored state, proved in SQL by `muying reconcile`."""

import msgspec


class Invariant(msgspec.Struct, frozen=True):
    """One thing that always holds. `breaks` selects what breaks it, one row each, its first column naming it."""

    name: str
    """`feature.what_holds`"""
    sentence: str
    breaks: str
