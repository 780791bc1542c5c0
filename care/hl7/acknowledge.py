"""HL7 acknowledgements: ACK with MSA, in the separators of the message that it answers."""

from datetime import UTC, datetime

from care.hl7.message import Delimiters, Message, escape


def acknowledge(
    message: Message | None, code: str, at: datetime, text: str = "", control_id: str | None = None
) -> bytes:
    """An ACK in UTF-8, segments ended by CR. `code` is AA (taken), AE (content refused) or AR (not for us).

    `message` is None when it could not be read at all; then `control_id` names it if known.
    """
    marks = message.delimiters if message else Delimiters()
    if not marks.escape:
        marks = Delimiters(marks.field, marks.component, marks.repetition, "", marks.subcomponent)
    head = message.first("MSH") if message else None
    to = [head.raw(n) for n in (3, 4)] if head else ["", ""]
    sender = [head.raw(n) for n in (5, 6)] if head else ["NINEFOLD", ""]
    known = head.raw(10) if head else (control_id or "")
    event = head.value(9, 2) if head else ""
    kind = f"ACK{marks.component}{event}{marks.component}ACK" if event else "ACK"
    encoding = f"{marks.component}{marks.repetition}{marks.escape}{marks.subcomponent}"
    stamp = at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")
    version = (head.raw(12) if head else "") or "2.5.1"
    processing = (head.raw(11) if head else "") or "P"
    answer = [
        [
            "MSH",
            encoding,
            *sender,
            *to,
            stamp,
            "",
            kind,
            f"A{known}"[:199],
            processing,
            version,
            "",
            "",
            "",
            "",
            "",
            "UNICODE UTF-8",
        ],
        ["MSA", code, known, *([_safe(text, marks)] if text else [])],
    ]
    return "".join(marks.field.join(fields) + "\r" for fields in answer).encode()


def _safe(text: str, marks: Delimiters) -> str:
    if marks.escape:
        return escape(text, marks)
    return "".join(
        " " if char in {marks.field, marks.component, marks.repetition, "\r", "\n"} else char for char in text
    )
