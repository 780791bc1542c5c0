"""What can go wrong with an expression. Wrong data is no error in FEEL: it gives null and a warning."""

from __future__ import annotations


class FeelError(Exception):
    """An expression could not be used."""

    code = "expression"


class FeelSyntaxError(FeelError):
    """The text is not FEEL. ``line`` and ``column`` count from 1."""

    code = "expression-syntax"

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})"


class BudgetExceeded(FeelError):
    """The expression took more steps, time, room or nesting than one evaluation may take."""

    code = "expression-budget-exceeded"


def syntax_error(message: str, source: str, offset: int) -> FeelSyntaxError:
    """The error that points at ``offset`` of ``source``."""
    before = source[:offset]
    return FeelSyntaxError(message, before.count("\n") + 1, offset - before.rfind("\n"))
