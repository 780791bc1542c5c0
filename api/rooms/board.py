"""The board: a process with counts over all cases."""

from typing import Any

from api.caller import Caller, caller
from api.policies import BOARD_READ
from api.routing import Room, Takes
from api.shapes import designs as shapes
from database import Tx

room = Room("board", "Counts over all cases. No client is behind any number.")
LIFECYCLE = "case_lifecycle"


@room.route("GET /board", BOARD_READ, shapes.Board(), takes=Takes(query=shapes.BoardQuery()), polled=True)
def read_board(query: dict[str, Any]) -> Any:
    """A process of the active release with counts per element."""
    who = caller()
    return who.read(lambda tx: _board(tx, who, query["process"]))


def _board(tx: Tx, who: Caller, process: str | None) -> dict[str, Any]:
    reading = who.program.reading
    titles = reading.process_names(tx, None)
    key = process or (LIFECYCLE if LIFECYCLE in titles else min(titles, default=LIFECYCLE))
    view = reading.board(tx, key)
    elements = {
        element: {"tokens": view.tokens.get(element, 0), "visits": view.visits.get(element, 0)}
        for element in sorted({*view.tokens, *view.visits})
    }
    return {
        "process": view.process,
        "name": titles.get(view.process, view.process),
        "release": view.release,
        "xml": view.source.decode(),
        "processes": [{"key": name, "name": titles.get(name, name), "active": False} for name in view.processes],
        "elements": elements,
    }
