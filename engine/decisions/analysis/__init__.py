"""Looks at decision tables without running them: overlaps, gaps, rows that are never the answer, cells that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.decisions.analysis.finding import MOST_OF_A_RULE, SEVERITIES, TableFinding
from engine.decisions.analysis.gaps import gaps, has_to_answer
from engine.decisions.analysis.kinds import misfits
from engine.decisions.analysis.overlaps import duplicates, overlaps, unread
from engine.decisions.analysis.reach import unreachable
from engine.decisions.analysis.sheet import Sheet, sheet_of
from engine.decisions.analysis.work import OutOfWork, Work
from engine.decisions.model import DecisionTable, HitPolicy

__all__ = ["SEVERITIES", "TableFinding", "Work", "analyse"]

PROMISING = (HitPolicy.UNIQUE, HitPolicy.ANY)


def analyse(table: DecisionTable, work: Work | None = None) -> tuple[TableFinding, ...]:
    """What is wrong with a table, errors first. Several tables may share one ``work``; when it ends, what was not looked
    for is said in a finding of its own.
    """
    work = Work() if work is None else work
    found: list[TableFinding] = []
    missed: list[str] = []
    sheets: list[Sheet] = []
    _ask("cells that do not fit", lambda share: misfits(table, share), work.share(4), found, missed)
    try:
        sheets.append(sheet_of(table, work))
    except OutOfWork:
        missed.append("overlaps, gaps and rows that are never the answer")
    for sheet in sheets:
        for name, ask in _questions(sheet):
            ...
    return tuple(found)
