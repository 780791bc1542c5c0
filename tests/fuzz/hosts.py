"""Host data of odd shapes, as a careless caller might hand in."""

from __future__ import annotations

import math
from collections import OrderedDict, UserDict, deque
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID


class Loud(str):
    """Text with an opinion; each way of asking it raises."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise AssertionError("the host's own code ran")

    __hash__ = str.__hash__

    def __len__(self) -> int:
        raise AssertionError("the host's own code ran")


class Trap:
    """An object whose every special method raises."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError("the host's own code ran")

    def __iter__(self) -> Any:
        raise AssertionError("the host's own code ran")

    def __len__(self) -> int:
        raise AssertionError("the host's own code ran")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("the host's own code ran")

    def __bool__(self) -> bool:
        raise AssertionError("the host's own code ran")

    __hash__ = None  # type: ignore[assignment]


class Zone(tzinfo):
    """A zone of the host's that raises."""

    def utcoffset(self, _dt: datetime | None) -> timedelta:
        raise AssertionError("the host's own code ran")


class Colour(Enum):
    RED = "red"


class Grade(IntEnum):
    HIGH = 3


class Pair(NamedTuple):
    a: int
    b: int


class TrueDict(dict[str, object]):
    def __getitem__(self, key: str) -> object:
        raise AssertionError("the host's own code ran")


def cyclic_list() -> list[object]:
    found: list[object] = [1]
    found.append(found)
    return found


def cyclic_dict() -> dict[str, object]:
    found: dict[str, object] = {"a": 1}
    found["self"] = found
    return found


def deep(levels: int) -> object:
    found: object = 1
    for level in range(levels):
        found = [found] if level % 2 else {"a": found}
    return found


def shared(levels: int) -> object:
    """Small in memory, endless when walked."""
    found: object = [1, 2]
    for _ in range(levels):
        found = [found, found]
    return found


def odd() -> dict[str, object]:
    """Made anew for each use; the names say what they are."""
    return {
        "nan": math.nan, "inf": math.inf, "minus_inf": -math.inf, "tiny": 5e-324, "huge": 1.8e308, "minus_zero": -0.0,
        "big": 10**5_000, "bigger": 1 << 100_000, "minus_big": -(10**6_200), "decimal_nan": Decimal("NaN"),
        "decimal_snan": Decimal("sNaN"), "decimal_inf": Decimal("-Infinity"), "decimal_big": Decimal("1e999999"),
        "decimal_small": Decimal("1e-999999"), "decimal_long": Decimal("1." + "3" * 500), "fraction": Fraction(1, 3), "complex": 1j,
        "bytes": b"\xff\x00", "array": bytearray(5), "view": memoryview(b"ab"), "object": object(), "trap": Trap(), "type": int,
        "callable": len, "lambda": lambda: 1 / 0, "module": math, "generator": (n for n in range(3)), "range": range(10**12),
        "set": {1, 2}, "frozen": frozenset({1}), "tuple": (1, (2, 3)), "pair": Pair(1, 2), "deque": deque([1]),
        "ordered": OrderedDict(a=1), "user": UserDict(a=1), "true_dict": TrueDict(a=1), "namespace": SimpleNamespace(a=1),
        "colour": Colour.RED, "grade": Grade.HIGH, "uuid": UUID(int=1), "loud": Loud("abc"), "lone": "\ud800", "nul": "a\x00b",
        "long_text": "x" * 250_000, "long_list": [1] * 250_000, "wide": {str(n): n for n in range(5_000)}, "deep": deep(200),
        "deeper": deep(20_000), "cyclic_list": cyclic_list(), "cyclic_dict": cyclic_dict(), "shared": shared(60),
        "numbered": {1: 2, None: 3, (1,): 4, "a": 5}, "empty_name": {"": 1}, "mixed": [1, "a", None, [math.nan], {"b": b"c"}],
        "date": date(1, 1, 1), "late": datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-23))),
        "early": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23))), "time": time(23, 59, 59, 999_999, tzinfo=UTC),
        "odd_zone": datetime(2025, 1, 1, tzinfo=Zone()), "odd_offset": datetime(2025, 1, 1, tzinfo=timezone(timedelta(microseconds=1))),
        "long": timedelta.max, "short": timedelta.min, "fold": datetime(2025, 10, 26, 2, 30, fold=1), "exception": ValueError("x"),
        "not_implemented": NotImplemented, "ellipsis": ..., "mapping": Mapping,
    }  # fmt: skip


QUESTIONS = (
    "{name}", "{name} = {name}", "{name} = 1", "{name} != null", "{name} + 1", "{name} + {name}", "-{name}", "{name} * 2", "{name} / 3", "{name} ** 2",
    "{name} < {name}", "{name} between 1 and 2", "{name} in [1, 2]", "{name} in [1..2]", "1 in {name}", "{name}.a", "{name}.a.a.a", "{name}.year",
    "{name}.value", "{name}.second", "{name}.time offset", "{name}[1]", "{name}[-1]", "{name}[item > 1]", "{name}[a = 1]", "for x in {name} return x",
    "some x in {name} satisfies x = 1", "string({name})", "count({name})", "sum({name})", "min({name})", "max({name}, 1)", "flatten({name})",
    "distinct values({name})", "list contains({name}, 1)", "index of({name}, null)", "sort({name})", "concatenate({name}, {name})",
    "append({name}, {name})", "string length({name})", "upper case({name})", 'matches({name}, "a")', 'replace({name}, "a", "b")', 'split({name}, "")',
    "number({name})", "date({name})", "time({name})", "date and time({name})", "duration({name})", "{name} instance of Any", "{name} instance of list<number>",
    "{name} instance of context<a: number>", "get entries({name})", 'context put({name}, "a", {name})', "{name}(1)", "not({name})", "abs({name})",
    "decimal({name}, 2)", "modulo({name}, 7)", "sqrt({name})", "exp({name})", "odd({name})", '{name} + duration("P1D")', '{name} - duration("P1M")',
    '{name} - date and time("2025-01-01T00:00:00Z")', "day of week({name})", "week of year({name})", "is({name}, {name})", "[{name}..{name}]",
    "{{a: {name}}}", "[{name}, {name}]", "if {name} then 1 else 2", "{name} and true",
)  # fmt: skip
