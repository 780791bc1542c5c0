"""Python script tasks, only where the extra `[scripting]` is installed and NINEFOLD_SCRIPTING=monty: in worker processes, never here.

monty is an interpreter of its own without files, network or processes; each script gets a fresh session, limits, a clock that stands
at the step's instant and a fixed seed. A worker that hangs is killed and replaced.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from math import isfinite
from typing import Any

from engine import ScriptFailed
from feel import to_text

SECONDS, MEMORY, DEPTH, WORKERS, CHECKOUTS, PATIENCE = 1.0, 64_000_000, 200, 2, 200, 10.0
MOST_NAMES = 200
NEVER = datetime(1, 1, 1, tzinfo=UTC)
WHOLE = 2**53
_NAME = r"[^\W\d]\w*"
_NAMES = re.compile(rf"\b{_NAME}\b")
_ASSIGNED = re.compile(
    rf"^[ \t]*({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)[ \t]*(?::[^=\n]+)?(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)", re.MULTILINE
)
_COLLECT = "_ninefold"


def is_installed() -> bool:
    return find_spec("pydantic_monty") is not None


@dataclass(slots=True)
class Monty:
    """The engine's port Scripting. Workers start with the first script; `close` ends them."""

    library: Any = field(default_factory=lambda: import_module("pydantic_monty"))  # Any: installed by the extra alone
    _pool: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def problem(self, script: str) -> str | None:
        """A sentence when the script is no Python that monty knows, with its line."""
        monty = self.library
        guarded = "if False:\n" + "".join(f"    {line}\n" for line in script.split("\n")) + "    pass\n"
        try:
            with self._session(NEVER) as session:
                session.feed_run(guarded, print_callback=monty.CollectString())
        except monty.MontySyntaxError:
            return "Expected Python that can be read, but this script cannot be parsed"
        except (monty.MontyError, TimeoutError):
            return "Expected Python that the script runner knows, but it refused this script"
        return None

    def run(self, script: str, values: Mapping[str, Any], now: datetime, *, wants: bool) -> Any:
        """The value of the last line, or, unless it is wanted, the names that the script set or changed. Raises ScriptFailed."""
        monty = self.library
        used = set(_NAMES.findall(script))
        inputs = {name: _in(value) for name, value in values.items() if name in used}
        quiet = monty.CollectString()
        try:
            with self._session(now) as session:
                found = session.feed_run(script, inputs=inputs, print_callback=quiet)
                if wants or isinstance(found, dict):
                    return _out(found)
                names = sorted(_assigned(script) | inputs.keys())[:MOST_NAMES]
                after = session.feed_run(_collecting(names), print_callback=quiet)
        except TimeoutError as error:
            raise ScriptFailed("script-time") from error
        except monty.MontyCrashedError as error:
            raise ScriptFailed("script-stopped") from error
        except monty.MontyError as error:
            raise ScriptFailed(_code(error)) from error
        return {name: _out(value) for name, value in after.items() if name not in inputs or inputs[name] != value}

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__(None, None, None)

    def _session(self, now: datetime) -> Any:
        limits = {"max_feed_duration_secs": SECONDS, "max_memory": MEMORY, "max_recursion_depth": DEPTH}
        policy = {"datetime": now, "random_start": {"seed": 0}, "sleep": "zero"}
        return self._started().checkout(limits=limits, os_policy=policy, script_name="script.py")

    def _started(self) -> Any:
        with self._lock:
            if self._pool is None:
                self._pool = self.library.Monty(
                    min_processes=1,
                    max_processes=WORKERS,
                    checkout_timeout=PATIENCE,
                    request_timeout=2 * SECONDS,
                    max_checkouts_per_worker=CHECKOUTS,
                ).__enter__()
            return self._pool


def _code(error: Any) -> str:
    """The kind of the failure; its text may quote the case."""
    kind = type(getattr(error, "exception", lambda: error)()).__name__
    if kind == "TimeoutError":
        return "script-time"
    return "script-memory" if kind == "MemoryError" else "script-depth" if kind == "RecursionError" else "script"


def _assigned(script: str) -> set[str]:
    return {name for names in _ASSIGNED.findall(script) for name in _NAMES.findall(names)}


def _collecting(names: list[str]) -> str:
    """A second snippet of the same session: the names that are set, if they are values."""
    lines = [f"{_COLLECT} = {{}}"]
    for name in names:
        if name != _COLLECT:
            kinds = "(str, bool, int, float, list, tuple, dict)"
            lines += ["try:", f"    if {name} is None or isinstance({name}, {kinds}):"]
            lines += [f"        {_COLLECT}[{name!r}] = {name}", "except NameError:", "    pass"]
    return "\n".join([*lines, _COLLECT])


def _in(value: Any) -> Any:
    """Whole numbers as int; other numbers, dates, times and durations as their text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float | Decimal):
        whole = -WHOLE <= value <= WHOLE and value == int(value)
        return int(value) if whole else str(value)
    if isinstance(value, Mapping):
        return {str(key): _in(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_in(item) for item in value]
    return to_text(value)


def _out(value: Any) -> Any:
    """JSON values alone. Raises ScriptFailed for anything else, and for numbers without end."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**34 else _refuse()
    if isinstance(value, float):
        return Decimal(repr(value)) if isfinite(value) else _refuse()
    if isinstance(value, list | tuple):
        return [_out(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _out(item) for key, item in value.items()}
    return _refuse()


def _refuse() -> Any:
    raise ScriptFailed("script-value")
