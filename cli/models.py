"""`check` and `deploy`: files in, findings or a release out."""

import os
from pathlib import Path

import click

from care import GIVEN_NAMES
from cli.opened import opened
from cli.output import answer, format_option, plain
from engine import (
    Abilities,
    Artefact,
    Deploy,
    Deployment,
    Problem,
    ReleaseRejected,
    UnknownKind,
    check_set,
    identify,
)
from program import SYSTEM_ACTOR, FormBook, Monty, SystemClock, is_installed, shipped_files

MAX_FILE = 5_000_000
files_argument = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


def _forms() -> FormBook:
    return FormBook(SystemClock().now)


def _read(path: Path) -> Artefact | Problem:
    """A file as an artefact, or the one thing that is wrong with it."""
    try:
        if not path.is_file():
            return Problem(str(path), None, None, "unreadable", "error", "Expected a file")
        with path.open("rb") as file:
            source = file.read(MAX_FILE + 1)
        if len(source) > MAX_FILE:
            return Problem(str(path), None, None, "too-large", "error", "Expected a file of at most 5 MB")
        artefact = identify(path.name, source, _forms())
    except OSError as error:
        reason = f"Expected a file that can be read ({type(error).__name__})"
        return Problem(str(path), None, None, "unreadable", "error", reason)
    except UnknownKind as error:
        return Problem(str(path), None, None, error.code, "error", str(error))
    return Artefact(artefact.kind, artefact.key, artefact.source, str(path))


def _surroundings(chosen: list[Artefact]) -> list[Artefact]:
    """The shipped artefacts that the checked files may call, without those that the files replace."""
    named = {(item.kind, item.key) for item in chosen}
    around = [identify(path.name, path.read_bytes(), _forms()) for path in shipped_files()]
    return [item for item in around if (item.kind, item.key) not in named]


def _found(artefacts: list[Artefact]) -> tuple[Problem, ...]:
    """Python script tasks are looked at where they would run; operations are not, since only a program knows its webhooks."""
    runs_python = os.environ.get("NINEFOLD_SCRIPTING") == "monty" and is_installed()
    scripting = Monty() if runs_python else None
    try:
        return check_set(
            [*_surroundings(artefacts), *artefacts], _forms(), Abilities(names=GIVEN_NAMES, scripting=scripting)
        )
    finally:
        if scripting is not None:
            scripting.close()


@click.command()
@files_argument
@format_option
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...], form: str) -> None:
    """Check models, decision tables and forms as a deployment would. Exit 1 when there is an error."""
    read = [_read(path) for path in files]
    artefacts = [item for item in read if isinstance(item, Artefact)]
    problems = [item for item in read if isinstance(item, Problem)]
    names = {item.file for item in artefacts}
    if artefacts:
        problems += [item for item in _found(artefacts) if item.file in names]
    ok = not any(item.severity == "error" for item in problems)
    lines = [
        f"{item.file}:{item.line or ''}: {item.severity}: {item.message} [{item.rule}{f' at {item.element}' if item.element else ''}]"
        for item in problems
    ]
    answer({"ok": ok, "problems": plain(problems)}, form, [*lines, "sound" if ok else "not sound"])
    ctx.exit(0 if ok else 1)


@click.command()
@files_argument
@format_option
@click.pass_context
def deploy(ctx: click.Context, files: tuple[Path, ...], form: str) -> None:
    """Deploy files as a new release: the active one plus what changed, checked as one set."""
    read = [_read(path) for path in files]
    broken = [item for item in read if isinstance(item, Problem)]
    artefacts = tuple(item for item in read if isinstance(item, Artefact))
    if broken:
        _refused(ctx, broken, form)
    with opened() as program:
        command = Deploy(artefacts, SYSTEM_ACTOR, program.clock.now())
        try:
            done: Deployment = program.database.write(lambda tx: program.engine.execute(command, tx))
        except ReleaseRejected as error:
            _refused(ctx, [item for item in error.problems if isinstance(item, Problem)], form)
    lines = [
        f"{item.kind} {item.key} version {item.version}{'' if item.changed else ' unchanged'}" for item in done.deployed
    ]
    answer({"release": done.release, "deployed": plain(done.deployed)}, form, [f"release {done.release}", *lines])


def _refused(ctx: click.Context, problems: list[Problem], form: str) -> None:
    errors = [item for item in problems if item.severity == "error"]
    lines = [
        f"{item.file}: {item.message} [{item.rule}{f' at {item.element}' if item.element else ''}]" for item in errors
    ]
    answer({"ok": False, "problems": plain(problems)}, form, ["nothing was deployed", *lines])
    ctx.exit(1)


commands = (check, deploy)
