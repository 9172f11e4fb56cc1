"""Paid levels: a membership that is bought, with a validity and benefits."""

__all__: list[str] = []
