"""The one list of parts: what has tables, what has jobs, what has invariants.

A new feature adds its front page here once; migrations, workers and `muying reconcile` find it by this list.
"""

MODELS = (
    "foundation.models",
    "membership.members.models",
    "membership.stores.models",
    "membership.staff.models",
    "membership.notifications.models",
    "membership.points.models",
    "membership.cards.models",
    "membership.tiers.models",
    "membership.families.models",
    "membership.adjustments.models",
    "membership.catalogue.models",
    "membership.earning.models",
    "membership.coupons.models",
    "membership.payments.models",
    "membership.wallets.models",
    "membership.paid_levels.models",
    "membership.purchases.models",
    "membership.sign_ins.models",
    "membership.surveys.models",
    "membership.mall.models",
    "membership.referrals.models",
    "membership.enrolment.models",
    "membership.finance.models",
)
"""Modules with tables, lowest first."""

JOBS: tuple[str, ...] = (
    "foundation.sessions",
    "foundation.housekeeping",
    "membership.points.jobs",
    "membership.tiers.jobs",
    "membership.cards.jobs",
    "membership.purchases.settlement",
    "membership.notifications.jobs",
    "membership.adjustments.jobs",
    "membership.families.jobs",
    "membership.catalogue.jobs",
    "membership.earning.jobs",
    "membership.coupons.jobs",
    "membership.payments.jobs",
    "membership.wallets.jobs",
    "membership.paid_levels.jobs",
    "membership.sign_ins.jobs",
    "membership.surveys.jobs",
    "membership.referrals.jobs",
    "membership.finance.jobs",
)
"""Modules that register jobs or appointments."""

INVARIANTS: tuple[str, ...] = (
    "membership.members.invariants",
    "membership.purchases.invariants",
    "membership.mall.invariants",
    "membership.points.invariants",
    "membership.tiers.invariants",
    "membership.enrolment.invariants",
    "membership.notifications.invariants",
    "membership.adjustments.invariants",
    "membership.families.invariants",
    "membership.catalogue.invariants",
    "membership.earning.invariants",
    "membership.coupons.invariants",
    "membership.payments.invariants",
    "membership.wallets.invariants",
    "membership.paid_levels.invariants",
    "membership.sign_ins.invariants",
    "membership.surveys.invariants",
    "membership.referrals.invariants",
    "membership.finance.invariants",
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
    "membership.notifications.personal_data",
    "membership.adjustments.personal_data",
    "membership.families.personal_data",
    "membership.catalogue.personal_data",
    "membership.earning.personal_data",
    "membership.coupons.personal_data",
    "membership.payments.personal_data",
    "membership.wallets.personal_data",
    "membership.paid_levels.personal_data",
    "membership.sign_ins.personal_data",
    "membership.surveys.personal_data",
    "membership.referrals.personal_data",
    "membership.finance.personal_data",
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
