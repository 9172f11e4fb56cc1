"""Finance: what the points cost, who pays for it, and the exports that close the books."""

__all__: list[str] = []
