"""What milk refuses."""

from foundation.errors import NotFound, Problem


class FormulaProductNotFound(NotFound):
    code = "formula_product_not_found"
    title = "There is no such formula product"
    detail = "没有找到这款奶粉的资料"


class FormulaProductTaken(Problem):
    status = 409
    code = "formula_product_taken"
    title = "There is a formula product with this article number"
    detail = "这个商品编号的奶粉资料已经有了，请直接修改"


class NoFormula(Problem):
    """Said of a breast-fed baby too, so it asks for nothing."""

    status = 409
    code = "no_formula"
    title = "The baby's profile names no formula"
    detail = "宝宝资料里没有正在喝的奶粉，这里不用填写"


class FormulaUnknown(Problem):
    status = 409
    code = "formula_unknown"
    title = "What one piece of this formula holds is not known"
    detail = "暂时还没有这款奶粉的规格，先不用填写，资料补充后就可以估算了"
