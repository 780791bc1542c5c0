"""HL7 v2 as text: reading messages, their values and times, and answering them. Knows nothing of clients or cases."""

from care.hl7.acknowledge import acknowledge
from care.hl7.message import Delimiters, Message, Segment
from care.hl7.reader import MAX_BYTES, MAX_SEGMENTS, read_message, read_messages
from care.hl7.times import parse_day, parse_instant

__all__ = [
    "MAX_BYTES",
    "MAX_SEGMENTS",
    "Delimiters",
    "Message",
    "Segment",
    "acknowledge",
    "parse_day",
    "parse_instant",
    "read_message",
    "read_messages",
]
