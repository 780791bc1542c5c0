"""Writes the next revision: `python -m database.migrations.draft "what changes" --houses engine,access,care`.

Replays the existing revisions on an empty temporary SQLite database and compares the result with the tables of the
houses named. A person reads the file before it is committed.
"""

import argparse
import importlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.operations.ops import MigrationScript
from alembic.script import Script

from database.migrations.render import complete
from database.schema import VERSIONS, configuration, head, upgrade
from database.sqlite import sqlite_engine


def draft(what: str, *, versions: Path = VERSIONS) -> Path | None:
    """The file of the new revision, or None when the tables need none. The houses must be imported already."""
    known = head(versions)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        if known:
            upgrade(f"sqlite:///{path}", versions=versions)
        engine = sqlite_engine(path)
        with engine.connect() as connection:
            made = command.revision(
                configuration(connection, versions),
                message=what,
                autogenerate=True,
                rev_id=f"{int(known or 0) + 1:04d}",
                process_revision_directives=_directives,
            )
        engine.dispose()
    return Path(made.path) if isinstance(made, Script) else None


def _directives(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    if all(script.upgrade_ops is None or script.upgrade_ops.is_empty() for script in directives):
        directives.clear()
    else:
        complete(directives)


def main(arguments: Sequence[str]) -> int:
    """Imports the houses, writes the file and names it."""
    parser = argparse.ArgumentParser(prog="python -m database.migrations.draft", description=__doc__)
    parser.add_argument("what", help="what changes, in a few words")
    parser.add_argument("--houses", default="engine,access,care", help="import names whose tables count")
    options = parser.parse_args(arguments)
    for house in options.houses.split(","):
        importlib.import_module(house)
    made = draft(options.what)
    sys.stdout.write(f"{made}\n" if made else "The tables need no revision.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
