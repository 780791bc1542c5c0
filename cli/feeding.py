"""`feed` and `replay`: messages in, counts or a report out."""

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from care import deliver_all
from cli.opened import opened
from cli.output import answer, format_option, plain, say
from program import read_settings
from trial import Plan, load_answers, utc
from trial import replay as run_replay


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def feed(file: Path, form: str) -> None:
    """Take HL7 v2 messages, one or many, into the configured database."""
    with opened() as program:
        found = deliver_all(program.database, program.adt, file.read_bytes(), program.clock.now)
    document = plain(found)
    answer(
        document,
        form,
        [f"{name}: {value if not isinstance(value, list) else len(value)}" for name, value in document.items()],
    )
    for item in found.rejected:
        say(f"message {item.index} ({item.control_id or 'no control id'}): {item.reason}")


def _until(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    try:
        return None if value is None else utc(value)
    except ValueError:
        raise click.BadParameter("expected an ISO instant such as 2026-01-01T00:00:00Z") from None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--answers", default="sample", help="a shipped answer set (always_open, sample) or a file")
@click.option("--until", callback=_until, help="instant to run to; the last message + 90 days unless given")
@click.option("--seed", type=int, default=0, help="decides ids, ties and draws")
@click.option("--database", "url", help="database to leave behind; a temporary one unless given")
@click.option("--clients", type=click.IntRange(1), help="only the first so many clients of the feed")
@format_option
def replay(
    file: Path, answers: str, until: datetime | None, seed: int, url: str | None, clients: int | None, form: str
) -> None:
    """Drive the whole program with a feed under virtual time and print the report."""
    chosen = replace(read_settings({**os.environ, "NINEFOLD_PROFILE": "sample"}), database_url=url or "")
    plan = Plan(file.read_bytes(), load_answers(answers), seed, until, clients)
    month = ""

    def progress(now: datetime) -> None:
        nonlocal month
        if (label := now.strftime("%Y-%m")) != month:
            month = label
            say(f"replay: {month}")

    found = run_replay(chosen, plan, progress)
    shown = [f"{name}: {value}" for name, value in found.items() if name not in {"elements", "measures"}]
    answer(found, form, shown)


commands = (feed, replay)
