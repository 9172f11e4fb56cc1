"""What the members' verbs refuse."""

from foundation.errors import Forbidden, Problem


class MemberBanned(Forbidden):
    code = "member_banned"
    title = "This member was banned"
    detail = "您的账号已被停用，如有疑问请联系客服"


class ConsentRequired(Forbidden):
    """`GET /api/v1/consents` has the notice, `POST /api/v1/me/consents` takes the answer."""

    code = "consent_required"
    title = "The notice `privacy` in its current version must be agreed to first"
    detail = "请先阅读并同意《会员个人信息告知》，再继续操作"


class NoticeOutdated(Problem):
    """She read an older version; the current one is at `GET /api/v1/consents`."""

    status = 409
    code = "notice_outdated"
    title = "There is a newer version of this notice"
    detail = "这份告知已有更新，请阅读新版本后再确认"
