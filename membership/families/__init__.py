"""Families: relatives whose purchases and scans earn into one account."""

__all__: list[str] = []
