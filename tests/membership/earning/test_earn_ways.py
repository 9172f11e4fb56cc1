"""The ways to earn: what each pays, and that the list is closed to what the platform forbids."""

from typing import Any, ClassVar

import asyncpg
import msgspec
import pytest

from foundation import database
from foundation.errors import Invalid
from foundation.ids import new_id
from foundation.settings import Settings
from membership import earning
from membership.earning import WAYS, Way, registry
from membership.earning.rules import check
from tests.makers.earning import draft, new_code


@pytest.mark.parametrize(
    ("way", "parameters", "occurrence", "points"),
    [
        (earning.SignIn, {"points": 5}, {"streak": 1}, 5),
        (earning.SignIn, {"points": 5, "bonuses": [{"day": 7, "points": 20}]}, {"streak": 7}, 25),
        (earning.SignIn, {"points": 5, "bonuses": [{"day": 7, "points": 20}]}, {"streak": 14}, 5),
        (earning.SignIn, {"points": 5, "bonuses": [{"day": 7, "points": 20}], "cycle_days": 7}, {"streak": 14}, 25),
        (earning.Survey, {"points": 30}, {"survey": "a"}, 30),
        (earning.Survey, {"points": 30, "surveys": ["b"]}, {"survey": "a"}, 0),
        (
            earning.Referral,
            {"side": "referrer", "points": 100},
            {"side": "referrer", "bought_after_days": 3, "kept_days": 8},
            100,
        ),
        (
            earning.Referral,
            {"side": "referrer", "points": 100},
            {"side": "referrer", "bought_after_days": 3, "kept_days": 7},
            0,
        ),
        (
            earning.Referral,
            {"side": "referrer", "points": 100},
            {"side": "referrer", "bought_after_days": 181, "kept_days": 8},
            0,
        ),
        (
            earning.Referral,
            {"side": "friend", "points": 50},
            {"side": "referrer", "bought_after_days": 3, "kept_days": 8},
            0,
        ),
        (earning.ProfileCompletion, {"points": 10, "fields": ["city"]}, {"filled": ["nickname", "city"]}, 10),
        (earning.ProfileCompletion, {"points": 10, "fields": ["city", "birthday"]}, {"filled": ["city"]}, 0),
        (earning.Attendance, {"points": 40, "least_minutes": 30}, {"minutes": 30}, 40),
        (earning.Attendance, {"points": 40, "least_minutes": 30}, {"minutes": 29}, 0),
        (earning.Contribution, {"points": 3, "kinds": ["post"]}, {"kind": "post"}, 3),
        (earning.Contribution, {"points": 3, "kinds": ["post"]}, {"kind": "answer"}, 0),
        (
            earning.Contribution,
            {"points": 3, "kinds": ["post"], "chosen_points": 9},
            {"kind": "post", "chosen": True},
            9,
        ),
    ],
)
def test_what_each_way_pays(
    way: type[Way], parameters: dict[str, Any], occurrence: dict[str, Any], points: int
) -> None:
    read = msgspec.convert(parameters, way.Parameters)
    assert way.points(read, msgspec.convert(occurrence, way.Occurrence)) == points


@pytest.mark.parametrize(
    ("way", "parameters", "changes", "field"),
    [
        ("share", {"points": 1}, {}, "way"),
        ("message_subscription", {"points": 1}, {}, "way"),
        ("sign_in", {"points": 0}, {}, "parameters.points"),
        ("sign_in", {}, {}, "parameters.points"),
        ("sign_in", {"points": 5, "for_sharing": 3}, {}, "parameters.for_sharing"),
        ("contribution", {"points": 5, "kinds": ["share"]}, {}, "parameters.kinds[0]"),
        ("purchase", {"numerator": 1}, {}, "parameters"),
        ("purchase", {"numerator": 21, "denominator": 2}, {}, "parameters"),
        ("purchase", {"numerator": 2, "month_days": [32]}, {}, "parameters.month_days[0]"),
        ("sign_in", {"points": 5}, {"stores": [new_id()]}, "stores"),
        ("attendance", {"points": 5}, {"skus": ["A1"]}, "skus"),
        ("purchase", {"numerator": 2}, {"skus": []}, "skus"),
        ("sign_in", {"points": 5}, {"valid_until": "1999-01-01"}, "valid_until"),
    ],
)
def test_what_a_rule_can_not_say(way: str, parameters: dict[str, Any], changes: dict[str, Any], field: str) -> None:
    made = msgspec.structs.asdict(draft(earning.SignIn, parameters)) | {"way": way} | changes
    with pytest.raises(Invalid) as refused:
        check(msgspec.convert(msgspec.to_builtins(made), earning.RuleDraft))
    assert [error.field for error in refused.value.errors] == [field]


def test_a_type_says_in_its_own_words_what_is_wrong_with_it() -> None:
    with pytest.raises(Invalid) as refused:
        check(draft(earning.Purchase, {"numerator": 21, "denominator": 2}))
    assert [(error.field, error.message) for error in refused.value.errors] == [("parameters", "倍数应大于1，最多10倍")]


@pytest.mark.parametrize(
    "code", ["share", "share_post", "message", "subscribe", "subscription", "follow", "forwarding"]
)
def test_what_the_platform_forbids_can_not_be_registered(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "WAYS", dict(WAYS))
    named = code

    class Forbidden(Way):
        code: ClassVar[str] = named
        title = "不可以"

    with pytest.raises(AssertionError, match="platform forbids"):
        registry.register(Forbidden)


def test_a_new_way_is_one_registered_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "WAYS", dict(WAYS))

    @registry.register
    class Walking(Way):
        code = "walking"
        title = "推车散步"

        class Parameters(msgspec.Struct):
            points_per_hour: int

        class Occurrence(msgspec.Struct):
            hours: int

        @classmethod
        def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
            return parameters.points_per_hour * occurrence.hours

    assert registry.WAYS["walking"].points(Walking.Parameters(3), Walking.Occurrence(2)) == 6
    with pytest.raises(AssertionError, match="two ways"):
        registry.register(Walking)


async def test_the_database_knows_the_list_too(world: Settings) -> None:
    for way in ("share", "message_subscription", "walking"):
        with pytest.raises(asyncpg.CheckViolationError, match="earn_rule_way_known"):
            await _insert(way)
    for way in WAYS:
        await _insert(way, active=False)


async def _insert(way: str, active: bool = True) -> None:
    await database.execute(
        "INSERT INTO earn_rule (id, code, version, way, name, parameters, valid_from, valid_months, active, ended_at)"
        " VALUES ($1, $2, 1, $3, 'x', '{}', current_date, 12, $4, now())",
        new_id(),
        new_code(),
        way,
        active,
    )
