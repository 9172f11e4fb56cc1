"""The daily sign-in: a Shanghai day, once, with streaks."""

__all__: list[str] = []
