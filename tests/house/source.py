"""The source of the house as the house tests read it."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("server", "miniprogram_api", "community", "membership", "foundation")
FACES = ("miniprogram_api", "server/staff_api", "server/partner_api")


@functools.cache
def modules(*folders: str) -> tuple[tuple[str, ast.Module], ...]:
    """(dotted name, tree) of every module below the folders."""
    return tuple(
        (_dotted(path), ast.parse(path.read_text(encoding="utf-8")))
        for folder in folders or PACKAGES
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(dotted module, line) of every import; `from a import b` counts as a.b, which covers modules and names alike."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno
