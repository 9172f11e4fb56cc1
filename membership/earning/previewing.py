"""The test run: what a rule would have paid for what really happened in a past period. It writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from foundation.errors import FieldError, Invalid
from membership.earning import rules
from membership.earning.errors import NoPast, PreviewTooLarge
from membership.earning.registry import Way
from membership.earning.rules import RuleDraft

MOST_OCCURRENCES = 50_000
MOST_DAYS = 366
TOP = 10


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `level`: what she was on then; None where that is not recorded, for her level today."""

    member_id: UUID
    day: date
    occurrence: msgspec.Struct
    store_id: UUID | None = None
    level: str | None = None


class TopEarner(msgspec.Struct, frozen=True):
    """`number`: her membership number."""

    number: str
    times: int
    points: int


class Preview(msgspec.Struct, frozen=True):
    """How many members a rule would have paid, how often, how many points, and who the most."""

    occurrences: int
    members: int
    times: int
    points: int
    top: list[TopEarner]


Look = Callable[[date, date, int], Awaitable[list[Past]]]
"""What happened from a day to a day, in the order in which it happened, at most so many."""

_pasts: dict[str, Look] = {}


def register_past(way: type[Way], look: Look) -> None:
    """For the feature in which a way's occurrences happen, which stands above: how to look at the past."""
    assert way.code not in _pasts, f"the past of {way.code} is known already"
    _pasts[way.code] = look


async def preview(draft: RuleDraft, since: date, until: date) -> Preview:
    """What a rule, made or not, would have paid from `since` to `until`, had it begun then with all its caps free.

    Its own validity and whether it is active do not count. Raises `Invalid`, `NoPast`, `PreviewTooLarge`.
    """
    rules.check(draft)
    if not 0 <= (until - since).days < MOST_DAYS:
        raise Invalid(errors=[FieldError("until", f"结束日期不能早于开始日期，最多{MOST_DAYS}天")])
    look = _pasts.get(draft.way)
    if look is None:
        raise NoPast
    past = await look(since, until, MOST_OCCURRENCES + 1)
    if len(past) > MOST_OCCURRENCES:
        raise PreviewTooLarge
    paid = await _paid(draft, past)
    points: Counter[UUID] = Counter()
    times: Counter[UUID] = Counter()
    for member_id, amount in paid:
        points[member_id] += amount
        times[member_id] += 1
    best = points.most_common(TOP)
    numbers = await _numbers([member_id for member_id, _ in best])
    return Preview(
        occurrences=len(past),
        members=len(points),
        times=times.total(),
        points=points.total(),
        top=[TopEarner(numbers[member_id], times[member_id], amount) for member_id, amount in best],
    )


async def _paid(draft: RuleDraft, past: Iterable[Past]) -> list[tuple[UUID, int]]:
    way, parameters = rules.way_of(draft), rules.decoded(draft)
    levels = await _levels_today(past) if draft.levels is not None else {}
    left = _Caps(draft)
    paid = []
    for each in past:
        level = each.level or levels.get(each.member_id)
        if rules.covers(draft, level=level, store_id=each.store_id):
            amount = left.take(each.member_id, each.day, way.points(parameters, _of_articles(draft, each.occurrence)))
            if amount > 0:
                paid.append((each.member_id, amount))
    return paid


def _of_articles(draft: RuleDraft, occurrence: msgspec.Struct) -> msgspec.Struct:
    """Of an occurrence that is about articles, those that the rule covers."""
    amounts: dict[str, int] | None = getattr(occurrence, "amounts_fen", None)
    if draft.skus is None or amounts is None:
        return occurrence
    kept = {sku: fen for sku, fen in amounts.items() if sku in draft.skus}
    return msgspec.structs.replace(occurrence, amounts_fen=kept)


class _Caps:
    """The caps of a rule, as its payments use them up."""

    def __init__(self, draft: RuleDraft) -> None:
        self._budget = draft.budget
        self._caps = (draft.daily_cap, draft.monthly_cap, draft.total_cap)
        self._used: defaultdict[tuple[object, ...], int] = defaultdict(int)

    def take(self, member_id: UUID, day: date, wanted: int) -> int:
        """What there is room for."""
        periods = ((member_id, day), (member_id, day.year, day.month), (member_id,))
        rooms = [cap - self._used[period] for cap, period in zip(self._caps, periods, strict=True) if cap is not None]
        if self._budget is not None:
            rooms.append(self._budget)
        amount = max(0, min([wanted, *rooms]))
        for period in periods:
            self._used[period] += amount
        if self._budget is not None:
            self._budget -= amount
        return amount


async def _levels_today(past: Iterable[Past]) -> dict[UUID, str]:
    unknown = {each.member_id for each in past if each.level is None}
    rows = await database.fetch(
        "SELECT member_id, level_id FROM tier_standing WHERE member_id = ANY($1::uuid[])", list(unknown)
    )
    return {row["member_id"]: row["level_id"] for row in rows}


async def _numbers(member_ids: list[UUID]) -> dict[UUID, str]:
    rows = await database.fetch("SELECT id, number FROM member WHERE id = ANY($1::uuid[])", member_ids)
    return {row["id"]: row["number"] for row in rows}
