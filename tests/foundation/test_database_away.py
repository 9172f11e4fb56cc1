"""Which errors mean that the database is away."""

import asyncpg
import pytest

from foundation import database


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.InterfaceError("connection is closed"),
        ConnectionRefusedError(),
    ],
)
def test_a_server_that_died_in_the_middle_of_anything_is_away(error: Exception) -> None:
    """The first was met under `make faults`: a session killed with half an answer on its way."""
    assert database.is_away(error)


def test_our_own_mistakes_are_not() -> None:
    assert not database.is_away(asyncpg.UniqueViolationError("duplicate key"))
    assert not database.is_away(asyncpg.InterfaceError("the server expects 2 arguments for this query, 1 was passed"))
