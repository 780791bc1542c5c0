"""`feel`, `decide` and `tck`: an expression, a decision, and the conformance kit, without any case."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from cli.output import answer, format_option, plain
from engine import Decidable, DecisionError, DecisionProblem, Notice, XmlRejected, decide, parse_decisions, parse_xml
from feel import (
    BudgetExceeded,
    FeelError,
    FeelSyntaxError,
    Remark,
    Value,
    compile_expression,
    compile_tests,
    kind_of,
    to_json,
    to_text,
)
from program import SystemClock
from trial import TckReport, run_tck

MAX_FILE = 5_000_000
SHOWN = 20


class Json(click.ParamType[Any]):
    """JSON on the command line, or `@FILE` to read it from a file; `@-` reads standard input."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            if value.startswith("@"):
                with click.open_file(value[1:], encoding="utf-8") as file:
                    value = file.read(MAX_FILE)
            return json.loads(value, parse_float=Decimal, parse_constant=_no_constant)
        except OSError as error:
            self.fail(f"Expected a file that can be read ({type(error).__name__})", param, ctx)
        except json.JSONDecodeError as error:
            self.fail(f"Expected JSON, but: {error.msg} (line {error.lineno}, column {error.colno})", param, ctx)
        except (ValueError, ArithmeticError, RecursionError) as error:
            self.fail(f"Expected plain JSON ({type(error).__name__})", param, ctx)


class JsonObject(Json):
    """A JSON object: names and their values."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if not isinstance(found, dict):
            self.fail('Expected a JSON object such as {"age": 71}', param, ctx)
        return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"Expected a finite number, but found {name}")


@click.command(context_settings={"ignore_unknown_options": True})  # so that an expression may begin with a minus
@click.argument("expression")
@click.option("--context", type=JsonObject(), default="{}", help="the names it may use, as a JSON object or @FILE")
@click.option("--unary", is_flag=True, help="the text is a decision table's cell; --value is what it tests")
@click.option("--value", "tested", type=Json(), help="the value that a cell tests, as JSON")
@format_option
@click.pass_context
def feel(ctx: click.Context, expression: str, context: dict[str, Any], unary: bool, tested: Any, form: str) -> None:
    """Evaluate one FEEL expression, or test a value against one cell. Exit 1 when it is no FEEL or goes over its budget."""
    given = ctx.get_parameter_source("tested") is not click.core.ParameterSource.DEFAULT
    if given is not unary:
        raise click.UsageError("Expected --unary and --value together, or neither")
    now, names = SystemClock().now(), frozenset(_names(context))
    warnings: list[Remark] = []
    try:
        if unary:
            found: Value = compile_tests(expression, names).match(tested, context, now=now, warnings=warnings)
        else:
            found = compile_expression(expression, names).evaluate(context, now=now, warnings=warnings)
    except FeelError as error:
        problem = _syntax(error)
        answer({"value": None, "type": "null", "problems": [problem]}, form, [f"not evaluated: {problem['message']}"])
        ctx.exit(1)
    lines = [to_text(found), *(f"warning: {item}" for item in warnings)]
    problems = [{**plain(item), "rule": "feel", "severity": "warning"} for item in warnings]
    answer({"value": to_json(found), "type": kind_of(found), "problems": problems}, form, lines)


def _names(context: Any) -> Iterator[str]:
    """Every name in a context, also in those within: names may hold spaces and signs."""
    if isinstance(context, dict):
        for key, value in context.items():
            yield key
            yield from _names(value)
    elif isinstance(context, list):
        for item in context:
            yield from _names(item)


def _syntax(error: FeelError) -> dict[str, Any]:
    place = {"line": error.line, "column": error.column} if isinstance(error, FeelSyntaxError) else {}
    return {**place, "rule": error.code, "severity": "error", "message": str(error)}


@click.command(name="decide")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", "wanted", help="name or id; may be left out when the file has one decision")
@click.option("--input", "given", type=JsonObject(), default="{}", help="the inputs, as a JSON object or @FILE")
@click.option(
    "--import",
    "imported",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="another DMN file that the file imports; may be given again",
)
@format_option
@click.pass_context
def decide_command(
    ctx: click.Context, file: Path, wanted: str | None, given: dict[str, Any], imported: tuple[Path, ...], form: str
) -> None:
    """Make one decision of a DMN file. Exit 1 when the file has errors or the decision goes over its budget."""
    decisions = _read(ctx, form, file, imported)
    try:
        outcome = decide(_chosen(decisions, wanted), given, SystemClock().now())
    except BudgetExceeded as error:
        _undecided(ctx, form, [_syntax(error)])
    matched = [{"decision": step.decision, "rules": list(step.matched)} for step in outcome.steps]
    problems = [_noticed(item) for item in outcome.warnings]
    lines = [
        to_text(outcome.value),
        *(f"{item['decision']}: rules {', '.join(map(str, item['rules'])) or 'none'}" for item in matched),
        *(f"warning: {item}" for item in outcome.warnings),
    ]
    answer({"outputs": to_json(outcome.value), "matched": matched, "problems": problems}, form, lines)


def _read(ctx: click.Context, form: str, file: Path, imported: tuple[Path, ...]) -> Sequence[Decidable]:
    roots, path = [], file
    try:
        for path in (file, *imported):
            roots.append((parse_xml(path.read_bytes()[: MAX_FILE + 1]), path.name))
        return parse_decisions(*roots[0], roots[1:])
    except DecisionError as error:
        _undecided(ctx, form, [_problem(item) for item in error.problems])
    except XmlRejected as error:
        _undecided(ctx, form, [{"file": path.name, "rule": error.code, "severity": "error", "message": str(error)}])


def _chosen(decisions: Sequence[Decidable], wanted: str | None) -> Decidable:
    if wanted is None and len(decisions) == 1:
        return decisions[0]
    found = [item for item in decisions if wanted in {item.id, item.name}]
    if not found:
        names = ", ".join(f"'{item.name}'" for item in decisions[:SHOWN])
        raise click.BadParameter(f"Expected a decision of the file: {names}", param_hint="--decision")
    return found[0]


def _problem(found: DecisionProblem) -> dict[str, Any]:
    place = {} if found.rule is None else {"row": found.rule}
    return {
        "file": found.file,
        "element": found.element,
        **place,
        "rule": "dmn",
        "severity": "error",
        "message": found.message,
    }


def _noticed(notice: Notice) -> dict[str, Any]:
    place = {"element": notice.element, "row": notice.rule, "line": notice.line, "column": notice.column}
    known = {name: value for name, value in place.items() if value}
    return {**known, "rule": "feel", "severity": "warning", "message": notice.message}


def _undecided(ctx: click.Context, form: str, problems: list[dict[str, Any]]) -> NoReturn:
    lines = [f"{item.get('element', '')}: {item['message']}".removeprefix(": ") for item in problems]
    answer({"outputs": None, "matched": [], "problems": problems}, form, ["not decided", *lines])
    ctx.exit(1)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@format_option
@click.pass_context
def tck(ctx: click.Context, folder: Path, form: str) -> None:
    """Run the test cases of the DMN Technology Compatibility Kit below a folder. Exit 1 when one fails."""
    report = run_tck(folder)
    answer(_counted(report), form, _told(report))
    ctx.exit(1 if report.failed else 0)


def _counted(report: TckReport) -> dict[str, Any]:
    return {
        "cases": report.cases,
        "passed": report.passed,
        "by_level": report.by_level,
        "failed": report.failed,
        "excluded": report.excluded,
    }


def _told(report: TckReport) -> list[str]:
    failed = [
        f"failed: {item.file} case {item.case}, {item.result_node}: expected {item.expected}, but got {item.actual}"
        for item in report.failed
    ]
    levels = [f"{level}: {count.passed} of {count.cases}" for level, count in sorted(report.by_level.items())]
    excluded = [f"excluded: {item.file}: {item.reason}" for item in report.excluded]
    return [*failed, *excluded, *levels, f"{report.passed} of {report.cases} cases passed"]


commands = (feel, decide_command, tck)
