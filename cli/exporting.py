"""`export events`: the history as an event log for process mining."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import click

from cli.opened import opened
from cli.output import say
from engine import LogFilter
from program import WRITERS, export_events


def _instant(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    try:
        return None if value is None else datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            "expected a day or an ISO instant such as 2026-01-31 or 2026-01-31T12:00:00Z"
        ) from None


@click.group()
def export() -> None:
    """Data out of the configured database."""


@export.command("events")
@click.option("--as", "form", type=click.Choice(list(WRITERS)), required=True, help="xes, ocel (2.0, JSON) or csv")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="file; standard output unless given")
@click.option("--process", help="only events of this process and of cases of it")
@click.option("--from", "since", callback=_instant, help="first day or instant; a day is one of the organisation")
@click.option("--to", "until", callback=_instant, help="the day or instant before which it ends")
@click.option("--names", is_flag=True, help="names of who acted instead of roles; the export is noted in the audit")
def events(
    form: str,
    output: Path | None,
    process: str | None,
    since: datetime | None,
    until: datetime | None,
    *,
    names: bool,
) -> None:
    """The history as an event log for process mining: opaque ids, no client data, roles for people."""
    with opened() as program:
        zone = ZoneInfo(program.settings.zone)
        wanted = LogFilter(process)
        wanted = replace(wanted, since=_zoned(since, zone)) if since is not None else wanted
        wanted = replace(wanted, until=_zoned(until, zone)) if until is not None else wanted
        with _file(output) as out:
            count = export_events(program, form, wanted, out, names=names)
    say(f"{count} events")


def _zoned(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


@contextmanager
def _file(output: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that only its owner may read and that is there as a whole or not at all."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        part.replace(output)
    except OSError as error:
        raise click.ClickException(f"Expected a file that can be written ({type(error).__name__})") from None
    finally:
        part.unlink(missing_ok=True)


commands = (export,)
