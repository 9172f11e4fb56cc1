"""Referrals: a member brings a friend; both are rewarded after the first purchase that was kept."""

__all__: list[str] = []
