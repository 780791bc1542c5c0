"""Stories on the whole program: a feed arrives, people answer, time passes; a test looks at cases, timers, tasks and rows.

A story lives in a folder of its own, copied from one that has the schema, the people and the first release. What it shows comes
from raw SQL on the file, apart from the program's own queries.
"""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from care import Demographics, MessageRejected, read_messages, register_client
from care.hl7 import parse_instant
from program import Program, Settings, VirtualClock, open_program, read_settings
from trial import AnswerSet, load_answers, report
from trial.drive import Driver

ZONE = ZoneInfo("America/New_York")
FEEDS = Path(__file__).parent / "feeds"


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant from the wall clock of New York."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


BEGIN, ENROLLED = local(2025, 5, 1, 9), local(2025, 5, 19, 9)


def settings_in(home: Path) -> Settings:
    """Settings of a sample program in a folder; safe against a killed process, not against power loss."""
    return read_settings({"NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(home), "NINEFOLD_SYNCHRONOUS": "NORMAL"})


def rows(path: Path, statement: str, *values: Any) -> list[sqlite3.Row]:
    """Rows of a database file, read apart from the program."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(statement, values).fetchall()


@dataclass
class Story:
    """One program under virtual time with a driver that answers tasks."""

    home: Path
    answers: AnswerSet = field(default_factory=lambda: load_answers("always_open"))
    seed: int = 0
    begin: datetime = BEGIN

    def __post_init__(self) -> None:
        self.clock = VirtualClock(self.begin, self.seed + int(self.begin.timestamp()))  # new ids in a copied folder
        self.program: Program = open_program(settings_in(self.home), self.clock)
        self.driver = Driver(self.program, self.clock, self.answers, self.seed)
        self.path = self.home / "ninefold.db"
        for row in self.sql("SELECT id FROM cases ORDER BY started_at, id"):  # of a folder that was lived in before
            self.driver.cases.setdefault(row["id"], len(self.driver.cases) + 1)

    def close(self) -> None:
        self.program.close()

    # -- what happens

    def refer(self, mrn: str, family: str = "Example") -> str:
        """A client whom a physician refers now; the client's id."""
        client = self.program.database.write(
            lambda tx: register_client(
                tx,
                self.program.keyring,
                client_id=self.clock.new_id(),
                authority="SYNTH",
                mrn=mrn,
                demographics=Demographics(family=family, given="Client"),
                at=self.clock.now(),
            )
        )
        self.driver.start(client.id, {"source_type": "pcp"})
        return client.id

    def feed(self, name: str) -> None:
        """Every message of a file arrives when it was sent (MSH-7); what cannot be read arrives with the message before it."""
        at = self.clock.now()
        for message in read_messages((FEEDS / name).read_bytes()):
            if not isinstance(message, MessageRejected):
                at = parse_instant(message.value("MSH", 7), ZONE) or at
            self.driver.message(at, message)

    def until(self, *wall: int) -> "Story":
        """Lets time pass up to an instant of New York's wall clock."""
        self.driver.run(local(*wall))
        return self

    def report(self) -> dict[str, Any]:
        return report(self.program, self.driver.fed, self.begin, self.clock.now(), self.seed, 0.0)

    # -- what is there

    def sql(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        return rows(self.path, statement, *values)

    def one(self, statement: str, *values: Any) -> Any:
        """The first column of the only row."""
        (row,) = self.sql(statement, *values)
        return row[0]

    def tasks(self, element: str, status: str | None = None) -> list[sqlite3.Row]:
        """The tasks of an element ever opened, in order of opening."""
        found = self.sql("SELECT * FROM tasks WHERE element = ? ORDER BY opened_at, id", element)
        return [row for row in found if status is None or row["status"] == status]

    def open(self) -> Counter[str]:
        """How many tasks are open, by element."""
        return Counter(row["element"] for row in self.sql("SELECT element FROM tasks WHERE status = 'open'"))

    def timers(self) -> dict[str, datetime]:
        """Waiting timers: element -> due."""
        return {row["element"]: instant(row["due_at"]) for row in self.sql("SELECT element, due_at FROM timers")}

    def visits(self, element: str) -> int:
        """How often an element was left."""
        return self.one("SELECT count(*) FROM history WHERE kind = 'ElementLeft' AND element = ?", element)

    def stay(self, n: int = 0) -> dict[str, Any]:
        """The n-th stay by its beginning."""
        row = dict(self.sql("SELECT * FROM stays ORDER BY began_at, id")[n])
        return {
            key: instant(value) if key.endswith(("_at", "_for", "deadline")) else value for key, value in row.items()
        }

    def case(self) -> sqlite3.Row:
        """The only case."""
        (row,) = self.sql("SELECT * FROM cases")
        return row

    def facts(self) -> dict[str, Any]:
        case_id = self.case()["id"]
        found = self.program.database.read(lambda tx: self.program.reading.case_facts(tx, case_id))
        return {name: item.value for name, item in found.items()}

    def stages(self) -> list[str]:
        """The phases in the order in which they were entered."""
        found = self.sql("SELECT facts FROM history WHERE kind = 'StageEntered' ORDER BY at, step, n")
        return [json.loads(row["facts"])["to"] for row in found]


def instant(text: str | None) -> datetime | None:
    """An instant from a column of SQLite."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


DAY, HOUR = timedelta(days=1), timedelta(hours=1)
