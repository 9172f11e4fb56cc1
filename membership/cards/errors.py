"""Why a code of a card is refused; the words are for the clerk who holds the scanner."""

from foundation.errors import Problem


class CardCodeForged(Problem):
    status = 422
    code = "card_code_forged"
    title = "The code was not signed by us, or it was changed"
    detail = "会员码无效，请让顾客从小程序打开会员码"


class CardCodeForeign(Problem):
    status = 422
    code = "card_code_foreign"
    title = "This is some other code, not a card's"
    detail = "这不是会员码，请让顾客打开小程序的会员码"


class CardCodeExpired(Problem):
    status = 422
    code = "card_code_expired"
    title = "The code's 60 seconds are over; perhaps it is a screenshot"
    detail = "会员码已过期（截图无效），请让顾客刷新会员码"


class CardCodeEarly(Problem):
    status = 422
    code = "card_code_early"
    title = "The code's turn has not come yet"
    detail = "会员码还没有生效，请让顾客刷新会员码"


class CardCodeUsed(Problem):
    status = 409
    code = "card_code_used"
    title = "The code was used before; perhaps it is a screenshot"
    detail = "会员码已被使用（截图无效），请让顾客刷新会员码"


class CardCodeUnknown(Problem):
    """A number that was never given out, or so long ago that nobody remembers."""

    status = 404
    code = "card_code_unknown"
    title = "Nobody knows this number"
    detail = "没有找到这个会员码，请让顾客刷新会员码"


class CardUnknown(Problem):
    status = 422
    code = "card_unknown"
    title = "No card has this number"
    detail = "没有找到这张会员卡，请核对卡号"


class CardBlocked(Problem):
    status = 403
    code = "card_blocked"
    title = "The member is banned"
    detail = "该会员卡暂时无法使用，请顾客联系客服"


REFUSALS: tuple[type[Problem], ...] = (
    CardCodeForged,
    CardCodeForeign,
    CardCodeExpired,
    CardCodeEarly,
    CardCodeUsed,
    CardCodeUnknown,
)
