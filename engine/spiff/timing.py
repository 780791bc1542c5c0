"""Timer text -> an instant: bare ISO 8601 as every modeler writes it, or FEEL. Months are real months, local times are right."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.errors import EngineError
from feel import YearsMonths, compile_expression, parse_temporal, to_text

_CYCLE = re.compile(r"R(\d*)/(.+)")
_ISO_START = re.compile(r"-?P[\dT]|\d{4}-\d\d|R\d*/", re.IGNORECASE)
Local = Callable[[datetime], datetime]


class TimerText(EngineError):
    """Expected an ISO 8601 date, duration or cycle, or a FEEL expression that yields one."""

    code = "timer-text"


def is_bare(text: str) -> bool:
    """True for text that is ISO 8601 and not FEEL, such as `PT48H`, `2025-06-10T14:00:00Z` and `R3/PT1H`."""
    return _ISO_START.match(text.strip()) is not None


def due_instant(text: str, value: Callable[[], Any], now: datetime, local: Local) -> datetime:
    """The instant at which a timer is due: a date as it stands, a duration from `now`."""
    found = _bare(text) if is_bare(text) else value()
    if isinstance(found, str):
        found = _bare(found)
    return _instant(found, now, local)


def _bare(text: str) -> Any:
    found = parse_temporal(text.strip().upper())
    if found is None:
        raise TimerText
    return found


def _instant(found: Any, now: datetime, local: Local) -> datetime:
    match found:
        case timedelta() | YearsMonths():
            moved = compile_expression("moment + span").evaluate({"moment": now, "span": found})
            if not isinstance(moved, datetime) or moved < now:
                raise TimerText("Expected a duration that is not negative")
            return moved.astimezone(UTC)
        case datetime():
            return (found if found.tzinfo is not None else local(found)).astimezone(UTC)
        case date():
            return local(datetime.combine(found, time.min)).astimezone(UTC)
    raise TimerText


def cycle_text(text: str, value: Callable[[], Any], now: datetime, local: Local) -> str:
    """`R3/<first instant>/<interval>` in the form that the library keeps; the first turn is one interval from now."""
    found = text.strip() if is_bare(text) else value()
    parts = _CYCLE.fullmatch(found.strip().upper()) if isinstance(found, str) else None
    if parts is None:
        raise TimerText("Expected a cycle such as R3/PT1H")
    pieces = parts[2].split("/")
    interval = parse_temporal(pieces[-1])
    if not isinstance(interval, timedelta) or interval <= timedelta(0) or len(pieces) > 2:
        raise TimerText("Expected a cycle with an interval of days, hours, minutes or seconds above zero")
    start = _instant(_bare(pieces[0]), now, local) if len(pieces) == 2 else now + interval
    return f"R{parts[1]}/{start.isoformat()}/{to_text(interval)}"
