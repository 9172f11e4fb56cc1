"""Milk: how much formula a baby drinks a day, and the day on which the cans at home run out.

It is reckoned at every reading from the baby's age and feeding, what the mother and her family bought and brought
back, and what she says she still has; only that last is kept, sealed with the baby's key. The answer is a range of days
with a word for how far it can be trusted. Guardians read it. Of a breast-fed baby it says nothing, and of a formula
nothing that would promote it.

A screen reads it together with other things by `FACTS`: format it with placeholders for what
`asked(household(baby, seen))` gives, and hand the scalar to `milk_said`.
"""

from membership.milk.errors import FormulaProductNotFound, FormulaProductTaken, FormulaUnknown, NoFormula
from membership.milk.facts import FACTS, asked
from membership.milk.intake import Spread
from membership.milk.lasting import Confidence, RunsOut
from membership.milk.products import (
    FormulaProduct,
    FormulaQuery,
    ProductChanges,
    ProductTerms,
    change_product,
    make_product,
    product,
    products,
    refuse_promotion,
    remove_product,
)
from membership.milk.queries import household, milk_of, milk_said
from membership.milk.reckoning import Label, LabelRange, Milk, Without
from membership.milk.running_out import Batch, RunningOut, running_out
from membership.milk.stock import MOST_CANS, Stock, say_stock

__all__ = [
    "FACTS",
    "MOST_CANS",
    "Batch",
    "Confidence",
    "FormulaProduct",
    "FormulaProductNotFound",
    "FormulaProductTaken",
    "FormulaQuery",
    "FormulaUnknown",
    "Label",
    "LabelRange",
    "Milk",
    "NoFormula",
    "ProductChanges",
    "ProductTerms",
    "RunningOut",
    "RunsOut",
    "Spread",
    "Stock",
    "Without",
    "asked",
    "change_product",
    "household",
    "make_product",
    "milk_of",
    "milk_said",
    "product",
    "products",
    "refuse_promotion",
    "remove_product",
    "running_out",
    "say_stock",
]
