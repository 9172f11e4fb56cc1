"""The sentences: what is missing, and what comes at the end."""

from datetime import date

from membership.tiers.explaining import forecast, next_level
from membership.tiers.ledger import Ledger
from membership.tiers.levels import Level, Levels
from membership.tiers.reckoning import after, replay
from tests.makers.tiers import bought, make_level, make_levels, rolling

TODAY = date(2026, 6, 1)
SILVER = make_level(1, rolling("amount_fen", 1_000_00))


def sentence(levels: Levels, ledger: Ledger) -> str:
    upcoming = next_level(levels, ledger, replay(levels, ledger, TODAY), TODAY)
    assert upcoming is not None
    return upcoming.sentence


def gold(*, match: str = "all", **at_least: int) -> Level:
    return make_level(2, *(rolling(metric, least) for metric, least in at_least.items()), match=match)


def test_an_amount() -> None:
    levels = make_levels(SILVER, gold(amount_fen=5_000_00))
    assert sentence(levels, bought((TODAY, 4_680))) == "再消费 ¥320 升级金卡"
    assert sentence(levels, bought((TODAY, 1_000))) == "再消费 ¥4,000 升级金卡"
    assert sentence(levels, bought()) == "再消费 ¥1,000 升级银卡"


def test_fen_are_said_when_there_are_some() -> None:
    levels = make_levels(make_level(1, rolling("amount_fen", 100_05)))
    assert sentence(levels, bought((TODAY, 68))) == "再消费 ¥32.05 升级银卡"


def test_a_number_of_purchases() -> None:
    assert sentence(make_levels(SILVER, gold(purchases=3)), bought((TODAY, 1_000))) == "再消费 2 次升级金卡"


def test_growth() -> None:
    assert sentence(make_levels(SILVER, gold(growth=1_500)), bought((TODAY, 1_000))) == "再获得 500 成长值升级金卡"


def test_all_of_several() -> None:
    levels = make_levels(SILVER, gold(amount_fen=5_000_00, purchases=3))
    assert sentence(levels, bought((TODAY, 1_000))) == "再消费 ¥4,000 并再消费 2 次升级金卡"
    assert sentence(levels, bought((TODAY, 6_000))) == "再消费 2 次升级金卡"


def test_of_any_the_nearest() -> None:
    levels = make_levels(SILVER, gold(match="any", amount_fen=5_000_00, purchases=3))
    assert sentence(levels, bought((TODAY, 4_900))) == "再消费 ¥100 升级金卡"
    assert sentence(levels, bought((date(2026, 5, 1), 1_000), (TODAY, 1))) == "再消费 1 次升级金卡"


def test_the_highest_has_no_next() -> None:
    levels, ledger = make_levels(SILVER), bought((TODAY, 1_000))
    assert next_level(levels, ledger, replay(levels, ledger, TODAY), TODAY) is None


def test_the_forecast_says_what_comes_and_what_would_keep_the_level() -> None:
    levels = make_levels(SILVER, gold(amount_fen=5_000_00))
    ledger = bought((date(2026, 5, 31), 5_000), (TODAY, 3_800))
    held = replay(levels, ledger, TODAY)
    told = forecast(ledger, held, after(levels, ledger, held))
    assert told is not None
    assert (told.valid_until, told.level_after.code) == (date(2027, 5, 31), "L1")
    assert told.sentence == "金卡有效期至 2027 年 5 月 31 日，在此之前再消费 ¥1,200 可保持金卡，否则将变为银卡"
    # It is the truth: that much on the last day keeps it, one yuan less does not.
    for yuan, level in ((1_200, "L2"), (1_199, "L1")):
        later = bought((date(2026, 5, 31), 5_000), (TODAY, 3_800), (told.valid_until, yuan))
        assert replay(levels, later, date(2027, 6, 1)).level.code == level


def test_the_forecast_of_one_who_bought_enough_already() -> None:
    levels = make_levels(SILVER)
    ledger = bought((date(2026, 5, 31), 1_000), (TODAY, 1_000))
    held = replay(levels, ledger, TODAY)
    told = forecast(ledger, held, after(levels, ledger, held))
    assert told is not None
    assert told.sentence == "银卡有效期至 2027 年 5 月 31 日，到期后继续为银卡"


def test_everyones_level_has_no_forecast() -> None:
    ledger = bought()
    held = replay(make_levels(SILVER), ledger, TODAY)
    assert forecast(ledger, held, held.level) is None
