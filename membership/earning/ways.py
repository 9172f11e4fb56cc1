"""The ways to earn that happen once, each a class: signing in, a survey, a friend, a profile, a visit, a contribution.

(What a purchase earns beyond its level's rate is in `purchase_way`.)
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from membership import members
from membership.earning.registry import Way, register

Points = Annotated[int, Meta(ge=1, le=1_000_000)]
Days = Annotated[int, Meta(ge=1, le=366)]


class StreakBonus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many points more on the day on which the streak reaches `day`."""

    day: Days
    points: Points


@register
class SignIn(Way):
    """Signing in, once a day."""

    code = "sign_in"
    title = "每日签到"

    class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """`points` a day, and bonuses for days in a row; after `cycle_days` the bonuses begin anew."""

        points: Points
        bonuses: Annotated[list[StreakBonus], Meta(max_length=31)] = []
        cycle_days: Days | None = None

    class Occurrence(msgspec.Struct, frozen=True):
        """`streak`: how many days in a row, today's included."""

        streak: int

    @classmethod
    def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
        return parameters.points + cls.bonus(parameters, occurrence.streak)

    @classmethod
    def bonus(cls, parameters: Parameters, streak: int) -> int:
        """What a day of a streak brings beyond the daily points."""
        place = streak if parameters.cycle_days is None else (streak - 1) % parameters.cycle_days + 1
        return sum(bonus.points for bonus in parameters.bonuses if bonus.day == place)

    @classmethod
    def days_to_bonus(cls, parameters: Parameters, streak: int) -> int | None:
        """How many days more until a day that brings a bonus; None when none comes."""
        cycle = parameters.cycle_days
        if cycle is None:
            ahead = [bonus.day - streak for bonus in parameters.bonuses if bonus.day > streak]
        else:
            ahead = [(bonus.day - streak - 1) % cycle + 1 for bonus in parameters.bonuses if bonus.day <= cycle]
        return min(ahead, default=None)


@register
class Survey(Way):
    """Answering a questionnaire."""

    code = "survey"
    title = "填写问卷"

    class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """`points` for a whole questionnaire, or for one of `surveys` when they are named."""

        points: Points
        surveys: Annotated[list[str], Meta(min_length=1, max_length=50)] | None = None

    class Occurrence(msgspec.Struct, frozen=True):
        """`survey`: its id."""

        survey: str

    @classmethod
    def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
        return parameters.points if parameters.surveys is None or occurrence.survey in parameters.surveys else 0


@register
class Referral(Way):
    """Bringing a friend, and being brought: one level, paid after a purchase that was kept."""

    code = "referral"
    title = "邀请好友"

    class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """Who gets `points`, and when: a friend enters the code within `join_days` of joining, buys within `buy_days`
        of that, and keeps it for `kept_days`."""

        side: Literal["referrer", "friend"]
        points: Points
        join_days: Days = 30
        buy_days: Days = 180
        kept_days: Annotated[int, Meta(ge=0, le=90)] = 7

    class Occurrence(msgspec.Struct, frozen=True):
        """`kept_days`: for how many days the friend has kept her purchase, which was `bought_after_days`."""

        side: Literal["referrer", "friend"]
        bought_after_days: int
        kept_days: int

    @classmethod
    def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
        earned = (
            parameters.side == occurrence.side
            and occurrence.kept_days > parameters.kept_days
            and occurrence.bought_after_days <= parameters.buy_days
        )
        return parameters.points if earned else 0


ProfileField = Literal["nickname", "relation", "birthday", "city", "how_heard"]


@register
class ProfileCompletion(Way):
    """Telling more about herself than joining asks for. (The gift for the required fields is enrolment's own.)"""

    code = "profile_completion"
    title = "完善资料"

    class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """`points` once all of `fields` are filled."""

        points: Points
        fields: Annotated[list[ProfileField], Meta(min_length=1, max_length=5)]

    class Occurrence(msgspec.Struct, frozen=True):
        """Which fields are filled."""

        filled: list[str]

    @classmethod
    def of(cls, profile: members.Profile) -> Occurrence:
        """What a profile says."""
        return cls.Occurrence([name for name in profile.__struct_fields__ if getattr(profile, name) is not None])

    @classmethod
    def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
        return parameters.points if set(parameters.fields) <= set(occurrence.filled) else 0


@register
class Attendance(Way):
    """Being there: an event that she attended."""

    code = "attendance"
    title = "参加活动"
    knows_store = True

    class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """`points` for attending, at least so many minutes."""

        points: Points
        least_minutes: Annotated[int, Meta(ge=0, le=1_440)] = 0

    class Occurrence(msgspec.Struct, frozen=True):
        """How long she was there."""

        minutes: int

    @classmethod
    def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
        return parameters.points if occurrence.minutes >= parameters.least_minutes else 0


Contributed = Literal["post", "answer", "review"]
"""What the community can be given. Spreading it is not among them: the platform forbids to reward that."""


@register
class Contribution(Way):
    """Giving the community something of one's own that moderation let pass."""

    code = "contribution"
    title = "社区贡献"

    class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """`points` for each of a kind; more when it was chosen as one of the best."""

        points: Points
        kinds: Annotated[list[Contributed], Meta(min_length=1, max_length=3)]
        chosen_points: Points | None = None

    class Occurrence(msgspec.Struct, frozen=True):
        kind: Contributed
        chosen: bool = False

    @classmethod
    def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
        if occurrence.kind not in parameters.kinds:
            return 0
        return (parameters.chosen_points or parameters.points) if occurrence.chosen else parameters.points
