"""What the points ledger refuses."""

from foundation.errors import Problem


class NotEnoughPoints(Problem):
    """`missing`: how many points more it takes."""

    status = 409
    code = "not_enough_points"
    title = "The member has fewer points than this takes"
    detail = "积分不够哦，还差 {missing} 积分"
