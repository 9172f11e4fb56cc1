"""Privacy: the time limits and her rights, over everything that the features below keep.

The nightly retention job deletes what the data map gives a number of days, and voids pregnancies a year later; what was
destroyed stands in a record that proves it and repeats nothing.
"""

from membership.privacy.destructions import Proof, proofs, record
from membership.privacy.retention import RetentionFailed, apply_time_limits, overdue
from membership.privacy.retention_report import RetentionReport, RuleReport, report
from membership.privacy.watching import ALARM_AFTER, is_late, seconds_since_last_run

__all__ = [
    "ALARM_AFTER",
    "Proof",
    "RetentionFailed",
    "RetentionReport",
    "RuleReport",
    "apply_time_limits",
    "is_late",
    "overdue",
    "proofs",
    "record",
    "report",
    "seconds_since_last_run",
]
