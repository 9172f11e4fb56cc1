"""What the fault tests measured, printed as a table when they are through."""

_rows: list[tuple[str, str]] = []


def measured(what: str, figure: str) -> None:
    """One line for the table at the end; of a longer figure its first line."""
    _rows.append((what, figure.partition("\n")[0]))


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def table() -> list[str]:
    """The lines, in the order in which they were measured."""
    width = max((len(what) for what, _ in _rows), default=0)
    return [f"{what:{width}}  {figure}" for what, figure in _rows]
