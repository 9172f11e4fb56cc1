"""Milk: what the baby drinks, and the day the can runs out."""
