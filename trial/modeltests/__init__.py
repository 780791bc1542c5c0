"""Model tests: `*.test.json` files beside a model say what it answers to what, and this room reads and runs them.

Decisions only so far; the file's `kind` says what is tested, so that processes can join. No database, no clock.
"""

from trial.modeltests.report import FileReport, Finding, NeverHit
from trial.modeltests.run import run_file, run_files

__all__ = ["FileReport", "Finding", "NeverHit", "run_file", "run_files"]
