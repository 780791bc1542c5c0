"""Runs attacks under an audit hook, which can never be removed again: so in a process of its own. Prints what happened as JSON.

Called as `python -m tests.guard.child WHAT N M`: the N-th of M slices of the attacks, or M random models. Everything that needs the interpreter's own
machinery (imports, time zones) is loaded before the hook is armed, as the product does when it starts.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import product
from typing import Any

from engine.errors import EngineError
from engine.spiff import check, compile_release
from feel import load_zones
from program.forms import FormBook, compiled
from tests.guard.payloads import CANARY, PAYLOADS
from tests.guard.places import PLACES, artefacts
from tests.guard.walks import shipped, walks
from tests.support.driven import Driven
from tests.support.world import START

NAMES = {"exec", "compile", "open", "import", "code.__new__", "function.__new__", "marshal.loads", "pickle.find_class"}
ROOMS = (
    "subprocess.",
    "os.",
    "socket.",
    "ctypes.",
    "shutil.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "glob.",
    "pty.",
    "sqlite3.",
)
STEPS = 12
SOUND = (
    "1",
    "n",
    '"x"',
    "PT1H",
    "R2/PT1H",
    "2026-01-05T10:00:00Z",
    "{ k: 1 }",
    "[1, 2]",
    "true",
    "ask",
    "k",
    "items",
    "f",
    "d",
)
seen: list[str] = []
armed = False


def hook(event: str, args: tuple[Any, ...]) -> None:
    if armed and (event in NAMES or event.startswith(ROOMS)):
        seen.append(f"{event} {args[:1]!r}"[:160])


@contextmanager
def watched() -> Iterator[list[str]]:
    global armed  # noqa: PLW0603  # the hook is called by the interpreter
    seen.clear()
    armed = True
    try:
        yield seen
    finally:
        armed = False


def attack(place: str, text: str) -> dict[str, Any]:
    """What became of one payload in one place: refused by rules, or run, and where that ended."""
    given = artefacts(PLACES[place], text)
    forms = FormBook(lambda: START)
    compiled.cache_clear()
    with watched() as events:
        problems = check(given, forms.problems)
        refused = [[item.rule, item.element, item.message] for item in problems if item.severity == "error"]
        ended = {} if refused else run(given, forms, text)
    return {"place": place, "payload": text, "refused": refused, "events": list(events), **ended}


def run(given: Any, forms: FormBook, text: str) -> dict[str, Any]:
    """A case through all that the model lets it do, answered with the payload too."""
    release = compile_release("r", given, forms.reads)
    case = Driven(release)
    values = {"n": 1, "a": {"b": 2, "__class__": text}, "items": [1, text], "text": text, text[:40]: 1}
    try:
        case.start(START, {"fact": text}, **values)
        now = START
        for _ in range(STEPS):
            now += timedelta(hours=1)
            if not step(case, forms, text, now):
                break
    except EngineError as error:
        return {"failed": error.code, "told": str(error)}
    parked = [item.cause for advance in case.advances for item in advance.parked]
    return {"status": case.case.status, "parked": parked, "canary": CANARY in json.dumps(case.state, default=str)}


def step(case: Driven, forms: FormBook, text: str, now: Any) -> bool:
    if case.tasks:
        key, task = next(iter(case.tasks.items()))
        source = case.release.forms.get(task.form or "")
        if source is not None:
            forms.prefill(source, {"answer": text, "n": 1})
            forms.check(source, {"answer": text}, {"n": 1, "a": {"b": 2}})
        case.complete(key, {"answer": text}, now)
    elif case.waits:
        wait = next(iter(case.waits.values()))
        case.send(wait.name, now, {"text": text, "__class__": text})
    elif case.timers:
        case.fire(next(iter(case.timers)), now)
    else:
        return False
    return True


def control() -> list[dict[str, Any]]:
    """That the hook sees what it should: each of these is one event at least."""

    def dynamic() -> None:
        eval("1")  # noqa: S307

    def opened() -> None:
        with open("/dev/null", encoding="utf-8"):  # noqa: PTH123
            pass

    def imported() -> None:
        import this_module_is_not_there  # noqa: F401

    found = []
    for name, act in {"dynamic": dynamic, "opened": opened, "imported": imported}.items():
        with watched() as events:
            with suppress(ImportError):
                act()
            found.append({"control": name, "events": list(events)})
    return found


def attacks(n: int, m: int) -> list[dict[str, Any]]:
    for place in PLACES:
        attack(place, SOUND[0])
    taken = [place for place in PLACES if any(not attack(place, text)["refused"] for text in SOUND)]
    pairs = [*product(taken, PAYLOADS), *product([place for place in PLACES if place not in taken], PAYLOADS[:9])]
    return [*({"place": place, "taken": place in taken} for place in PLACES), *(attack(*pair) for pair in pairs[n::m])]


def main(what: str, n: str, m: str) -> int:
    load_zones()
    sys.addaudithook(hook)
    made: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "attacks": lambda: attacks(int(n), int(m)),
        "models": lambda: walks(watched, int(m)),
        "shipped": lambda: shipped(watched),
        "control": control,
    }
    print(json.dumps(made[what]()))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
