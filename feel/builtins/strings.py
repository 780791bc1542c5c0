"""Functions about strings. Characters are code points; patterns run on RE2, in linear time."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial

from feel.builtins.patterns import Match, Pattern, compiled
from feel.builtins.signature import built_in
from feel.scope import Run
from feel.values import Value

COST_OF_NO_PATTERN = 1_500
"""Steps; RE2 works for milliseconds until it knows that a pattern grows too large."""
REPLACEMENT = re.compile(r"(?:[^\\$]|\\[\\$]|\$[0-9])*", re.DOTALL)
GROUP = re.compile(r"\\([\\$])|\$([0-9]+)")


def _pattern(run: Run, pattern: str, flags: Value, text: str) -> Pattern | None:
    if flags is not None and type(flags) is not str:
        return None
    run.budget.fits(len(text))
    found = compiled(pattern, flags or "")
    if found is None:
        run.budget.charge(COST_OF_NO_PATTERN)
        run.warn("This regular expression cannot be used")
    else:
        run.budget.charge((found.programsize >> 4) + (len(text) * found.programsize >> 11))
    return found


def _cutting(run: Run, pattern: str, flags: Value, text: str) -> Pattern | None:
    """A pattern that may cut a text: one that also fits nothing at all would cut it everywhere."""
    found = _pattern(run, pattern, flags, text)
    if found is not None and found.search("") is not None:
        run.warn("This regular expression fits the empty text")
        return None
    return found


@built_in("matches", "input: string, pattern: string, flags: any?")
def matches(run: Run, text: str, pattern: str, flags: Value = None) -> Value:
    """Whether the pattern fits somewhere in the text."""
    found = _pattern(run, pattern, flags, text)
    return None if found is None else found.search(text) is not None


@built_in("replace", "input: string, pattern: string, replacement: string, flags: any?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: Value = None) -> Value:
    """The text with each fit replaced; ``$1`` in the replacement is what the first group held."""
    found = _cutting(run, pattern, flags, text)
    if found is None:
        return None
    if not REPLACEMENT.fullmatch(replacement):
        run.warn("In the replacement '$' needs a digit and a backslash needs '$' or a backslash behind it")
        return None
    parts: list[str] = []
    done = length = 0
    for match in found.finditer(text):
        piece = GROUP.sub(partial(_group, found, match), replacement)
        parts += (text[done : match.start()], piece)
        length += len(piece)
        run.budget.fits(length)
        _found(run, text, match)
        done = match.end()
    parts.append(text[done:])
    made = "".join(parts)
    run.budget.fits(len(made))
    return made


def _group(pattern: Pattern, match: Match, mark: re.Match[str]) -> str:
    if mark[1]:
        return mark[1]
    digits, rest = mark[2], ""
    while len(digits) > 1 and int(digits) > pattern.groups:
        digits, rest = digits[:-1], digits[-1] + rest
    index = int(digits)
    return (match.group(index) or "" if index <= pattern.groups else "") + rest


@built_in("split", "string: string, delimiter: string")
def split(run: Run, text: str, delimiter: str) -> Value:
    """The pieces between the fits of a pattern."""
    found = _cutting(run, delimiter, None, text)
    if found is None:
        return None
    pieces: list[Value] = []
    done = 0
    for match in found.finditer(text):
        _found(run, text, match)
        pieces.append(text[done : match.start()])
        done = match.end()
    pieces.append(text[done:])
    return pieces


@built_in("extract", "input: string, pattern: string")
def extract(run: Run, text: str, pattern: str) -> Value:
    """All pieces that fit the pattern."""
    found = _pattern(run, pattern, None, text)
    if found is None:
        return None
    pieces: list[Value] = []
    for match in found.finditer(text):
        _found(run, text, match)
        pieces.append(match.group(0))
    return pieces


def _found(run: Run, text: str, match: Match) -> None:
    """Charge for one match: the search for the next may look at all that is left."""
    run.budget.charge(1 + (len(text) - match.start() >> 8))


@built_in("substring", "string: string, start position: number, length: number?")
def substring(_run: Run, text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """From a position that counts from 1, or from the end when negative."""
    position, count = int(start), None if length is None else int(length)
    if not position or (count is not None and count < 1):
        return None
    first = position - 1 if position > 0 else len(text) + position
    if not 0 <= first < max(len(text), 1):
        return None if first < 0 else ""
    return text[first:] if count is None else text[first : first + count]


@built_in("string length", "string: string")
def string_length(_run: Run, text: str) -> Value:
    return Decimal(len(text))


@built_in("upper case", "string: string")
def upper_case(run: Run, text: str) -> Value:
    run.budget.fits(len(text))
    return text.upper()


@built_in("lower case", "string: string")
def lower_case(run: Run, text: str) -> Value:
    run.budget.fits(len(text))
    return text.lower()


@built_in("trim", "string: string")
def trim(run: Run, text: str) -> Value:
    run.budget.fits(len(text))
    return text.strip()


@built_in("is blank", "string: string")
def is_blank(run: Run, text: str) -> Value:
    run.budget.fits(len(text))
    return not text.strip()


@built_in("substring before", "string: string, match: string")
def substring_before(run: Run, text: str, match: str) -> Value:
    run.budget.fits(len(text))
    head, found, _ = text.partition(match) if match else ("", "", "")
    return head if found else ""


@built_in("substring after", "string: string, match: string")
def substring_after(run: Run, text: str, match: str) -> Value:
    run.budget.fits(len(text))
    return text.partition(match)[2] if match else text


@built_in("contains", "string: string, match: string")
def contains(run: Run, text: str, match: str) -> Value:
    run.budget.fits(len(text))
    return match in text


@built_in("starts with", "string: string, match: string")
def starts_with(_run: Run, text: str, match: str) -> Value:
    return text.startswith(match)


@built_in("ends with", "string: string, match: string")
def ends_with(_run: Run, text: str, match: str) -> Value:
    return text.endswith(match)


@built_in("string join", "list: list, delimiter: any?")
@built_in("string join", "list: list, delimiter: any, prefix: any, suffix: any")
def string_join(
    run: Run, items: list[Value], delimiter: Value = None, prefix: Value = None, suffix: Value = None
) -> Value:
    """The strings of a list, nulls left out, with a delimiter between them."""
    between, before, after = (("" if part is None else part) for part in (delimiter, prefix, suffix))
    if type(between) is not str or type(before) is not str or type(after) is not str:
        return None
    pieces: list[str] = []
    length = len(before) + len(after)
    for item in items:
        if type(item) is str:
            pieces.append(item)
            length += len(item) + len(between)
        elif item is not None:
            return None
    run.budget.fits(length)
    return before + between.join(pieces) + after
