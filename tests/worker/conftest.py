"""A program with one small model: a timer, then a task."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from database import upgrade
from engine import Deploy
from program import SYSTEM_ACTOR, Clock, Program, SystemClock, open_program, read_settings
from tests.support.world import model


def waiting(span: str) -> bytes:
    """A process P that opens the task u when the span is over."""
    return model(
        '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition id="d">'
        f'<timeDuration xsi:type="tFormalExpression">{span}</timeDuration></timerEventDefinition></intermediateCatchEvent>'
        '<userTask id="u" n:group="team"/><endEvent id="e"/>',
        "s>t>u>e",
    )


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Opens a program: `program("PT0.3S", clock=…)`."""
    opened: list[Program] = []

    def open_(span: str, clock: Clock | None = None) -> Program:
        found = read_settings(
            {"NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(tmp_path), "NINEFOLD_SYNCHRONOUS": "NORMAL"}
        )
        upgrade(found.database_url)
        made = open_program(found, clock or SystemClock())
        opened.append(made)
        artefact = made.reading.identify("p.bpmn", waiting(span))
        now = made.clock.now()
        made.database.write(lambda tx: made.engine.execute(Deploy((artefact,), SYSTEM_ACTOR, now), tx))
        return made

    yield open_
    for each in opened:
        each.close()
