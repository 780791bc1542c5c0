"""Looks at decision tables without running them: overlaps, gaps, rows that are never the answer, cells that do not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from engine.decisions.analysis.finding import MOST_OF_A_RULE, SEVERITIES, TableFinding
from engine.decisions.analysis.gaps import gaps, has_to_answer
from engine.decisions.analysis.kinds import misfits
from engine.decisions.analysis.overlaps import duplicates, overlaps, unread
from engine.decisions.analysis.reach import unreachable
from engine.decisions.analysis.sheet import Sheet, sheet_of
from engine.decisions.analysis.work import OutOfWork, Work
from engine.decisions.tables import DecisionTable, HitPolicy

__all__ = ["SEVERITIES", "TableFinding", "Work", "analyse"]

Ask: TypeAlias = Callable[[Work], Iterator[TableFinding]]


def analyse(table: DecisionTable, work: Work | None = None) -> tuple[TableFinding, ...]:
    """What is wrong with a table, errors first. Several tables may share one ``work``; when that ends, a finding of its
    own says what was not looked for.
    """
    left = Work() if work is None else work
    found: list[TableFinding] = []
    missed: list[str] = []
    _ask("cells that do not fit", partial(misfits, table), left.share(4), left, found, missed)
    try:
        questions = _questions(sheet_of(table, left))
    except OutOfWork:
        questions = []
        missed.append("overlaps, gaps and rows that are never the answer")
    for name, ask in questions:
        _ask(name, ask, left.share(2), left, found, missed)
    if missed:
        names = ", ".join(dict.fromkeys(missed))
        message = f"The table is too large to be analysed in full: not all {names} were looked for"
        found.append(TableFinding(table.id, "table-large", message))
    kept = _limited(_told_once(found))
    return tuple(sorted(kept, key=lambda finding: finding.severity))


def _questions(sheet: Sheet) -> list[tuple[str, Ask]]:
    """What to ask of the table, the cheapest first."""
    asked: list[tuple[str, Ask]] = [("rows twice", partial(duplicates, sheet))]
    if sheet.table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
        asked += [("overlaps", partial(overlaps, sheet)), ("overlaps", partial(unread, sheet))]
    asked.append(("rows that are never the answer", partial(unreachable, sheet)))
    if has_to_answer(sheet):
        asked.append(("gaps", partial(gaps, sheet)))
    return asked


def _ask(name: str, ask: Ask, share: Work, work: Work, found: list[TableFinding], missed: list[str]) -> None:
    """Keep what is found until the share of the work is done, and give back what it did not need."""
    try:
        for finding in ask(share):
            found.append(finding)  # noqa: PERF402 - what was found before the work ran out is kept
    except OutOfWork:
        missed.append(name)
    work.settle(share)


def _told_once(found: list[TableFinding]) -> list[TableFinding]:
    """Without the rows that are unreachable only because they are repeated, or compare with what never comes."""
    told = {(item.rows[0], item.column) for item in found if item.rule == "table-type"}
    told |= {(item.rows[0], None) for item in found if item.rule == "table-duplicate"}
    return [item for item in found if item.rule != "table-unreachable" or (item.rows[0], item.column) not in told]


def _limited(found: list[TableFinding]) -> list[TableFinding]:
    """The first findings of each rule; the last of them says when there are more."""
    count = Counter(item.rule for item in found)
    seen: Counter[str] = Counter()
    kept: list[TableFinding] = []
    for item in found:
        seen[item.rule] += 1
        if seen[item.rule] < MOST_OF_A_RULE or count[item.rule] == MOST_OF_A_RULE == seen[item.rule]:
            kept.append(item)
        elif seen[item.rule] == MOST_OF_A_RULE:
            kept.append(
                replace(item, message=f"{item.message} ({count[item.rule] - MOST_OF_A_RULE} more are left out)")
            )
    return kept
