"""Sweeping in short statements."""

import pytest

from foundation import database, sweeping
from foundation.ids import new_id

pytestmark = pytest.mark.usefixtures("world")


async def test_all_that_is_old_goes_batch_by_batch_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    subject, execute, deleted = new_id(), database.execute, []

    async def counted(query: str, *arguments: object) -> int:
        deleted.append(await execute(query, *arguments))
        return deleted[-1]

    for number in range(7):
        await execute(
            "INSERT INTO idempotency_key (subject, key, fingerprint, answer) VALUES ($1, $2, '', '')",
            subject,
            str(number),
        )
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(database, "execute", counted)
    assert await sweeping.sweep("idempotency_key", "subject = $1 AND key < '5'", subject) == 5
    assert deleted == [2, 2, 1, 0]
    assert await database.fetchval("SELECT count(*) FROM idempotency_key WHERE subject = $1", subject) == 2
