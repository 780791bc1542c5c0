"""A child process that may take little memory and processor: evaluates each expression of a JSON list on standard input."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from tests.fuzz.outcome import outcome

KIB = 1024


def size() -> int:
    """Bytes of address space this process has taken."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def main(memory: int, processor: int) -> int:
    texts = json.loads(sys.stdin.read())
    outcome("1 + 1", {})
    limit = size() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for text in texts:
        outcome(text, {})
        outcome(text, {}, 1, unary=True)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * KIB
    json.dump({"ended": len(texts), "grown": grown}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
