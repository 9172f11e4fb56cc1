"""Reads about members."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database
from membership.members.numbers import is_number
from membership.members.phones import mask_phone
from membership.members.profile import Profile, mask_name
from membership.members.records import COLUMNS, OPENID, MemberRecord, record


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A member as she herself may see her. `status` is active, banned, merged or erased."""

    id: UUID
    number: str
    status: str
    phone_masked: str | None
    phone_verified: bool
    profile: Profile

    @property
    def name_masked(self) -> str:
        """For a till: `王**`, or 会员."""
        return mask_name(self.profile.nickname)

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"MemberView({self.id})"


class ConsentView(msgspec.Struct, frozen=True):
    """One agreement. `withdrawn_at` is None while it stands; `current` says whether it is the newest version."""

    notice: str
    version: int
    title: str
    current: bool
    agreed_at: datetime
    withdrawn_at: datetime | None


class NoticeView(msgspec.Struct, frozen=True):
    """The current version of a notice. `required_for` names what is refused without it."""

    notice: str
    version: int
    title: str
    text: str
    required_for: list[str]
    published_at: datetime


async def find(member_id: UUID) -> MemberRecord | None:
    """The row with her personal fields still sealed, for a feature that seals fields of its own with her key."""
    row = await database.fetchrow(f"SELECT {COLUMNS} FROM member m WHERE m.id = $1", member_id)  # noqa: S608 - constant
    return None if row is None else record(row)


async def get(member_id: UUID) -> MemberView | None:
    """The member, or None when there is none. One that was merged answers for herself, with `status` merged."""
    found = await find(member_id)
    return None if found is None else view(found)


def view(member: MemberRecord) -> MemberView:
    phone = member.phone()
    return MemberView(
        id=member.id,
        number=member.number,
        status=member.status,
        phone_masked=None if phone is None else mask_phone(phone),
        phone_verified=member.phone_verified,
        profile=member.profile(),
    )


async def number_of(member_id: UUID) -> str | None:
    """The membership number."""
    number: str | None = await database.fetchval("SELECT number FROM member WHERE id = $1", member_id)
    return number


async def find_by_phone_index(index: bytes) -> UUID | None:
    """Whose phone this is: verified by her, or typed in at a till."""
    member_id: UUID | None = await database.fetchval("SELECT id FROM member WHERE phone_index = $1", index)
    return member_id


async def find_by_number(number: str) -> UUID | None:
    """Whose number this is; the number of a member who was merged leads to the one she is now."""
    if not is_number(number):
        return None
    member_id: UUID | None = await database.fetchval(
        "SELECT COALESCE(merged_into_id, id) FROM member WHERE number = $1", number
    )
    return member_id


async def openid_of(member_id: UUID) -> str | None:
    """Her openid in clear, for a call to WeChat; None for one whom only a till knows."""
    row = await database.fetchrow(
        f"SELECT {COLUMNS}, w.id AS identity_id, w.openid_sealed FROM member m"  # noqa: S608 - constant
        " JOIN wechat_identity w ON w.member_id = m.id WHERE m.id = $1",
        member_id,
    )
    return None if row is None else record(row).unseal(*OPENID, row["identity_id"], row["openid_sealed"])


async def openid_index_of(member_id: UUID) -> bytes | None:
    """The blind index of her openid; None for one whom only a till knows."""
    index: bytes | None = await database.fetchval(
        "SELECT openid_index FROM wechat_identity WHERE member_id = $1", member_id
    )
    return index


async def name_masked(member_id: UUID) -> str:
    """What a till shows of her: `王**`, or 会员."""
    found = await find(member_id)
    return mask_name(None if found is None else found.profile().nickname)


async def names_masked(member_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What others may see of several: `王**`, or 会员. One query."""
    rows = await database.fetch(f"SELECT {COLUMNS} FROM member m WHERE m.id = ANY($1::uuid[])", list(member_ids))  # noqa: S608 - constant
    found = {row["id"]: record(row).profile().nickname for row in rows}
    return {member_id: mask_name(found.get(member_id)) for member_id in member_ids}


async def selves(member_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """For each of several members all ids she ever had: herself, and whoever was merged into her. One query."""
    rows = await database.fetch(
        "WITH RECURSIVE self (member_id, id) AS (SELECT id, id FROM unnest($1::uuid[]) AS asked (id)"
        " UNION ALL SELECT self.member_id, member.id FROM self JOIN member ON member.merged_into_id = self.id)"
        " SELECT member_id, array_agg(id) AS ids FROM self GROUP BY member_id",
        list(member_ids),
    )
    return {row["member_id"]: row["ids"] for row in rows}


CURRENT = "SELECT DISTINCT ON (code) * FROM notice WHERE published_at <= now() ORDER BY code, version DESC"


async def notices() -> list[NoticeView]:
    """The current version of every notice: what something depends on first, then by name."""
    rows = await database.fetch(
        f"SELECT *, required_for::text AS needs FROM ({CURRENT}) current"  # noqa: S608 - constant
        " ORDER BY jsonb_array_length(required_for) = 0, code"
    )
    return [
        NoticeView(
            notice=row["code"],
            version=row["version"],
            title=row["title"],
            text=row["text"],
            required_for=msgspec.json.decode(row["needs"], type=list[str]),
            published_at=row["published_at"],
        )
        for row in rows
    ]


async def consents_of(member_id: UUID) -> list[ConsentView]:
    """What she agreed to and what she took back, the newest first."""
    rows = await database.fetch(
        "SELECT n.code, n.version, n.title, c.agreed_at, c.withdrawn_at,"
        " NOT EXISTS (SELECT 1 FROM notice later WHERE later.code = n.code AND later.version > n.version"
        " AND later.published_at <= now()) AS current"
        " FROM consent c JOIN notice n ON n.id = c.notice_id"
        " WHERE c.member_id = $1 ORDER BY c.agreed_at DESC, c.id DESC LIMIT 200",
        member_id,
    )
    return [
        ConsentView(
            notice=row["code"],
            version=row["version"],
            title=row["title"],
            current=row["current"],
            agreed_at=row["agreed_at"],
            withdrawn_at=row["withdrawn_at"],
        )
        for row in rows
    ]


async def has_consented(member_id: UUID, notice: str) -> bool:
    """Whether she stands by the current version of a notice. An agreement to an older version does not count."""
    return bool(
        await database.fetchval(
            "SELECT EXISTS (SELECT 1 FROM consent c WHERE c.member_id = $1 AND c.withdrawn_at IS NULL AND c.notice_id ="
            " (SELECT id FROM notice WHERE code = $2 AND published_at <= now() ORDER BY version DESC LIMIT 1))",
            member_id,
            notice,
        )
    )
