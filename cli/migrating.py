"""`migrate`: running cases of a process to another release; a dry run unless told to apply."""

import json
from pathlib import Path

import click

from cli.opened import opened
from cli.output import answer, format_option
from program import SYSTEM_ACTOR, Order, migrate_all, plan_all

REASON = "ninefold migrate"


def _map(_ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> dict[str, str]:
    if value is None:
        return {}
    try:
        found = json.loads(value.read_bytes())
    except (OSError, ValueError):
        raise click.BadParameter("expected a file of JSON") from None
    if not isinstance(found, dict) or not all(isinstance(item, str) for item in found.values()):
        raise click.BadParameter('expected an object of element ids such as {"old": "new"}')
    return found


@click.command()
@click.argument("key")
@click.option("--to", "release", required=True, help="id of the release to move to, such as r2")
@click.option(
    "--map",
    "elements",
    callback=_map,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON object: element id of the old release -> of the new one, or process/element -> element",
)
@click.option("--apply", is_flag=True, help="move the cases; only tried unless given")
@format_option
def migrate(
    key: str, release: str, elements: dict[str, str], apply: bool, form: str
) -> None:  # a flag of the command line
    """Move the running cases of process KEY to another release. Tasks, drafts and due times stay."""
    order = Order(key, release, SYSTEM_ACTOR, REASON, elements)
    with opened() as program:
        found = migrate_all(program, order) if apply else plan_all(program, order)
    document = {"cases": found.cases, "movable": found.movable, "blocked": found.blocked}
    lines = [f"case {item.case}: {item.element or '-'}: {item.reason}" for item in found.blocked]
    answer(document, form, [*lines, f"{found.movable} of {found.cases} {'moved' if apply else 'can move'}"])


commands = (migrate,)
