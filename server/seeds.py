"""A small named world, planted by the same actions as everybody uses.

Planting again keeps what is there. Secrets can't be read back from the database, so those of an earlier planting are
taken from the credentials file; where the file is gone or does not fit the database, new ones are made.
"""

import contextlib
import importlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from foundation import clock, database, job_worker
from foundation.settings import Settings
from foundation.startup import CannotStart
from membership import (
    catalogue,
    coupons,
    earning,
    enrolment,
    mall,
    members,
    milk,
    paid_levels,
    purchases,
    staff,
    stores,
    surveys,
)
from membership.staff import Role
from server import baby_seeds, house, parts, seed_data
from server.credentials import Credentials, PartnerCredentials, StaffCredentials
from server.development_world import credentials_file


async def plant(settings: Settings) -> dict[str, Any]:
    """Plants what is missing. Returns the credentials (`partner`, `stores`, `staff`).

    Raises `CannotStart` in production.
    """
    if settings.production:
        raise CannotStart("The small named world is for development; production makes its own stores and staff.")
    for module in parts.JOBS:
        importlib.import_module(module)
    await house.up(settings)
    try:
        return await plant_world(settings)
    finally:
        await house.down()


async def plant_world(settings: Settings) -> dict[str, Any]:
    """`plant`, with the ground up already."""
    kept = _read_credentials(settings)
    partner_id, partner = await _partner(kept)
    shops = [await _store(seed, partner_id) for seed in seed_data.STORES]
    people = [await _staff(seed, kept) for seed in seed_data.STAFF]
    for place, gift in enumerate(seed_data.GIFTS):
        await _gift(gift, place)
    await _coupons()
    await _ways_to_earn()
    await _paid_plan(seed_data.PAID_PLAN)
    for formula in seed_data.FORMULAS:
        await _formula(formula)
    await _members(partner_id)
    await baby_seeds.plant_babies()
    planted = Credentials(partner, [shop.code for shop in shops], people)
    world: dict[str, Any] = msgspec.to_builtins(planted)
    return world


def _read_credentials(settings: Settings) -> Credentials | None:
    try:
        return msgspec.json.decode(credentials_file(settings.home).read_bytes(), type=Credentials)
    except (OSError, msgspec.MsgspecError):
        return None


async def _partner(kept: Credentials | None) -> tuple[UUID, PartnerCredentials]:
    partner_id = await stores.find_partner(seed_data.PARTNER) or await stores.make_partner(seed_data.PARTNER)
    if kept is not None:
        known = await stores.signing_secrets(kept.partner.key_id)
        if known == stores.PartnerSecret(partner_id, kept.partner.secret.encode()):
            return partner_id, kept.partner
    live = await stores.live_keys(partner_id)
    if len(live) == 2:
        await stores.revoke_partner_key(live[0])
    key = await stores.make_partner_key(partner_id)
    return partner_id, PartnerCredentials(key.key_id, key.secret)


async def _store(seed: seed_data.Store, partner_id: UUID) -> stores.StoreView:
    found = await stores.find(seed.code)
    return found or await stores.make_store(seed.code, seed.name, seed.address, partner_id=partner_id)


async def _staff(seed: seed_data.Staff, kept: Credentials | None) -> StaffCredentials:
    old = next((each for each in kept.staff if each.name == seed.name), None) if kept else None
    if old is not None and await staff.has_totp_secret(old.name, old.totp_secret):
        return old
    password = secrets.token_urlsafe(12)
    staff_id = await staff.find(seed.name)
    if staff_id is not None:
        made = await staff.reset_credentials(staff_id, password)
    else:
        store = await stores.find(seed.store) if seed.store else None
        made = await staff.make_staff(seed.name, password, Role(seed.role), store_id=store.id if store else None)
    return StaffCredentials(seed.name, password, made.totp_secret, seed.role, seed.store)


async def _gift(seed: seed_data.Gift, place: int) -> None:
    if await catalogue.find_product(seed.name) is not None:
        return
    product_id = await catalogue.make_product(
        seed.name,
        seed.description,
        points=seed.points,
        stock=seed.stock,
        sort=place,
        kind=catalogue.Kind.VIRTUAL if seed.codes else catalogue.Kind.GOODS,
        pickup=not seed.codes,
        delivery=seed.delivery,
        money_fen=seed.money_fen,
    )
    if seed.codes:
        await mall.add_goods(await _operator(), product_id, seed.codes)


async def _operator() -> UUID:
    name = next(person.name for person in seed_data.STAFF if person.role == Role.OPERATOR)
    operator = await staff.find(name)
    assert operator is not None, "the staff are planted first"
    return operator


async def _coupons() -> None:
    by = await _operator()
    await coupons.refuse_promotion(by, seed_data.UNPROMOTED_SKU, 1, "一段婴儿配方奶粉")
    for seed in seed_data.COUPONS:
        if await coupons.find_template(seed.title) is None:
            await coupons.make_template(by, _terms(seed))


def _terms(seed: seed_data.Coupon) -> coupons.Terms:
    return coupons.Terms(
        title=seed.title,
        description=seed.description,
        kind="amount" if seed.percent_off is None else "percent",
        amount_fen=seed.amount_fen,
        percent_off=seed.percent_off,
        cap_fen=seed.cap_fen,
        threshold_fen=seed.threshold_fen,
        stacking_group=seed.group,
        in_mall=seed.in_mall,
        store_share_percent=30,
        give_back_days=15,
        after_days=0,
        lasts_days=30,
        transferable=True,
        stock=10_000,
        claim_from=clock.now(),
    )


async def _ways_to_earn() -> None:
    if await surveys.find_survey(seed_data.SURVEY.title) is None:
        await surveys.make_survey(None, seed_data.SURVEY)
    for rule in seed_data.RULES:
        shops = None if rule.stores is None else [await stores.find(code) for code in rule.stores]
        draft = earning.RuleDraft(
            code=rule.code,
            way=rule.way,
            name=rule.name,
            parameters=rule.parameters,
            valid_from=seed_data.SURVEY.valid_from,
            stores=None if shops is None else [shop.id for shop in shops if shop is not None],
            monthly_cap=rule.monthly_cap,
        )
        try:
            await earning.make_rule(None, draft)
        except earning.RuleCodeTaken:
            continue  # planted before; what the staff made of it since stays


async def _paid_plan(plan: paid_levels.Plan) -> None:
    if await paid_levels.find_plan(plan.code) is None:
        await paid_levels.make_plan(None, plan)


async def _formula(seed: seed_data.Formula) -> None:
    with contextlib.suppress(milk.FormulaProductTaken):
        await milk.make_product(
            None,
            seed.sku,
            name=seed.name,
            stage=seed.stage,
            label_from_months=seed.from_months,
            label_until_months=seed.until_months,
            net_g=800,
            scoop_mg=seed.scoop_mg,
            scoop_ml=30,
            listed=True,
        )


async def _members(partner_id: UUID) -> None:
    new_sales = False
    for seed in seed_data.MEMBERS:
        if await members.find_by_phone_index(members.phone_index(seed.phone)) is None:
            store = await stores.find(seed.store)
            assert store is not None, "the stores are planted first"
            await enrolment.register_at_store(seed.phone, store.id, partner_id)
        for number, sale in enumerate(seed.sales, start=1):
            new_sales |= await _sale(partner_id, seed, sale, f"SEED-{seed.phone[-4:]}-{number}")
    if new_sales:
        await job_worker.drain(database.pool())


async def _sale(partner_id: UUID, seed: seed_data.Member, sale: seed_data.Sale, receipt: str) -> bool:
    """Whether it was not there before."""
    line = purchases.Line(sku=sale.sku, name=sale.name, quantity=1, amount_fen=sale.amount_fen)
    try:
        await purchases.accept_sale(
            partner_id,
            purchases.Sale(
                store=seed.store,
                terminal="POS-1",
                receipt=receipt,
                occurred_at=clock.now() - timedelta(days=sale.days_ago),
                lines=[line],
                phone=seed.phone,
            ),
        )
    except stores.ReceiptConflict:
        # Planted before, and then "so many days ago" was another instant.
        return False
    return True
