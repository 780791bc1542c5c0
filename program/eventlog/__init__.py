"""Event logs for process mining: XES (IEEE 1849-2016), OCEL 2.0 and CSV, written as they are read, in the memory of one page."""

from collections.abc import Callable, Mapping
from typing import BinaryIO

from access import active_people
from database import Tx
from engine import Entry, LogFilter
from program.eventlog.ocel import write_ocel
from program.eventlog.sheet import write_csv
from program.eventlog.source import Resources, Source
from program.eventlog.xes import write_xes
from program.seed import SYSTEM_ACTOR
from program.wiring import Program

Writer = Callable[[Source, BinaryIO], int]
WRITERS: Mapping[str, Writer] = {"xes": write_xes, "ocel": write_ocel, "csv": write_csv}

__all__ = ["WRITERS", "export_events"]


def export_events(program: Program, form: str, wanted: LogFilter, out: BinaryIO, *, names: bool = False) -> int:
    """Writes an event log and answers how many events it holds. With `names` of who acted the export is audited before.

    `form` is xes, ocel or csv.
    """
    if names:
        entry = Entry(0, None, program.clock.now(), SYSTEM_ACTOR.id, "service", "export_events", form, reason="names")
        program.database.write(lambda tx: program.ledger.note(tx, entry))

    def write(tx: Tx) -> int:
        people = {person.id: person.name for person in active_people(tx)} if names else None
        return WRITERS[form](Source(tx, program.chronicle, wanted, Resources(people)), out)

    return program.database.read(write)
