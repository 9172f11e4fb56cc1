"""What the babies refuse."""

from foundation.errors import Forbidden, NotFound, Problem


class BabyNotFound(NotFound):
    """None, another mother's, one that is not shared any more, or one that she put away."""

    code = "baby_not_found"
    title = "There is no such baby for this reader"
    detail = "没有找到这份档案，请刷新后再看看"


class GuardianOnly(Forbidden):
    """The reader has a relative's share: nickname, age and stage."""

    code = "guardian_only"
    title = "Only a guardian may see or write this"
    detail = "这部分内容只有宝宝的监护人可以查看，可请建立档案的家人开通"


class OnlyTheMother(Forbidden):
    code = "only_the_mother"
    title = "Only the one who made the profile may do this"
    detail = "这项操作只有建立档案的人可以进行"


class TooManyBabies(Problem):
    status = 409
    code = "too_many_babies"
    title = "A mother has at most ten profiles"
    detail = "最多可以建立10份档案，请先移除不再需要的档案"


class BabyTooOld(Problem):
    status = 422
    code = "baby_too_old"
    title = "The child is six years or older"
    detail = "孩子已经满6岁啦，目前的育儿档案只陪伴6岁以内的宝宝"


class AlreadyTrying(Problem):
    status = 409
    code = "already_trying"
    title = "She has a plan already, and has one at a time"
    detail = "您已经有一份备孕档案了，可以直接修改它，或先移除再新建"


class AlreadyExpected(Problem):
    status = 409
    code = "already_expected"
    title = "The pregnancy has been written down already, in other words"
    detail = "孕期信息已经记录好了，如需更正请修改档案"


class AlreadyBorn(Problem):
    status = 409
    code = "already_born"
    title = "The birth has been written down already"
    detail = "出生信息已经记录好了，如需更正请修改档案"


class NotBornYet(Problem):
    status = 409
    code = "not_born_yet"
    title = "This needs a birth, and none is written down"
    detail = "宝宝出生后就可以记录这项内容了"
