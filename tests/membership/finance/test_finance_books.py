"""The books: months of Asia/Shanghai, live and closed, and the proof that both are the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from foundation import database
from membership import finance
from membership.finance import closing, reports
from membership.finance.invariants import INVARIANTS
from membership.finance.movements import Column, kinds_in
from membership.finance.reports import By, PointsRow, points_report
from membership.points import Kind
from tests.breakers import all_breakers, breakers, broken_since
from tests.makers.finance import Book, make_book, undone

pytestmark = pytest.mark.usefixtures("world")

APRIL, MAY, JUNE = date(2020, 4, 1), date(2020, 5, 1), date(2020, 6, 1)
MIDNIGHT = datetime(2020, 4, 30, 16, tzinfo=UTC)
"""1 May 2020 begins in Shanghai."""
SECOND = timedelta(seconds=1)


async def plant(book: Book) -> None:
    """Two seconds around midnight, a redemption, and an expiry in June."""
    first = await book.grant(
        100, MIDNIGHT - SECOND, store_id=book.store_id, rule="double", expires_on=date(2020, 5, 31)
    )
    second = await book.grant(
        50, MIDNIGHT, kind=Kind.WELCOME_GIFT, expires_on=date(2021, 5, 31), spendable_from=MIDNIGHT + timedelta(days=60)
    )
    await book.take(30, MIDNIGHT + timedelta(days=3), first, store_id=book.store_id)
    await book.take(70, MIDNIGHT + timedelta(days=31), first, kind=Kind.EXPIRY)
    await book.take(5, MIDNIGHT + timedelta(days=32), second, kind=Kind.ADJUSTMENT_DOWN)


async def close_until(month: date) -> None:
    while (closed := await closing.close_oldest()) is not None and closed < month:
        pass


def figures(rows: list[PointsRow]) -> list[tuple[date, int, int, int, int, int | None, int | None]]:
    return [(row.month, row.issued, row.redeemed, row.expired, row.adjusted, row.opening, row.closing) for row in rows]


BY_MONTH = [
    (APRIL, 100, 0, 0, 0, 0, 100),
    (MAY, 50, -30, 0, 0, 100, 120),
    (JUNE, 0, 0, -70, -5, 120, 45),
]


async def test_a_month_begins_at_midnight_in_shanghai() -> None:
    book = await make_book()

    async def work() -> None:
        await plant(book)
        assert figures(await points_report(APRIL, JUNE, By.MONTH)) == BY_MONTH

    await undone(work)


async def test_closed_and_live_months_say_the_same_and_are_proved() -> None:
    book = await make_book()

    async def work() -> None:
        before = await all_breakers(INVARIANTS)
        await plant(book)
        live = {by: await points_report(APRIL, JUNE, by) for by in By}
        assert not live[By.MONTH][0].closed
        await close_until(MAY)
        half = {by: await points_report(APRIL, JUNE, by) for by in By}
        assert [row.closed for row in half[By.MONTH]] == [True, True, False]
        await close_until(JUNE)
        whole = {by: await points_report(APRIL, JUNE, by) for by in By}
        for by in By:
            assert [figures(rows[by]) for rows in (half, whole)] == [figures(live[by])] * 2
        assert await broken_since(before, INVARIANTS) == []

    await undone(work)


async def test_what_expired_is_told_by_who_had_issued_it() -> None:
    book = await make_book()

    async def work() -> None:
        await plant(book)
        by_rule = {(row.month, row.rule): row.expired for row in await points_report(APRIL, JUNE, By.RULE)}
        assert by_rule[JUNE, "double"] == -70
        by_store = [row for row in await points_report(APRIL, JUNE, By.STORE) if row.month == JUNE]
        assert [(row.store_code is None, row.expired, row.adjusted) for row in by_store] == [
            (False, -70, 0),
            (True, 0, -5),
        ]

    await undone(work)


async def test_what_was_owed_when_a_month_ended_can_be_read_later() -> None:
    book = await make_book()

    async def work() -> None:
        await plant(book)
        await close_until(JUNE)
        april, may = await finance.liability(APRIL), await finance.liability(MAY)
        assert (april.spendable, april.pending, april.debt, april.net) == (100, 0, 0, 100)
        assert (may.spendable, may.pending, may.net) == (70, 50, 120)
        assert [(each.expires_on, each.pending, each.points) for each in may.by_expiry] == [
            (date(2020, 5, 31), False, 70),
            (date(2021, 5, 31), True, 50),
        ]
        with pytest.raises(finance.MonthNotClosed):
            await finance.liability(finance.this_month())

    await undone(work)


async def test_a_month_is_closed_once_in_order_and_not_before_it_is_over() -> None:
    book = await make_book()

    async def work() -> None:
        await plant(book)
        closed = []
        while (month := await closing.close_oldest()) is not None:
            closed.append(month)
        assert closed[:3] == [APRIL, MAY, JUNE]
        assert closed == sorted(set(closed))
        assert closed[-1] < finance.this_month()
        months = await database.fetch("SELECT DISTINCT month FROM finance_month WHERE month <= $1 ORDER BY 1", JUNE)
        assert [row["month"] for row in months] == [APRIL, MAY, JUNE]

    await undone(work)


async def test_a_month_waits_for_whoever_began_before_it_ended() -> None:
    """An entry bears the time at which its transaction began."""
    book, pool = await make_book(), database.pool()

    async def work() -> None:
        await plant(book)
        other = await pool.acquire()
        transaction = other.transaction()
        await transaction.start()
        await other.fetchval("SELECT 1")
        try:
            # As if that transaction had begun in April.
            waiting = closing.NEXT.replace("xact_start < ends.at", "xact_start < now() + interval '1 hour'")
            assert await database.fetchval(waiting) is None
            assert await database.fetchval(closing.NEXT) == APRIL
        finally:
            await transaction.rollback()
            await pool.release(other)

    await undone(work)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (
            "finance.closed_months_are_the_ledger",
            "INSERT INTO points_entry (member_id, kind, key, amount, balance_after, debt_after, created_at)"
            " SELECT id, 'earned', gen_random_uuid()::text, 1, 1, 0, '2020-04-10' FROM member LIMIT 1",
        ),
        (
            "finance.closings_follow_each_other",
            "INSERT INTO finance_close (month, net) VALUES ('2019-01-01', 7)",
        ),
        (
            "finance.liability_is_in_the_lots",
            "INSERT INTO finance_expiry (month, expires_on, pending, points)"
            " SELECT max(month), '2031-01-31', false, 9 FROM finance_close",
        ),
    ],
)
async def test_each_invariant_notices_what_breaks_it(name: str, damage: str) -> None:
    book = await make_book()
    (invariant,) = (invariant for invariant in INVARIANTS if invariant.name == name)

    async def work() -> None:
        await plant(book)
        await close_until(JUNE)
        before = await breakers(invariant)
        await database.execute(damage)
        assert await breakers(invariant) - before

    await undone(work)


@pytest.mark.parametrize("table", ["finance_close", "finance_month", "finance_expiry"])
async def test_the_books_are_append_only(table: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        await database.execute(f"DELETE FROM {table}")  # noqa: S608  # one of ours


def test_every_kind_has_its_column() -> None:
    assert sorted(kind for column in Column for kind in kinds_in(column)) == sorted(Kind)


@pytest.mark.parametrize(
    ("since", "until"), [(MAY, APRIL), (date(2017, 1, 1), date(2020, 1, 1)), (APRIL, date(2099, 1, 1))]
)
async def test_months_out_of_range(since: date, until: date) -> None:
    with pytest.raises(finance.MonthsOutOfRange):
        await points_report(since, until, By.MONTH)


async def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    book = await make_book()
    monkeypatch.setattr(reports, "MOST_ROWS", 2)

    async def work() -> None:
        await plant(book)
        with pytest.raises(finance.ReportTooLong):
            await points_report(APRIL, JUNE, By.MONTH)

    await undone(work)


async def test_what_is_owed_now() -> None:
    before = await finance.liability()
    book = await make_book()

    async def work() -> None:
        await plant(book)
        now = await finance.liability()
        assert now.month is None
        assert now.spendable - before.spendable == 45
        assert now.net == now.spendable + now.pending - now.debt

    await undone(work)
