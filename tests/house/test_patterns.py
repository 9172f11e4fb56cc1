"""What a pattern promises of a text's end."""

import ast

from tests.house.source import modules


def test_no_pattern_lets_a_line_feed_pass_at_the_end() -> None:
    """`$` matches before a final line feed too; a column, a calendar or a comparison would stumble over it."""
    found = lax = 0
    for _name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "pattern" and isinstance(node.value, ast.Constant):
                found += 1
                lax += str(node.value.value).endswith("$")
    assert found > 10
    assert lax == 0
