"""What the analysis of a decision table tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Values: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a column's label and a FEEL text."""

SEVERITIES = {
    "table-constant": "warning",
    "table-duplicate": "warning",
    "table-gap": "warning",
    "table-large": "warning",
    "table-may-overlap": "warning",
    "table-mixed": "warning",
    "table-overlap": "error",
    "table-type": "error",
    "table-unreachable": "warning",
    "table-unread": "warning",
}
"""All rules; docs/lint.md explains each."""
MOST_OF_A_RULE = 10
"""Findings of one rule in one table, the most telling first."""


@dataclass(frozen=True, slots=True)
class TableFinding:
    """One finding. ``rows`` are the numbers of the rules it is about, from 1, the one to mend first; ``column`` the number
    of the column, from 1, outputs counted on after the inputs; ``example`` one input that shows it, as FEEL values;
    ``where`` all such inputs, as unary tests of the columns that matter.
    """

    table: str
    rule: str
    message: str
    rows: tuple[int, ...] = ()
    column: int | None = None
    example: Values = ()
    where: Values = ()

    @property
    def severity(self) -> str:
        return SEVERITIES[self.rule]
