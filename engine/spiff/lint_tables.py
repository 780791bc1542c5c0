"""Rules about decision tables: what their analysis found, at the rows and columns of the file."""

from collections.abc import Iterable

from engine.decisions import Decision, DecisionTable, TableFinding, Work, analyse
from engine.model import Problem
from engine.spiff.lint_rules import Finding, limited, problem
from engine.xml import Root


class TableLint:
    """The rules over all tables of one check, which share the work that it may do."""

    def __init__(self) -> None:
        self.work = Work()

    def problems(self, root: Root, file: str, decisions: Iterable[Decision]) -> list[Problem]:
        """Every finding over the decisions of one file."""
        known = {element.get("id"): element for element in root.iter() if element.get("id")}
        found: list[Problem] = []
        for decision in decisions:
            if isinstance(decision, DecisionTable):
                table = _table(known[decision.id])
                found += [_problem(file, table, item) for item in analyse(decision, self.work)]
        return limited(found)


def _problem(file: str, table: Root, item: TableFinding) -> Problem:
    return problem(file, Finding(_place(table, item), item.rule, item.message))


def _place(table: Root, item: TableFinding) -> Root:
    """The cell, row or column that the finding is about first, else the table."""
    columns = [*_children(table, "input"), *_children(table, "output")]
    if not item.rows:
        return table if item.column is None else columns[item.column - 1]
    row = _children(table, "rule")[item.rows[0] - 1]
    if item.column is None:
        return row
    return [*_children(row, "inputEntry"), *_children(row, "outputEntry")][item.column - 1]


def _table(element: Root) -> Root:
    """The table itself, or the one inside the element."""
    return next(one for one in element.iter() if _local(one) == "decisionTable")


def _children(element: Root, name: str) -> list[Root]:
    return [child for child in element if _local(child) == name]


def _local(element: Root) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
