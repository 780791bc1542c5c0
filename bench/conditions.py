"""A gateway's condition: FEEL compiled once against Python text given to eval each time, as the library does it."""

import timeit
from pathlib import Path

from bench.figures import Table
from feel import compile_expression

FEEL = '= follow_up.outcome = "minor_change" and risk >= 3'
PYTHON = "follow_up['outcome'] == 'minor_change' and risk >= 3"
DATA = {"follow_up": {"outcome": "minor_change", "note": "x" * 200}, "risk": 4, "other": list(range(20))}
TIMES, ROUNDS = 5_000, 5


def measure(_: Path) -> Table:
    def language() -> object:
        return compile_expression(FEEL).evaluate(DATA)

    def library() -> object:
        return eval(PYTHON, {}, DATA)

    if (language(), library()) != (True, True):
        raise RuntimeError("Expected both conditions to hold")
    best = {}
    for _ in range(ROUNDS):  # in turns
        for name, work in (("eval of text", library), ("FEEL, cached", language)):
            spent = timeit.timeit(work, number=TIMES) / TIMES * 1e6
            best[name] = min(best.get(name, spent), spent)
    rows = tuple((name, spent, spent / best["eval of text"]) for name, spent in best.items())
    note = f"{FEEL[2:]}; best of {ROUNDS} rounds of {TIMES}, look-up in the cache included"
    return Table("gateway condition", ("contender", "us", "x eval"), rows, note)
