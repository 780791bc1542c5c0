"""Timer text -> an instant: bare ISO 8601 as every modeler writes it, or FEEL. Months are real months, local times are right.

A duration is exact: P1D is 24 hours. Months and years, and the whole days of a cycle, are steps of the organisation's calendar: they
keep the time of day on its clocks over both daylight-saving edges.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine.errors import EngineError
from feel import YearsMonths, compile_expression, parse_temporal

_CYCLE = re.compile(r"R(\d{0,6})/(.+)")
_ISO_START = re.compile(r"-?P[\dT]|\d{4}-\d\d|R\d*/", re.IGNORECASE)
_NOTHING = timedelta(0)
MOST_DAYS = 10_000
Local = Callable[[datetime], datetime]


class TimerText(EngineError):
    """Expected an ISO 8601 date, duration or cycle, or a FEEL expression that yields one."""

    code = "timer-text"


def is_bare(text: str) -> bool:
    """True for text that is ISO 8601 and not FEEL, such as `PT48H`, `2025-06-10T14:00:00Z` and `R3/PT1H`."""
    return _ISO_START.match(text.strip()) is not None


def due_instant(text: str, value: Callable[[], Any], now: datetime, local: Local, zone: tzinfo = UTC) -> datetime:
    """The instant at which a timer is due: a date as it stands, a duration from `now`."""
    found = _bare(text) if is_bare(text) else value()
    if isinstance(found, str):
        found = _bare(found)
    return _instant(found, now.astimezone(zone), local)


def whole_days(value: Any) -> int:
    """A number of working days. Raises TimerText for anything but a whole number from 0 to 10,000."""
    if not isinstance(value, Decimal) or not 0 <= value <= MOST_DAYS or value != int(value):
        raise TimerText(f"Expected a whole number of working days from 0 to {MOST_DAYS}")
    return int(value)


def _bare(text: str) -> Any:
    found = parse_temporal(text.strip().upper())
    if found is None:
        raise TimerText
    return found


def _instant(found: Any, now: datetime, local: Local) -> datetime:
    """`now` is in the zone whose months are meant."""
    match found:
        case timedelta() | YearsMonths():
            moved = _moved(now, found, local)
            if moved < now:
                raise TimerText("Expected a duration that is not negative")
            return moved
        case datetime():
            return (found if found.tzinfo is not None else local(found)).astimezone(UTC)
        case date():
            return local(datetime.combine(found, time.min)).astimezone(UTC)
    raise TimerText


def _moved(start: datetime, span: Any, local: Local, times: int = 1, *, by_calendar: bool = False) -> datetime:
    exact = isinstance(span, timedelta) and not by_calendar
    moment = start.astimezone(UTC) if exact else start.replace(tzinfo=None)
    try:
        found = compile_expression("moment + span * times").evaluate({"moment": moment, "span": span, "times": times})
    except OverflowError as error:
        raise TimerText("Expected a duration within the calendar") from error
    if not isinstance(found, datetime):
        raise TimerText("Expected a duration within the calendar")
    return (found if exact else local(found)).astimezone(UTC)


def cycle(text: str, value: Callable[[], Any], now: datetime, local: Local, zone: tzinfo = UTC) -> dict[str, Any]:
    """A cycle before its first turn: at its start, or one interval from now. `left` -1 is without end."""
    found = text.strip() if is_bare(text) else value()
    parts = _CYCLE.fullmatch(found.strip().upper()) if isinstance(found, str) else None
    if parts is None:
        raise TimerText("Expected a cycle such as R3/PT1H")
    pieces = parts[2].split("/")
    interval = _bare(pieces[-1]) if pieces[-1].startswith("P") else None
    positive = interval.months > 0 if isinstance(interval, YearsMonths) else (interval or _NOTHING) > _NOTHING
    if not positive or len(pieces) > 2 or (len(pieces) == 2 and pieces[0].startswith("P")):
        raise TimerText("Expected a cycle of a number, a start if any, and an interval above zero, such as R3/PT1H")
    begun = len(pieces) == 2
    start = _instant(_bare(pieces[0]), now.astimezone(zone), local) if begun else now
    state = {
        "left": int(parts[1]) if parts[1] else -1,
        "start": start.astimezone(UTC).isoformat(),
        "turn": 0 if begun else 1,
        "interval": pieces[-1],
    }
    return _with_next(state, zone, local)


def turned(state: Mapping[str, Any], zone: tzinfo, local: Local) -> dict[str, Any] | None:
    """The cycle after one turn, reckoned from its own instants however late it was; None when that was the last."""
    left = state["left"] - 1 if state["left"] > 0 else state["left"]
    return _with_next({**state, "left": left, "turn": state["turn"] + 1}, zone, local) if left else None


def _with_next(state: Mapping[str, Any], zone: tzinfo, local: Local) -> dict[str, Any]:
    """Each turn is so many intervals from the start: so the 31st stays the 31st wherever a month has one."""
    interval, start = _bare(state["interval"]), datetime.fromisoformat(state["start"]).astimezone(zone)
    by_calendar = "T" not in state["interval"]
    due = _moved(start, interval, local, state["turn"], by_calendar=by_calendar) if state["turn"] else start
    return {**state, "next": due.astimezone(UTC).isoformat()}
