"""The model that all contenders run: nine user tasks, a loop from the sixth to the fourth, a timer of 48 h on the fifth."""

import json
import random

from tests.support.world import model

TASKS = tuple(f"t{n}" for n in range(1, 10))
PATHS = (
    "s > t1 > t2 > t3 > t4 > t5 > t6 > g > t7 > t8 > t9 > e",
    "bd > call > e2",
)
_drawn = random.Random(9)
ANSWERS = {f"field{n}": f"value {_drawn.randbytes(15).hex()}" for n in range(9)}
"""About 450 bytes of JSON with each completion, that do not compress well."""


def nine(*, python: bool = False) -> bytes:
    """The model with a condition and a duration in FEEL, or in Python for the bare library."""
    form = "" if python else ' n:form="answers"'
    duration = '"PT48H"' if python else "PT48H"
    again = "t6['field0'] == 'again'" if python else '= answers.field0 = "again"'
    body = (
        '<startEvent id="s"/><endEvent id="e"/><endEvent id="e2"/><exclusiveGateway id="g" default="g_t7"/>'
        + "".join(f'<userTask id="{task}"{form}/>' for task in TASKS)
        + '<userTask id="call"/><boundaryEvent id="bd" attachedToRef="t5" cancelActivity="false"><timerEventDefinition>'
        f"<timeDuration>{duration}</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    return model(body, *PATHS, f"g > t4 ? {again}")


def answers_form() -> bytes:
    """A form of nine text fields."""
    fields = [{"type": "textfield", "id": name, "key": name, "label": name} for name in ANSWERS]
    definition = {"id": "answers", "type": "default", "schemaVersion": 19, "title": "Answers", "components": fields}
    return json.dumps(definition).encode()
