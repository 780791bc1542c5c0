"""Inputs that look for untouched branches: atheris drives the language and the reader of decisions (`make fuzz`).

`python -m tests.fuzz.guided language 60` for 60 seconds; `decisions` the other. Ends with 0 and says so where atheris is not
installed. What fails is kept in build/fuzz and played again by naming the file as last word.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from tests.house.tree import ROOT

CORPUS = ROOT / "build" / "fuzz"
SLOWEST = 20
"""Seconds for one input after which it counts as hanging."""
MEMORY = 2_048


def language(data: bytes) -> None:
    """Bytes as an expression and as unary tests."""
    from tests.fuzz.outcome import outcome
    from tests.oracle.grammar import NAMES

    text = data.decode("utf-8", "surrogateescape")
    outcome(text, NAMES)
    outcome(text, NAMES, 3, unary=True)


def decisions(data: bytes) -> None:
    """Bytes as a DMN file."""
    from tests.fuzz.seeds import dice
    from tests.fuzz.test_decision_files import ended

    ended(data, dice(0))


def corpus(target: str) -> Path:
    """A folder of inputs to begin with: generated expressions, or the shipped tables."""
    from tests.fuzz.seeds import seed
    from tests.fuzz.test_decision_files import sources
    from tests.oracle.pieces import Writer

    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(seed())
    begun = [writer.expression().text.encode() for _ in range(300)] if target == "language" else list(sources())[:60]
    for number, data in enumerate(begun):
        (folder / f"seed-{number}").write_bytes(data)
    return folder


def main(target: str, seconds: str, *again: str) -> int:
    if importlib.util.find_spec("atheris") is None:
        print("guided fuzzing left out: atheris is not installed here", file=sys.stderr)
        return 0
    import atheris

    with atheris.instrument_imports(include=["feel", "engine.decisions"]):
        import engine.decisions
        import feel

    assert feel
    assert engine.decisions
    flags = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST}",
        f"-rss_limit_mb={MEMORY}",
        "-max_len=9000",
        "-print_final_stats=1",
    ]
    places = list(again) or [str(corpus(target))]
    atheris.Setup(
        [sys.argv[0], *flags, f"-artifact_prefix={CORPUS}/", *places],
        {"language": language, "decisions": decisions}[target],
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
