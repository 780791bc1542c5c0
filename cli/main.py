"""The group of all commands, and what they share: settings, output, and one clear sentence for every expected failure."""

import os
import sys

import click

from care import CareError
from cli import deciding, exporting, feeding, migrating, models, running, testing
from cli.output import say
from database import DatabaseError
from engine import EngineError
from program import MEANING, SettingsRefused, names
from trial import AnswersRefused, FeedEmpty, KitRefused, Unfillable

EXPECTED = (
    AnswersRefused,
    CareError,
    DatabaseError,
    EngineError,
    FeedEmpty,
    KitRefused,
    Unfillable,
)


class Ninefold(click.Group):
    """Turns expected failures into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsRefused as error:
            say(f"ninefold: {error}")
            ctx.exit(2)
        except EXPECTED as error:
            say(f"ninefold: {error}")
            ctx.exit(1)


@click.group(cls=Ninefold, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Ninefold: health-care case management as BPMN."""


@cli.command()
def settings() -> None:
    """All settings with their meaning and what they are set to now; secrets are never printed."""
    for name, meaning in zip(names(), MEANING.values(), strict=True):
        shown = "set" if os.environ.get(name) else "not set"
        click.echo(f"{name}  ({shown})\n    {meaning}")


rooms = (running, models, feeding, migrating, deciding, testing, exporting)
for command in (item for room in rooms for item in room.commands):
    cli.add_command(command)


def main() -> None:
    """The entry point of the installed command."""
    try:
        cli(prog_name="ninefold")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
