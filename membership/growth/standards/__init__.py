"""Standards of growth: how weight, length, head and BMI are spread among children of one sex on one day of their age.

A standard is a name and a table. One is registered; whoever shows a figure says which it was taken from.
"""

from membership.growth.standards.shapes import INDICATORS, Indicator, Lms, Sex, Standard, Table
from membership.growth.standards.who_2006 import WHO_2006

STANDARDS = {standard.code: standard for standard in (WHO_2006,)}
"""By code. WS/T 423-2022 would stand here as the second."""

DEFAULT = WHO_2006

__all__ = ["DEFAULT", "INDICATORS", "STANDARDS", "Indicator", "Lms", "Sex", "Standard", "Table"]
