"""The `muying` command with one safeguard switched off: for controls, which must fail.

`python -m tests.faults.unsafe_launcher <what is off> serve --worker`; the processes that it keeps alive are started
through it as well. Product code knows nothing of this: the safeguard is replaced before the house is imported.
"""

import functools
import importlib
import math
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tortoise.transactions import in_transaction

from foundation import cache, database, idempotency, sessions, supervisor, transactions

Action = Callable[..., Coroutine[Any, Any, Any]]


def without_the_shield() -> None:
    """Actions run in the request's own task, in the ORM's own transaction, which is what one would write."""

    def transactional(action: Action) -> Action:
        @functools.wraps(action)
        async def perform(*args: Any, **kwargs: Any) -> Any:
            claim = idempotency.take_claim()
            async with in_transaction() as orm:
                connection = orm._connection
                tokens = (transactions._hooks.set([]), database.transaction_connection.set(connection))
                try:
                    result = await action(*args, **kwargs)
                    if claim is not None:
                        await claim.store(result)
                    return result
                finally:
                    transactions._hooks.reset(tokens[0])
                    database.transaction_connection.reset(tokens[1])

        return perform

    _replace(transactions, "transactional", transactional)


def without_idempotency_keys() -> None:
    """Keys are read and forgotten."""
    _replace(idempotency, "take_claim", lambda: None)


def without_the_difference() -> None:
    """Settling posts all that a receipt is worth, whatever was posted for it before and whether it is up to date."""
    settlement = importlib.import_module("membership.purchases.settlement")
    nothing = importlib.import_module("membership.purchases.targets").Target()
    _replace(settlement, "Target", lambda **_posted: nothing)

    async def fetchrow(query: str, *arguments: object) -> Any:
        return await database.fetchrow(query.replace("events = settled_events AS", "false AS"), *arguments)

    statements = SimpleNamespace(fetch=database.fetch, fetchrow=fetchrow, execute=database.execute)
    _replace(settlement, "database", statements)


def without_the_pause() -> None:
    """Every request asks Redis, however often it has just failed to answer."""
    _replace(cache, "usable", lambda: True)


def without_a_way_on() -> None:
    """An error of Redis is an error."""
    _replace(cache, "AWAY", ())


def without_the_session_row() -> None:
    """Who is signed in is what Redis says; a session it does not know is over."""

    async def read_truth(_audience: str, _claims: object, _hot_key: str) -> bytes:
        return sessions.ENDED

    _replace(sessions, "_read_truth", read_truth)


def without_heartbeats() -> None:
    """Only a process that is dead is replaced."""
    _replace(supervisor, "HANG_SECONDS", 3600.0)


def without_another_start() -> None:
    """A process that dies stays dead."""

    def bury(slot: Any, child: Any, _now: float) -> None:
        child.reap()
        slot.child, slot.start_at = None, math.inf

    _replace(supervisor._Slot, "_bury", bury)


def _replace(owner: object, name: str, value: object) -> None:
    assert hasattr(owner, name), f"{name} has moved, and the control proves nothing"
    setattr(owner, name, value)


OFF: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        without_the_shield,
        without_idempotency_keys,
        without_the_difference,
        without_the_pause,
        without_a_way_on,
        without_the_session_row,
        without_heartbeats,
        without_another_start,
    )
}


def main() -> int:
    what, *arguments = sys.argv[1:]
    OFF[what]()
    serve = importlib.import_module("server.commands.serve")

    def program(
        name: str, command: str, *, count: int = 1, environment: Mapping[str, str], log: Path | None = None
    ) -> supervisor.Program:
        return supervisor.Program(
            name=name,
            command=(sys.executable, "-m", "tests.faults.unsafe_launcher", what, command),
            count=count,
            environment=environment,
            log=log,
        )

    _replace(serve, "program", program)
    status: int = importlib.import_module("server.cli").main(arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())
