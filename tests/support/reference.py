"""What a structured model means, told without any engine: where its tokens are after each thing that happens.

An oracle for the engine, so it shares no code with it. It knows blocks, not BPMN: a token is a leaf with what comes after it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TypeAlias

from tests.support.structured import (
    Block,
    Both,
    Boundary,
    Call,
    Choice,
    Event,
    Fail,
    Hosted,
    Loop,
    Many,
    Message,
    Model,
    Race,
    Script,
    Sequence,
    Some,
    Sub,
    Task,
    Throw,
    Timer,
)

Done: TypeAlias = Callable[[], None]
Asked: TypeAlias = Callable[[int], None]
Scope: TypeAlias = tuple[int, ...]


@dataclass(eq=False)
class Leaf:
    """Something live. `kind` is task, timer, message, gate, join, container, or an armed boundary (signal, error, event)."""

    kind: str
    element: str
    process: str
    scope: Scope
    go: Asked
    name: str = ""
    due: datetime | None = None
    stands: bool = True
    id: str = ""


@dataclass
class Reference:
    """A case of a model. `leaves` in the order in which they came."""

    now: datetime
    leaves: list[Leaf] = field(default_factory=list)
    ids: count = field(default_factory=count)
    owners: dict[int, Leaf] = field(default_factory=dict)

    def start(self, model: Model) -> None:
        for event in model.events:
            self._arm("event", event.name, "P", (), lambda _n, event=event: self._event(event), name=f"on_{event.name}")
        self._enter(model.body, "P", (), lambda: self._end(()))

    # -- what happens

    def complete(self, leaf: Leaf, answer: int) -> None:
        self.leaves.remove(leaf)
        leaf.go(answer)

    def fire(self, leaf: Leaf) -> None:
        assert leaf.due is not None
        self.now = max(self.now, leaf.due)
        self.complete(leaf, 0)

    def send(self, name: str) -> None:
        """Instances of event subprocesses come last, as the engine has it."""
        fitting = [leaf for leaf in self.leaves if leaf.name == name and leaf.kind in {"message", "event"}]
        for leaf in fitting:
            if leaf in self.leaves:
                leaf.go(0)

    # -- what is seen

    def tasks(self) -> list[Leaf]:
        return [leaf for leaf in self.leaves if leaf.kind == "task"]

    def timers(self) -> list[Leaf]:
        return sorted((leaf for leaf in self.leaves if leaf.due is not None), key=lambda leaf: leaf.due)

    def messages(self) -> Counter[str]:
        return (
            Counter(leaf.name for leaf in self.leaves if leaf.kind in {"message", "event"}) if self.going else Counter()
        )

    def tokens(self) -> Counter[tuple[str, str]]:
        return Counter((leaf.process, leaf.element) for leaf in self.leaves if leaf.stands)

    @property
    def going(self) -> bool:
        return any(leaf.stands for leaf in self.leaves)

    # -- blocks

    def _arm(self, kind: str, element: str, process: str, scope: Scope, go: Asked, **more: object) -> Leaf:
        leaf = Leaf(kind, element, process, scope, go, **{"stands": False, **more})
        self.leaves.append(leaf)
        return leaf

    def _stand(self, kind: str, element: str, process: str, scope: Scope, go: Asked, **more: object) -> Leaf:
        return self._arm(kind, element, process, scope, go, stands=True, **more)

    def _ask(self, name: str, process: str, scope: Scope, go: Asked) -> None:
        self._stand("task", name, process, scope, go)

    def _once(self, leaf: list[Leaf], done: Done) -> Asked:
        """For what is reached by a message: the leaf goes away itself."""

        def go(_n: int) -> None:
            if leaf[0] in self.leaves:
                self.leaves.remove(leaf[0])
            done()

        return go

    def _message(self, element: str, name: str, process: str, scope: Scope, done: Done, *, stands: bool) -> None:
        held: list[Leaf] = []
        held.append(self._arm("message", element, process, scope, self._once(held, done), name=name, stands=stands))

    def _due(self, seconds: int) -> datetime:
        return self.now + timedelta(seconds=seconds)

    def _cancel(self, scope: Scope) -> None:
        self.leaves = [leaf for leaf in self.leaves if leaf.scope[: len(scope)] != scope]

    def _scope(self, scope: Scope) -> Scope:
        return (*scope, next(self.ids))

    def _container(self, element: str, inside: tuple[Block, str], process: str, scope: Scope, done: Done) -> Scope:
        """A tree of its own: done when every token within it has ended."""
        body, inner_process = inside
        inner = self._scope(scope)
        leaf = self._stand("container", element, process, scope, lambda _n: done())
        self.owners[inner[-1]] = leaf
        self._enter(body, inner_process, inner, lambda: self._end(inner))
        return inner

    def _end(self, scope: Scope) -> None:
        """A token came to an end event: its container goes on once it was the last."""
        for depth in range(len(scope), 0, -1):
            leaf = self.owners.get(scope[depth - 1])
            if leaf is None:
                continue
            around = scope[:depth]
            if leaf in self.leaves and not any(each.stands and each.scope[:depth] == around for each in self.leaves):
                self._cancel(around)
                self.complete(leaf, 0)
            return
        if not self.going:
            self.leaves.clear()

    def _event(self, event: Event) -> None:
        self._container(event.name, (event.body, "P"), "P", (), lambda: self._end(()))

    def _enter(self, block: Block, process: str, scope: Scope, done: Done) -> None:
        at = (process, scope)
        match block:
            case Task():
                self._stand("task", block.name, *at, lambda _n: done())
            case Script():
                done()
            case Timer():
                self._stand("timer", block.name, *at, lambda _n: done(), due=self._due(block.seconds))
            case Message():
                self._message(block.name, f"on_{block.name}", *at, done, stands=True)
            case Throw():
                self._throw(block.signal, scope, done)
            case Fail():
                self._ask(block.asks, *at, lambda n: self._fail(block.error, scope) if n > 2 else done())
            case Sequence():
                self._sequence(block.parts, *at, done)
            case Choice():
                self._ask(block.asks, *at, lambda n: self._enter(block.one if n > 2 else block.two, *at, done))
            case Both():
                self._join(block.name, block.branches, *at, done)
            case Some():
                self._ask(block.asks, *at, lambda n: self._join(block.name, _taken(block, n), *at, done))
            case Loop():
                self._loop(block, *at, done)
            case Race():
                self._race(block, *at, done)
            case Sub():
                self._container(block.name, (block.body, process), *at, done)
            case Call():
                self._container(block.name, (block.body, f"Q_{block.name}"), *at, done)
            case Many():
                self._many(block, *at, done)
            case Hosted():
                self._hosted(block, *at, done)

    def _sequence(self, parts: tuple[Block, ...], process: str, scope: Scope, done: Done) -> None:
        if not parts:
            done()
            return
        self._enter(parts[0], process, scope, lambda: self._sequence(parts[1:], process, scope, done))

    def _join(self, name: str, branches: tuple[Block, ...], process: str, scope: Scope, done: Done) -> None:
        """One token stands at the join while any branch is under way and another has come."""
        missing, standing = [len(branches)], []

        def came() -> None:
            missing[0] -= 1
            if missing[0] and not standing:
                standing.append(self._stand("join", f"{name}_end", process, scope, lambda _n: None))
            elif not missing[0]:
                for leaf in standing:
                    self.leaves.remove(leaf)
                done()

        for branch in branches:
            self._enter(branch, process, scope, came)

    def _loop(self, block: Loop, process: str, scope: Scope, done: Done) -> None:
        def again(n: int) -> None:
            if n > 3:
                self._loop(block, process, scope, done)
            else:
                done()

        self._enter(block.body, process, scope, lambda: self._ask(block.asks, process, scope, again))

    def _race(self, block: Race, process: str, scope: Scope, done: Done) -> None:
        inner = self._scope(scope)

        def won(branch: Block) -> None:
            self._cancel(inner)
            self._enter(branch, process, scope, done)

        self._stand("gate", block.name, process, inner, lambda _n: None)
        due = self._due(block.seconds)
        self._arm("timer", f"{block.name}_t", process, inner, lambda _n: won(block.late), due=due)
        self._message(f"{block.name}_m", f"on_{block.name}", process, inner, lambda: won(block.came), stands=False)

    def _many(self, block: Many, process: str, scope: Scope, done: Done) -> None:
        left = [block.count]

        def one() -> None:
            if block.body is None:
                self._stand("task", block.name, process, scope, lambda _n: came())
            else:
                self._container(block.name, (block.body, process), process, scope, came)

        def came() -> None:
            left[0] -= 1
            if not left[0]:
                done()
            elif block.sequential:
                one()

        if not block.count:
            done()
        for _ in range(1 if block.sequential and block.count else block.count):
            one()

    def _hosted(self, block: Hosted, process: str, scope: Scope, done: Done) -> None:
        inner, outer = self._scope(scope), scope

        def finished() -> None:
            self._cancel(inner)
            done()

        def caught(item: Boundary) -> None:
            if item.interrupts:
                self._cancel(inner)
                self._enter(item.handler, process, outer, done)
            else:
                self._enter(item.handler, process, outer, lambda: self._end(outer))

        for item in block.boundaries:
            due = self._due(item.seconds) if item.kind == "timer" else None
            name = "" if due else f"on_{item.name}"
            self._arm(item.kind, item.name, process, inner, lambda _n, item=item: caught(item), name=name, due=due)
        self._enter(block.host, process, inner, finished)

    def _throw(self, signal: str, scope: Scope, done: Done) -> None:
        for leaf in [each for each in self.leaves if each.kind == "signal" and each.name == signal]:
            if leaf in self.leaves:
                leaf.go(0)
        if not scope or self._lives(scope):
            done()

    def _lives(self, scope: Scope) -> bool:
        """Whether every container around still stands; a token that throws is nowhere itself."""
        owned = [self.owners[each] for each in scope if each in self.owners]
        return all(leaf in self.leaves for leaf in owned)

    def _fail(self, error: str, scope: Scope) -> None:
        """Caught by the boundary around: the one whose activity this token is in."""
        around = [each for each in self.leaves if each.kind == "error" and each.name == error]
        leaf = next(each for each in around if scope[: len(each.scope)] == each.scope)
        leaf.go(0)


def _taken(block: Some, n: int) -> tuple[Block, ...]:
    fitting = [branch for place, branch in enumerate(block.branches[:-1]) if n > place + 1]
    return tuple(fitting) or block.branches[-1:]
