"""Charges each difference to the innermost construct whose parts agree, so that it is explained where it arises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from feel import FeelError, compile_expression
from tests.oracle.feelin import Feelin, Plain, Question, agree, ours
from tests.oracle.pieces import Piece

SAMPLES = 3
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece in a place where these names are known."""

    piece: Piece
    names: Mapping[str, object]
    question: Question

    @property
    def key(self) -> str:
        return f"{self.question.text}\0{self.question.value!r}\0{self.question.unary}\0{dict(self.names)!r}"


@dataclass(frozen=True, slots=True)
class Difference:
    """An innermost difference: the construct, what its parts are worth, and both answers."""

    template: str
    text: str
    names: Mapping[str, object]
    parts: tuple[Plain, ...]
    ours: Plain
    theirs: Plain
    value: object = None
    unary: bool = False

    def __str__(self) -> str:
        given = f" with ? = {self.value!r}" if self.value is not None else ""
        return f"{self.text}{given} · ours {self.ours} · feelin {self.theirs}"


def asked(piece: Piece, names: Mapping[str, object]) -> Asked:
    return Asked(piece, names, Question(piece.text, names))


def asked_tests(piece: Piece, names: Mapping[str, object], value: object) -> Asked:
    return Asked(piece, names, Question(piece.text, names, value, unary=True))


class Charger:
    """Asks both sides and follows each difference inwards. Answers are kept, so nothing is asked twice."""

    def __init__(self, feelin: Feelin) -> None:
        self.feelin = feelin
        self.answers: dict[str, tuple[Plain, Plain]] = {}

    def differences(self, items: Sequence[Asked]) -> Iterator[Difference]:
        """The innermost differences of all these, each text once."""
        level = list(items)
        while level:
            self._learn(level)
            level = [part for item in level if not self._same(item) for part in self._parts(item)]
            level = [part for part in level if part.key not in self.answers]
        told: set[str] = set()
        for item in items:
            for inner in self._innermost(item):
                if inner.key not in told:
                    told.add(inner.key)
                    yield self._difference(inner)

    def _learn(self, items: Iterable[Asked]) -> None:
        new = {item.key: item for item in items if item.key not in self.answers}
        theirs = self.feelin.ask([item.question for item in new.values()])
        for (key, item), answer in zip(new.items(), theirs, strict=True):
            self.answers[key] = (ours(item.question), answer)

    def _same(self, item: Asked) -> bool:
        return agree(*self.answers[item.key])

    def _innermost(self, item: Asked) -> Iterator[Asked]:
        if self._same(item):
            return
        inner = [part for part in self._parts(item) if part.key in self.answers and not self._same(part)]
        for part in inner:
            yield from self._innermost(part)
        if not inner:
            yield item

    def _difference(self, item: Asked) -> Difference:
        a, b = self.answers[item.key]
        parts = tuple(
            ours(Question(child.text, item.names)).get("value")
            for child, bound in zip(item.piece.children, item.piece.binds, strict=True)
            if not bound and not child.loose
        )
        question = item.question
        return Difference(item.piece.template, question.text, item.names, parts, a, b, question.value, question.unary)

    def _parts(self, item: Asked) -> Iterator[Asked]:
        """What stands in the slots, with samples for the names that the construct itself brings."""
        piece, names = item.piece, dict(item.names)
        if item.question.unary:
            names["?"] = item.question.value
        for child, bound in zip(piece.children, piece.binds, strict=True):
            if child.loose:
                continue
            if not bound:
                if "?" not in STRING.sub("", child.text):
                    yield asked(child, names)
                continue
            for sample in samples(piece, bound, item.names):
                yield asked(child, {**names, **sample})


def samples(piece: Piece, bound: Sequence[str], names: Mapping[str, object]) -> list[dict[str, object]]:
    """Values for the names that a loop, filter or function of this piece brings; none where they are no plain data."""
    columns: list[list[object]] = []
    for name in bound:
        if name in ("a", "b"):
            place = len(piece.children) - (1 if name == "b" or "a, b" not in piece.template else 2)
            columns.append([_value(piece.children[place].text, names)] * SAMPLES)
        else:
            child = piece.children[1 if name == "y" else 0]
            text = f"for each in {child.text} return each" if ".." in child.text else child.text
            found = _value(text, names)
            column = found if isinstance(found, list) else [found]
            if name == "n":
                column = [row.get("n") if isinstance(row, dict) else NOTHING for row in column]
            columns.append(column[:SAMPLES])
    rows = [dict(zip(bound, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if NOTHING not in row.values()]


NOTHING = object()


def _value(text: str, names: Mapping[str, object]) -> object:
    try:
        return _host(compile_expression(text, names).evaluate(names))
    except (FeelError, TypeError):
        return NOTHING


def _host(value: object) -> object:
    """Plain data that both sides take; raises TypeError for anything else."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_host(item) for item in value]
    if isinstance(value, dict):
        return {key: _host(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | str):
        return value
    raise TypeError
