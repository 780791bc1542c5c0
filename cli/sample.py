"""The sample's past: at the first start the cohort is replayed up to now, so that the workplaces open mid-flight."""

from datetime import UTC, datetime

from care import sample_feed
from cli.opened import system_clock
from cli.output import say
from engine import CaseFilter, Scope
from program import Settings, VirtualClock, open_program, seed_people, seed_release
from trial import Plan, load_answers, prepare, timeline

EVERYTHING = Scope("sample", everything=True)


def prepare_sample(settings: Settings, *, cohort: bool) -> None:
    """People, first release and, on an empty database, the cohort. Progress on standard error."""
    now = system_clock(settings).now()
    if not cohort or _has_cases(settings):
        program = open_program(settings, system_clock(settings))
        try:
            seed_people(program)
            seed_release(program)
        finally:
            program.close()
        return
    plan = Plan(sample_feed(now), load_answers("sample"))
    timed = timeline(plan)
    clock = VirtualClock(timed[0][0])
    program = open_program(settings, clock)
    try:
        seed_people(program)
        seed_release(program)
        driver = prepare(program, clock, plan, timed)
        say("Ninefold lets the sample cohort live up to now; this takes a minute, once.")
        shown = ""

        def progress(at: datetime) -> None:
            nonlocal shown
            if (month := at.strftime("%Y-%m")) != shown:
                shown = month
                say(f"  {month}")

        driver.run(now.astimezone(UTC), progress)
    finally:
        program.close()


def _has_cases(settings: Settings) -> bool:
    program = open_program(settings, system_clock(settings))
    try:
        page = program.database.read(lambda tx: program.reading.cases(tx, EVERYTHING, CaseFilter(limit=1)))
        return bool(page.items)
    finally:
        program.close()
