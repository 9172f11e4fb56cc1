"""What always holds."""

from foundation.invariants import Invariant

INVARIANTS: tuple[Invariant, ...] = ()
