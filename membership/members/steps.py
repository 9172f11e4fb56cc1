"""Steps: the part of other verbs that touches a member's row.

Who needs several locks takes them in this order: the phone, then the members by id, then what lies above.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database
from foundation.errors import NotFound
from foundation.ids import new_id
from foundation.secrets import place, vault
from foundation.transactions import within_transaction
from membership.members import queries
from membership.members.errors import ConsentRequired
from membership.members.numbers import new_number
from membership.members.phones import phone_index
from membership.members.profile import ProfileChanges, changed
from membership.members.records import COLUMNS, OPENID, PHONE, PROFILE, MemberRecord, record

PRIVACY = "privacy"
"""The notice without which neither phone nor profile is taken."""


_OF_NOTICE = "member_id = $1 AND withdrawn_at IS NULL AND notice_id IN (SELECT id FROM notice WHERE code = $2)"
_WITHDRAW = f"UPDATE consent SET withdrawn_at = {{at}} WHERE {_OF_NOTICE}"  # noqa: S608  # our own
_STANDS = f"SELECT true FROM consent WHERE {_OF_NOTICE} LIMIT 1"  # noqa: S608  # our own
_FORGET = (
    "UPDATE member SET phone_index = NULL, phone_sealed = NULL, phone_verified_at = NULL, profile_sealed = NULL"
    " WHERE id = $1"
)
_KNOWN = "SELECT member_id, unionid_index FROM wechat_identity WHERE openid_index = $1"


class Arrived(msgspec.Struct, frozen=True):
    """A sign-in by WeChat: who she is, and whether this made her a member."""

    member_id: UUID
    is_new: bool


@within_transaction
async def arrive_by_wechat(openid: str, unionid: str | None) -> Arrived:
    """The member whom WeChat calls so; makes her when there is none. Of two at once one makes her, both get her.

    Nothing of her is stored but how WeChat names her.
    """
    index = vault().index("openid", openid)
    union = None if unionid is None else vault().index("unionid", unionid)
    known = await database.fetchrow(_KNOWN, index)
    if known is None:
        made = await _make_by_wechat(openid, index, union)
        if made is not None:
            return Arrived(made, True)
        # Somebody else's login with the same openid was faster; it has committed, or we would still be waiting.
        known = await database.fetchrow(_KNOWN, index)
        assert known is not None
    if union not in (None, known["unionid_index"]):
        await database.execute("UPDATE wechat_identity SET unionid_index = $2 WHERE openid_index = $1", index, union)
    return Arrived(known["member_id"], False)


async def _make_by_wechat(openid: str, index: bytes, union: bytes | None) -> UUID | None:
    member_id, identity_id = new_id(), new_id()
    keyring, data_key = vault().new_keyring()
    # One statement: the identity decides who wins, and only the winner's member is made.
    made: UUID | None = await database.fetchval(
        "WITH identity AS (INSERT INTO wechat_identity (id, member_id, openid_index, openid_sealed, unionid_index)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (openid_index) DO NOTHING RETURNING member_id)"
        " INSERT INTO member (id, number, status, origin, data_key)"
        " SELECT member_id, $6, 'active', 'wechat', $7 FROM identity RETURNING id",
        identity_id,
        member_id,
        index,
        keyring.seal(place(*OPENID, identity_id, member_id), openid),
        union,
        await free_number(),
        data_key,
    )
    return made


async def free_number() -> str:
    """A membership number that nobody has."""
    # With ten million members every ten-thousandth draw hits a taken number. That two members draw the same free one
    # in the same millisecond is left to the unique constraint.
    while True:
        number = new_number()
        if not await database.fetchval("SELECT true FROM member WHERE number = $1", number):
            return number


@within_transaction
async def make_by_phone(phone: str) -> UUID:
    """A member whom a till knows by her phone (E.164) alone. The caller holds the phone and found nobody there."""
    member_id = new_id()
    keyring, data_key = vault().new_keyring()
    await database.execute(
        "INSERT INTO member (id, number, status, origin, data_key, phone_index, phone_sealed)"
        " VALUES ($1, $2, 'active', 'store', $3, $4, $5)",
        member_id,
        await free_number(),
        data_key,
        phone_index(phone),
        keyring.seal(place(*PHONE, member_id, member_id), phone),
    )
    return member_id


@within_transaction
async def hold_phone(index: bytes) -> None:
    """Until the commit, nobody else decides whose phone this is: neither a verification nor a till nor a sale."""
    await database.execute("SELECT pg_advisory_xact_lock($1)", int.from_bytes(index[:8], "big", signed=True))


@within_transaction
async def hold(member_ids: Iterable[UUID]) -> dict[UUID, MemberRecord]:
    """Locks members against every other verb about them, in the order of their ids. Raises `NotFound`."""
    wanted = set(member_ids)
    # Not FOR UPDATE: that also stops whoever only refers to her. A line of a ledger is written under the ledger's own
    # lock, for which the holder may ask next, and the two would wait for each other.
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM member m WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",  # noqa: S608 - constant
        list(wanted),
    )
    if len(rows) != len(wanted):
        raise NotFound
    return {row["id"]: record(row) for row in rows}


@within_transaction
async def hold_one(member_id: UUID) -> MemberRecord:
    """Locks one member. Raises `NotFound`."""
    return (await hold((member_id,)))[member_id]


@within_transaction
async def share(member_id: UUID) -> MemberRecord:
    """The member as she stands and stays until the commit: she is not banned or merged meanwhile.

    Follows a merge: what is meant for one who was merged is hers whom she is now. Several may share a member at once.
    Raises `NotFound`.
    """
    row = await database.fetchrow(
        f"SELECT {COLUMNS} FROM member m WHERE id = $1 FOR SHARE",  # noqa: S608 - constant
        member_id,
    )
    if row is None:
        raise NotFound
    found = record(row)
    return found if found.merged_into is None else await share(found.merged_into)


@within_transaction
async def require_consent(member_id: UUID, notice: str) -> None:
    """Raises `ConsentRequired` unless she stands by the current version."""
    if not await queries.has_consented(member_id, notice):
        raise ConsentRequired


@within_transaction
async def withdraw(member_id: UUID, notice: str) -> int:
    """Takes back every standing agreement to a notice, at once; what was taken back already stays as it is. How many.

    Without `privacy` there is no ground to keep what it was given for: phone and profile are deleted with it. Holds
    the member. Raises `NotFound` for a notice that does not exist.
    """
    await hold_one(member_id)
    if not await database.fetchval("SELECT true FROM notice WHERE code = $1 LIMIT 1", notice):
        raise NotFound
    withdrawn = await database.execute(_WITHDRAW.format(at="now()"), member_id, notice)
    if notice == PRIVACY:
        await database.execute(_FORGET, member_id)
    return withdrawn


@within_transaction
async def withdraw_again(member_id: UUID, notice: str, at: datetime) -> int:
    """The same in a restored database, of what she had agreed to before then; how many. Whatever she gave for an
    agreement of later stays. Nothing for somebody who is not there."""
    if not await database.fetchval("SELECT true FROM member WHERE id = $1 FOR NO KEY UPDATE", member_id):
        return 0
    withdrawn = await database.execute(f"{_WITHDRAW.format(at='$3')} AND agreed_at <= $3", member_id, notice, at)
    if withdrawn and notice == PRIVACY and not await database.fetchval(_STANDS, member_id, notice):
        await database.execute(_FORGET, member_id)
    return withdrawn


@within_transaction
async def attach_phone(member: MemberRecord, phone: str) -> None:
    """Writes the verified phone (E.164) of a member who is held. The caller holds the phone and found nobody else."""
    await database.execute(
        "UPDATE member SET phone_index = $2, phone_sealed = $3, phone_verified_at = now() WHERE id = $1",
        member.id,
        phone_index(phone),
        member.seal(*PHONE, member.id, phone),
    )


@within_transaction
async def mark_merged(member_id: UUID, into: UUID) -> None:
    """From now on `member_id` is `into`. Nothing personal stays behind. Both are held by the caller."""
    await database.execute(
        "UPDATE member SET status = 'merged', merged_into_id = $2, ban_reason = NULL, ban_reason_sealed = NULL,"
        " data_key = NULL, phone_index = NULL, phone_sealed = NULL, phone_verified_at = NULL, profile_sealed = NULL"
        " WHERE id = $1",
        member_id,
        into,
    )


@within_transaction
async def write_profile(member: MemberRecord, changes: ProfileChanges) -> MemberRecord:
    """Changes the profile of a member who is held; the row as it is then. Raises `Invalid`."""
    profile = changed(member.profile(), changes)
    sealed = member.seal(*PROFILE, member.id, msgspec.json.encode(profile).decode())
    await database.execute("UPDATE member SET profile_sealed = $2 WHERE id = $1", member.id, sealed)
    return msgspec.structs.replace(member, profile_sealed=sealed)
