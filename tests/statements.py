"""Counts what goes to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg.connection import LoggedQuery

from foundation import database


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that the open connections of the pool run meanwhile, BEGIN and COMMIT included.

    Not what asyncpg asks for itself, once in the life of a connection: how a type is written.
    """
    seen: list[str] = []

    def note(query: LoggedQuery) -> None:
        if "typeinfo_tree" not in query.query and "set_config('jit'" not in query.query:
            seen.append(query.query.strip())

    open_connections = [holder._con for holder in database.pool()._holders if holder._con is not None]
    for connection in open_connections:
        connection.add_query_logger(note)
    try:
        yield seen
    finally:
        for connection in open_connections:
            connection.remove_query_logger(note)
