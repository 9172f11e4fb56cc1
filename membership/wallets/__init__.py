"""Wallets: stored value, principal and gift apart."""

__all__: list[str] = []
