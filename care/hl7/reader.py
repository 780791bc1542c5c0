"""Bytes -> messages: framing (CR, LF, CRLF, MLLP, BOM), delimiters, character sets, limits. Rejects by place, never quotes."""

import re
from collections.abc import Iterator

from care.errors import MessageRejected
from care.hl7.message import Delimiters, Message, Segment

MAX_BYTES = 1_000_000
MAX_SEGMENTS = 10_000
_BOM = b"\xef\xbb\xbf"
_BREAKS = re.compile(rb"[\r\n\x1c]+")
_FRAME = b"\x0b"
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_ENVELOPE = frozenset({b"FHS", b"BHS", b"BTS", b"FTS"})
# MSH-18 -> codec. Empty means UTF-8, which ASCII is part of.
_CHARSETS = {
    "": "utf-8",
    "ASCII": "utf-8",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "8859/1": "latin-1",
    "8859/2": "iso8859-2",
    "8859/15": "iso8859-15",
}


def read_messages(data: bytes) -> Iterator[Message | MessageRejected]:
    """Every message of a file in order, each read or rejected on its own; `index` counts both from 0."""
    for index, lines in enumerate(_split(data)):
        try:
            yield _read(index, lines)
        except MessageRejected as rejected:
            yield rejected


def read_message(data: bytes) -> Message:
    """The only message of `data`. Raises MessageRejected when there is none, more than one, or a malformed one."""
    found = list(_split(data))
    if len(found) != 1:
        raise MessageRejected(0, None, f"expected one message, found {len(found)}", "AR")
    return _read(0, found[0])


def _split(data: bytes) -> Iterator[list[bytes]]:
    """Groups lines into messages: each begins with MSH or an MLLP frame; what stands before the first MSH is malformed."""
    for frame in data.removeprefix(_BOM).split(_FRAME):
        current: list[bytes] = []
        for raw in _BREAKS.split(frame):
            line = raw.removeprefix(_BOM)
            if not line.strip(b" \t\x00\x1a") or line[:3] in _ENVELOPE:
                continue
            if line[:3] == b"MSH" and current:
                yield current
                current = []
            current.append(line)
        if current:
            yield current


def _read(index: int, lines: list[bytes]) -> Message:
    if lines[0][:3] != b"MSH":
        raise MessageRejected(index, None, "expected segment MSH first", "AR")
    delimiters = _delimiters(index, lines[0])
    control_id = _control_id(lines[0], delimiters)
    if sum(map(len, lines)) + len(lines) > MAX_BYTES:
        raise MessageRejected(index, control_id, f"expected at most {MAX_BYTES} bytes", "AR")
    if len(lines) > MAX_SEGMENTS:
        raise MessageRejected(index, control_id, f"expected at most {MAX_SEGMENTS} segments", "AR")
    if any(b"\x00" in line for line in lines):
        raise MessageRejected(index, control_id, "expected text without NUL bytes")
    codec = _codec(index, control_id, lines[0], delimiters)
    try:
        texts = [line.decode(codec) for line in lines]
    except UnicodeDecodeError:
        raise MessageRejected(index, control_id, "expected text in the character set of MSH-18") from None
    segments = tuple(
        _segment(index, control_id, number, text, delimiters) for number, text in enumerate(texts, start=1)
    )
    return Message(index, delimiters, segments, "\r".join(texts).encode())


def _delimiters(index: int, line: bytes) -> Delimiters:
    """MSH-1 is the fourth byte, MSH-2 all up to its next occurrence: component, repetition, escape, subcomponent."""
    head = line[3:16].decode("latin-1")
    if not head:
        raise MessageRejected(index, None, "expected MSH-1, but the segment ends", "AR")
    field, marks = head[0], head[1:].split(head[0], 1)[0]
    if not _usable(field) or not 2 <= len(marks) <= 5 or not all(map(_usable, marks)) or len(set(marks)) != len(marks):
        raise MessageRejected(index, None, "expected distinct separators in MSH-1 and MSH-2", "AR")
    escape, subcomponent = marks[2:3], marks[3:4]
    return Delimiters(field, marks[0], marks[1], escape, subcomponent)


def _usable(mark: str) -> bool:
    return mark.isascii() and mark.isprintable() and not mark.isalnum() and mark != " "


def _control_id(line: bytes, delimiters: Delimiters) -> str | None:
    fields = line[:2000].decode("latin-1").split(delimiters.field)
    text = fields[9].strip() if len(fields) > 9 else ""
    return text if text.isascii() and text.isprintable() and 0 < len(text) <= 199 else None


def _codec(index: int, control_id: str | None, line: bytes, delimiters: Delimiters) -> str:
    fields = line.decode("latin-1").split(delimiters.field)
    named = fields[17].split(delimiters.repetition)[0].strip().upper() if len(fields) > 17 else ""
    if named not in _CHARSETS:
        raise MessageRejected(index, control_id, "expected a known character set in MSH-18", "AR")
    return _CHARSETS[named]


def _segment(index: int, control_id: str | None, number: int, text: str, delimiters: Delimiters) -> Segment:
    name, separator = text[:3], text[3:4]
    if not _NAME.fullmatch(name) or separator not in ("", delimiters.field):
        raise MessageRejected(index, control_id, f"expected a segment name in segment {number}")
    fields = tuple(text.split(delimiters.field))
    # MSH-1 is the separator itself: one more place, so that numbers are those of the standard.
    return Segment(name, (name, delimiters.field, *fields[1:]) if name == "MSH" else fields, delimiters)
