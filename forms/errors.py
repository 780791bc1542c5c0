"""What can be wrong: with a form's definition (found when it is deployed) and with an answer (found when it is sent).

Messages name components and rules, never an answer: nothing a client said may end in a log.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One reason why a definition cannot be used. `element` is a component's id, or a path such as `components/3`."""

    file: str
    element: str
    message: str


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One reason why an answer is refused. `pointer` is a JSON pointer such as `#/meds/0/dose`."""

    pointer: str
    detail: str


class FormError(Exception):
    """The form cannot be used."""

    code = "form"


class FormRejected(FormError):
    """Expected a form that can be used, but it has problems."""

    code = "form-rejected"

    def __init__(self, problems: tuple[FormProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.file}, {p.element}: {p.message}" for p in problems[:5]))
        self.problems = problems
