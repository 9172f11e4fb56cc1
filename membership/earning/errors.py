"""What the rules of earning refuse."""

from foundation.errors import NotFound, Problem


class RuleNotFound(NotFound):
    code = "earn_rule_not_found"
    title = "There is no such rule"
    detail = "没有找到这条积分规则"


class RuleCodeTaken(Problem):
    status = 409
    code = "earn_rule_code_taken"
    title = "Another rule has this code"
    detail = "规则编码已被使用，请换一个"


class RuleEnded(Problem):
    status = 409
    code = "earn_rule_ended"
    title = "This version of the rule has ended, or was followed by another"
    detail = "这条规则已停用或已有新版本，请刷新后再改"


class NoPast(Problem):
    status = 409
    code = "earn_rule_no_past"
    title = "Nothing of this way to earn is recorded yet, so there is nothing to try it on"
    detail = "这类活动还没有历史记录，暂时无法试算"


class PreviewTooLarge(Problem):
    status = 422
    code = "earn_rule_preview_too_large"
    title = "The period has more occurrences than a preview looks at; a shorter one will do"
    detail = "这段时间的记录太多，请缩短试算的日期范围"
