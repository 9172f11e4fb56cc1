"""Time limits: what is too old goes and what is not stays, once, beside whoever writes; the alarm when nothing ran."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import time_machine
from structlog.testing import capture_logs

from foundation import clock, data_map, database
from foundation.data_map import After, DataMap, Rule
from foundation.transactions import transactional
from membership import babies, privacy
from membership.babies import Newborn
from membership.privacy import destructions, retention
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.growth import measure
from tests.makers.retention import (
    INVITATION,
    REFUSAL,
    make_accepted_invitation,
    make_invitation,
    make_notification,
    make_refusals,
    refused,
    rule_of,
    watched_after,
    withdrawn_days_ago,
)

pytestmark = pytest.mark.usefixtures("world")


async def records_of(what: str, row_id: UUID) -> list[str]:
    """The rules by which this very row is recorded as destroyed."""
    return [proof.rule for proof in await privacy.proofs(what, [str(row_id)])]


async def test_what_is_too_old_goes_and_is_recorded_once() -> None:
    rule = rule_of(REFUSAL)
    members = await make_refusals(rule.after.days + 1, rule.after.days + 100, rule.after.days - 1, 0)
    assert await retention.apply(rule, batch=1) >= 2
    assert await refused(members) == [False, False, True, True]
    assert await retention.apply(rule, batch=1) == 0
    assert [await records_of(REFUSAL, member) for member in members] == [["31 days by refused_at"]] * 2 + [[]] * 2


async def test_a_batch_is_one_line_that_names_nobody() -> None:
    rule = rule_of(REFUSAL)
    await retention.apply(rule)
    members = await make_refusals(*[rule.after.days + 1] * 5)
    assert await retention.apply(rule, batch=3) == 5
    ids = [str(member) for member in members]
    rows = await database.fetch("SELECT * FROM destruction_record ORDER BY id DESC LIMIT 2")
    assert sorted(row["rows"] for row in rows) == [2, 3]
    text = " ".join(str(value) for row in rows for value in row.values())
    assert not [each for each in ids if each in text or each.replace("-", "") in text]
    assert await privacy.proofs(REFUSAL, ids) == [], "nobody knows which of them went together"


async def test_what_the_condition_does_not_mean_stays() -> None:
    """An invitation that brought somebody in proves that he agreed."""
    rule = rule_of(INVITATION)
    head, accepted = await make_accepted_invitation(rule.after.days + 10)
    old, young = await make_invitation(head, rule.after.days + 1), await make_invitation(head, rule.after.days - 1)
    await retention.apply(rule, batch=1)
    rows = await database.fetch("SELECT id FROM family_invitation WHERE id = ANY($1::uuid[])", [accepted, old, young])
    assert {row["id"] for row in rows} == {accepted, young}
    assert (await records_of(INVITATION, old), await records_of(INVITATION, accepted)) == (
        ["90 days by expires_at where accepted_at IS NULL"],
        [],
    )


async def test_it_waits_for_nobody_who_is_writing() -> None:
    """A row that is held is passed over; she refused again meanwhile, and it stays."""
    rule = rule_of(REFUSAL)
    held, free = await make_refusals(rule.after.days + 1, rule.after.days + 1)
    async with database.acquire() as writer, writer.transaction():
        await writer.execute("UPDATE authorization_refusal SET refused_at = now() WHERE member_id = $1", held)
        await retention.apply(rule)
        assert await refused([held, free]) == [True, False]
    await retention.apply(rule)
    assert await refused([held]) == [True]


async def test_a_column_is_emptied_and_its_row_stays() -> None:
    old, young = await make_notification(11), await make_notification(9)
    own = f"id IN ('{old}', '{young}')"
    rule = Rule(table="notification", column="read_at", after=After(days=10, by="created_at", only=own))
    assert [await retention.apply(rule), await retention.apply(rule)] == [1, 0]
    rows = await database.fetch(f"SELECT id FROM notification WHERE {own} AND read_at IS NULL")  # noqa: S608 - ours
    assert [row["id"] for row in rows] == [old]
    assert await records_of("notification.read_at", old) == [rule.after.in_words]


async def test_two_at_once_destroy_and_record_everything_once() -> None:
    rule = rule_of(REFUSAL)
    members = await make_refusals(*[rule.after.days + 1] * 12)
    done = await asyncio.gather(*[retention.apply(rule, batch=1) for _ in range(3)])
    assert sum(done) >= len(members)
    assert not any(await refused(members))
    assert [await records_of(REFUSAL, member) for member in members] == [["31 days by refused_at"]] * len(members)


async def test_without_the_record_nothing_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = rule_of(REFUSAL)
    members = await make_refusals(rule.after.days + 1)

    async def break_down(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(retention, "record", break_down)
    with pytest.raises(RuntimeError):
        await retention.apply(rule)
    assert await refused(members) == [True]


async def test_the_record_is_never_changed() -> None:
    await retention.apply(rule_of(REFUSAL))
    await make_refusals(100)
    await retention.apply(rule_of(REFUSAL))
    for statement in ("UPDATE destruction_record SET rows = 7", "DELETE FROM destruction_record"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(statement)


async def test_what_becomes_of_a_baby_is_recorded() -> None:
    """A pregnancy a year after the birth, one whose birth was never told, a profile that was put away."""
    mother = await make_mother()
    (born,) = await babies.born(
        mother.id, await make_pregnancy(mother.id, clock.today() + timedelta(days=7)), clock.today(), [Newborn()]
    )
    expected = await make_pregnancy(mother.id, clock.today() + timedelta(days=100), "未生")
    away = await make_child(mother.id, nickname="收起")
    await babies.put_away(mother.id, away)
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 8 WHERE id = $1", away)
    for _ in range(2):
        await babies.destroy_due()
        await privacy.apply_time_limits()
    assert [await records_of("baby", each) for each in (born.id, expected, away)] == [
        [],
        [],
        ["put away seven days ago"],
    ]
    in_two_years = clock.add_months(clock.today(), 24)
    with time_machine.travel(clock.start_of_day(in_two_years), tick=True):
        for _ in range(2):
            await privacy.apply_time_limits()
    assert await records_of("baby", born.id) == [destructions.WHY["pregnancy"]]
    assert await records_of("baby", expected) == [destructions.WHY["never_born"]]
    assert (await babies.open_baby(mother.id, born.id)).details.due_date is None


async def test_what_an_authorization_was_withdrawn_from_is_destroyed_in_the_end() -> None:
    """Nobody could read it from the withdrawal on; after thirty days it is put away, and a week later it is gone."""
    mothers = [await make_mother() for _ in range(2)]
    late, early = [await make_child(mother.id) for mother in mothers]
    for mother, child in zip(mothers, (late, early), strict=True):
        await measure(mother.id, child)
    await withdrawn_days_ago(mothers[0].id, babies.WITHDRAWN_DAYS + 1)
    await withdrawn_days_ago(mothers[1].id, babies.WITHDRAWN_DAYS - 1)
    await babies.put_away_lapsed()
    await babies.destroy_due()
    assert await database.fetchval("SELECT status FROM baby WHERE id = $1", late) == "hidden"
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 8 WHERE id = $1", late)
    for _ in range(2):
        await babies.destroy_due()
    rows = await database.fetch(
        "SELECT baby.id, data_key, (SELECT count(*) FROM growth_record WHERE baby_id = baby.id) AS records FROM baby"
        " WHERE id = ANY($1::uuid[])",
        [late, early],
    )
    left = {row["id"]: (row["data_key"] is not None, row["records"]) for row in rows}
    assert left == {late: (False, 0), early: (True, 1)}
    assert [len(await records_of("baby", child)) for child in (late, early)] == [1, 0]


async def test_an_erasure_is_recorded_with_it() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)

    @transactional
    async def erase() -> int:
        return await babies.destroy_all(mother.id)

    assert await erase() == 1
    assert await records_of("baby", child) == [destructions.WHY["erased"]]


async def test_a_run_says_what_it_did_and_counts() -> None:
    rule = rule_of(REFUSAL)
    members = await make_refusals(rule.after.days + 1)
    before = await database.fetchval("SELECT count(*) FROM retention_run WHERE finished_at IS NOT NULL")
    done = await privacy.apply_time_limits()
    assert done[REFUSAL] >= 1 and retention.VOID in done
    assert await refused(members) == [False]
    assert await database.fetchval("SELECT count(*) FROM retention_run WHERE finished_at IS NOT NULL") == before + 1
    last = await database.fetchval("SELECT extract(epoch FROM now() - max(finished_at))::float8 FROM retention_run")
    assert 0 <= await privacy.seconds_since_last_run() - last < 60


async def test_what_fails_stops_nothing_else_and_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = rule_of(REFUSAL)
    members = await make_refusals(rule.after.days + 1)
    broken = Rule(table="no_such_table", column=None, after=After(days=1, by="created_at"))
    monkeypatch.setattr(DataMap, "rules", lambda _map: iter([broken, rule]))
    monkeypatch.setattr(retention, "overdue", nothing_overdue)
    before = await database.fetchval("SELECT max(finished_at) FROM retention_run")
    with capture_logs() as logs, pytest.raises(privacy.RetentionFailed, match=r"^no_such_table$"):
        await privacy.apply_time_limits()
    assert [log["rule"] for log in logs if log["event"] == "retention_rule_failed"] == ["no_such_table"]
    assert await refused(members) == [False]
    assert await database.fetchval("SELECT max(finished_at) FROM retention_run") == before


async def nothing_overdue() -> dict[str, int]:
    return {}


async def test_what_was_forgotten_is_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    """After two days of grace; the nightly job says so in the log of what it could not destroy itself."""
    limit = rule_of("notification").after
    await privacy.apply_time_limits()
    await make_notification(limit.days + retention.GRACE_DAYS - 1)
    assert "notification" not in await privacy.overdue()
    await make_notification(limit.days + retention.GRACE_DAYS + 1)
    await make_refusals(100)
    assert {"notification", REFUSAL} <= (await privacy.overdue()).keys()
    works = retention.works()
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(retention, "works", lambda: {REFUSAL: works[REFUSAL]})
        await privacy.apply_time_limits()
    told = [log["rule"] for log in logs if log["event"] == "retention_overdue"]
    assert "notification" in told and REFUSAL not in told
    await privacy.apply_time_limits()
    assert not {"notification", REFUSAL} & (await privacy.overdue()).keys()


async def test_every_limit_is_in_the_report() -> None:
    await make_refusals(100)
    await privacy.apply_time_limits()
    report = await privacy.report()
    assert not report.is_late
    assert {rule.name for rule in data_map.current().rules()} < {rule.name for rule in report.rules}
    works = {rule.name: rule.work for rule in report.rules}
    assert (works[REFUSAL], works["baby.details_sealed"]) == (REFUSAL, "babies.destroy")
    assert any((each.what, each.rule) == (REFUSAL, "31 days by refused_at") and each.rows for each in report.destroyed)


@pytest.mark.parametrize(("hours", "is_well"), [(0.1, True), (25.9, True), (26.1, False), (1000, False)])
async def test_the_alarm_after_26_hours(hours: float, is_well: bool) -> None:
    with capture_logs() as logs:
        assert await watched_after(hours) is is_well
    alarms = [log for log in logs if log["event"] == "retention_did_not_run"]
    assert [(log["log_level"], log["hours"]) for log in alarms] == ([] if is_well else [("error", round(hours))])


async def test_a_run_that_hangs_is_none() -> None:
    """Only the end of one counts, and never the worker's clock."""
    await database.execute("INSERT INTO retention_run DEFAULT VALUES")
    assert await watched_after(27) is False
    with time_machine.travel(clock.now() + timedelta(days=3), tick=True):
        assert await watched_after(1) is True
