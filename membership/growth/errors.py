"""What growth refuses."""

from foundation.errors import NotFound, Problem


class GrowthRecordNotFound(NotFound):
    code = "growth_record_not_found"
    title = "There is no such measurement of this baby"
    detail = "没有找到这次测量记录，请刷新后再看看"


class TooManyGrowthRecords(Problem):
    status = 409
    code = "too_many_growth_records"
    title = "A baby has at most 300 measurements"
    detail = "最多可以保存300次测量，请先删除不再需要的记录"


class SexNeeded(Problem):
    """The standard has one table for girls and one for boys."""

    status = 409
    code = "sex_needed"
    title = "The curves are by sex, and the baby's is not said"
    detail = "生长曲线分男孩和女孩，请先在宝宝资料里选择性别"
