"""The vaccines that can be recorded: names, what they fill, and which are injected live."""

import msgspec

SERIES = {
    "HepB": "乙肝",
    "BCG": "结核病",
    "Polio": "脊髓灰质炎",
    "DTaP": "百白破",
    "MenAC": "流脑",
    "MMR": "麻腮风",
    "JE": "乙脑",
    "HepA": "甲肝",
    "HPV": "宫颈癌",
    "Varicella": "水痘",
    "Hib": "b型流感嗜血杆菌感染",
    "Pneumococcus": "肺炎球菌感染",
    "Rotavirus": "轮状病毒肠炎",
    "EV71": "EV71手足口病",
    "Influenza": "流感",
    "Rabies": "狂犬病",
    "COVID-19": "新冠病毒感染",
    "YellowFever": "黄热病",
    "Other": "其他",
}
"""What is protected against, in Chinese."""

OUTSIDE = frozenset(
    ("Varicella", "Hib", "Pneumococcus", "Rotavirus", "EV71", "Influenza", "Rabies", "COVID-19", "YellowFever", "Other")
)
"""What no plan asks for. It is written down beside the plan, and an injected live one puts off the others."""


class Vaccine(msgspec.Struct, frozen=True):
    """One kind of vaccine, of whatever make."""

    code: str
    name: str
    """Chinese, as the clinic's booklet says it."""
    series: tuple[str, ...]
    """What a dose of it counts for."""
    live_injected: bool = False
    """Kept 28 days from another such vaccine unless given on the same day.

    bOPV is live but swallowed, and the national schedule sets no interval between it and anything else; BCG is
    injected (into the skin), so it counts.
    """


VACCINES = {
    vaccine.code: vaccine
    for vaccine in (
        Vaccine("HepB", "乙肝疫苗", ("HepB",)),
        Vaccine("BCG", "卡介苗", ("BCG",), live_injected=True),
        Vaccine("IPV", "脊灰灭活疫苗", ("Polio",)),
        Vaccine("bOPV", "二价脊灰减毒活疫苗（口服）", ("Polio",)),
        Vaccine("DTaP", "百白破疫苗", ("DTaP",)),
        Vaccine("DT", "白破疫苗", ("DTaP",)),
        Vaccine("MPSV-A", "A群流脑多糖疫苗", ("MenAC",)),
        Vaccine("MPSV-AC", "A群C群流脑多糖疫苗", ("MenAC",)),
        Vaccine("MMR", "麻腮风疫苗", ("MMR",), live_injected=True),
        Vaccine("JE-L", "乙脑减毒活疫苗", ("JE",), live_injected=True),
        Vaccine("JE-I", "乙脑灭活疫苗", ("JE",)),
        Vaccine("HepA-L", "甲肝减毒活疫苗", ("HepA",), live_injected=True),
        Vaccine("HepA-I", "甲肝灭活疫苗", ("HepA",)),
        Vaccine("2vHPV", "双价HPV疫苗", ("HPV",)),
        # Paid for by the parents or given abroad; by their labels they count for the same doses.
        Vaccine("DTaP-IPV-Hib", "五联疫苗", ("DTaP", "Polio", "Hib")),
        Vaccine("DTaP-IPV-HepB-Hib", "六联疫苗", ("DTaP", "Polio", "HepB", "Hib")),
        Vaccine("DTaP-Hib", "四联疫苗", ("DTaP", "Hib")),
        Vaccine("MCV-AC", "A群C群流脑结合疫苗", ("MenAC",)),
        Vaccine("MCV-AC-Hib", "AC流脑结合-Hib联合疫苗", ("MenAC", "Hib")),
        Vaccine("MPSV-ACYW", "ACYW135群流脑多糖疫苗", ("MenAC",)),
        Vaccine("MCV-ACYW", "ACYW135群流脑结合疫苗", ("MenAC",)),
        Vaccine("MMRV", "麻腮风水痘疫苗", ("MMR", "Varicella"), live_injected=True),
        Vaccine("4vHPV", "四价HPV疫苗", ("HPV",)),
        Vaccine("9vHPV", "九价HPV疫苗", ("HPV",)),
        # Outside of the plan. A live one that is swallowed or sprayed into the nose keeps no distance.
        Vaccine("VarV", "水痘减毒活疫苗", ("Varicella",), live_injected=True),
        Vaccine("Hib", "b型流感嗜血杆菌疫苗", ("Hib",)),
        Vaccine("PCV", "肺炎球菌多糖结合疫苗", ("Pneumococcus",)),
        Vaccine("PPSV23", "23价肺炎球菌多糖疫苗", ("Pneumococcus",)),
        Vaccine("RV", "轮状病毒疫苗（口服）", ("Rotavirus",)),
        Vaccine("EV71", "肠道病毒71型灭活疫苗", ("EV71",)),
        Vaccine("IIV", "流感灭活疫苗", ("Influenza",)),
        Vaccine("LAIV", "流感减毒活疫苗（鼻喷）", ("Influenza",)),
        Vaccine("Rabies", "狂犬病疫苗", ("Rabies",)),
        Vaccine("COVID-19", "新冠病毒疫苗", ("COVID-19",)),
        Vaccine("YF", "黄热病减毒活疫苗", ("YellowFever",), live_injected=True),
        Vaccine("other", "其他疫苗", ("Other",)),
        Vaccine("other-live", "其他注射类减毒活疫苗", ("Other",), live_injected=True),
    )
}


LIVE_INJECTED = frozenset(code for code, vaccine in VACCINES.items() if vaccine.live_injected)

COMBINED = frozenset(code for code, vaccine in VACCINES.items() if len(vaccine.series) > 1)


def most_number(series: str) -> int:
    """The highest number of a dose: the longest series of the plan has five, and abroad there may be one more; outside
    of it some are given every year."""
    return 12 if series in OUTSIDE else 6


def fits(vaccine: str, series: str) -> bool:
    """Whether a vaccine of this code exists and counts for the series."""
    return vaccine in VACCINES and series in VACCINES[vaccine].series
