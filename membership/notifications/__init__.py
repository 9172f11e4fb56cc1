"""Notifications: what we tell a member, in her in-app inbox."""

__all__: list[str] = []
