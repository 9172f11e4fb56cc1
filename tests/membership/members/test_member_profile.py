"""The profile: what may be written, and what is missing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from foundation import clock
from foundation.errors import Invalid
from membership.members.profile import Profile, ProfileChanges, changed, mask_name


def refused_fields(changes: ProfileChanges) -> list[str]:
    with pytest.raises(Invalid) as refused:
        changed(Profile(), changes)
    return [error.field for error in refused.value.errors]


def test_what_is_left_out_stays_and_what_is_none_is_emptied() -> None:
    before = Profile(nickname="小雨", relation="mother", city="上海", birthday=date(1995, 5, 1))
    after = changed(before, ProfileChanges(nickname=" 小雨妈 ", city=None))
    assert after == Profile(nickname="小雨妈", relation="mother", birthday=date(1995, 5, 1))


def test_what_is_missing() -> None:
    assert Profile().missing_required == ["nickname", "relation"]
    assert Profile().missing_optional == ["birthday", "city", "how_heard"]
    assert Profile(nickname="小雨", relation="father").missing_required == []


@pytest.mark.parametrize("nickname", ["", "  ", "\u200d", "\u3000", "a\x00b", "a\nb", "a\u202eb", "\u200b", "a\u200bb"])
def test_names_that_can_not_be_seen_or_play_tricks(nickname: str) -> None:
    assert refused_fields(ProfileChanges(nickname=nickname)) == ["nickname"]


@pytest.mark.parametrize("nickname", ["王小雨", "Anna M.", "👩‍👧", "团子🍡", "É"])
def test_names_that_people_have(nickname: str) -> None:
    assert changed(Profile(), ProfileChanges(nickname=nickname)).nickname == nickname


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_birthday_is_that_of_a_person_of_fourteen(birthday: date) -> None:
    of_age = clock.add_months(birthday, 14 * 12) <= clock.today()
    if of_age:
        assert changed(Profile(), ProfileChanges(birthday=birthday)).birthday == birthday
    else:
        assert refused_fields(ProfileChanges(birthday=birthday)) == ["birthday"]


def test_a_babys_birthday_is_refused_in_words_that_help() -> None:
    with pytest.raises(Invalid) as refused:
        changed(Profile(), ProfileChanges(birthday=clock.today() - timedelta(days=90)))
    assert "宝宝" in refused.value.errors[0].message


def test_all_wrong_fields_are_named_at_once() -> None:
    changes = ProfileChanges(nickname=" ", city="\x07", birthday=date(1800, 1, 1), relation=UNSET)
    assert refused_fields(changes) == ["nickname", "city", "birthday"]


def test_a_till_sees_one_character() -> None:
    assert mask_name("王小雨") == "王**"
    assert mask_name(None) == "会员"
