"""What the plan has to say about one dose, in words for the mother. Never that a series begins again."""

from enum import StrEnum

ALWAYS = "以接种门诊安排为准。"
GIVEN = "有{count}种疫苗已过推荐时间，这些打过了吗？打过的补记一下就好。"


class Remark(StrEnum):
    """`check`-like ones ask her to speak with the clinic; what was given stays given."""

    BEFORE_BIRTH = "before_birth"
    TOO_YOUNG = "too_young"
    TOO_SOON = "too_soon"
    LIVE_TOO_CLOSE = "live_too_close"
    OUT_OF_ORDER = "out_of_order"
    TOO_OLD = "too_old"
    TWICE = "twice"
    LATER_RECORDED = "later_recorded"
    LIVE_WAITS = "live_waits"
    TEST_FIRST = "test_first"
    NOT_AT_THIS_AGE = "not_at_this_age"
    FOR_GIRLS = "for_girls"
    SEX_NOT_SAID = "sex_not_said"
    NOT_IN_PLAN = "not_in_plan"
    COUNTED_TOGETHER = "counted_together"
    PART_UNCLEAR = "part_unclear"
    IN_COMBINED = "in_combined"


WORDS = {
    Remark.BEFORE_BIRTH: "接种日期早于宝宝的出生日期，请核对一下。",
    Remark.TOO_YOUNG: "接种时比程序的最小月龄早，记录已保留，请咨询接种门诊这一剂是否有效。",
    Remark.TOO_SOON: "与上一剂的间隔比程序要求的短，记录已保留，请咨询接种门诊这一剂是否有效。",
    Remark.LIVE_TOO_CLOSE: "与另一种注射类减毒活疫苗间隔不到 28 天，记录已保留，请咨询接种门诊。",
    Remark.OUT_OF_ORDER: "接种日期早于前一剂次，请核对一下日期和剂次。",
    Remark.TOO_OLD: "接种时已超过程序规定的年龄，记录已保留，请咨询接种门诊。",
    Remark.TWICE: "同一剂次记录了两次，请核对后删掉多余的一条。",
    Remark.LATER_RECORDED: "后面的剂次已经记录，如果这一剂也接种过，请补记一下。",
    Remark.LIVE_WAITS: "两种注射类减毒活疫苗要么同一天接种，要么间隔至少 28 天。",
    Remark.TEST_FIRST: "满3个月后补种卡介苗，需先做结核菌素（PPD）试验，阴性才能接种。",
    Remark.NOT_AT_THIS_AGE: "按程序，到这个年龄不再接种这一剂。",
    Remark.FOR_GIRLS: "国家免疫规划中，这种疫苗为 2011 年 11 月 10 日及以后出生的女孩接种。",
    Remark.SEX_NOT_SAID: "如果宝宝是女孩，请在宝宝资料里填写性别，到时我们会提醒您。",
    Remark.NOT_IN_PLAN: "接种程序里没有这一剂次，记录已保留，请核对一下剂次，或咨询接种门诊。",
    Remark.COUNTED_TOGETHER: "由同一天接种的联合疫苗一并计入。",
    Remark.PART_UNCLEAR: "这一针是联合疫苗，所含的其他成分暂时不能确定是第几剂，请一并补记一下。",
    Remark.IN_COMBINED: "接种过的联合疫苗里已含这一种，请补记是第几剂，后面的安排就能接着算。",
}
