"""Whoever knows children's days tells discreetly: a message in clear stands in a dump with the day on which it came."""

import ast

from tests.house.source import imports, modules

IN_CLEAR = {
    "membership.babies.expiring": "an authorization runs out by the day on which she gave it",
    "membership.privacy.deletion_jobs": "she asked to be forgotten, and is told of that",
    "membership.privacy.erasing": "the same",
    "membership.privacy.exports": "her copy is ready: she asked for it",
    "membership.privacy.leaving": "she asked to be forgotten, and is told of that",
}
"""Modules whose messages follow from what she herself did, and why."""
OPENLY = {"notify", "notify_all"}


def _feature(name: str) -> str:
    return ".".join(name.split(".")[:2])


def test_features_that_know_children_tell_discreetly() -> None:
    house = modules("membership", "community")
    know = {
        _feature(name)
        for name, tree in house
        if any(f"{imported}.".startswith("membership.babies.") for imported, _ in imports(tree))
    } - {"membership.enrolment"}  # it moves them in a merge, and never looks at one
    assert {"membership.babies", "membership.vaccinations", "membership.milk", "membership.growth"} <= know
    found = {
        name
        for name, tree in house
        if _feature(name) in know
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in OPENLY
    }
    assert sorted(found - IN_CLEAR.keys()) == []
    assert sorted(IN_CLEAR.keys() - found) == [], "argued for, and not there"
