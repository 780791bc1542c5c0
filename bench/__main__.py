"""Runs the benchmarks, all or those named, prints their tables and writes build/bench.json."""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import clients, completion, conditions, decisions, language, loops, replaying, timers, workers
from bench.figures import machine

ROOT = Path(__file__).resolve().parents[1]
ALL = {
    "completion": completion.measure,
    "loops": loops.measure,
    "timers": timers.measure,
    "conditions": conditions.measure,
    "feel": language.measure,
    "decisions": decisions.measure,
    "replay": replaying.measure,
}
BY_NAME = {"workers": workers.measure, "clients": clients.measure}
"""Run only when asked for: they want PostgreSQL and a quiet machine."""


def main(names: list[str]) -> int:
    known = {**ALL, **BY_NAME}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"Expected names among {', '.join(known)}, but found {', '.join(unknown)}", file=sys.stderr)
        return 2
    began, before, tables = time.perf_counter(), machine(), {}
    print(", ".join(f"{name} {value}" for name, value in before.items()), end="\n\n", flush=True)
    for name in names or ALL:
        with TemporaryDirectory(prefix="ninefold-bench-") as folder:
            tables[name] = known[name](Path(folder))
        print(tables[name].text(), flush=True)
    written = {"machine": before, "load_after": machine()["load"]}
    written |= {"seconds": round(time.perf_counter() - began, 1)}
    written |= {"tables": {name: table.json() for name, table in tables.items()}}
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"{written['seconds']} s; {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
