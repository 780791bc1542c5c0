"""Runs test files against the models beside them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from trial.modeltests.decisions import run_decision
from trial.modeltests.form import MAX_BYTES, FileRefused, read_test
from trial.modeltests.report import FileReport

SUFFIX = ".test.json"
MOST_BESIDE = 200


def run_files(paths: Iterable[Path]) -> tuple[FileReport, ...]:
    """The reports of several files. A rule that one of them hits is not told by another as never hit."""
    reports = tuple(run_file(path) for path in paths)
    hit = {(report.model, element) for report in reports for element, visits in report.coverage.items() if visits}
    return tuple(
        replace(report, never_hit=tuple(rule for rule in report.never_hit if (report.model, rule.element) not in hit))
        for report in reports
    )


def run_file(path: Path) -> FileReport:
    """The report of a file; one that cannot be read or run is a report with a problem, never an exception."""
    try:
        test = read_test(_bytes(path))
        model = path.with_name(test.file or f"{path.name.removesuffix(SUFFIX)}.dmn")
        report = run_decision(str(path), test, model.name, _bytes(model), _beside(model))
        return replace(report, model=str(model))
    except FileRefused as error:
        return FileReport(str(path), failed=1, problem=str(error))


def _beside(model: Path) -> Iterator[tuple[str, bytes]]:
    """The other models of the folder; read only when they are asked for."""
    for path in sorted(model.parent.glob("*.dmn"))[:MOST_BESIDE]:
        if path != model:
            yield path.name, _bytes(path)


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise FileRefused(f"Expected the file {path.name}, but there is none")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileRefused(f"Expected to read {path.name} ({type(error).__name__})") from None
