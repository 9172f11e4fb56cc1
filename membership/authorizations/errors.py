"""What authorizations refuse."""

from foundation.errors import Forbidden, NotFound, Problem


class AuthorizationRequired(Forbidden):
    """`GET /api/v1/authorization-text` has the text, `PUT /api/v1/me/authorization` takes the answer."""

    code = "authorization_required"
    title = "The mother's authorization for this purpose must stand"
    detail = "这项功能需要您确认最新的《母婴健康数据授权书》，可在“我的授权”里按需勾选"


class AuthorizationOutdated(Problem):
    """She read an older version; the current one is at `GET /api/v1/authorization-text`."""

    status = 409
    code = "authorization_outdated"
    title = "There is a newer version of the letter of authorization"
    detail = "授权书已有更新，请阅读新版本后再确认"


class GuardianNotConfirmed(Problem):
    status = 422
    code = "guardian_not_confirmed"
    title = "Only a guardian can authorize"
    detail = "请先确认您是宝宝的监护人，再签署授权书"


class ReceiptNotFound(NotFound):
    code = "authorization_receipt_not_found"
    title = "There is no such receipt"
    detail = "没有找到这份授权回执，请刷新后再看看"
