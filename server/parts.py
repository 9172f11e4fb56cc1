"""The one list of parts: what has tables, what has jobs, what has invariants.

A new feature adds its front page here once; migrations, workers and `muying reconcile` find it by this list.
"""

MODELS = (
    "foundation.models",
    "membership.members.models",
    "membership.stores.models",
    "membership.staff.models",
    "membership.points.models",
    "membership.tiers.models",
    "membership.cards.models",
    "membership.purchases.models",
    "membership.mall.models",
    "membership.enrolment.models",
)
"""Modules with tables, lowest first."""

JOBS: tuple[str, ...] = (
    "foundation.sessions",
    "foundation.housekeeping",
    "membership.points.jobs",
    "membership.tiers.jobs",
    "membership.cards.jobs",
    "membership.purchases.settlement",
)
"""Modules that register jobs or appointments."""

INVARIANTS: tuple[str, ...] = (
    "membership.members.invariants",
    "membership.purchases.invariants",
    "membership.mall.invariants",
    "membership.points.invariants",
    "membership.tiers.invariants",
    "membership.enrolment.invariants",
)
"""Modules with `INVARIANTS`."""

PERSONAL_DATA: tuple[str, ...] = (
    "foundation.personal_data",
    "membership.members.personal_data",
    "membership.points.personal_data",
    "membership.tiers.personal_data",
    "membership.cards.personal_data",
    "membership.purchases.personal_data",
    "membership.staff.personal_data",
    "membership.mall.personal_data",
    "membership.enrolment.personal_data",
)
"""Modules with `PERSONAL_DATA`."""

ROUTES: tuple[str, ...] = (
    "server.operations",
    "server.staff_api.redemptions",
    "server.staff_api.auth",
    "server.staff_api.members",
    "miniprogram_api.mall",
    "miniprogram_api.stores",
    "server.wechat_face",
    "miniprogram_api.auth",
    "miniprogram_api.me",
    "miniprogram_api.consents",
    "miniprogram_api.card",
    "miniprogram_api.points",
    "server.partner_api.card_keys",
    "server.partner_api.card_scans",
    "server.partner_api.members",
    "server.partner_api.purchases",
    "server.partner_api.returns",
)
"""Modules whose import puts routes into a face."""
