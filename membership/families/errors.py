"""What families refuse."""

from foundation.errors import Forbidden, NotFound, Problem


class NoFamily(NotFound):
    code = "no_family"
    title = "The member belongs to no family"
    detail = "您还没有加入家庭，可以邀请家人一起攒积分"


class PersonNotFound(NotFound):
    code = "family_person_not_found"
    title = "There is no such person in this family"
    detail = "没有找到这位家人，请刷新后再看看"


class InvitationNotFound(NotFound):
    """Unknown, used, withdrawn or older than 24 hours: a stranger learns nothing from which."""

    code = "family_invitation_not_found"
    title = "There is no open invitation with this code"
    detail = "邀请码无效或已过期，请让家人重新发一个"


class AlreadyInFamily(Problem):
    status = 409
    code = "already_in_family"
    title = "A member belongs to one family at a time"
    detail = "您已经在一个家庭里啦，先退出才能加入或创建新的家庭"


class FamilyFull(Problem):
    status = 409
    code = "family_full"
    title = "A family has six people at most"
    detail = "这个家庭已经满6人啦"


class TooManyInvitations(Problem):
    status = 409
    code = "too_many_family_invitations"
    title = "Too many invitations are open"
    detail = "还有没用掉的邀请码，请先用掉或撤回再发新的"


class OnlyTheHead(Forbidden):
    code = "only_the_family_head"
    title = "Only the head of the family may do this"
    detail = "只有家庭创建人才能操作哦"


class SpendingNotAllowed(Forbidden):
    """His own points do not reach, and the family's are not his to spend."""

    code = "family_spending_not_allowed"
    title = "The head of the family has not allowed him to spend its points"
    detail = "您自己的积分不够；家庭积分要家庭创建人在“我的家庭”里开通后才能使用"


class MonthlyLimitReached(Problem):
    """`left`: how many points he may still spend this month."""

    status = 409
    code = "family_monthly_limit_reached"
    title = "More than the head of the family allows him to spend in a month"
    detail = "本月还可使用家庭积分{left}分，可请家庭创建人调整额度"
