"""Texts and files that nobody wrote: drawn from nothing, or real ones with something broken."""

from __future__ import annotations

import random
from copy import deepcopy

from lxml import etree

from tests.oracle.pieces import Writer

WORDS = (
    *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "and", "or", "not", "instance of"),
    *("function", "external", "true", "false", "null", "date", "time", "date and time(", "duration(", "item", "partial", "?", "@"),
    *("(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "->", "'", '"', "`"),
    *("1", "0", "1e9", ".5", "99999999999999999999", "a", "b c", '"x"', '"\\u00', "//", "/*", "*/", "\\", "list<", "context<", "range<"),
)  # fmt: skip
STRANGE = "\x00\x01\x1f\x7f\x85\xa0\u00ad\u0301\u200b\u200d\u2028\u202e\ud800\udfff\ufeff\ufffe\uffff\U0001f600\U0010ffffß İıﬁ１"
SNIPPETS = (
    "",
    "-",
    "1",
    "= 1",
    "[1..",
    "not(",
    '"',
    "feel:1",
    "a b",
    "\u2028",
    "1e999999999",
    "@",
    "?",
    "x" * 400,
    "(" * 70,
    "$",
    "null",
)
LONGEST = 9_000


def noise(dice: random.Random) -> str:
    """Words of the language and strange characters in no order."""
    pieces = [dice.choice(WORDS) if dice.random() < 0.8 else dice.choice(STRANGE) for _ in range(dice.randint(1, 60))]
    return dice.choice(("", " ")).join(pieces)


def decoded(dice: random.Random) -> str:
    """Random bytes read as some encoding."""
    data = dice.randbytes(dice.randint(0, 200))
    return data.decode(dice.choice(("latin-1", "utf-8", "utf-16", "cp1252")), "replace")


def broken(dice: random.Random) -> str:
    """A generated expression with a part cut, doubled, moved, nested or made strange."""
    text = Writer(dice.randrange(2**32)).expression().text
    for _ in range(dice.randint(1, 4)):
        text = _changed(text, dice)[:LONGEST]
    return text


def _changed(text: str, dice: random.Random) -> str:
    one, two = sorted((dice.randint(0, len(text)), dice.randint(0, len(text))))
    part = text[one:two]
    match dice.randrange(7):
        case 0:
            return text[:one] + text[two:]
        case 1:
            return text[:two] + part * dice.randint(1, 30) + text[two:]
        case 2:
            return text[:one] + dice.choice(WORDS) + text[one:]
        case 3:
            return text[:one] + dice.choice(STRANGE) + text[two:]
        case 4:
            return text[:one] + part[::-1] + text[two:]
        case 5:
            opening, closing = dice.choice(
                ("()", "[]", ("not(", ")"), ("{a: ", "}"), ("if true then ", " else 1"), ("-", ""))
            )
            times = dice.randint(1, 80)
            return opening * times + text + closing * times
        case _:
            return text.replace(dice.choice(WORDS), dice.choice(WORDS))


def strange(dice: random.Random) -> str:
    """One of all kinds of text."""
    return dice.choice((noise, decoded, broken, broken))(dice)


def changed_file(source: bytes, dice: random.Random) -> bytes:
    """A real XML file with elements, attributes, texts or bytes changed."""
    if dice.random() < 0.3:
        return _changed_bytes(source, dice)
    root = deepcopy(etree.fromstring(source))
    for _ in range(dice.randint(1, 5)):
        _change_tree(root, dice)
    found: bytes = etree.tostring(root)
    return found


def _changed_bytes(source: bytes, dice: random.Random) -> bytes:
    data = bytearray(source)
    for _ in range(dice.randint(1, 8)):
        one = dice.randrange(len(data) or 1)
        two = min(len(data), one + dice.randint(0, 200))
        match dice.randrange(4):
            case 0:
                del data[one:two]
            case 1:
                data[one:two] = dice.randbytes(dice.randint(0, 20))
            case 2:
                data[one:one] = data[one:two] * dice.randint(1, 5)
            case _:
                data[one:one] = dice.choice(
                    (b"<", b">", b"&", b"&#0;", b"]]>", b"<!--", b"\xff\xfe", b"\x00", b'"', b"<!DOCTYPE a>")
                )
    return bytes(data)


def _change_tree(root: etree._Element, dice: random.Random) -> None:
    inner = [each for each in root.iter() if isinstance(each.tag, str)]
    one, two = dice.choice(inner), dice.choice(inner)
    space = etree.QName(root).namespace
    match dice.randrange(8):
        case 0 if one is not root:
            one.getparent().remove(one)  # type: ignore[union-attr]
        case 1 if one is not root:
            one.getparent().append(deepcopy(one))  # type: ignore[union-attr]
        case 2 if one not in two.iterancestors() and one is not two:
            two.append(one)
        case 3:
            one.tag = f"{{{space}}}{etree.QName(two).localname}"
        case 4:
            one.text = _writable(dice.choice((*SNIPPETS, two.text, noise(dice), broken(dice), broken(dice))))
        case 5 if one.attrib:
            del one.attrib[dice.choice(list(one.attrib))]
        case 6 if one.attrib:
            one.set(dice.choice(list(one.attrib)), _writable(dice.choice([*two.attrib.values(), *SNIPPETS])))
        case _:
            one.set(
                dice.choice(("hitPolicy", "aggregation", "typeRef", "id", "name", "href", "expressionLanguage")),
                _writable(
                    dice.choice([*two.attrib.values(), "FIRST", "UNIQUE", "COLLECT", "SUM", "number", *SNIPPETS])
                ),
            )


def _writable(text: str | None) -> str:
    """Without the characters that no XML file may hold."""
    return "".join(
        each
        for each in text or ""
        if each in "\t\n" or (each >= " " and each not in "\ufffe\uffff" and not "\ud800" <= each <= "\udfff")
    )
