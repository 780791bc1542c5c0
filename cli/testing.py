"""`model-test`: runs model tests and says which row failed, what was expected, what came, and which rules were never hit."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from cli.output import answer, format_option, plain
from trial import FileReport, Finding, run_files


@click.command(name="model-test")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--every-rule", is_flag=True, help="a rule that no row hits is a failure too")
@format_option
@click.pass_context
def model_test(ctx: click.Context, files: tuple[Path, ...], form: str, *, every_rule: bool) -> None:
    """Run model tests (*.test.json) against the models beside them. Exit 1 when a row fails or a file cannot be run."""
    reports = run_files(files)
    passed, failed = sum(item.passed for item in reports), sum(item.failed for item in reports)
    visits: Counter[str] = Counter()
    for item in reports:
        visits.update(item.coverage)
    document = {"passed": passed, "failed": failed, "coverage": dict(visits), "files": reports}
    answer(document, form, [*(line for item in reports for line in _lines(item)), f"passed {passed}, failed {failed}"])
    missing = every_rule and any(item.never_hit for item in reports)
    ctx.exit(1 if failed or missing else 0)


def _lines(report: FileReport) -> Iterator[str]:
    if report.problem is not None:
        yield f"{report.file}: not run: {report.problem}"
        return
    rows = report.passed + report.failed
    told = f"{report.failed} of {rows} rows failed" if report.failed else f"{rows} rows passed"
    yield f"{report.file}: {told}"
    shown = 0
    for finding in report.findings:
        if finding.row != shown:
            yield f'  row {finding.row} "{finding.name}"'
            shown = finding.row
        yield from _finding(finding)
    for rule in report.never_hit:
        yield f"  never hit: rule {rule.rule} of {rule.decision} ({rule.element})"


def _finding(finding: Finding) -> Iterator[str]:
    if finding.what == "row":
        yield f"    {finding.message}"
        return
    expected, came = (json.dumps(plain(item), ensure_ascii=False) for item in (finding.expected, finding.came))
    yield f"    {finding.what}: expected {expected}, but got {came}"
    if finding.message:
        yield f"    noted: {finding.message}"


commands = (model_test,)
