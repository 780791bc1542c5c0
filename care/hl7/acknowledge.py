"""HL7 acknowledgements: ACK with MSA, in the separators of the message that it answers."""

from datetime import UTC, datetime

from care.hl7.message import Delimiters, Message, Segment, escape


def acknowledge(
    message: Message | None, code: str, at: datetime, text: str = "", control_id: str | None = None
) -> bytes:
    """An ACK in UTF-8, segments ended by CR. `code` is AA (taken), AE (content refused) or AR (not for us).

    `message` is None when it could not be read at all; then `control_id` names it if known.
    """
    marks = message.delimiters if message else Delimiters()
    head = message.first("MSH") if message else None
    known = head.raw(10) if head else (control_id or "")
    said = ["MSA", code, known, *([_safe(text, marks)] if text else [])]
    segments = (_header(head, marks, known, at), said)
    return "".join(marks.field.join(fields) + "\r" for fields in segments).encode()


def _header(head: Segment | None, marks: Delimiters, known: str, at: datetime) -> list[str]:
    """MSH of the answer: sender and receiver change places."""
    sender = [head.raw(n) for n in (5, 6)] if head else ["NINEFOLD", ""]
    receiver = [head.raw(n) for n in (3, 4)] if head else ["", ""]
    event = head.value(9, 2) if head else ""
    kind = f"ACK{marks.component}{event}{marks.component}ACK" if event else "ACK"
    encoding = f"{marks.component}{marks.repetition}{marks.escape}{marks.subcomponent}"
    stamp = at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")
    processing, version = (head.raw(11), head.raw(12)) if head else ("", "")
    about = ["", kind, f"A{known}"[:199], processing or "P", version or "2.5.1"]
    return ["MSH", encoding, *sender, *receiver, stamp, *about, *[""] * 5, "UNICODE UTF-8"]


def _safe(text: str, marks: Delimiters) -> str:
    if marks.escape:
        return escape(text, marks)
    return "".join(
        " " if char in {marks.field, marks.component, marks.repetition, "\r", "\n"} else char for char in text
    )
