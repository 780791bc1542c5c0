"""Rules about decision tables: what their analysis found, at the rows and columns of the file."""

from collections import defaultdict
from collections.abc import Iterator

from engine.decisions import DecisionTable, Model, TableFinding, Work, analyse
from engine.decisions.boxes import boxes_within
from engine.decisions.reader import children, id_of
from engine.model import Problem
from engine.spiff.lint_rules import Finding, limited, problem
from engine.xml import Root, local_name


class TableLint:
    """The rules over all tables of one check, which share the work that it may do."""

    def __init__(self) -> None:
        self.work = Work()

    def problems(self, root: Root, model: Model) -> list[Problem]:
        """Every finding over the tables that stand in one file."""
        found: list[Problem] = []
        for element, table in _drawn(root, model):
            found += [_problem(model.file, element, item) for item in analyse(table, self.work)]
        return limited(found)


def _drawn(root: Root, model: Model) -> Iterator[tuple[Root, DecisionTable]]:
    """The tables with their elements. Tables that share the id of what they stand in come in the order of the file."""
    elements: dict[str, list[Root]] = defaultdict(list)
    for element in root.iter():
        if local_name(element) == "decisionTable":
            elements[id_of(element)].append(element)
    for box in (*(one.logic for one in model.decisions), *(one.body for one in model.knowledge)):
        for table in boxes_within(box):
            if isinstance(table, DecisionTable):
                yield elements[table.id].pop(0), table


def _problem(file: str, table: Root, item: TableFinding) -> Problem:
    return problem(file, Finding(_place(table, item), item.rule, item.message))


def _place(table: Root, item: TableFinding) -> Root:
    """The cell, row or column that the finding is about first, else the table."""
    if not item.rows:
        columns = [*children(table, "input"), *children(table, "output")]
        return table if item.column is None else columns[item.column - 1]
    row = list(children(table, "rule"))[item.rows[0] - 1]
    if item.column is None:
        return row
    return [*children(row, "inputEntry"), *children(row, "outputEntry")][item.column - 1]
