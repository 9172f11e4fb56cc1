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
    rooms = {name for name, _ in modules("membership")}
    trespassers = []
    for name, tree in modules("membership", "community", *FACES):
        own = name.split(".")[:2]
        for target, line in imports(tree):
            parts = target.split(".")
            if parts[0] == "membership" and parts[:2] != own and ".".join(parts[:3]) in rooms and len(parts) > 2:
                trespassers.append(f"{name}:{line} imports {target}")
    assert trespassers == []


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
    written_by_hand = ((name, tree) for name, tree in modules() if not name.startswith("server.migrations.0"))
    assert [name for name, tree in written_by_hand if not ast.get_docstring(tree)] == []
