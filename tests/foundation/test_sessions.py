"""Sessions: refreshing, reuse, ending, and the hot copies that must never outlive the truth."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import redis.asyncio

from foundation import cache, database, job_worker, limits, sessions, tokens
from foundation.errors import TooManyRequests, Unauthorized
from foundation.ids import new_id
from foundation.limits import Limit
from foundation.sessions import ENDED, Caller, SessionTokens
from foundation.settings import Settings
from foundation.transactions import transactional
from tests.foundation.own_redis import PRODUCTS_SECONDS, dead, hung, using
from tests.foundation.small_face import AUDIENCE, sign_in

PLENTY = Limit(requests=1_000, seconds=1, burst=1_000)


@transactional
async def end(subject: UUID, session: UUID) -> None:
    await sessions.end_session(subject, session, "logout")


@transactional
async def end_all(subject: UUID, but: UUID | None = None) -> None:
    await sessions.end_sessions_of(subject, "ban", but=but)


async def _who(issued: SessionTokens, audience: str = AUDIENCE) -> Caller:
    return await sessions.authenticate(audience, issued.access_token, "test", PLENTY)


async def _is_signed_out(issued: SessionTokens) -> bool:
    try:
        await _who(issued)
    except Unauthorized:
        return True
    return False


async def _signed_in(**claims: str) -> tuple[UUID, UUID, SessionTokens]:
    subject = new_id()
    issued = await sign_in(subject, claims)
    return subject, tokens.verify(issued.access_token, AUDIENCE).session, issued


async def _later(session: UUID, seconds: float) -> None:
    """As if the last refresh had been that long ago."""
    await database.execute(
        "UPDATE session SET rotated_at = rotated_at - make_interval(secs => $2) WHERE id = $1", session, seconds
    )


@pytest_asyncio.fixture(autouse=True)
async def on_own_redis(redis_here: "redis.asyncio.Redis") -> AsyncIterator[None]:
    yield


async def test_a_session_knows_its_caller(world: Settings) -> None:
    subject, session, issued = await _signed_in(role="clerk", store="s1")
    for _ in range(2):  # from the truth, then from the hot copy
        assert await _who(issued) == Caller(subject, session, {"role": "clerk", "store": "s1"})
    assert issued.expires_in_seconds == tokens.LIFE_SECONDS


async def test_a_session_of_another_face_is_none_here(world: Settings) -> None:
    _, _, issued = await _signed_in()
    with pytest.raises(Unauthorized):
        await _who(issued, "other")
    with pytest.raises(Unauthorized):
        await sessions.refresh("other", issued.refresh_token)
    assert not await _is_signed_out(issued), "a token shown at the wrong door ends nothing"


async def test_refreshing_rotates(world: Settings) -> None:
    subject, session, issued = await _signed_in()
    seen = {issued.refresh_token}
    for _ in range(4):
        issued = await sessions.refresh(AUDIENCE, issued.refresh_token)
        assert issued.refresh_token not in seen
        seen.add(issued.refresh_token)
        caller = await _who(issued)
        assert (caller.subject, caller.session) == (subject, session)


async def test_a_lost_answer_is_given_again_within_ten_seconds(world: Settings) -> None:
    _, session, first = await _signed_in()
    second = await sessions.refresh(AUDIENCE, first.refresh_token)
    await _later(session, 9)
    again = await sessions.refresh(AUDIENCE, first.refresh_token)
    assert again.refresh_token == second.refresh_token
    assert not await _is_signed_out(again)
    third = await sessions.refresh(AUDIENCE, second.refresh_token)
    assert third.refresh_token != second.refresh_token


async def test_an_old_refresh_token_ends_the_session(world: Settings) -> None:
    _, session, first = await _signed_in()
    second = await sessions.refresh(AUDIENCE, first.refresh_token)
    assert not await _is_signed_out(second)
    await _later(session, 11)
    with pytest.raises(Unauthorized):
        await sessions.refresh(AUDIENCE, first.refresh_token)
    assert await _is_signed_out(second), "the thief's and the owner's access end together"
    with pytest.raises(Unauthorized):
        await sessions.refresh(AUDIENCE, second.refresh_token)
    row = await database.fetchrow("SELECT ended_at, end_reason FROM session WHERE id = $1", session)
    assert row is not None
    assert (row["ended_at"] is not None, row["end_reason"]) == (True, "reused")


async def test_the_grace_is_for_the_last_token_only(world: Settings) -> None:
    _, _, first = await _signed_in()
    second = await sessions.refresh(AUDIENCE, first.refresh_token)
    third = await sessions.refresh(AUDIENCE, second.refresh_token)
    with pytest.raises(Unauthorized):
        await sessions.refresh(AUDIENCE, first.refresh_token)
    assert await _is_signed_out(third)


async def test_simultaneous_refreshes_get_the_same_next_token(world: Settings) -> None:
    _, _, first = await _signed_in()
    answers = await asyncio.gather(*(sessions.refresh(AUDIENCE, first.refresh_token) for _ in range(10)))
    assert len({answer.refresh_token for answer in answers}) == 1
    assert not await _is_signed_out(answers[0])


def _forgeries(token: str, session: UUID) -> list[str]:
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    next_generation = raw[:16] + (1).to_bytes(4, "big") + raw[20:]
    other_session = new_id().bytes + raw[16:]
    changed = [raw[:-1] + bytes([raw[-1] ^ 1]), raw[:20], raw[:-1], raw + b"x", next_generation, other_session]
    encoded = [base64.urlsafe_b64encode(forged).decode().rstrip("=") for forged in changed]
    return [*encoded, "", "=", "x", "你好", "\0", "\ud800", str(session), "A" * 100_000, token[:10]]


async def test_forged_refresh_tokens_are_refused_and_end_nothing(world: Settings) -> None:
    _, session, issued = await _signed_in()
    for forged in _forgeries(issued.refresh_token, session):
        with pytest.raises(Unauthorized):
            await sessions.refresh(AUDIENCE, forged)
    with pytest.raises(Unauthorized):
        await sessions.refresh(AUDIENCE, issued.access_token)
    assert not await _is_signed_out(issued)
    assert await sessions.refresh(AUDIENCE, issued.refresh_token)


async def test_an_overdue_session_can_not_be_refreshed(world: Settings) -> None:
    _, session, issued = await _signed_in()
    await database.execute("UPDATE session SET expires_at = now() - interval '1 second' WHERE id = $1", session)
    with pytest.raises(Unauthorized):
        await sessions.refresh(AUDIENCE, issued.refresh_token)
    assert await _is_signed_out(issued)


async def test_logging_out_acts_at_once_even_on_hot_copies(world: Settings, redis_here: "redis.asyncio.Redis") -> None:
    subject, session, issued = await _signed_in()
    assert not await _is_signed_out(issued)
    assert await redis_here.get(sessions._hot_key(subject, session)) == b"{}", "it is hot"
    await end(subject, session)
    assert await _is_signed_out(issued)
    with pytest.raises(Unauthorized):
        await sessions.refresh(AUDIENCE, issued.refresh_token)


async def test_a_stranger_can_not_end_a_session(world: Settings) -> None:
    _, session, issued = await _signed_in()
    await end(new_id(), session)
    assert not await _is_signed_out(issued)


async def test_all_sessions_end_but_the_one_that_asks(world: Settings) -> None:
    subject, keep, kept = await _signed_in()
    others = [await sign_in(subject) for _ in range(3)]
    _, _, stranger = await _signed_in()
    await end_all(subject, but=keep)
    assert [await _is_signed_out(other) for other in others] == [True] * 3
    assert not await _is_signed_out(kept)
    assert not await _is_signed_out(stranger)
    await end_all(subject)
    assert await _is_signed_out(kept)


async def test_after_a_flush_nobody_is_signed_out_and_nobody_comes_back(
    world: Settings, redis_here: "redis.asyncio.Redis"
) -> None:
    subject, session, ended = await _signed_in()
    _, _, issued = await _signed_in(role="clerk")
    assert not await _is_signed_out(issued)
    await end(subject, session)
    await redis_here.flushall()
    assert (await _who(issued)).claims == {"role": "clerk"}
    assert await _is_signed_out(ended)


@pytest.mark.parametrize("trouble", [dead, hung])
async def test_without_redis_postgresql_answers(world: Settings, trouble: Any) -> None:
    subject, session, ended = await _signed_in()
    _, _, issued = await _signed_in()
    async with trouble() as url, using(url, PRODUCTS_SECONDS):
        await end(subject, session)
        assert not await _is_signed_out(issued)
        assert await _is_signed_out(ended)
        cache._Resource.paused_until = 0.0  # and once more where Redis must be found away first
        assert not await _is_signed_out(issued)


async def test_without_redis_the_limit_still_holds(world: Settings) -> None:
    _, _, issued = await _signed_in()
    two = Limit(requests=2, seconds=60, burst=2)
    async with dead() as url, using(url, PRODUCTS_SECONDS):
        for _ in range(2):
            await sessions.authenticate(AUDIENCE, issued.access_token, "x", two)
        with pytest.raises(TooManyRequests):
            await sessions.authenticate(AUDIENCE, issued.access_token, "x", two)


async def test_the_limit_is_counted_per_person_and_action(world: Settings) -> None:
    _, _, issued = await _signed_in()
    _, _, other = await _signed_in()
    one = Limit(requests=1, seconds=60, burst=1)
    await sessions.authenticate(AUDIENCE, issued.access_token, "x", one)
    with pytest.raises(TooManyRequests):
        await sessions.authenticate(AUDIENCE, issued.access_token, "x", one)
    await sessions.authenticate(AUDIENCE, issued.access_token, "y", one)
    await sessions.authenticate(AUDIENCE, other.access_token, "x", one)


async def test_an_ended_session_does_not_come_back_through_a_late_reader(
    world: Settings, redis_here: "redis.asyncio.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader has read "alive" from PostgreSQL; the session ends; only then the reader writes its hot copy."""
    subject, session, issued = await _signed_in()
    read, go_on = asyncio.Event(), asyncio.Event()
    plain = database.fetchrow

    async def dawdle(query: str, *arguments: object) -> Any:
        row = await plain(query, *arguments)
        if query.startswith("SELECT claims FROM session") and not read.is_set():
            read.set()
            await go_on.wait()
        return row

    monkeypatch.setattr(database, "fetchrow", dawdle)
    reader = asyncio.create_task(_who(issued))
    await read.wait()
    await end(subject, session)
    go_on.set()
    await reader  # it began before the end, and may pass
    assert await redis_here.get(sessions._hot_key(subject, session)) == ENDED
    assert await _is_signed_out(issued)


async def test_control_a_late_reader_without_nx_brings_it_back(
    world: Settings, redis_here: "redis.asyncio.Redis"
) -> None:
    subject, session, issued = await _signed_in()
    await end(subject, session)
    await redis_here.set(sessions._hot_key(subject, session), b"{}", ex=60)
    assert not await _is_signed_out(issued), "then the mark would not matter, and the test above proves nothing"


async def test_the_mark_of_an_end_outlives_every_access_token(
    world: Settings, redis_here: "redis.asyncio.Redis"
) -> None:
    subject, session, _ = await _signed_in()
    await end(subject, session)
    assert await redis_here.ttl(sessions._hot_key(subject, session)) > tokens.LIFE_SECONDS


async def test_an_end_that_redis_missed_is_said_again_by_the_job(
    world: Settings, redis_here: "redis.asyncio.Redis"
) -> None:
    subject, session, issued = await _signed_in()
    assert not await _is_signed_out(issued)
    async with dead() as url, using(url, PRODUCTS_SECONDS):
        await end(subject, session)
    limits.use(enabled=True)
    assert not await _is_signed_out(issued), "the hot copy still lives: Redis was away when the session ended"
    await job_worker.drain(database.pool())
    assert await _is_signed_out(issued)
    await sessions.forget_sessions(sessions._ForgetSessions(subject, [session]))  # twice does no harm
    assert await _is_signed_out(issued)


async def test_an_end_that_is_rolled_back_ends_nothing(world: Settings) -> None:
    subject, session, issued = await _signed_in()

    @transactional
    async def change_of_mind() -> None:
        await sessions.end_session(subject, session, "logout")
        raise ValueError("a change of mind")

    with pytest.raises(ValueError, match="change of mind"):
        await change_of_mind()
    await job_worker.drain(database.pool())
    assert not await _is_signed_out(issued)
