"""The three that answer the same questions: our FEEL, the library's eval of Python text, and feelin in Node."""

import json
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import Cell
from tests.oracle.feelin import WEB, missing, node

Work = Callable[[], object]
ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to answer: our way, the library's, feelin's job, and what all of them must say."""

    name: str
    ours: Work
    stock: Work
    job: Mapping[str, Any]
    answer: object
    times: int


@contextmanager
def feelin() -> Iterator[Callable[[Question], float | None]]:
    """Microseconds of the processor per evaluation in Node; None where feelin is not to be had."""
    if missing():
        yield lambda _: None
        return
    program = [str(node()), str(Path(__file__).with_name("feelin.mjs")), str(WEB)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(question: Question) -> float:
            process.stdin.write(json.dumps({**question.job, "times": max(1, question.times // 10)}) + "\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            check(question, "feelin", told["answer"])
            return float(told["spent"])

        yield ask
        process.stdin.close()


def check(question: Question, who: str, answer: object) -> None:
    if answer != question.answer:
        raise RuntimeError(f"Expected {who} to answer '{question.name}' as the others do, but it differs")


def timed(work: Work, times: int) -> float:
    began = time.thread_time()
    for _ in range(times):
        work()
    return (time.thread_time() - began) / times * 1e6


def compare(questions: Sequence[Question]) -> list[tuple[Cell, ...]]:
    """A row per question: microseconds of the processor for each, and the ratios. The median of rounds, in turns."""
    rows: list[tuple[Cell, ...]] = []
    with feelin() as ask:
        for question in questions:
            check(question, "our FEEL", question.ours())
            check(question, "the library", question.stock())
            ask(question)  # warms the other process up
            rounds = [
                (timed(question.ours, question.times), timed(question.stock, question.times), ask(question))
                for _ in range(ROUNDS)
            ]
            ours, stock = (statistics.median(one[place] for one in rounds) for place in (0, 1))
            theirs = [one[2] for one in rounds if one[2] is not None]
            third = statistics.median(theirs) if theirs else None
            rows.append((question.name, ours, stock, third, ours / stock, None if third is None else ours / third))
    return rows


COLUMNS = ("question", "FEEL us", "stock us", "feelin us", "FEEL / stock", "FEEL / feelin")
