"""Payments: money that a member pays for something of ours, and refunds."""

__all__: list[str] = []
