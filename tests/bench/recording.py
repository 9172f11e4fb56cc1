"""Records the statements of a verb, so that a bare handler and pgbench can run the very same ones.

A verb is performed once on recording connections. Each argument is then either one of the values the caller knows (the
member, the receipt …), an id the verb made, or a constant. Played back, known values come from the request, ids are
made anew and constants stay.
"""

import json
import os
import random
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
import uuid_utils.compat

from foundation import database

Recorded = list[tuple[str, tuple[Any, ...]]]


class RecordingConnection(database.PooledConnection):
    """A pooled connection that writes down what it is told."""

    recorded: Recorded = []  # noqa: RUF012  # one recording at a time

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        if not args:
            RecordingConnection.recorded.append((query, ()))
        return str(await super().execute(query, *args, **options))

    async def _execute(self, query: str, args: Any, *rest: Any, **options: Any) -> Any:
        RecordingConnection.recorded.append((query, tuple(args)))
        return await super()._execute(query, args, *rest, **options)


class Statement(msgspec.Struct):
    """One statement; `arguments` are `["known", name, form]`, `["id", n, form]`, `["constant", value, ""]` or lists
    of them."""

    sql: str
    arguments: list[list[Any]]
    types: list[str]


async def record(verb: Callable[[], Awaitable[object]]) -> Recorded:
    """What the verb sends, its BEGIN and COMMIT left out."""
    RecordingConnection.recorded = []
    await verb()
    ends = ("BEGIN", "COMMIT")
    return [entry for entry in RecordingConnection.recorded if not entry[0].upper().startswith(ends)]


async def describe(recorded: Recorded, known: dict[str, Any]) -> list[Statement]:
    """Turns recorded arguments into places to fill."""
    names = {_plain(value): name for name, value in known.items()}
    ids: dict[str, int] = {}
    found = []
    async with database.acquire() as connection:
        for sql, arguments in recorded:
            prepared = await connection.prepare(sql)
            types = [parameter.name for parameter in prepared.get_parameters()]
            places = [_place(argument, names, ids) for argument in arguments]
            found.append(
                Statement(sql, places, [name.removesuffix("[]") + "[]" * name.endswith("[]") for name in types])
            )
    return found


def _plain(value: Any) -> str:
    return str(value)


def _place(argument: Any, names: dict[str, str], ids: dict[str, int]) -> list[Any]:
    if isinstance(argument, list):
        return ["list", [_place(item, names, ids) for item in argument], ""]
    if isinstance(argument, bytes) and argument.hex() in names:
        return ["known", names[argument.hex()], "bytes"]
    form = "uuid" if isinstance(argument, UUID) else "text"
    text = _plain(argument)
    if text in names and isinstance(argument, str | UUID | int) and not isinstance(argument, bool):
        return ["known", names[text], "int" if isinstance(argument, int) else form]
    if isinstance(argument, UUID) or (isinstance(argument, str) and _is_uuid(argument)):
        return ["id", ids.setdefault(text, len(ids)), form]
    return ["constant", argument, ""]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36


def fill(statement: Statement, known: dict[str, str], ids: dict[int, UUID]) -> list[Any]:
    """The arguments for one more time."""
    return [_fill(place, known, ids) for place in statement.arguments]


def _fill(place: list[Any], known: dict[str, str], ids: dict[int, UUID]) -> Any:
    kind, value, form = place
    if kind == "constant":
        return value
    if kind == "list":
        return [_fill(item, known, ids) for item in value]
    if kind == "id":
        made = ids.setdefault(value, uuid_utils.compat.uuid7())
        return made if form == "uuid" else str(made)
    return _FORMS.get(form, str)(known[value])


_FORMS: dict[str, Callable[[str], Any]] = {"uuid": UUID, "int": int, "bytes": bytes.fromhex}


def fresh(known: dict[str, str]) -> dict[str, str]:
    """Known values that must be new each time: a key, a receipt, a pick-up code, a device."""
    return known | {
        "key": os.urandom(12).hex(),
        "receipt": os.urandom(8).hex(),
        "pickup_code": f"{random.randrange(10**8):08}",
        "device_index": os.urandom(32).hex(),
    }


def for_pgbench(statements: list[Statement], known: dict[str, str]) -> str:
    """A pgbench script of the statements in one transaction; `known` maps names to SQL expressions."""
    lines = ["BEGIN;"]
    for statement in statements:
        sql = re.sub(r"--[^\n]*", "", statement.sql)  # a comment would swallow what follows on the line
        for number in range(len(statement.arguments), 0, -1):
            sql = sql.replace(f"${number}", _literal(statement, number - 1, known))
        lines.append(" ".join(sql.split()) + ";")
    return "\n".join([*lines, "COMMIT;", ""])


def _literal(statement: Statement, position: int, known: dict[str, str]) -> str:
    return f"({_expression(statement.arguments[position], known)})::{statement.types[position]}"


def _expression(place: list[Any], known: dict[str, str]) -> str:
    kind, value, _form = place
    if kind == "known":
        return known[value]
    if kind == "id":
        return "(SELECT gen_random_uuid())"  # a volatile call in the place itself would keep an index from being used
    if kind == "list":
        return f"ARRAY[{','.join(_expression(item, known) for item in value)}]"
    return _item(value)


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, dict):
        value = json.dumps(value)
    text = str(value)
    if ":" in text:  # pgbench would take what follows for a variable
        return f"convert_from('\\x{text.encode().hex()}'::bytea, 'UTF8')"
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
