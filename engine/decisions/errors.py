"""What can be wrong with a DMN file. A tree of its own: the engine turns it into its own errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionProblem:
    """One finding: the file, the id of the element, the sentence, the rule's number (from 1) where one is meant, and the
    line of the file.
    """

    file: str
    element: str
    message: str
    rule: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        return self.message if self.rule is None else f"Rule {self.rule}: {self.message}"


class DecisionError(Exception):
    """A DMN file cannot be used."""

    code = "decision-rejected"

    def __init__(self, problems: tuple[DecisionProblem, ...]) -> None:
        super().__init__(f"Expected a usable DMN file, but it has {len(problems)} problems")
        self.problems = problems
