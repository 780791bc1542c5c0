"""Block-structured models: sound by construction, written as values, drawn by Hypothesis; `rendered` writes them as BPMN.

Every block has one way in and one way out. What decides (a choice, a loop) asks its own task right before, whose form has that
task's id; so the way of a case follows from the answers alone, and `tests/support/reference.py` can tell it without any engine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from hypothesis import strategies as st

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Task:
    name: str


@dataclass(frozen=True, slots=True)
class Script:
    """Sets `value` in the token's data under its own name."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Timer:
    name: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Message:
    """Waits for the message `on_<name>`."""

    name: str


@dataclass(frozen=True, slots=True)
class Throw:
    """Throws a signal within the case."""

    name: str
    signal: str


@dataclass(frozen=True, slots=True)
class Fail:
    """Asks, and ends in an error when the answer is above 2."""

    name: str
    asks: str
    error: str


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Asks, and takes the first branch when the answer is above 2, else the second."""

    name: str
    asks: str
    one: "Block"
    two: "Block"


@dataclass(frozen=True, slots=True)
class Both:
    name: str
    branches: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Asks, and takes branch n when the answer is above n + 1, the last one when none fits."""

    name: str
    asks: str
    branches: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """Its body, then it asks, and goes round again when the answer is above 3."""

    name: str
    asks: str
    body: "Block"


@dataclass(frozen=True, slots=True)
class Race:
    """An event-based gateway: a timer or a message, whichever comes first, each with what follows."""

    name: str
    seconds: int
    late: "Block"
    came: "Block"


@dataclass(frozen=True, slots=True)
class Sub:
    name: str
    body: "Block"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a process `Q_<name>` of its own."""

    name: str
    body: "Block"


@dataclass(frozen=True, slots=True)
class Many:
    """Multi-instance: of a user task when `body` is None, else of a subprocess."""

    name: str
    sequential: bool
    count: int
    body: "Block | None" = None


@dataclass(frozen=True, slots=True)
class Boundary:
    """`kind` is message, signal, timer or error. What does not interrupt has its own end."""

    name: str
    kind: str
    interrupts: bool
    handler: "Block"
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Hosted:
    """An activity with boundary events; interrupted or not, it goes on behind one merge."""

    name: str
    host: "Task | Sub"
    boundaries: tuple[Boundary, ...]


Block: TypeAlias = (
    Task
    | Script
    | Timer
    | Message
    | Throw
    | Fail
    | Sequence
    | Choice
    | Both
    | Some
    | Loop
    | Race
    | Sub
    | Call
    | Many
    | Hosted
)


@dataclass(frozen=True, slots=True)
class Event:
    """A non-interrupting event subprocess, started by the message `on_<name>` any number of times."""

    name: str
    body: Block


@dataclass(frozen=True, slots=True)
class Model:
    """The process P."""

    body: Block
    events: tuple[Event, ...] = ()


# -- drawing


@dataclass
class Maker:
    """Draws blocks. `plain` leaves out what the bare library is known to do wrongly (tests/conformance/differences.py)."""

    draw: Callable[..., object]
    plain: bool = False
    count: int = 0
    timers: int = 0
    left: int = 14
    inside: list[str] = field(default_factory=list)

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def seconds(self) -> int:
        """Differs from every sum of others, so no two timers of one token are due at once."""
        self.timers += 1
        return int(self.draw(st.integers(1, 3))) * DAY + 2 ** (self.timers % 16)

    def block(self, depth: int) -> Block:
        self.left -= 1
        kinds = ["task", "task", "script", "timer", "message"]
        if depth and self.left > 0:
            kinds += ["sequence", "sequence", "choice", "loop", "race", "sub", "call", "many", "hosted", "failing"]
            if not (self.plain and "loop" in self.inside):
                kinds += ["both", "some"]
            if not self.plain:
                kinds += ["signalled"]
        made: Block = getattr(self, f"_{self.draw(st.sampled_from(kinds))}")(depth - 1)
        return made

    def within(self, kind: str, depth: int) -> Block:
        self.inside.append(kind)
        found = self.block(depth)
        self.inside.pop()
        return found

    def handler(self, depth: int) -> Block:
        """The bare library cannot have a multi-instance behind a boundary event, unless in a subprocess."""
        return self.alone(self.block(depth), (Many,) if self.plain else ())

    def alone(self, block: Block, apart: tuple[type, ...]) -> Block:
        """Within a subprocess if it has one of these kinds on its own level."""
        return Sub(self.name("w"), block) if any(isinstance(part, apart) for part in level_of(block)) else block

    def _task(self, _depth: int) -> Block:
        return Task(self.name("u"))

    def _script(self, _depth: int) -> Block:
        return Script(self.name("k"), int(self.draw(st.integers(0, 9))))

    def _timer(self, _depth: int) -> Block:
        return Timer(self.name("t"), self.seconds())

    def _message(self, _depth: int) -> Block:
        return Message(self.name("m"))

    def _sequence(self, depth: int) -> Block:
        return Sequence(tuple(self.block(depth) for _ in range(int(self.draw(st.integers(2, 3))))))

    def _choice(self, depth: int) -> Block:
        return Choice(self.name("g"), self.name("q"), self.block(depth), self.block(depth))

    def _both(self, depth: int) -> Block:
        return Both(self.name("g"), tuple(self.block(depth) for _ in range(int(self.draw(st.integers(2, 3))))))

    def _some(self, depth: int) -> Block:
        """For the bare library a branch with a merge of its own stands in a subprocess: see differences."""
        apart = (Choice, Both, Some, Loop, Race, Hosted) if self.plain else ()
        return Some(self.name("g"), self.name("q"), tuple(self.alone(self.block(depth), apart) for _ in range(3)))

    def _loop(self, depth: int) -> Block:
        return Loop(self.name("g"), self.name("q"), self.within("loop", depth))

    def _race(self, depth: int) -> Block:
        return Race(self.name("g"), self.seconds(), self.block(depth), self.block(depth))

    def _sub(self, depth: int) -> Block:
        return Sub(self.name("w"), self.block(depth))

    def _call(self, depth: int) -> Block:
        return Call(self.name("c"), self.block(depth))

    def _many(self, depth: int) -> Block:
        simple = self.plain or self.draw(st.booleans())
        inner = None if simple else self.within("many", depth)
        return Many(self.name("a"), bool(self.draw(st.booleans())), int(self.draw(st.integers(0, 3))), inner)

    def _hosted(self, depth: int) -> Block:
        name = self.name("g")
        host = Task(self.name("u")) if self.draw(st.booleans()) else Sub(self.name("w"), self.block(depth))
        return Hosted(name, host, tuple(self.boundary(depth) for _ in range(int(self.draw(st.integers(1, 2))))))

    def boundary(self, depth: int) -> Boundary:
        kind = str(self.draw(st.sampled_from(["message", "timer"])))
        interrupts = bool(self.draw(st.booleans())) or (self.plain and kind == "message")
        return Boundary(self.name("b"), kind, interrupts, self.handler(depth), self.seconds())

    def _signalled(self, depth: int) -> Block:
        name, event = self.name("g"), self.name("b")
        parts = (Task(self.name("u")), Throw(self.name("x"), f"on_{event}"), Task(self.name("u")), self.block(depth))
        boundary = Boundary(event, "signal", bool(self.draw(st.booleans())), self.handler(depth))
        return Hosted(name, Sub(self.name("w"), Sequence(parts)), (boundary,))

    def _failing(self, depth: int) -> Block:
        name, event = self.name("g"), self.name("b")
        body = Sequence((Fail(self.name("g"), self.name("q"), f"on_{event}"), self.block(depth)))
        boundary = Boundary(event, "error", interrupts=True, handler=self.handler(depth))
        return Hosted(name, Sub(self.name("w"), body), (boundary,))


@st.composite
def models(draw: Callable[..., object], depth: int = 3, *, plain: bool = False) -> Model:
    """Models of up to about twenty blocks."""
    maker = Maker(draw, plain)
    body = maker._sequence(depth)
    events = [Event(maker.name("v"), maker.block(1)) for _ in range(0 if plain else int(draw(st.integers(0, 1))))]
    return Model(body, tuple(events))


def level_of(block: object) -> Iterator[object]:
    """A block and all within it that is drawn on its own level."""
    yield block
    if isinstance(block, Sub | Call | Many):
        return
    for item in _held(block):
        yield from level_of(item)


def parts_of(block: object) -> Iterator[object]:
    """A block and all within it."""
    yield block
    for item in _held(block):
        yield from parts_of(item)


def _held(block: object) -> Iterator[object]:
    for name in getattr(block, "__slots__", ()):
        held = getattr(block, name)
        for item in held if isinstance(held, tuple) else (held,):
            if not isinstance(item, str | int | None):
                yield item
