"""Structured models as BPMN: with FEEL for the engine, with Python for the bare library."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from tests.support.structured import (
    Block,
    Both,
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
    parts_of,
)
from tests.support.world import flows, form, model

Part: TypeAlias = tuple[str, list[str], str, str]
"""(elements, flows, first, last)"""


@dataclass
class Renderer:
    """FEEL for the engine, Python for the bare library."""

    language: str = "feel"
    calls: dict[str, bytes] = field(default_factory=dict)

    def asks(self, name: str) -> str:
        return f'<userTask id="{name}" n:form="{name}"/>'

    def above(self, name: str, limit: int) -> str:
        return f"? = {name}.n > {limit}" if self.language == "feel" else f'? {name}["n"] > {limit}'

    def part(self, block: Block) -> Part:
        found: Part = getattr(self, f"_{type(block).__name__.lower()}")(block)
        return found

    def process(self, key: str, block: Block, events: tuple[Event, ...] = ()) -> bytes:
        xml, paths, first, last = self.part(block)
        for event in events:
            inner = self.inner(event.body, event.name, _message(f"on_{event.name}"), ' isInterrupting="false"')
            xml += f'<subProcess id="{event.name}" triggeredByEvent="true">{inner}</subProcess>'
        ends = f'<startEvent id="s_{key}"/><endEvent id="e_{key}"/>'
        made = model(ends + xml, f"s_{key} > {first}", f"{last} > e_{key}", *paths, process=key)
        return made if self.language == "feel" else made.replace(b">PT", b'>"PT').replace(b"S</time", b'S"</time')

    def inner(self, block: Block, name: str, starts: str = "", attributes: str = "") -> str:
        xml, paths, first, last = self.part(block)
        drawn = flows(f"s_{name} > {first}", f"{last} > e_{name}", *paths)
        return f'<startEvent id="s_{name}"{attributes}>{starts}</startEvent>{xml}<endEvent id="e_{name}"/>{drawn}'

    def _task(self, block: Task) -> Part:
        return f'<userTask id="{block.name}"/>', [], block.name, block.name

    def _script(self, block: Script) -> Part:
        feel = self.language == "feel"
        text = f"{{ {block.name}_set: {block.value} }}" if feel else f"{block.name}_set = {block.value}"
        return f'<scriptTask id="{block.name}"><script>{text}</script></scriptTask>', [], block.name, block.name

    def _timer(self, block: Timer) -> Part:
        return _catch(block.name, _duration(block.seconds)), [], block.name, block.name

    def _message(self, block: Message) -> Part:
        return _catch(block.name, _message(f"on_{block.name}")), [], block.name, block.name

    def _throw(self, block: Throw) -> Part:
        definition = f'<signalEventDefinition signalRef="{block.signal}"/>'
        xml = f'<intermediateThrowEvent id="{block.name}">{definition}</intermediateThrowEvent>'
        return xml, [], block.name, block.name

    def _fail(self, block: Fail) -> Part:
        end = f"{block.name}_end"
        xml = self.asks(block.asks) + f'<exclusiveGateway id="{block.name}" default="{block.name}_{block.name}_on"/>'
        xml += f'<exclusiveGateway id="{block.name}_on"/><endEvent id="{end}"><errorEventDefinition errorRef="{block.error}"/></endEvent>'
        paths = [f"{block.asks} > {block.name} > {block.name}_on", f"{block.name} > {end} {self.above(block.asks, 2)}"]
        return xml, paths, block.asks, f"{block.name}_on"

    def _sequence(self, block: Sequence) -> Part:
        parts = [self.part(item) for item in block.parts]
        paths = [path for part in parts for path in part[1]]
        paths += [f"{a[3]} > {b[2]}" for a, b in pairwise(parts)]
        return "".join(part[0] for part in parts), paths, parts[0][2], parts[-1][3]

    def _split(self, tag: str, name: str, branches: list[Part], conditions: list[str]) -> Part:
        last = f"{name}_end"
        default = f' default="{name}_{branches[-1][2]}"' if conditions else ""
        xml = f'<{tag} id="{name}"{default}/><{tag} id="{last}"/>' + "".join(part[0] for part in branches)
        given = [*conditions, ""] if conditions else [""] * len(branches)
        paths = [f"{name} > {part[2]} {text}" for part, text in zip(branches, given, strict=True)]
        return xml, [*paths, *(f"{part[3]} > {last}" for part in branches), *_paths(branches)], name, last

    def _asked(self, asks: str, part: Part) -> Part:
        return self.asks(asks) + part[0], [f"{asks} > {part[2]}", *part[1]], asks, part[3]

    def _choice(self, block: Choice) -> Part:
        branches = [self.part(block.one), self.part(block.two)]
        conditions = [self.above(block.asks, 2)]
        return self._asked(block.asks, self._split("exclusiveGateway", block.name, branches, conditions))

    def _both(self, block: Both) -> Part:
        return self._split("parallelGateway", block.name, [self.part(item) for item in block.branches], [])

    def _some(self, block: Some) -> Part:
        branches = [self.part(item) for item in block.branches]
        conditions = [self.above(block.asks, n + 1) for n in range(len(branches) - 1)]
        return self._asked(block.asks, self._split("inclusiveGateway", block.name, branches, conditions))

    def _loop(self, block: Loop) -> Part:
        inner, last, out = self.part(block.body), f"{block.name}_end", f"{block.name}_out"
        gates = f'<exclusiveGateway id="{block.name}"/><exclusiveGateway id="{last}" default="{last}_{out}"/><exclusiveGateway id="{out}"/>'
        paths = [f"{block.name} > {inner[2]}", f"{inner[3]} > {block.asks} > {last} > {out}", *inner[1]]
        back = f"{last} > {block.name} {self.above(block.asks, 3)}"
        return gates + self.asks(block.asks) + inner[0], [*paths, back], block.name, out

    def _race(self, block: Race) -> Part:
        timer, message, last = f"{block.name}_t", f"{block.name}_m", f"{block.name}_end"
        late, came = self.part(block.late), self.part(block.came)
        xml = f'<eventBasedGateway id="{block.name}"/><exclusiveGateway id="{last}"/>' + late[0] + came[0]
        xml += _catch(timer, _duration(block.seconds)) + _catch(message, _message(f"on_{block.name}"))
        paths = [f"{block.name} > {timer} > {late[2]}", f"{block.name} > {message} > {came[2]}"]
        return xml, [*paths, f"{late[3]} > {last}", f"{came[3]} > {last}", *_paths([late, came])], block.name, last

    def _sub(self, block: Sub) -> Part:
        return (
            f'<subProcess id="{block.name}">{self.inner(block.body, block.name)}</subProcess>',
            [],
            block.name,
            block.name,
        )

    def _call(self, block: Call) -> Part:
        self.calls[f"Q_{block.name}"] = self.process(f"Q_{block.name}", block.body)
        return f'<callActivity id="{block.name}" calledElement="Q_{block.name}"/>', [], block.name, block.name

    def _many(self, block: Many) -> Part:
        loop = f'<multiInstanceLoopCharacteristics isSequential="{str(block.sequential).lower()}"><loopCardinality>{block.count}</loopCardinality></multiInstanceLoopCharacteristics>'
        tag = "userTask" if block.body is None else "subProcess"
        inner = self.inner(block.body, block.name) if block.body is not None else ""
        return f'<{tag} id="{block.name}">{inner}{loop}</{tag}>', [], block.name, block.name

    def _hosted(self, block: Hosted) -> Part:
        xml, paths, first, last = self.part(block.host)
        xml += f'<exclusiveGateway id="{block.name}"/>'
        paths = [*paths, f"{last} > {block.name}"]
        for item in block.boundaries:
            kind = (
                _duration(item.seconds)
                if item.kind == "timer"
                else f'<{item.kind}EventDefinition {item.kind}Ref="on_{item.name}"/>'
            )
            handler = self.part(item.handler)
            cancels = "" if item.interrupts else ' cancelActivity="false"'
            xml += (
                f'<boundaryEvent id="{item.name}" attachedToRef="{first}"{cancels}>{kind}</boundaryEvent>{handler[0]}'
            )
            end = block.name if item.interrupts else f"e_{item.name}"
            xml += "" if item.interrupts else f'<endEvent id="{end}"/>'
            paths += [f"{item.name} > {handler[2]}", f"{handler[3]} > {end}", *handler[1]]
        return xml, paths, first, block.name


def _paths(parts: list[Part]) -> list[str]:
    return [path for part in parts for path in part[1]]


def _duration(seconds: int) -> str:
    return f"<timerEventDefinition><timeDuration>PT{seconds}S</timeDuration></timerEventDefinition>"


def _message(name: str) -> str:
    return f'<messageEventDefinition messageRef="{name}"/>'


def _catch(name: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


def render(given: Model, language: str = "feel") -> dict[str, bytes]:
    """The sources by process; P is the one that is started."""
    renderer = Renderer(language)
    top = renderer.process("P", given.body, given.events)
    return {"P": top, **renderer.calls}


def forms_of(given: Model) -> list[bytes]:
    """One form for each task that decides."""
    return [form(item.asks) for item in parts_of(given) if isinstance(item, Choice | Some | Loop | Fail)]
