"""The notices, and what she agreed to."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from foundation.errors import NotFound
from foundation.http import Body, Caller, Page, View
from membership import enrolment, members
from miniprogram_api.face import mothers

NoticeCode = Annotated[str, Meta(min_length=1, max_length=32)]


class NoticeOut(View):
    """The current version of a notice. `required_for` names what is refused without it; often nothing."""

    notice: str
    version: int
    title: str
    text: str
    required_for: list[str]
    published_at: datetime


class ConsentIn(Body):
    """`version` is the one she read."""

    notice: NoticeCode
    version: Annotated[int, Meta(ge=1, le=1_000_000)]


class ConsentOut(View):
    """One agreement; `withdrawn_at` is null while it stands. An agreement that is not `current` counts no more."""

    notice: str
    version: int
    title: str
    current: bool
    agreed_at: datetime
    withdrawn_at: datetime | None


@mothers.get("/consents", who="public")
async def notices() -> Page[NoticeOut]:
    """The notices in their current version."""
    items = [
        NoticeOut(
            notice=notice.notice,
            version=notice.version,
            title=notice.title,
            text=notice.text,
            required_for=notice.required_for,
            published_at=notice.published_at,
        )
        for notice in await members.notices()
    ]
    return Page(items=items, next_cursor=None)


@mothers.post("/me/consents", who="member", refuses=(NotFound, members.NoticeOutdated, members.MemberBanned))
async def agree(caller: Caller, body: ConsentIn) -> ConsentOut:
    """Agree to a notice.

    Records what she agreed to and when; agreeing again gives the same answer."""
    return _consent_out(await members.agree(caller.subject, body.notice, body.version))


@mothers.get("/me/consents", who="member")
async def consents(caller: Caller) -> Page[ConsentOut]:
    """What she agreed to and what she took back, the newest first."""
    items = [_consent_out(consent) for consent in await members.consents_of(caller.subject)]
    return Page(items=items, next_cursor=None)


@mothers.delete("/me/consents/{notice}", who="member", refuses=(NotFound,))
async def withdraw(caller: Caller, notice: NoticeCode) -> None:
    """Take back the agreement to a notice.

    Acts at once. Taking back `privacy` deletes the phone, the profile and the addresses. Taking back `children` takes
    back 《母婴健康数据授权书》 for every purpose, as `POST /api/v1/me/authorization/withdrawals` does, and so does
    `privacy`, which puts the babies away besides."""
    await enrolment.withdraw(caller.subject, notice)


def _consent_out(consent: members.ConsentView) -> ConsentOut:
    return ConsentOut(
        notice=consent.notice,
        version=consent.version,
        title=consent.title,
        current=consent.current,
        agreed_at=consent.agreed_at,
        withdrawn_at=consent.withdrawn_at,
    )
