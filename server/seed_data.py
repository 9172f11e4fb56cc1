"""Who and what is in the small named world."""

from datetime import date
from typing import Any

import msgspec

from membership import paid_levels, surveys


class Store(msgspec.Struct, frozen=True):
    code: str
    name: str
    address: str


class Staff(msgspec.Struct, frozen=True):
    name: str
    role: str
    store: str | None = None


class Gift(msgspec.Struct, frozen=True):
    """`points` for one piece. With `codes` it is a virtual one, of which each piece is a code."""

    name: str
    description: str
    points: int
    stock: int
    money_fen: int = 0
    delivery: bool = False
    codes: tuple[str, ...] = ()


class Coupon(msgspec.Struct, frozen=True):
    """Good for 30 days after the claim. Takes `amount_fen` off, or `percent_off` percent but at most `cap_fen`."""

    title: str
    description: str
    threshold_fen: int
    amount_fen: int | None = None
    percent_off: int | None = None
    cap_fen: int | None = None
    group: str | None = None
    in_mall: bool = False


class Rule(msgspec.Struct, frozen=True):
    """A rule of earning; `stores` are codes, None: all."""

    code: str
    way: str
    name: str
    parameters: dict[str, Any]
    stores: tuple[str, ...] | None = None
    monthly_cap: int | None = None


class Formula(msgspec.Struct, frozen=True):
    """What the label of a can of 800 g says; one scoop of `scoop_mg` makes up 30 ml."""

    sku: str
    name: str
    stage: int
    from_months: int
    until_months: int
    scoop_mg: int


class Sale(msgspec.Struct, frozen=True):
    sku: str
    name: str
    amount_fen: int
    days_ago: int


class Member(msgspec.Struct, frozen=True):
    """A customer whom a till knows by her phone. `person` is what the stand-in for WeChat calls her."""

    name: str
    person: str
    phone: str
    store: str
    story: str
    sales: tuple[Sale, ...]


PARTNER = "沐婴母婴连锁"

STORES = (
    Store("SH001", "沐婴人民广场店", "上海市黄浦区南京西路288号3层"),
    Store("SH002", "沐婴徐家汇店", "上海市徐汇区虹桥路1号地下1层"),
    Store("HZ001", "沐婴西湖店", "杭州市上城区延安路258号2层"),
)

STAFF = (
    Staff("lin.clerk", "clerk", "SH001"),
    Staff("zhao.clerk", "clerk", "SH002"),
    Staff("sun.clerk", "clerk", "HZ001"),
    Staff("he.operator", "operator"),
    Staff("xu.administrator", "administrator"),
    Staff("tang.expert", "expert"),
    Staff("qin.privacy", "privacy_officer"),
)

# No formula, bottles or teats: the law forbids to promote breast-milk substitutes, and a gift is promotion.
GIFTS = (
    Gift("云朵纱布口水巾 6 条装", "双层有机棉纱布，软软的、干得快，出门随手带一条。", 99, 2_000),
    Gift("手口湿巾 80 抽 × 3 包", "无酒精无香精，擦小手、擦嘴角、擦餐椅都顺手。", 129, 1_500),
    Gift("触感布书《春天来了》", "摸一摸、捏一捏、听一听，和宝宝一起认识春天。", 159, 800),
    Gift("吸盘分格餐盘", "吸住桌面不打翻，宝宝自己吃饭，妈妈也能歇一会儿。", 199, 600),
    Gift("竹纤维连帽浴巾", "洗完澡一裹就暖，小熊耳朵拍照特别可爱。", 299, 400),
    Gift("妈咪保温杯 480 ml", "半夜醒来也有一口热水，给辛苦的自己。", 399, 300),
    Gift("亲子摄影体验券", "门店合作影楼，一组精修照片，留住宝宝这一刻。", 1_888, 30),
    Gift("限量生肖安抚小熊", "每年只做一批的小熊，晚一步就要等明年啦。", 66, 0),
    Gift("婴儿云柔抽纸 24 包", "整箱快递到家，不用自己搬。", 259, 500, delivery=True),
    Gift("宝宝理发器静音款", "积分加一点钱就能带回家，也可以快递到家。", 199, 200, money_fen=3_900, delivery=True),
    Gift("绘本故事会员月卡", "兑换后马上得到激活码，睡前故事听起来。", 120, 3, codes=("HB-7K2M", "HB-9QXW", "HB-C4TR")),
)

# Nothing that names a formula: every coupon leaves out what may not be promoted.
COUPONS = (
    Coupon("全场满199减30", "全场通用，一段配方奶粉除外。", 19_900, amount_fen=3_000),
    Coupon("会员日九折", "最高减50元，可与洗护券同享。", 10_000, percent_off=10, cap_fen=5_000, group="member_day"),
    Coupon("洗护满59减8", "门店和商城都能用，可与会员日券同享。", 5_900, amount_fen=800, group="care", in_mall=True),
)
UNPROMOTED_SKU = "F-STAGE1-800"
"""Formula of stage 1, of which the law forbids every promotion."""

RULES = (
    Rule("sign_in", "sign_in", "每日签到", {"points": 5, "bonuses": [{"day": 7, "points": 20}], "cycle_days": 7}),
    # In two of the shops, so that in the third the same purchase gives the same points on any day.
    Rule("member_day", "purchase", "会员日双倍积分", {"numerator": 2, "month_days": [8]}, stores=("SH002", "HZ001")),
    Rule("survey", "survey", "填问卷得积分", {"points": 30}),
    Rule("referrer", "referral", "邀请好友", {"side": "referrer", "points": 100}, monthly_cap=1_000),
    Rule("referred", "referral", "新朋友礼", {"side": "friend", "points": 50}),
)

SURVEY = surveys.SurveyDraft(
    title="两分钟喂养小调查",
    intro="填完有积分，帮我们更懂您和宝宝。",
    valid_from=date(2026, 1, 1),
    questions=[
        surveys.SingleQuestion(
            code="feeding",
            text="现在怎么喂养宝宝？",
            options=[
                surveys.Option("breast", "母乳"),
                surveys.Option("both", "混合"),
                surveys.Option("bottle", "奶瓶"),
                surveys.Option("later", "还没出生"),
            ],
        ),
        surveys.MultipleQuestion(
            code="topics",
            text="想多了解什么？（最多三项）",
            most=3,
            options=[
                surveys.Option("sleep", "睡眠"),
                surveys.Option("food", "辅食"),
                surveys.Option("growth", "生长发育"),
                surveys.Option("mother", "妈妈恢复"),
            ],
        ),
        surveys.RatingQuestion(code="store", text="给您常去的门店打个分"),
        surveys.TextQuestion(code="city", text="您在哪个城市？", longest=30, required=False, fills="city"),
    ],
)

PAID_PLAN = paid_levels.Plan(
    code="gold-year",
    name="金卡年卡",
    price_fen=29_900,
    months=12,
    level="gold",
    benefits=["全年按金卡倍率积分", "金卡专享价与优先兑换"],
    full_refund_days=7,
)

FORMULAS = (
    Formula(UNPROMOTED_SKU, "婴儿配方奶粉（1段）800克", 1, 0, 6, 4_300),
    Formula("F-STAGE2-800", "较大婴儿配方奶粉（2段）800克", 2, 6, 12, 4_600),
    Formula("F-STAGE3-800", "幼儿配方奶粉（3段）800克", 3, 12, 36, 4_800),
)
CAN = Sale("F-STAGE2-800", FORMULAS[1].name, 23_800, 9)

MEMBERS = (
    Member(
        "陈小雨",
        "chenxiaoyu",
        "+8619912340001",
        "SH001",
        "member, made by the till in SH001",
        (Sale("D-NB-60", "新生儿纸尿裤 60 片", 16_800, 20), Sale("W-080", "婴儿湿巾 12 包", 9_900, 6)),
    ),
    Member(
        "王思琪",
        "wangsiqi",
        "+8619912340002",
        "SH001",
        "gold member, her girl is eight months old",
        (Sale("S-CAR-1", "婴儿推车", 398_000, 60), Sale("C-SEAT-1", "儿童安全座椅", 236_000, 30), CAN),
    ),
    Member(
        "李安然",
        "lianran",
        "+8619912340003",
        "HZ001",
        "silver member, expecting",
        (Sale("B-COT-1", "实木婴儿床", 128_000, 15),),
    ),
)
