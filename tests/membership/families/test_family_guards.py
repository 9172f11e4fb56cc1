"""What the database itself refuses, and that what it is asked most has its index."""

import pytest

from foundation import database

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("table", ["family", "family_person", "points_lot_move"])
async def test_what_proves_who_belonged_stays(table: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        await database.execute(f"DELETE FROM {table}")  # noqa: S608  # one of ours


async def test_the_indexes_are_there() -> None:
    rows = await database.fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
    assert {"points_entry_of_relatives", "points_entry_by_relative", "member_merged_into", "points_entry_by_time"} <= {
        row["indexname"] for row in rows
    }
