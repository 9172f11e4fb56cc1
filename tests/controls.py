"""A control runs a race with its safeguard switched off, and must see it go wrong."""

CHANCES = range(5)
"""Rounds in which it must happen: a busy machine now and then serves one after the other what was sent at once."""
