"""Large and hostile tables: the analysis ends within its steps, says so, and keeps within little memory."""

import random
import tracemalloc

import pytest

from engine.decisions import Work, analyse
from engine.decisions.analysis import sheet
from engine.decisions.analysis.work import MOST_STEPS, OutOfWork
from tests.engine.decisions.tabled import Column, Out, tabled

MOST_BYTES = 80_000_000


def cells(kind, draw):
    if kind == "spans":
        low = draw.randrange(1000)
        return f"[{low}..{low + draw.randrange(300)})"
    if kind == "rays":
        return f"{draw.choice(('<', '>='))} {draw.randrange(5000)}"
    if kind == "texts":
        return ", ".join(f'"{draw.randrange(500)}"' for _ in range(3))
    if kind == "nots":
        return f'not("{draw.randrange(50)}")'
    return draw.choice(("-", "-", "-", "true", "false"))


def large(kind, policy, rows, columns):
    draw = random.Random(f"{kind} {policy}")  # noqa: S311 - a table like any other, the same in every run
    return tabled(
        policy,
        [Column(f"x{number}") for number in range(columns)],
        [[*(cells(kind, draw) for _ in range(columns)), str(number % 9)] for number in range(rows)],
        [Out(allowed="0, 1, 2, 3, 4, 5, 6, 7, 8")],
    )


@pytest.mark.parametrize(
    ("kind", "policy", "rows", "columns"),
    [
        *(("spans", "UNIQUE", 400, 10), ("spans", "FIRST", 400, 10), ("rays", "FIRST", 200, 3)),
        *(
            ("texts", "ANY", 200, 5),
            ("nots", "FIRST", 200, 5),
            ("truths", "FIRST", 150, 40),
            ("truths", "UNIQUE", 300, 9),
        ),
        *(("rays", "FIRST", 60, 59), ("spans", "UNIQUE", 1000, 1), ("spans", "PRIORITY", 200, 4)),
    ],
)
def test_a_large_table_takes_no_more_than_its_steps_and_tells_little(kind, policy, rows, columns):
    work = Work()

    found = analyse(large(kind, policy, rows, columns), work)

    assert 0 <= work.left < MOST_STEPS
    assert len(found) <= 60
    assert all(len(item.message) < 1000 for item in found)


def test_a_table_of_many_rows_takes_little_room():
    table = large("spans", "UNIQUE", 2000, 1)

    tracemalloc.start()
    analyse(table)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < MOST_BYTES


def test_a_column_of_too_many_constants_is_not_cut(monkeypatch):
    monkeypatch.setattr(sheet, "MOST_BITS", 100)

    found = analyse(large("spans", "UNIQUE", 20, 1))

    assert [item.rule for item in found] == ["table-large"]
    assert "not all overlaps, gaps and rows that are never the answer were looked for" in found[0].message


def test_work_is_shared_and_given_back():
    work = Work(100)
    share = work.share(2)
    share.take(20)

    with pytest.raises(OutOfWork):
        share.take(31)
    work.settle(share)

    assert work.left == 80
