"""The one metadata all houses register their tables in, and the column types both databases share."""

from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
APPEND_ONLY = {"append_only": True}
"""`info` of a table whose rows may never be changed or deleted: `create_tables` and `draft` add the triggers."""

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime: TIMESTAMPTZ on PostgreSQL, fixed-width ISO text (sortable) on SQLite.

    Refuses naive datetimes with ValueError; gives back microsecond precision.
    """

    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:  # Any: SQLAlchemy's own signature
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.String(27))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Expected an aware datetime, but it has no zone")
        utc = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return utc
        return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # Any: a driver's value
        if value is None:
            return None
        instant: datetime = value if dialect.name == "postgresql" else datetime.fromisoformat(value)
        return instant.astimezone(UTC)


class Json(sa.types.TypeDecorator[JsonValue]):
    """Plain JSON: JSONB on PostgreSQL, text on SQLite; None is SQL NULL.

    Not SQLite's JSON type: it is numeric by affinity, so a bare number comes back as another value.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:  # Any: SQLAlchemy's own signature
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: JsonValue, dialect: sa.Dialect) -> JsonValue:
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> JsonValue:  # Any: a driver's value
        if value is None or dialect.name == "postgresql":
            return cast("JsonValue", value)
        return cast("JsonValue", orjson.loads(value))
