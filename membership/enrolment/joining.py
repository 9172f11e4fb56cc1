"""Becoming one known person: the verified phone, the till's registration, the profile."""

from uuid import UUID

import msgspec

from foundation import ground, jobs, sessions
from foundation.errors import NotFound
from foundation.sessions import Caller
from foundation.transactions import transactional
from membership import earning, members, points, purchases, stores, surveys, tiers
from membership.enrolment import gifts
from membership.enrolment.errors import PhoneTaken
from membership.enrolment.merging import merge
from membership.enrolment.overview import Overview, overview
from membership.enrolment.registrations import remember_registration


class PhoneVerified(msgspec.Struct, frozen=True):
    """What the verified phone brought: whether a till's member became her, how many waiting sales are hers now."""

    overview: Overview
    merged: bool
    credited_purchases: int


class Registered(msgspec.Struct, frozen=True):
    """Whom a till registered; `is_new` is False when the phone was known already."""

    member: members.MemberView
    is_new: bool


async def verify_phone(caller: Caller, code: str) -> PhoneVerified:
    """Takes the phone that the code of `getPhoneNumber` stands for as hers.

    Raises `MemberBanned`, `ConsentRequired` (before WeChat's paid call is made), WeChat's refusals, `PhoneTaken`.
    """
    openid = await _openid_for_phone(caller.subject)
    phone = await ground.wechat().phone_number(code, openid)
    return await take_phone(caller.subject, caller.session, phone)


async def _openid_for_phone(member_id: UUID) -> str:
    if not await members.has_consented(member_id, members.PRIVACY):
        raise members.ConsentRequired
    openid = await members.openid_of(member_id)
    if openid is None:
        raise NotFound
    return openid


@transactional
async def take_phone(member_id: UUID, session: UUID, phone: str) -> PhoneVerified:
    """Makes a phone (E.164) for which WeChat vouched hers; what a till's member earned with it becomes hers too.

    Another phone than before ends her other sessions. The same phone again changes nothing.
    Raises `MemberBanned`, `ConsentRequired`, `PhoneTaken`.
    """
    index = members.phone_index(phone)
    await members.hold_phone(index)
    holder_id = await members.find_by_phone_index(index)
    held = await members.hold({member_id} if holder_id is None else {member_id, holder_id})
    member = held[member_id]
    member.require_active()
    await members.require_consent(member_id, members.PRIVACY)
    holder = held.get(holder_id) if holder_id is not None else None
    merged = holder is not None and holder.id != member.id and holder.phone_index == index
    if holder is not None and merged:
        await _take_over(holder, member)
    if member.phone_index != index:
        await members.attach_phone(member, phone)
        if member.phone_index is not None:
            await sessions.end_sessions_of(member_id, "phone_changed", but=session)
    await gifts.remember_phone(member_id, index)
    await gifts.claim("welcome", msgspec.structs.replace(member, phone_index=index))
    credited = await purchases.claim_waiting(index, member_id)
    return PhoneVerified(await overview(member_id), merged, credited)


async def _take_over(holder: members.MemberRecord, member: members.MemberRecord) -> None:
    if await members.openid_index_of(holder.id) is not None:
        raise PhoneTaken
    # A ban follows the person: verifying the phone of a banned member must not wash it off.
    holder.require_active()
    await merge(holder, member)


@transactional
async def register_at_store(phone: str, store_id: UUID, partner_id: UUID | None = None) -> Registered:
    """A till makes a member by her phone alone; a phone that is known already gives the member it belongs to.

    `phone` as the clerk typed it. What was bought with it before is credited. Raises `Invalid`, `StoreNotFound`.
    """
    e164 = members.parse_phone(phone)
    if await stores.get(store_id) is None:
        raise stores.StoreNotFound
    index = members.phone_index(e164)
    await members.hold_phone(index)
    member_id = await members.find_by_phone_index(index)
    is_new = member_id is None
    if member_id is None:
        member_id = await members.make_by_phone(e164)
        await remember_registration(member_id, store_id, partner_id)
        await points.open_account(member_id)
        await tiers.open_standing(member_id)
        await purchases.claim_waiting(index, member_id)
    member = await members.get(member_id)
    assert member is not None, "she was there a moment ago"
    return Registered(member, is_new)


@transactional
async def change_profile(member_id: UUID, changes: members.ProfileChanges) -> Overview:
    """Writes profile fields. When the required ones are complete for the first time, a gift follows; for the others,
    what the rules of `earning` say.

    Raises `MemberBanned`, `ConsentRequired`, `Invalid`.
    """
    member = await members.hold_one(member_id)
    member.require_active()
    await members.require_consent(member_id, members.PRIVACY)
    member = await members.write_profile(member, changes)
    if not member.profile().missing_required:
        await gifts.claim("profile", member)
    await earning.earn(
        earning.ProfileCompletion,
        member_id,
        earning.ProfileCompletion.of(member.profile()),
        key=str(member_id),
    )
    return await overview(member_id)


@jobs.job(surveys.PROFILE_FILLED)
async def reward_profile(filled: surveys.ProfileFilled) -> None:
    """The gift for a profile that a survey completed, if it has not come yet. Twice: nothing more."""
    await _reward_profile(filled.member_id)


@transactional
async def _reward_profile(member_id: UUID) -> None:
    """Nothing for her who was banned meanwhile, or took her consent back and her profile with it."""
    member = await members.share(member_id)
    if member.status == "active" and not member.profile().missing_required:
        await gifts.claim("profile", member)
