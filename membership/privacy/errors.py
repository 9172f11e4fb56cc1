"""What her rights refuse."""

from foundation.errors import Forbidden, NotFound, Problem


class NotTheSamePerson(Forbidden):
    """The WeChat code is somebody else's. `wx.login` in the very mini-program gives one of hers."""

    code = "not_the_same_person"
    title = "The fresh WeChat code belongs to another person"
    detail = "为了保护您的信息，请用您自己的微信再确认一次"


class WalletNotEmpty(Problem):
    """The principal is hers: the staff refund it first."""

    status = 409
    code = "wallet_not_empty"
    title = "There is money in the wallet"
    detail = "您的储值账户还有本金没退，先联系门店或客服办理退款，再来注销吧"


class OrderOpen(Problem):
    status = 409
    code = "order_open"
    title = "An order is not finished"
    detail = "您还有进行中的订单，等订单完成或取消后再注销吧"


class DeletionNotAsked(NotFound):
    code = "deletion_not_asked"
    title = "No deletion is under way that could be taken back"
    detail = "没有可以撤回的注销申请"


class ExportNotFound(NotFound):
    code = "export_not_found"
    title = "No such export"
    detail = "没有找到这份资料，请重新申请"


class ExportNotReady(Problem):
    status = 409
    code = "export_not_ready"
    title = "The export is still being made"
    detail = "资料还在整理中，请稍后再来下载"


class ExportGone(Problem):
    """It was downloaded, or nobody did within its 24 hours; another can be asked for."""

    status = 410
    code = "export_gone"
    title = "The export was downloaded before, or has expired"
    detail = "这份资料已经下载过或已过期，需要的话请重新申请一份"


class TooManyExports(Problem):
    status = 429
    code = "too_many_exports"
    title = "Three exports were made within a day"
    detail = "今天已经导出过几次了，请明天再来吧"
