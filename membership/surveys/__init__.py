"""Surveys: questionnaires with typed questions, answered once per member."""

__all__: list[str] = []
