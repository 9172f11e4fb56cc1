"""What disclosures refuse."""

from foundation.errors import Forbidden, NotFound, Problem


class DisclosureNotFound(NotFound):
    code = "disclosure_not_found"
    title = "There is no such request, or it is somebody else's"
    detail = "没有找到这条查看申请，请刷新后再试"


class NotForThisRole(Forbidden):
    """Which role may see what, and what for, is a list of its own."""

    code = "disclosure_not_for_this_role"
    title = "This role may not see that for this purpose"
    detail = "您的岗位不能为此用途查看该信息，请联系个人信息保护负责人"


class OwnRequest(Forbidden):
    code = "disclosure_own_request"
    title = "Nobody approves what she asked for herself"
    detail = "不能审批自己提出的申请，请由另一位同事审批"


class RelationNotDenied(Problem):
    """`unrelated` must be true, for who asks and for who approves."""

    status = 422
    code = "disclosure_relation_not_denied"
    title = "Who is related to the child neither looks nor approves"
    detail = "请先确认您与该儿童没有亲属关系；有亲属关系的，请交由其他同事处理"


class AlreadyDecided(Problem):
    status = 409
    code = "disclosure_already_decided"
    title = "Somebody decided already"
    detail = "这条申请已经处理过了，请刷新查看结果"


class WaitedTooLong(Problem):
    status = 409
    code = "disclosure_waited_too_long"
    title = "Nobody decided for a day"
    detail = "这条申请已超过24小时，请申请人重新提出"


class NotOpen(Forbidden):
    """Not approved yet, refused, ended, or its thirty minutes are over."""

    code = "disclosure_not_open"
    title = "The value is not open"
    detail = "当前不能查看：申请还未通过、已被收回或已超过30分钟，请重新申请"


class PartNotAsked(Problem):
    status = 422
    code = "disclosure_part_not_asked"
    title = "No more can be approved than was asked for"
    detail = "只能批准申请中列出的内容，请刷新后再试"


class PartNotOpen(Forbidden):
    """The value is open, and this part of it is not: it was not asked for, or not approved."""

    code = "disclosure_part_not_open"
    title = "This part was not asked for, or not approved"
    detail = "这部分内容不在批准范围内；确有需要的，请另外提出申请"


class AskerChanged(Problem):
    """She left, or has another role or store than when she asked: nobody could look."""

    status = 409
    code = "disclosure_asker_changed"
    title = "Who asked is no longer what she was when she asked"
    detail = "申请人的岗位或门店已经变动，不能再批准这条申请；仍有需要的，请重新提出"


class NothingToSee(NotFound):
    code = "disclosure_nothing_to_see"
    title = "There is no such value"
    detail = "没有留存这项信息，可能已被本人删除或撤回"


class GuardianNotAuthorizing(Forbidden):
    """The guardian never authorized this purpose, or took it back: that ends what is open, too."""

    code = "disclosure_guardian_not_authorizing"
    title = "The guardian's authorization for this purpose does not stand"
    detail = "监护人没有授权此用途或已撤回授权，不能查看"
