"""Cases under the audit hook: random models over random ways, and the shipped models with their own forms and tables."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Artefact
from engine.errors import EngineError
from engine.spiff import check, compile_release
from program.forms import FormBook
from tests.properties.test_structured import Walk
from tests.support.driven import Driven, released
from tests.support.structured import Model, models
from tests.support.world import START

Watched = Callable[[], AbstractContextManager[list[str]]]
ROOT = Path(__file__).parents[2]
WAYS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), min_size=4, max_size=24)
KINDS = {".bpmn": "model", ".dmn": "decision", ".json": "form"}


def walks(watched: Watched, examples: int) -> list[dict[str, Any]]:
    """Each random model compiled and walked, on a case that is stored at each step and on one in memory."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(models(), WAYS)
    def walk(drawn: Model, way: list[tuple[int, int]]) -> None:
        with watched() as events:
            going = Walk(drawn, released(drawn), 0, 1)
            steps = sum(1 for pick, answer in way if going.take(pick, answer))
        found.append({"steps": steps, "events": list(events)})

    walk()
    return found[1:]  # the first one warms up what Hypothesis and the models need


def shipped(watched: Watched) -> list[dict[str, Any]]:
    """Each shipped process, begun and gone on with as far as empty answers, messages and time bring it."""
    forms = FormBook(lambda: START)
    artefacts = shipped_artefacts(forms)
    with watched() as events:
        problems = [item for item in check(artefacts, forms.problems) if item.severity == "error"]
        release = compile_release("shipped", artefacts, forms.reads)
    found = [{"process": "", "steps": len(problems), "events": list(events)}]
    for key in sorted(release.specs):
        case = Driven(release, process=key)
        with watched() as events:
            steps = _drive(case, forms)
        found.append({"process": key, "steps": steps, "events": list(events)})
    return found


def shipped_artefacts(forms: FormBook) -> tuple[Artefact, ...]:
    files = [*sorted((ROOT / "bpmn").glob("*.bpmn")), *sorted((ROOT / "bpmn").glob("*.dmn"))]
    files += sorted((ROOT / "forms" / "definitions").glob("*.form.json"))
    return tuple(_artefact(path, forms) for path in files)


def _artefact(path: Path, forms: FormBook) -> Artefact:
    source, kind = path.read_bytes(), KINDS[path.suffix]
    return Artefact(kind, forms.key(source) if kind == "form" else path.stem, source, path.name)


def _drive(case: Driven, forms: FormBook) -> int:
    now = START
    try:
        case.start(now, {"age": 70})
        for n in range(30):
            now += timedelta(hours=1)
            if case.tasks:
                key, task = next(iter(case.tasks.items()))
                source = case.release.forms.get(task.form or "")
                if source is not None:
                    forms.check(source, {}, {})
                case.complete(key, {}, now)
            elif case.timers:
                case.fire(next(iter(case.timers)), now)
            elif case.waits:
                case.send(next(iter(case.waits.values())).name, now, {})
            else:
                return n
    except EngineError:
        return -1
    return 30
