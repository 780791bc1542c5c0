"""Where the engine and the bare library differ: the library is wrong, each row says how, and both sides of each row are run.

A row that the library no longer fails after an upgrade is found here, and can then go from the table and from what `plain` leaves
out in tests/support/structured.py.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conformance.test_bare_library import Pair
from tests.conformance.theirs import BareFailed, Theirs
from tests.support.driven import Driven, released
from tests.support.rendered import render
from tests.support.structured import (
    Block,
    Both,
    Boundary,
    Choice,
    Hosted,
    Loop,
    Many,
    Model,
    Script,
    Sequence,
    Some,
    Task,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """After `way` (element or message, answer) the open tasks are `ours` here and `theirs` there, or `theirs` is an error's name."""

    element: str
    reason: str
    model: Block
    way: tuple[tuple[str, int], ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...] | str


DIFFERENCES = (
    Difference(
        "non-interrupting message boundary",
        "the library lets it fire once; BPMN lets it fire as long as its activity runs",
        Hosted("g", Task("u"), (Boundary("b", "message", interrupts=False, handler=Task("h")),)),
        (("on_b", 0), ("on_b", 0)),
        ("h", "h", "u"),
        "NothingWaits",
    ),
    Difference(
        "multi-instance behind a boundary event",
        "the library makes no instances of a task that was only predicted, and raises",
        Hosted("g", Task("u"), (Boundary("b", "message", interrupts=True, handler=Many("a", sequential=False, count=2)),)),
        (("on_b", 0),),
        ("a", "a"),
        "WorkflowException",
    ),
    Difference(
        "parallel join in a loop",
        "from the second round on the library counts the branches of earlier rounds, and goes on when the first one comes",
        Loop("l", "q", Sequence((Both("g", (Task("u"), Task("v"))), Task("w")))),
        (("u", 0), ("v", 0), ("w", 0), ("q", 4), ("v", 0)),
        ("u",),
        ("u", "w"),
    ),
    Difference(
        "inclusive join in a loop",
        "the same",
        Loop("l", "q", Some("g", "q2", (Task("u"), Task("v"), Task("z")))),
        (("q2", 3), ("u", 0), ("v", 0), ("q", 4), ("q2", 3), ("u", 0)),
        ("v",),
        ("q", "v"),
    ),
    Difference(
        "inclusive join behind a branch with a merge",
        "the library looks behind the first flow of a merge only, and goes on while the branch is still open",
        Sequence((
            Some("g1", "q2", (Sequence((Choice("g3", "q4", Task("u5"), Task("u6")), Task("u7"))), Task("u8"), Task("u9"))),
            Task("u10"),
        )),
        (("q2", 3), ("q4", 0), ("u8", 0)),
        ("u6",),
        ("u10", "u6"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def theirs() -> Iterator[Theirs]:
    found = Theirs()
    yield found
    found.close()


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.element)
def test_the_library_is_wrong_where_we_differ(theirs: Theirs, row: Difference) -> None:
    model = Model(Sequence((Script("k", 0), row.model)))
    pair = Pair(Driven(released(model)), theirs)
    pair.start(render(model, "python"), {}, again=False)

    failed = None
    for which, answer in row.way:
        try:
            pair.happen("send" if which.startswith("on_") else "complete", which, answer)
        except BareFailed as error:
            failed = str(error).split(":", 1)[0]
            break

    ours = pair.ours
    if failed is not None:
        ours.send(row.way[-1][0], pair.now)
    assert sorted(task.element for task in ours.tasks.values()) == list(row.ours)
    assert (failed or tuple(sorted(Counter(pair.theirs.where["open"]).elements()))) == row.theirs
