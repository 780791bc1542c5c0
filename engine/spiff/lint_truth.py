"""Whether some condition always holds, or one never does: decided by FEEL itself on sample values that stand for all others.

Only where that is a proof: comparisons of variables with literals, joined by `and`, `or` and `not`. Between two neighbouring
literals such conditions cannot change, so the literals, one value on each side of each and null are all there is to try.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from feel import Budget, FeelError, compile_expression

MOST_SAMPLES = 256
_WORDS = {"and", "or", "not", "in"}
_CONSTANTS = {"true": True, "false": False, "null": None}
_OPERANDS = {"name", "number", "string", "constant"}
_SIGNS = {"=", "!=", "<", "<=", ">", ">="}
_TOKEN = re.compile(
    r'\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<string>"[^"\\]*")|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)'
    r"|(?P<sign><=|>=|!=|\.\.|[=<>()\[\],]))"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`whole`: one condition always holds; `known`: so when no variable is null; `never`: numbers of those that cannot be taken."""

    whole: bool
    known: bool
    never: frozenset[int]
    cost: int


def verdict(texts: Sequence[str], *, first_wins: bool) -> Verdict | None:
    """None where nothing can be proven. With `first_wins` a condition is never taken if others before it always hold too."""
    tokens = [_tokens(text) for text in texts]
    literals: dict[str, list[Any]] = {}
    for found in tokens:
        if found is None or not _simple(found):
            return None
        for name, near in _pairs(found):
            literals.setdefault(name, []).extend(near)
    if any(name.startswith(f"{other}.") for name in literals for other in literals):
        return None
    values = {name: _values(near) for name, near in literals.items()}
    samples = 1
    for each in values.values():
        samples *= len(each)
        if samples > MOST_SAMPLES:
            return None
    return _tried(texts, values, first_wins, samples * len(texts))


def _tried(texts: Sequence[str], values: Mapping[str, list[Any]], first_wins: bool, cost: int) -> Verdict | None:
    whole = known = True
    taken: set[int] = set()
    try:
        conditions = [compile_expression(text) for text in texts]
        if not {name for each in conditions for name in each.names} <= {name.split(".")[0] for name in values}:
            return None  # FEEL reads the text in another way than it looks here
        for sample in product(*values.values()):
            context = _context(dict(zip(values, sample, strict=True)))
            held = [n for n, each in enumerate(conditions) if each.evaluate(context, budget=Budget()) is True]
            taken.update(held[:1] if first_wins else held)
            whole = whole and bool(held)
            known = known and (bool(held) or None in sample)
    except FeelError:
        return None
    return Verdict(whole, known, frozenset(range(len(texts))) - taken, cost)


def _context(sample: Mapping[str, Any]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for name, value in sample.items():
        *path, last = name.split(".")
        inner = context
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return context


def _tokens(text: str) -> list[tuple[str, str]] | None:
    source = text.strip().removeprefix("=").strip()
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or len(tokens) > MOST_SAMPLES:
            return None
        kind, word = str(match.lastgroup), match[0].strip()
        tokens.append(("word" if word in _WORDS else "constant" if word in _CONSTANTS else kind, word))
        position = match.end()
    return tokens


def _simple(tokens: list[tuple[str, str]]) -> bool:
    """No calls, filters, sums, and no variable against another one."""
    depth, choice = 0, None
    for n, (kind, word) in enumerate(tokens):
        before = tokens[n - 1] if n else ("", "")
        after = tokens[n + 1] if n + 1 < len(tokens) else ("", "")
        depth += (word in {"(", "["}) - (word in {")", "]"})
        if before[1] == "in" and word in {"(", "["}:
            choice = depth if choice is None else choice
        elif choice is not None and depth < choice:
            choice = None
        if kind in _OPERANDS and (before[0] in _OPERANDS or before[1] in {")", "]"}):
            return False
        if kind == "name" and (after[1] in {"(", "["} or choice is not None or before[1] == "in"):
            return False
        if kind == "sign" and word in _SIGNS and choice is None:
            sides = {before[0], after[0]}
            if "name" not in sides or not sides & {"number", "string", "constant"}:
                return False
    return True


def _pairs(tokens: list[tuple[str, str]]) -> Iterator[tuple[str, list[Any]]]:
    """Each variable with the literals that it is compared with: those up to the next `and`, `or` or variable, and the one before."""
    for n, (kind, word) in enumerate(tokens):
        if kind != "name":
            continue
        near = []
        if n > 1 and tokens[n - 1][1] in _SIGNS:
            near.append(_literal(tokens[n - 2]))
        for other in tokens[n + 1 :]:
            if other[0] == "name" or other[1] in {"and", "or"}:
                break
            if other[0] in {"number", "string", "constant"}:
                near.append(_literal(other))
        yield word, near or [True]


def _literal(token: tuple[str, str]) -> Any:
    kind, word = token
    return _CONSTANTS[word] if kind == "constant" else Decimal(word) if kind == "number" else word[1:-1]


def _values(near: list[Any]) -> list[Any]:
    """The literals, what lies between and beside them, and null."""
    found: list[Any] = [None]
    if any(isinstance(each, bool) for each in near):
        found += [True, False]
    numbers = sorted({each for each in near if isinstance(each, Decimal)})
    if numbers:
        between = [(low + high) / 2 for low, high in pairwise(numbers)]
        found += [*numbers, *between, numbers[0] - 1, numbers[-1] + 1]
    texts = sorted({each for each in near if isinstance(each, str)})
    if texts or len(found) == 1:
        found += [*texts, *_other_texts(texts)]
    return found


def _other_texts(texts: list[str]) -> list[str]:
    """Texts before, between and after the given ones, by code point."""
    return ["", *(f"{text}\x00" for text in texts)]
