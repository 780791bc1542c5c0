"""The functions every expression may call, by name."""

from __future__ import annotations

from feel.builtins import (
    calendars,
    choices,
    contexts,
    conversions,
    lists,
    numbers,
    ranges,
    sequences,
    statistics,
    strings,
)
from feel.builtins.signature import REGISTRY, function_of
from feel.values import Function

ROOMS = (calendars, choices, contexts, conversions, lists, numbers, ranges, sequences, statistics, strings)

FUNCTIONS: dict[str, Function] = {name: function_of(name, overloads) for name, overloads in REGISTRY.items()}
"""All built-ins. None of them reads a clock, a file or the network."""
