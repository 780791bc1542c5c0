"""FEEL, the language of conditions and decision tables: text -> compiled expression -> value.

Pure: knows nothing of cases, forms or files, reads no clock but its budget's, and reaches no object of the host.
"""

from feel.budget import Budget
from feel.compiled import Expression, Tests, compile_expression, compile_tests, compile_type
from feel.cursor import KEYWORDS
from feel.errors import BudgetExceeded, FeelError, FeelSyntaxError
from feel.evaluation import Evaluation
from feel.far import FarDate, FarMoment
from feel.kinds import TYPES, TypeTest, conformed
from feel.meaning import Meaning, constants
from feel.regions import Cut, Key, Line, Region, coordinates, intersection, region_of, union
from feel.remark import Remark
from feel.temporal import load_zones, parse_temporal
from feel.text import to_json, to_text
from feel.values import Function, Range, Value, YearsMonths, kind_of

__all__ = [
    "KEYWORDS",
    "TYPES",
    "Budget",
    "BudgetExceeded",
    "Cut",
    "Evaluation",
    "Expression",
    "FarDate",
    "FarMoment",
    "FeelError",
    "FeelSyntaxError",
    "Function",
    "Key",
    "Line",
    "Meaning",
    "Range",
    "Region",
    "Remark",
    "Tests",
    "TypeTest",
    "Value",
    "YearsMonths",
    "compile_expression",
    "compile_tests",
    "compile_type",
    "conformed",
    "constants",
    "coordinates",
    "intersection",
    "kind_of",
    "load_zones",
    "parse_temporal",
    "region_of",
    "to_json",
    "to_text",
    "union",
]
