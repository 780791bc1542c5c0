"""All rows of a table by its name."""

from typing import Any

import sqlalchemy as sa

from database import Database, metadata


def rows_of(database: Database, table: str) -> list[dict[str, Any]]:
    """As mappings, in no particular order."""
    held = metadata.tables[table]
    return [dict(row._mapping) for row in database.read(lambda tx: tx.rows(sa.select(held)))]
