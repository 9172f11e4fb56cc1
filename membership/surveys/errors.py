"""What surveys refuse."""

from foundation.errors import NotFound, Problem


class SurveyNotFound(NotFound):
    code = "survey_not_found"
    title = "There is no such survey, or it is not open"
    detail = "这份问卷已结束，去看看其他活动吧"


class SurveyAnswered(Problem):
    status = 409
    code = "survey_answered"
    title = "A survey is answered once per member"
    detail = "您已经填过这份问卷啦，谢谢您"
