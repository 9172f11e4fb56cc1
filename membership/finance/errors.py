"""What finance refuses."""

from foundation.errors import Invalid, NotFound, Problem


class MonthsOutOfRange(Invalid):
    code = "months_out_of_range"
    title = "A report covers 1 to 36 months, none of them in the future"
    detail = "报表最多覆盖36个月，且不能晚于本月，请调整起止月份"


class ReportTooLong(Problem):
    status = 422
    code = "report_too_long"
    title = "The report would have more rows than can be sent at once"
    detail = "报表行数过多，请缩小月份范围后分次导出"


class MonthNotClosed(NotFound):
    code = "month_not_closed"
    title = "The books of this month are not closed"
    detail = "该月尚未结账，暂无月末余额，可查看当前余额"


class MonthClosed(Problem):
    status = 409
    code = "month_closed"
    title = "The books of this month are closed"
    detail = "该月已结账，单价只能从未结账的月份开始调整"


class NoTerms(Problem):
    status = 409
    code = "no_finance_terms"
    title = "No price of a point holds in this month"
    detail = "该月还没有设置积分单价，请先设置再结算"
