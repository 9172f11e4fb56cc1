"""Stages in the words that a mother reads. Nothing cheerful about what may have gone another way."""

from collections.abc import Mapping
from datetime import date

from membership.babies.ages import Age, Gestation
from membership.babies.stages import Stage, StageView

TITLES: Mapping[Stage, str] = {
    "trying": "备孕期",
    "early": "孕早期",
    "middle": "孕中期",
    "late": "孕晚期",
    "m0_6": "0–6个月",
    "m6_12": "6–12个月",
    "m12_36": "1–3岁",
    "m36_72": "3–6岁",
    "over": "6岁以上",
}
UNSAID = "近况待更新"
"""In place of a stage that may have ended long ago in one way or another."""
ARRIVAL = "宝宝来到身边了吗？方便的时候告诉我们出生日期就好；如果不想再收到宝宝内容，也可以随时停止。"
LONG_PAST = (
    "档案里的预产期已经过去一段时间了。如果宝宝已经出生，可以填写出生日期；如果不想再收到这些内容，可以随时停止。"
)


def gestation_words(gestation: Gestation) -> str:
    """孕12周、孕12周+1天"""
    return f"孕{gestation.weeks}周" + (f"+{gestation.days}天" if gestation.days else "")


def age_words(age: Age) -> str:
    """今天出生、出生9天、3个月5天、2岁1个月: 周岁, completed."""
    if age.months == 0:
        return f"出生{age.days}天" if age.days else "今天出生"
    years, months = divmod(age.months, 12)
    parts = ((years, "岁"), (months, "个月"), (age.days, "天"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)


def title(view: StageView) -> str:
    """孕早期: the stage, as far as it can be named."""
    return UNSAID if view.is_unsaid else TITLES[view.stage]


def arrival(view: StageView) -> str | None:
    """The question that is asked from 42 weeks on; None where nothing is asked."""
    if not view.asks_arrival:
        return None
    return LONG_PAST if view.is_unsaid else ARRIVAL


def words(view: StageView) -> str:
    """Week and day, or years, months and days; of a pregnancy that the reader knows no more of, its stage."""
    if view.age is not None:
        return age_words(view.age)
    return title(view) if view.gestation is None else gestation_words(view.gestation)


def corrected_words(view: StageView) -> str | None:
    """The corrected age and what it is for; None where it does not matter."""
    if view.corrected_gestation is not None:
        weeks = gestation_words(view.corrected_gestation).removeprefix("孕")
        return f"矫正胎龄{weeks}，满40周后按矫正月龄看生长发育；接种疫苗按实际出生日期"
    if view.corrected_age is None:
        return None
    corrected = view.corrected_age
    age = age_words(corrected) if corrected.months else f"{corrected.days}天"
    return f"矫正年龄{age}，看生长发育时用；接种疫苗按实际出生日期"


def next_words(view: StageView, day: date) -> str | None:
    """What comes next, and in how many days; None when nothing does."""
    if view.next is None:
        return None
    if view.next.on is None:
        return "记录末次月经或预产期后，就会从备孕进入孕期" if view.stage == "trying" else "宝宝随时可能到来"
    days = (view.next.on - day).days
    if view.gestation is not None and view.next.stage == "m0_6":
        return f"距预产期还有{days}天" if days else "今天是预产期"
    if view.next.stage == "over":
        return f"还有{days}天满6岁"
    return f"还有{days}天进入{TITLES[view.next.stage]}"
