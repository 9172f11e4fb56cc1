"""Whatever is refused is refused in Chinese: `detail` of each refusal, and the sentence for each field of it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import modules

CHINESE = re.compile("[\u4e00-\u9fff]")

CONSTRUCTORS = {
    "FieldError": 1,
    "contradiction": 1,
    "Unanswerable": 0,
    "foundation.decoding._refuse": 1,
    "foundation.decoding._Unfit": 0,
    "foundation.wechat.standin.control.wrong": 1,
}
"""By what a field is complained of, and which argument is the sentence. With its module: there only."""

SAID_ELSEWHERE: dict[tuple[str, str], list[str]] = {
    ("foundation.decoding", "message"): [],  # of `_refuse`
    ("foundation.decoding", "value.message"): [],  # of `_Unfit`
    ("foundation.decoding", "*_place_of(str(error))"): [],  # tests/foundation/test_complaints.py knows all of them
    ("foundation.wechat.standin.control", "message"): [],  # of `wrong`
    ("membership.babies.reckoning", "sentence"): ["gestation_at_birth"],
    ("membership.babies.writing", "error.message"): [],  # of a `FieldError`
    ("membership.catalogue.terms", "message"): [],  # of `contradiction`
    ("membership.catalogue.terms", "*_CONTRADICTIONS[error.constraint_name]"): ["_CONTRADICTIONS"],
    ("membership.coupons.terms", "message"): ["_faults", "_faults_of_kind", "_faults_of_validity"],
    ("membership.earning.rules", "error.message"): [],  # of a `FieldError`
    ("membership.growth.content", "sentence"): ["BOUNDS"],
    ("membership.growth.content", "wrong"): ["_wrong_day"],
    ("membership.surveys.actions", "error.message"): [],  # of a `FieldError`
    ("membership.surveys.answering", "wrong"): ["check_questions", "_wrong", "_wrongly_filled"],
    ("membership.surveys.answering", "str(wrong)"): [],  # of an `Unanswerable`
}
"""Sentences that don't stand where the field is named, by module and expression: the functions and tables of that
module in which they do; none where a constructor above says them."""

TREES = dict(modules())
Found = Iterator[tuple[str, str]]
"""(where, sentence); the sentence is empty for an expression that is not understood."""


def sentences(module: str, said: ast.expr | None) -> Found:
    """What an expression may come to."""
    where = f"{module}:{said.lineno}: {ast.unparse(said)}" if said else module
    match said:
        case ast.Constant(value=str(text)):
            yield where, text
        case ast.JoinedStr(values=parts):
            yield where, "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        case ast.IfExp(body=one, orelse=other):
            yield from sentences(module, one)
            yield from sentences(module, other)
        case ast.Tuple(elts=[*_, last]):
            yield from sentences(module, last)
        case ast.Dict(values=values):
            for value in values:
                yield from sentences(module, value)
        case ast.Name(id=name) if name.isupper():
            yield from sentences(*constant(module, name))
        case ast.Attribute(value=ast.Name(id=other), attr=name) if name.isupper():
            yield from sentences(*constant(origin(module, other), name))
        case _:
            yield where, ""


def origin(module: str, name: str) -> str:
    """The dotted name of what was imported under this one."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if name == (alias.asname or alias.name):
                    return f"{node.module}.{alias.name}"
    return f"{module}.{name}"


def constant(module: str, name: str) -> tuple[str, ast.expr | None]:
    """Where the constant is written, and what is written there."""
    for node in TREES[module].body if module in TREES else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return module, value
            case ast.AnnAssign(target=ast.Name(id=found), value=value) if found == name:
                return module, value
    home, _, known_as = origin(module, name).rpartition(".") if module in TREES else (module, "", name)
    return (home, None) if home == module else constant(home, known_as)


def complaints() -> Iterator[tuple[str, ast.expr | None]]:
    """(module, sentence) of each complaint, and of what a type says of itself."""
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                place = CONSTRUCTORS.get(name, CONSTRUCTORS.get(f"{module}.{name}"))
                if place is not None:
                    yield module, argument(node, place)
            elif isinstance(node, ast.FunctionDef) and node.name == "__post_init__":
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Call):
                        yield module, argument(inner.exc, 0)


def argument(call: ast.Call, place: int) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "message"]
    return next(iter([*named, *call.args[place:], *call.args[-1:]]), None)


def said_in(module: str, name: str) -> Found:
    """What a function returns, yields or puts into `wrong` or `sentence`, or a table says; what it asks is listed."""
    functions = [node for node in TREES[module].body if isinstance(node, ast.FunctionDef) and node.name == name]
    if not functions:
        yield from sentences(*constant(module, name))
    for node in ast.walk(functions[0]) if functions else ():
        match node:
            case ast.Return(value=ast.expr() as said) | ast.Yield(value=ast.expr() as said):
                pass
            case ast.Assign(targets=[ast.Name(id="wrong" | "sentence")], value=said):
                pass
            case _:
                continue
        yield from (found for found in sentences(module, said) if not passes_on(module, found[0]))


def passes_on(module: str, where: str) -> bool:
    """Whether it is None, the days of a birth, or what another listed function says."""
    said = where.split(": ", 1)[1]
    listed = {name for (home, _), names in SAID_ELSEWHERE.items() if home == module for name in names}
    return said in ("None", "days") or any(said.startswith(f"{name}(") for name in listed)


def test_each_complaint_of_a_field_is_chinese() -> None:
    found: list[tuple[str, str]] = []
    elsewhere = set()
    for module, said in complaints():
        if said is not None and (module, ast.unparse(said)) in SAID_ELSEWHERE:
            elsewhere.add((module, ast.unparse(said)))
        else:
            found += sentences(module, said)
    assert [where for where, text in found if not CHINESE.search(text)] == []
    assert len(found) > 100
    assert SAID_ELSEWHERE.keys() - elsewhere == set(), "listed, and not there"


@pytest.mark.parametrize(
    ("module", "name"), sorted({(module, name) for (module, _), names in SAID_ELSEWHERE.items() for name in names})
)
def test_what_is_said_elsewhere_is_chinese_too(module: str, name: str) -> None:
    found = list(said_in(module, name))
    assert found
    assert [where for where, text in found if not CHINESE.search(text)] == []


def test_each_detail_of_a_refusal_is_chinese() -> None:
    found: list[tuple[str, str]] = []
    for module, tree in TREES.items():
        for kind in ast.walk(tree):
            for node in kind.body if isinstance(kind, ast.ClassDef) else ():
                match node:
                    case ast.Assign(targets=[ast.Name(id="detail")], value=said):
                        found += sentences(module, said)
                    case ast.AnnAssign(target=ast.Name(id="detail"), value=ast.expr() as said, annotation=kept) if (
                        "ClassVar" in ast.unparse(kept)  # what a shape holds is no refusal
                    ):
                        found += sentences(module, said)
    assert [where for where, text in found if not CHINESE.search(text)] == []
    assert len(found) > 150


@pytest.mark.parametrize(
    "said", ['"before valid_from"', 'f"{x} of them"', '"好" if x else "bad"', "whatever(x)", "NONE"]
)
def test_what_is_not_chinese_is_found(said: str) -> None:
    expression = ast.parse(said, mode="eval").body
    assert not all(CHINESE.search(text) for _, text in sentences("foundation.errors", expression))
