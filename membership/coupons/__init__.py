"""Coupons: templates, the coupons members hold, and their use at the till or in the mall."""

__all__: list[str] = []
