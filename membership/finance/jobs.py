"""By the clock: closing the months (`closing` registers it)."""

from membership.finance.closing import close_months

__all__ = ["close_months"]
