"""A small world around the engine: real database, real SpiffWorkflow, virtual time; a scenario reads in five lines.

The engine stores a case after every command and loads it before the next, so every step of every scenario here runs on a state
that was saved and restored: nothing is kept in memory between two commands, unless `hot` says so.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

import sqlalchemy as sa

from access import CaseAudience, ChainLedger
from care import BusinessCalendar
from database import Database, Keyring, Tx
from engine import (
    Actor,
    AnswerOperation,
    Artefact,
    CaseId,
    CompleteTask,
    Correlate,
    Deploy,
    Deployment,
    Engine,
    Event,
    Hot,
    InboxFilter,
    Library,
    Problem,
    Reading,
    Receipt,
    Scope,
    StartCase,
    TaskView,
    case_id_of,
)
from engine.spiff import Release, codec
from engine.store import tables
from engine.store.cases import shard_of
from program.pump import Pump

T = TypeVar("T")
NO_CASE = CaseId("")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ANN = Actor("ann", frozenset({"case_manager"}), frozenset({"team"}))
ALL = Scope("ann", frozenset({"team"}), everything=True)
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:n="https://ninefold.example/schema/bpmn/1.0" id="definitions" targetNamespace="urn:test">'
)
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_DECLARED = {"message": "", "signal": "", "error": "errorCode", "escalation": "escalationCode"}


def flows(*paths: str) -> str:
    """Sequence flows of paths such as `s > g > a` and `g > b ? = x > 1`; the id of `g > b` is `g_b`."""
    made = {}
    for path in paths:
        line, _, condition = path.partition("?")
        nodes = line.split(">")
        for source, target in pairwise(nodes):
            name = f"{source.strip()}_{target.strip()}"
            text = condition.strip().replace("&", "&amp;").replace("<", "&lt;")
            inner = f'<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression>' if text else ""
            made[name] = (
                f'<sequenceFlow id="{name}" sourceRef="{source.strip()}" targetRef="{target.strip()}">{inner}'
                "</sequenceFlow>"
            )
    return "".join(made.values())


def model(body: str, *paths: str, process: str = "P", attributes: str = "") -> bytes:
    """A model of one process; the messages, signals, errors and escalations that it refers to are declared by their id."""
    declared = "".join(
        f'<{kind} id="{name}" name="{name}"{f" {code}={json.dumps(name)}" if code else ""}/>'
        for kind, code in _DECLARED.items()
        for name in sorted(set(re.findall(rf'{kind}Ref="([^"]+)"', body)))
    )
    return (
        f'{HEAD}{declared}<process id="{process}" name="{process}" isExecutable="true" {attributes}>'
        f"{body}{flows(*paths)}</process></definitions>"
    ).encode()


def form(key: str, *, facts: Mapping[str, str] | None = None, required: tuple[str, ...] = (), **more: Any) -> bytes:
    """A form of `PlainForms`: takes any value; `facts` are remembered, `required` ones must be there."""
    return json.dumps({"id": key, "facts": dict(facts or {}), "required": list(required), **more}).encode()


def table(key: str, inputs: str, output: str, rules: Mapping[str, str], policy: str = "UNIQUE") -> bytes:
    """A decision with one input and one output: cell -> result."""
    rows = "".join(
        f'<rule id="{key}_{n}"><inputEntry><text>{cell}</text></inputEntry>'
        f"<outputEntry><text>{result}</text></outputEntry></rule>"
        for n, (cell, result) in enumerate(rules.items(), 1)
    )
    return (
        f'<definitions xmlns="{DMN}" id="{key}_file" name="{key}" namespace="urn:test">'
        f'<decision id="{key}" name="{key}"><decisionTable id="{key}_table" hitPolicy="{policy}"><input id="{key}_in">'
        f'<inputExpression id="{key}_expression"><text>{inputs}</text></inputExpression></input>'
        f'<output id="{key}_out" name="{output}"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


@dataclass(frozen=True, slots=True)
class Checked:
    values: Mapping[str, Any]
    shared: Mapping[str, Any]
    problems: tuple[tuple[str, str], ...] = ()
    plain: Mapping[str, Any] = field(default_factory=dict)


class PlainForms:
    """The port FormCheck over the JSON of `form`."""

    def problems(self, source: bytes, file: str) -> tuple[Problem, ...]:
        if "id" in json.loads(source):
            return ()
        return (Problem(file, None, None, "form", "error", "Expected a form with an id"),)

    def key(self, source: bytes) -> str:
        return str(json.loads(source).get("id", ""))

    def check(self, source: bytes, values: Mapping[str, Any], known: Mapping[str, Any]) -> Checked:
        definition = json.loads(source)
        missing = tuple((f"#/{name}", "Expected an answer") for name in definition["required"] if name not in values)
        plain = {name: values[name] for name in definition.get("plain", ()) if name in values}
        return Checked(dict(values), self.shared(source, values), missing, plain)

    def shared(self, source: bytes, values: Mapping[str, Any]) -> Mapping[str, Any]:
        facts = self.facts(source)
        return {fact: values[name] for name, fact in facts.items() if name in values}

    def prefill(self, source: bytes, known: Mapping[str, Any]) -> Mapping[str, Any]:
        facts = self.facts(source)
        named = {field_: known[fact] for field_, fact in facts.items() if fact in known}
        return {**{name: known[name] for name in json.loads(source).get("fields", ()) if name in known}, **named}

    def facts(self, source: bytes) -> Mapping[str, str]:
        return dict(json.loads(source)["facts"])

    def reads(self, source: bytes) -> frozenset[str]:
        return frozenset(json.loads(source).get("reads", ()))

    def definition(self, source: bytes) -> Mapping[str, Any]:
        return dict(json.loads(source))


@dataclass
class GivenFacts:
    """The port Facts: what a test gives. Reads no table."""

    given: dict[str, Any] = field(default_factory=dict)

    def read(self, tx: Tx, case: Any) -> Mapping[str, Any]:
        return self.given


class NoRecords:
    """The port Records: keeps nothing."""

    def apply(self, tx: Tx, case: Any, advance: Any, actor_id: str, at: datetime) -> None:
        return

    def amend(self, tx: Tx, case: Any, amendment: Any, actor_id: str, at: datetime) -> None:
        return


@dataclass
class World:
    """One database with an engine on it, and the case that was started last."""

    database: Database
    keyring: Keyring
    now: datetime = START
    forms: Any = field(default_factory=PlainForms)
    facts: GivenFacts = field(default_factory=GivenFacts)
    count: int = 0
    case: CaseId = NO_CASE
    hot: int = 0
    operations: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.library = Library(self.forms.reads)
        self.ledger = ChainLedger(self.keyring)
        self.engine = Engine(
            self.keyring,
            self.forms,
            self.facts,
            NoRecords(),
            self.ledger,
            CaseAudience(),
            BusinessCalendar(),
            self.library,
            Hot(self.hot),
            self.operations,
        )
        self.reading = Reading(self.keyring, self.forms, self.facts, self.library)
        self.pump = Pump(self.database, self.engine)

    # -- doing

    def execute(self, command: Any) -> Any:
        return self.database.write(lambda tx: self.engine.execute(command, tx))

    def artefact(self, source: bytes, file: str | None = None) -> Artefact:
        if file is None:
            ending = "form.json" if source.startswith(b"{") else "dmn" if DMN.encode() in source[:200] else "bpmn"
            file = f"upload.{ending}"
        found = self.reading.identify(file, source)
        return replace(found, file=f"{found.key}.{file.split('.', 1)[1]}")

    def deploy(self, *sources: bytes | Artefact) -> Deployment:
        artefacts = tuple(item if isinstance(item, Artefact) else self.artefact(item) for item in sources)
        return self.execute(Deploy(artefacts, ANN, self.now))

    def start(
        self, process: str = "P", /, *, subject: str = "subject", unit: str | None = None, **values: Any
    ) -> CaseId:
        self.count += 1
        self.case = case_id_of(f"{self.count:032x}")
        self.execute(StartCase(self.case, process, subject, ANN, self.now, unit, values))
        return self.case

    def play(self, body: str, *paths: str, values: Mapping[str, Any] | None = None, attributes: str = "") -> CaseId:
        """Deploys one process P and starts a case of it."""
        self.deploy(model(body, *paths, attributes=attributes))
        return self.start(**(values or {}))

    def complete(self, element: str, n: int = 0, /, *, receipt_key: str | None = None, **values: Any) -> Any:
        """Completes the n-th open task of an element of the case."""
        receipt = Receipt("/complete", receipt_key, b"body") if receipt_key is not None else None
        return self.execute(CompleteTask(self.task(element, n).id, ANN, self.now, values, None, receipt))

    def send(self, name: str, key: str | None = None, /, **payload: Any) -> int:
        """How many waits of the case took the message."""
        return self.execute(Correlate(self.case, name, ANN, self.now, key, payload)).reached

    def answer(self, n: int = 0, /, *, error: str | None = None, **values: Any) -> Any:
        """Answers the n-th operation of the case that waits for one, as the outbox does."""
        table_ = tables.outbox
        where = sa.select(table_.c.token).where(table_.c.case_id == self.case, table_.c.token.is_not(None))
        token = self.rows(where.order_by(table_.c.step, table_.c.n))[n].token
        return self.execute(AnswerOperation(self.case, token, ANN, self.now, values, error))

    def pass_time(self, **span: float) -> None:
        """Moves the clock on and fires every timer at its own instant, as a pump that is never late does."""
        self.pass_until(self.now + timedelta(**span))

    def pass_until(self, until: datetime) -> None:
        for _ in range(10_000):
            due = self.read(self.engine.next_wake)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.pump.fire_due(self.now)
        else:
            raise AssertionError("timers without end")
        self.now = until

    # -- seeing

    def read(self, work: Callable[[Tx], T]) -> T:
        return self.database.read(work)

    def rows(self, statement: Any) -> list[Any]:
        return list(self.read(lambda tx: tx.rows(statement)))

    def tasks(self) -> list[TaskView]:
        wanted = InboxFilter(case_id=self.case, sort="opened_at", limit=200)
        return list(self.read(lambda tx: self.reading.inbox(tx, ALL, wanted)).items)

    def task(self, element: str, n: int = 0) -> TaskView:
        return [task for task in self.tasks() if task.element == element][n]

    @property
    def view(self) -> Any:
        return self.read(lambda tx: self.reading.case(tx, ALL, self.case))

    @property
    def status(self) -> str:
        return str(self.view.status)

    @property
    def open(self) -> list[str]:
        return sorted(task.element for task in self.tasks())

    @property
    def timers(self) -> dict[str, datetime]:
        rows = self.read(lambda tx: self.reading.timers(tx, ALL, self.case, None, 200))
        return {row.element: row.due_at for row in rows.items}

    @property
    def waits(self) -> list[tuple[str, str | None]]:
        return sorted(
            self.read(lambda tx: self.engine.awaited(tx, self.case)), key=lambda wait: (wait[0], wait[1] or "")
        )

    def damage(self) -> bytes:
        """What no model can do: the stored state of the case cannot be opened any more. Gives what it was."""
        (row,) = self.rows(sa.select(tables.cases.c.state).where(tables.cases.c.id == self.case))
        self.repair(b"damaged")
        return bytes(row.state)

    def repair(self, state: bytes) -> None:
        changed = sa.update(tables.cases).where(tables.cases.c.id == self.case).values(state=state)
        self.database.write(lambda tx: tx.run(changed))

    @property
    def stuck(self) -> list[tuple[str, str]]:
        """(element, cause) of every open incident."""
        wanted = (tables.incidents.c.case_id == self.case, tables.incidents.c.status == "open")
        return sorted((row.element, row.cause) for row in self.rows(sa.select(tables.incidents).where(*wanted)))

    @property
    def tokens(self) -> Counter[str]:
        row = self.rows(sa.select(tables.cases.c.active).where(tables.cases.c.id == self.case))[0]
        return Counter(element for _, element in row.active)

    @property
    def history(self) -> list[Event]:
        """Every row, oldest first."""
        table_ = tables.history
        rows = self.rows(sa.select(table_).where(table_.c.case_id == self.case).order_by(table_.c.step, table_.c.n))
        return [Event(row.step, row.at, row.actor, row.kind, row.process, row.element, row.facts or {}) for row in rows]

    @property
    def visited(self) -> list[str]:
        """Elements in the order in which they were left, without start and end events of their own name."""
        return [event.element for event in self.history if event.kind == "ElementLeft"]

    @property
    def known(self) -> dict[str, Any]:
        """The case facts."""
        found = self.read(lambda tx: self.reading.case_facts(tx, self.case))
        return {name: item.value for name, item in found.items()}

    @property
    def calls(self) -> list[str]:
        rows = self.rows(sa.select(tables.outbox).where(tables.outbox.c.case_id == self.case))
        return [row.topic for row in sorted(rows, key=lambda row: row.id)]

    def release(self) -> Release:
        release = self.view.release
        return self.read(lambda tx: self.library.release(tx, release))

    def live(self) -> Any:
        """The library's workflow of the case, decoded from its blob."""
        return decoded(self.database, self.keyring, self.library, self.case)

    def data(self, element: str, n: int = 0) -> dict[str, Any]:
        """The token's data where a task of that element is open."""
        task = self.task(element, n)
        live = self.live()
        for tree in (live, *live.subprocesses.values()):
            for item in tree.tasks.values():
                if item.id == task.id[3:]:
                    return dict(item.data)
        raise AssertionError(f"no token at {element}")


def decoded(database: Database, keyring: Keyring, library: Library, case_id: str) -> Any:
    """The library's workflow of a case, decoded from its stored blob."""
    table_ = tables.cases
    where = sa.select(table_).where(table_.c.shard == shard_of(case_id), table_.c.id == case_id)

    def read(tx: Tx) -> Any:
        row = tx.one(where)
        assert row is not None
        return row, library.release(tx, row.release)

    row, release = database.read(read)
    specs = release.specs[row.process]
    blob = keyring.open(row.state, "cases", "state", case_id)
    return codec.decode(blob, specs.spec, specs.subprocess_specs, None)
