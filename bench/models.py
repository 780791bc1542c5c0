"""The models that all contenders run: nine user tasks with a loop from the sixth to the fourth, flat and as nine called phases."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.world import flows, model

TASKS = tuple(f"t{n}" for n in range(1, 10))
_drawn = random.Random(9)
ANSWERS = {f"field{n}": f"value {_drawn.randbytes(15).hex()}" for n in range(9)}
"""About 450 bytes of JSON with each completion, that do not compress well."""
AGAIN = {False: '= answers.field0 = "again"', True: "t6['field0'] == 'again'"}


@dataclass(frozen=True, slots=True)
class Model:
    """A model in two languages: with `python` its conditions are Python for the bare library, else FEEL."""

    name: str
    sources: Callable[[bool], tuple[bytes, ...]]


def _flat(python: bool) -> tuple[bytes, ...]:  # the same model in another language
    body = (
        '<startEvent id="s"/><endEvent id="e"/><endEvent id="e2"/><exclusiveGateway id="g" default="g_t7"/>'
        + "".join(_task(task, python=python) for task in TASKS)
        + '<userTask id="call"/>'
        + _reminder("t5", python=python)
    )
    paths = ("s > t1 > t2 > t3 > t4 > t5 > t6 > g > t7 > t8 > t9 > e", "bd > call > e2")
    return (model(body, *paths, f"g > t4 ? {AGAIN[python]}"),)


def _phases(python: bool) -> tuple[bytes, ...]:  # the same model in another language
    """Screening, then a subprocess of the eight other phases with a crisis at its edge, each phase a called process."""
    calls = {task: f'<callActivity id="c{task}" calledElement="Q{task}"/>' for task in TASKS}
    inner = (
        '<startEvent id="s2"/><endEvent id="e2"/><exclusiveGateway id="g" default="g_ct7"/>'
        + "".join(calls[task] for task in TASKS[1:])
        + flows("s2 > ct2 > ct3 > ct4 > ct5 > ct6 > g > ct7 > ct8 > ct9 > e2", f"g > ct4 ? {AGAIN[python]}")
    )
    body = (
        f'<startEvent id="s"/>{calls["t1"]}<subProcess id="managed">{inner}</subProcess><endEvent id="e"/>'
        '<boundaryEvent id="crisis" attachedToRef="managed" cancelActivity="false"><messageEventDefinition messageRef="crisis_told"/>'
        '</boundaryEvent><userTask id="help"/><endEvent id="e3"/>'
    )
    top = model(body, "s > ct1 > managed > e", "crisis > help > e3")
    return (top, *(_phase(task, python=python) for task in TASKS))


def _phase(task: str, *, python: bool) -> bytes:
    if task != "t5":
        body = f'<startEvent id="s"/>{_task(task, python=python)}<endEvent id="e"/>'
        return model(body, f"s > {task} > e", process=f"Q{task}")
    body = f'<startEvent id="s"/>{_task(task, python=python)}<endEvent id="e"/><userTask id="call"/><endEvent id="e2"/>'
    return model(body + _reminder(task, python=python), f"s > {task} > e", "bd > call > e2", process=f"Q{task}")


def _task(task: str, *, python: bool) -> str:
    return f'<userTask id="{task}"/>' if python else f'<userTask id="{task}" n:form="answers"/>'


def _reminder(task: str, *, python: bool) -> str:
    duration = '"PT48H"' if python else "PT48H"
    return (
        f'<boundaryEvent id="bd" attachedToRef="{task}" cancelActivity="false"><timerEventDefinition>'
        f"<timeDuration>{duration}</timeDuration></timerEventDefinition></boundaryEvent>"
    )


FLAT = Model("nine tasks", _flat)
PHASES = Model("nine phases", _phases)


def answers_form() -> bytes:
    """A form of nine text fields."""
    fields = [{"type": "textfield", "id": name, "key": name, "label": name} for name in ANSWERS]
    definition = {"id": "answers", "type": "default", "schemaVersion": 19, "title": "Answers", "components": fields}
    return json.dumps(definition).encode()
