"""The one list of parts: what has tables, what has jobs, what has invariants.

A new feature adds its front page here once; migrations, workers and `muying reconcile` find it by this list.
"""

MODELS = (
    "foundation.models",
    "membership.stores.models",
)
"""Modules with tables, lowest first."""
