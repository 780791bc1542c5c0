"""Runs one test file against the model beside it."""

from pathlib import Path

from trial.modeltests.decisions import run_decision
from trial.modeltests.form import MAX_BYTES, FileRefused, read_test
from trial.modeltests.report import FileReport

SUFFIX = ".test.json"


def run_file(path: Path) -> FileReport:
    """The report of a file; one that cannot be read or run is a report with a problem, never an exception."""
    try:
        test = read_test(_bytes(path))
        model = path.with_name(test.file or f"{path.name.removesuffix(SUFFIX)}.dmn")
        return run_decision(str(path), test, model.name, _bytes(model))
    except FileRefused as error:
        return FileReport(str(path), failed=1, problem=str(error))


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise FileRefused(f"Expected the file {path.name}, but there is none")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileRefused(f"Expected to read {path.name} ({type(error).__name__})") from None
