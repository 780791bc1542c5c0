"""Random block-structured models over random ways: the engine goes where the reference interpreter says, however the case is kept."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.spiff import Release, step
from tests.support.driven import Driven, plain, released
from tests.support.reference import Leaf, Reference
from tests.support.structured import Model, models
from tests.support.world import START

EXAMPLES = settings.default.max_examples
ways = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), min_size=4, max_size=24)
"""At each step which of the things that could happen does, and the answer that is given."""


def some(share: float) -> settings:
    """A share of the profile's examples, so that `make fuzz` has more of each."""
    return settings(max_examples=max(1, int(EXAMPLES * share)), deadline=None, suppress_health_check=list(HealthCheck))


class Walk:
    """A way through a model, taken by the reference and by any number of cases at once."""

    def __init__(self, given_: Model, release: Release, *hot: int) -> None:
        self.reference = Reference(START)
        self.cases = [Driven(release, hot=each) for each in hot]
        self.seen: set[int] = set()
        self.reference.start(given_)
        for case in self.cases:
            case.start()
        self.pair()

    def pair(self) -> None:
        """New leaves get the ids of what the step opened: n-th of an element to n-th."""
        last = self.cases[0].advances[-1]
        new = [leaf for leaf in self.reference.leaves if id(leaf) not in self.seen]
        self.held = [*getattr(self, "held", []), *new]  # else an id could be that of a leaf that is gone
        self.seen |= {id(leaf) for leaf in new}
        tasks = {element: iter(ids) for element, ids in _by_element(last.opened).items()}
        timers = {element: iter(ids) for element, ids in _by_element(last.timers_set).items()}
        for leaf in new:
            if leaf.kind == "task":
                leaf.id = next(tasks[leaf.element])
            elif leaf.due is not None:
                leaf.id = next(timers[leaf.element])

    def options(self) -> list[tuple[str, object]]:
        reference = self.reference
        found: list[tuple[str, object]] = [("complete", leaf) for leaf in reference.tasks()]
        found += [("send", name) for name in sorted(reference.messages())]
        return [*found, *(("fire", leaf) for leaf in reference.timers()[:1])]

    def take(self, pick: int, answer: int) -> bool:
        """One thing happens to all; False when nothing can."""
        options = self.options()
        if not options:
            return False
        what, which = options[pick % len(options)]
        if isinstance(which, Leaf):
            key = which.id
            self.reference.fire(which) if what == "fire" else self.reference.complete(which, answer)
        else:
            self.reference.send(str(which))
        for case in self.cases:
            now = self.reference.now
            if what == "complete":
                case.complete(key, {"n": answer}, now)
            elif what == "fire":
                case.fire(key, now)
            else:
                case.send(str(which), now)
        self.pair()
        return True

    def agree(self) -> None:
        """The first case stands where the reference says."""
        case, reference = self.cases[0], self.reference
        assert Counter(task.element for task in case.tasks.values()) == Counter(
            leaf.element for leaf in reference.tasks()
        )
        assert sorted((item.element, item.due_at) for item in case.timers.values()) == sorted(
            (leaf.element, leaf.due) for leaf in reference.timers()
        )
        assert Counter(wait.name for wait in case.waits.values()) == reference.messages()
        assert Counter(case.advances[-1].active) == reference.tokens()
        assert (case.case.status == "completed") == (not reference.going)


def _by_element(items: tuple) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(item.element, []).append(item.id)
    return found


def told(case: Driven) -> Iterator[object]:
    """Every step as it was told, the state opened."""
    for advance in case.advances:
        yield plain(advance, case.case.id)


@some(0.6)
@given(models(), ways)
def test_tokens_stand_where_the_structure_says(given_: Model, way: list[tuple[int, int]]) -> None:
    walk = Walk(given_, released(given_), 0)
    walk.agree()

    for pick, answer in way:
        if not walk.take(pick, answer):
            break
        walk.agree()


@some(0.3)
@given(models(), ways)
def test_a_case_in_memory_goes_as_one_that_is_stored_and_loaded(given_: Model, way: list[tuple[int, int]]) -> None:
    walk = Walk(given_, released(given_), 0, 1)

    for pick, answer in way:
        if not walk.take(pick, answer):
            break

    cold, hot = walk.cases
    assert list(told(hot)) == list(told(cold))


@some(0.3)
@given(models(), ways)
def test_a_pruned_case_goes_as_one_that_keeps_everything(given_: Model, way: list[tuple[int, int]]) -> None:
    release = released(given_)
    pruned = Walk(given_, release, 0)
    for pick, answer in way:
        if not pruned.take(pick, answer):
            break

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, "prune", lambda _live: None)
        whole = Walk(given_, release, 0)
        for pick, answer in way:
            if not whole.take(pick, answer):
                break

    def seen(walk: Walk) -> list[object]:
        return [replace(advance, state=b"") for advance in walk.cases[0].advances]

    assert seen(pruned) == seen(whole)
