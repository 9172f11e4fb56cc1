"""Privacy: the time limits and her rights, over everything that the features below keep.

The nightly retention job deletes what the data map gives a number of days, and voids pregnancies a year later; what was
destroyed stands in a record that proves it and repeats nothing.

Her rights: a copy of everything, fetched once within a day; and to be forgotten, after seven days to change her mind.
Then her keys and those of her babies are destroyed, and a tombstone outside of the database keeps any restored backup
from bringing her back. What the export holds and the erasure takes away is read from the data map.
"""

from membership.privacy import export_jobs  # noqa: F401  # who enqueues its jobs must know them
from membership.privacy.destructions import Proof, proofs
from membership.privacy.errors import (
    DeletionNotAsked,
    ExportGone,
    ExportNotFound,
    ExportNotReady,
    NotTheSamePerson,
    OrderOpen,
    TooManyExports,
    WalletNotEmpty,
)
from membership.privacy.exports import ExportView, ask_for_export, download, export
from membership.privacy.leaving import DeletionView, ask_for_deletion, change_mind, deletion
from membership.privacy.losses import Losses
from membership.privacy.minors import MinorsReport, minors_report
from membership.privacy.minors_page import page as minors_page
from membership.privacy.replaying import Replayed, replay
from membership.privacy.retention import RetentionFailed, apply_time_limits, done_in_words, overdue
from membership.privacy.retention_report import RetentionReport, RuleReport, report
from membership.privacy.watching import ALARM_AFTER, is_late, seconds_since_last_run

__all__ = [
    "ALARM_AFTER",
    "DeletionNotAsked",
    "DeletionView",
    "ExportGone",
    "ExportNotFound",
    "ExportNotReady",
    "ExportView",
    "Losses",
    "MinorsReport",
    "NotTheSamePerson",
    "OrderOpen",
    "Proof",
    "Replayed",
    "RetentionFailed",
    "RetentionReport",
    "RuleReport",
    "TooManyExports",
    "WalletNotEmpty",
    "apply_time_limits",
    "ask_for_deletion",
    "ask_for_export",
    "change_mind",
    "deletion",
    "done_in_words",
    "download",
    "export",
    "is_late",
    "minors_page",
    "minors_report",
    "overdue",
    "proofs",
    "replay",
    "report",
    "seconds_since_last_run",
]
