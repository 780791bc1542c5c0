"""The sample's past: at the first start the cohort lives up to now on a new database, so that the workplaces open mid-flight."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from care import sample_feed
from cli.opened import system_clock
from cli.output import say
from database import upgrade
from program import Settings, VirtualClock, open_program, seed_people, seed_release
from trial import Plan, lay_out, load_answers, prepare, timeline

SIDE_FILES = ("-wal", "-shm")


def prepare_sample(settings: Settings, *, cohort: bool) -> None:
    """People, the shipped release and, on a database that was never served, the cohort. Progress on standard error."""
    if cohort and _is_new(settings):
        _live(settings)
        return
    program = open_program(settings, system_clock(settings))
    try:
        seed_people(program)
        seed_release(program)
    finally:
        program.close()


def _is_new(settings: Settings) -> bool:
    program = open_program(settings, system_clock(settings))
    try:
        return not program.database.read(lambda tx: program.reading.releases(tx, 1)).items
    finally:
        program.close()


def _live(settings: Settings) -> None:
    """The embedded database is made aside and put in place when it is whole: an interrupted start leaves nothing half done."""
    if settings.embedded is None:
        _replay(settings, system_clock(settings).now())
        return
    aside = settings.embedded.with_name(f"{settings.embedded.name}.new")
    _remove(aside)
    _replay(replace(settings, database_url=f"sqlite:///{aside}", synchronous="NORMAL"), system_clock(settings).now())
    _remove(settings.embedded)
    aside.replace(settings.embedded)


def _replay(settings: Settings, now: datetime) -> None:
    upgrade(settings.database_url)
    plan = Plan(sample_feed(now), load_answers("sample"))
    timed = timeline(plan)
    clock = VirtualClock(timed[0][0])
    program = open_program(settings, clock)
    try:
        seed_people(program)
        seed_release(program)
        say("Ninefold lets the sample cohort live up to now; this takes a minute, once.")
        driver = prepare(program, clock, plan, timed)
        lay_out(driver, program, now, ZoneInfo(settings.zone))
        driver.run(now, _months())
    finally:
        program.close()


def _months() -> Callable[[datetime], None]:
    shown: list[str] = []

    def progress(at: datetime) -> None:
        month = at.strftime("%Y-%m")
        if month not in shown[-1:]:
            shown.append(month)
            say(f"  {month}")

    return progress


def _remove(path: Path) -> None:
    for name in (path, *(path.with_name(path.name + suffix) for suffix in SIDE_FILES)):
        name.unlink(missing_ok=True)
