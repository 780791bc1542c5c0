"""The bare library at the other end of a pipe: what it says after each step of a case."""

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "support" / "bare.py"


class BareFailed(Exception):
    """The bare library cannot do it; the text is its own."""


class Theirs:
    """One process for many cases, one after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.seen: dict[str, Any] = {}

    def ask(self, do: str, now: datetime, **more: Any) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "now": now.isoformat(), "with": more}).encode() + b"\n")
        self.process.stdin.flush()
        self.seen = json.loads(self.process.stdout.readline())
        if "error" in self.seen:
            raise BareFailed(self.seen["error"])

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def where(self) -> dict[str, Any]:
        return {
            "open": Counter(element for element, _data in self.seen["open"]),
            "timers": Counter(self.seen["timers"]),
            "messages": Counter(self.seen["messages"]),
            "completed": self.seen["completed"],
        }

    @property
    def data(self) -> list[Any]:
        return sorted(([element, data] for element, data in self.seen["open"]), key=repr)
