"""What import-linter cannot say about imports."""

import ast

from tests.house.source import FACES, imports, modules


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_import_is_relative() -> None:
    relative = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_features_are_entered_by_their_front_page() -> None:
    """`from membership.points import grant`, never `from membership.points.actions import grant` or its models."""
    fronts = {name for name, _ in modules("membership") if name.count(".") == 1}
    trespassers = []
    for name, tree in modules("membership", *FACES, "community"):
        own = ".".join(name.split(".")[:2])
        for target, line in imports(tree):
            parts = target.split(".")
            feature = ".".join(parts[:2])
            inner = ".".join(parts[:3])
            is_module = any(module == inner or module.startswith(f"{inner}.") for module in _inner_modules(feature))
            if feature in fronts and feature != own and len(parts) > 2 and is_module:
                trespassers.append(f"{name}:{line} imports {target}")
    assert trespassers == []


def _inner_modules(feature: str) -> list[str]:
    return [name for name, _ in modules("membership") if name.startswith(f"{feature}.")]


def test_front_pages_say_what_they_offer() -> None:
    silent = []
    for name, tree in modules("membership"):
        if name.count(".") != 1:
            continue
        has_list = any(
            isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
            for node in tree.body
        )
        if not ast.get_docstring(tree) or not has_list:
            silent.append(name)
    assert silent == []


def test_every_module_says_what_it_is() -> None:
    written_by_hand = ((name, tree) for name, tree in modules() if not name.startswith("server.migrations.000"))
    assert [name for name, tree in written_by_hand if not ast.get_docstring(tree)] == []
