"""Two members turn out to be one: what the till's member earned becomes hers who verified the phone."""

import msgspec

from foundation import database
from foundation.ids import new_id
from foundation.transactions import within_transaction
from membership import (
    addresses,
    adjustments,
    authorizations,
    babies,
    catalogue,
    coupons,
    disclosures,
    earning,
    families,
    flash,
    mall,
    members,
    notifications,
    paid_levels,
    payments,
    points,
    purchases,
    referrals,
    sign_ins,
    surveys,
    tiers,
    wallets,
)


class MovedInMerge(msgspec.Struct, frozen=True, kw_only=True):
    """What moved: points in lots, debt, purchases, redemptions; and what the two levels became."""

    points: int
    debt: int
    lots: int
    purchases: int
    redemptions: int
    addresses: int = 0
    adjustments: int = 0
    payments: int = 0
    coupons: int = 0
    families: int = 0
    """1 when a place in a family moved, or ended because she who stays has her own."""
    paid_levels: int = 0
    wallet_fen: int = 0
    wishes: int = 0
    referrals: int = 0
    sign_ins: int = 0
    surveys: int = 0
    awards: int = 0
    babies: int = 0
    authorizations: int = 0
    disclosures: int = 0
    level_moved: str
    """The level of the one who is gone."""
    level_before: str
    level_after: str


@within_transaction
async def merge(gone: members.MemberRecord, stays: members.MemberRecord) -> MovedInMerge:
    """Moves everything of `gone` to `stays` and records what it was. The caller holds both, and the phone."""
    level_moved, level_before = await _level(gone), await _level(stays)
    referrals_moved = await referrals.move_all(gone.id, stays.id)
    await flash.move_all(gone.id, stays.id)
    redemptions_moved = await mall.move_all(gone.id, stays.id)
    purchases_moved = await purchases.move_all(gone.id, stays.id)
    surveys_moved = await surveys.move_all(gone, stays)
    sign_ins_moved = await sign_ins.move_all(gone.id, stays.id)
    awards_moved = await earning.move_all(gone.id, stays.id)
    paid_levels_moved = await paid_levels.move_all(gone.id, stays.id)
    wallet_fen_moved = await wallets.move_all(gone.id, stays.id)
    wishes_moved = await catalogue.move_all(gone.id, stays.id)
    await tiers.move_all(gone.id, stays.id)
    payments_moved = await payments.move_all(gone.id, stays.id)
    coupons_moved = await coupons.move_all(gone.id, stays.id)
    adjustments_moved = await adjustments.move_all(gone.id, stays.id)
    disclosures_moved = await disclosures.move_all(gone.id, stays.id)
    babies_moved = await babies.move_all(gone.id, stays.id)
    families_moved = await families.move_all(gone.id, stays.id)
    authorizations_moved = await authorizations.move_all(gone.id, stays.id)
    await notifications.move_all(gone.id, stays.id)
    addresses_moved = await addresses.move_all(gone, stays)
    moved_points = await points.move_all(gone.id, stays.id, key=str(gone.id))
    await members.mark_merged(gone.id, stays.id)
    moved = MovedInMerge(
        points=moved_points.points,
        debt=moved_points.debt,
        lots=moved_points.lots,
        purchases=purchases_moved,
        redemptions=redemptions_moved,
        wishes=wishes_moved,
        referrals=referrals_moved,
        sign_ins=sign_ins_moved,
        surveys=surveys_moved,
        awards=awards_moved,
        babies=babies_moved,
        authorizations=authorizations_moved,
        disclosures=disclosures_moved,
        addresses=addresses_moved,
        adjustments=adjustments_moved,
        payments=payments_moved,
        coupons=coupons_moved,
        families=families_moved,
        paid_levels=paid_levels_moved,
        wallet_fen=wallet_fen_moved,
        level_moved=level_moved,
        level_before=level_before,
        level_after=await _level(stays),
    )
    await database.execute(
        "INSERT INTO member_merge (id, from_member_id, into_member_id, moved) VALUES ($1, $2, $3, $4)",
        new_id(),
        gone.id,
        stays.id,
        msgspec.json.encode(moved).decode(),
    )
    return moved


async def _level(member: members.MemberRecord) -> str:
    return (await tiers.standing(member.id)).level.code
