"""What several commands ask of the database before they begin; what is wrong with it becomes a sentence."""

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from foundation.settings import Settings
from foundation.startup import CannotStart
from server.migrate import DatabaseTooNew, DatabaseTooOld


@contextlib.contextmanager
def sentences(settings: Settings) -> Iterator[None]:
    """Turns a database that is away, closed to us, too old or too new into `CannotStart`."""
    try:
        yield
    except (DatabaseTooOld, DatabaseTooNew) as error:
        raise CannotStart(str(error)) from error
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
        raise CannotStart(
            f"PostgreSQL can't be reached at {_without_password(settings.database_url)} ({error}). Start it, or "
            "correct DATABASE_URL; without DATABASE_URL, `make run` brings one of its own."
        ) from error
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        raise CannotStart(
            f"PostgreSQL at {_without_password(settings.database_url)} refuses: {error}. Correct DATABASE_URL, or "
            "make that user and database."
        ) from error


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{place}" if user else place))
