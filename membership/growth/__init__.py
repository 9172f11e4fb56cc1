"""Growth: what was measured, and where it lies among children of that sex and age.

Each measurement is sealed with the baby's key, and only a guardian reads it. Figures are of a standard that is always
named (`standards`), by the corrected age for a child born before 37 weeks; implausible ones are kept and asked about.
Nothing here is a diagnosis.
"""

from membership.growth.content import BOUNDS, Measurement, MeasurementChanges
from membership.growth.curves import Curve, CurvePoint, Line, Months, curve
from membership.growth.errors import GrowthRecordNotFound, SexNeeded, TooManyGrowthRecords
from membership.growth.figures import Assessed, Figure, Without
from membership.growth.queries import (
    MEASUREMENTS,
    Latest,
    RecordView,
    history,
    latest_from,
    record_of,
    records,
)
from membership.growth.recording import change, record, remove
from membership.growth.scoring import Posture
from membership.growth.standards import Indicator, Sex

__all__ = [
    "BOUNDS",
    "MEASUREMENTS",
    "Assessed",
    "Curve",
    "CurvePoint",
    "Figure",
    "GrowthRecordNotFound",
    "Indicator",
    "Latest",
    "Line",
    "Measurement",
    "MeasurementChanges",
    "Months",
    "Posture",
    "RecordView",
    "Sex",
    "SexNeeded",
    "TooManyGrowthRecords",
    "Without",
    "change",
    "curve",
    "history",
    "latest_from",
    "record",
    "record_of",
    "records",
    "remove",
]
