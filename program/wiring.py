"""Wires the houses: database, keys, engine with its ports, care, access."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from access import CaseAudience, ChainLedger, Sessions
from care import GIVEN_NAMES, AdtDesk, BusinessCalendar, CareFacts, CareRecords, CareSettings, Journal, Measures
from database import Database, Keyring, open_database, open_keyring
from engine import Abilities, Chronicle, Engine, Hot, Library, Post, Reading
from feel import load_zones
from program.clock import Clock
from program.connectors import Connectors, Noting
from program.forms import FormBook
from program.marks import Marks
from program.pump import Pump
from program.scripting import Monty
from program.settings import Settings, SettingsRefused
from program.webhook_file import read_webhooks

SAMPLE_IDLE = timedelta(hours=12)
ADMISSIONS_UNIT = "north"
KEYS = "keys.json"
MARKS = "marks"
HOT_CASES = 1000
"""Cases kept in memory, about 60 KB each."""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that runs, in one value."""

    settings: Settings
    clock: Clock
    database: Database
    keyring: Keyring
    engine: Engine
    reading: Reading
    adt: AdtDesk
    journal: Journal
    sessions: Sessions
    ledger: ChainLedger
    pump: Pump
    post: Post
    connectors: Connectors
    measures: Measures
    scripting: Monty | None = None

    @property
    def chronicle(self) -> Chronicle:
        """What happened over all cases, for reports."""
        return self.measures.chronicle

    def close(self) -> None:
        if self.scripting is not None:
            self.scripting.close()
        if self.pump.marks is not None:
            self.pump.marks.close()
        self.database.close()


def open_program(settings: Settings, clock: Clock) -> Program:
    """Opens the database and wires the houses. The schema must be there: `ninefold db upgrade` makes it.

    Raises SettingsRefused when the database was served with keys that are no longer in the home folder.
    """
    load_zones()  # now, so that no model opens a file later
    kept = settings.home / KEYS
    had_keys = kept.exists()
    program = _wired(settings, clock)
    if not had_keys and program.database.read(lambda tx: program.reading.releases(tx, 1)).items:
        program.close()
        kept.unlink()
        raise SettingsRefused(
            f"Expected the keys of this database in {kept}, but they are gone: put them back from the backup"
        )
    return program


def _wired(settings: Settings, clock: Clock) -> Program:
    connectors = Connectors(read_webhooks(settings), Noting() if settings.profile == "sample" else None)
    keyring = open_keyring(settings.home)
    database = open_database(settings.database_url, synchronous=settings.synchronous)
    zone = ZoneInfo(settings.zone)
    care_settings = CareSettings(zone=zone, unit=ADMISSIONS_UNIT)
    forms = FormBook(clock.now)
    library = Library(forms.reads)
    facts = CareFacts(keyring, clock.now, care_settings)
    ledger = ChainLedger(keyring)
    scripting, abilities = _abilities(settings, connectors)
    engine = Engine(
        keyring=keyring,
        forms=forms,
        facts=facts,
        records=CareRecords(keyring),
        ledger=ledger,
        audience=CaseAudience(),
        calendar=BusinessCalendar(zone),
        library=library,
        hot=Hot(HOT_CASES),
        abilities=abilities,
    )
    return Program(
        settings=settings,
        clock=clock,
        database=database,
        keyring=keyring,
        engine=engine,
        reading=Reading(keyring, forms, facts, library, abilities),
        adt=AdtDesk(engine, keyring, clock.new_id, care_settings),
        journal=Journal(engine, keyring),
        sessions=Sessions(idle=SAMPLE_IDLE),
        ledger=ledger,
        pump=Pump(database, engine, Marks(settings.home / MARKS)),
        post=Post(keyring),
        connectors=connectors,
        measures=Measures(Chronicle(library), keyring, BusinessCalendar(zone), care_settings, clock.now),
        scripting=scripting,
    )


def _abilities(settings: Settings, connectors: Connectors) -> tuple[Monty | None, Abilities]:
    scripting = Monty() if settings.scripting == "monty" else None
    return scripting, Abilities(connectors.known, GIVEN_NAMES, scripting)
