"""What vaccinations refuse."""

from foundation.errors import NotFound, Problem


class VaccinationNotFound(NotFound):
    code = "vaccination_not_found"
    title = "There is no such record of this baby"
    detail = "没有找到这条接种记录，请刷新后再看看"


class DoseAlreadyRecorded(Problem):
    """Correct the record (`PATCH`) instead of writing a second one."""

    status = 409
    code = "dose_already_recorded"
    title = "This dose of the series has been recorded"
    detail = "这一剂次已经记录过啦，如需更正请修改原来的记录"


class TooManyVaccinations(Problem):
    status = 409
    code = "too_many_vaccinations"
    title = "A baby has at most 60 records"
    detail = "接种记录最多可以保存60条，请先删除重复的记录"
