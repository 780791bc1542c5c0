"""Reading HL7 v2: framing, separators, escapes, character sets, limits, hostile input."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.errors import MessageRejected
from care.hl7 import MAX_BYTES, MAX_SEGMENTS, Delimiters, Message, acknowledge, read_message, read_messages
from care.hl7.message import escape, unescape
from care.notices import read_envelope, read_notice
from tests.care.messages import ZONE, adt, local

HEAD = "MSH|^~\\&|A|B|C|D|20250610140000||ADT^A01|M1|P|2.5.1"
ONE = f"{HEAD}\rPID|1||77^^^X^MR||Muñoz^Ana\r"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r\n"])
def test_segments_may_end_in_any_line_break(end):
    message = read_message(ONE.replace("\r", end).encode())

    assert [segment.name for segment in message.segments] == ["MSH", "PID"]
    assert message.value("PID", 5) == "Muñoz"


def test_equal_messages_in_other_framing_have_the_same_body():
    plain = read_message(ONE.encode())
    framed = read_message(b"\xef\xbb\xbf\x0b" + ONE.replace("\r", "\r\n").encode() + b"\x1c\r")

    assert plain.raw == framed.raw


def test_a_file_of_many_messages_is_split_at_msh_and_at_frames():
    data = (
        ONE.encode()
        + b"\n"
        + ONE.replace("M1", "M2").encode()
        + b"\x1c\r\x0b"
        + ONE.replace("M1", "M3").encode()
        + b"\x1c\r"
    )

    found = list(read_messages(data))

    assert [item.control_id for item in found] == ["M1", "M2", "M3"]
    assert [item.index for item in found] == [0, 1, 2]


def test_batch_envelopes_are_passed_over():
    data = f"FHS|^~\\&|A\rBHS|^~\\&|A\r{ONE}BTS|1\rFTS|1\r".encode()

    assert [item.control_id for item in read_messages(data)] == ["M1"]


def test_odd_separators_are_taken_from_the_message():
    message = read_message(b"MSH$%*!@$A$B$$$20250610$$ADT%A01$M1$P$2.5\rPID$1$$77%%%X%MR*88%%%Y%PI$$Gar!S!cia@x%Ana\r")
    person = message.first("PID")

    assert message.value("MSH", 9, 2) == "A01"
    assert person.repetitions(3) == 2
    assert person.value(3, 4, repetition=2) == "Y"
    assert person.value(5) == "Gar%cia"
    assert person.value(5, subcomponent=2) == "x"


def test_msh_fields_are_counted_as_the_standard_counts_them():
    message = read_message(ONE.encode())

    assert [message.first("MSH").raw(n) for n in (1, 2, 3, 7, 10, 12)] == [
        "|",
        "^~\\&",
        "A",
        "20250610140000",
        "M1",
        "2.5.1",
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"one\.br\two", "one\ntwo"),
        (r"\H\bold\N\ x", "bold x"),
        (r"\X41\\XC3A9\\XE9\ ", "Aéé "),
        (r"\Xnothex\ and \Zlocal\ ", r"\Xnothex\ and \Zlocal\ "),
        (r"odd \ one", r"odd \ one"),
        (r"\.sp2\x", "\nx"),
    ],
)
def test_escapes_are_resolved_and_unknown_ones_left(text, plain):
    assert unescape(text, Delimiters()) == plain


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40))
@settings(max_examples=80, deadline=None)
def test_what_is_escaped_reads_back(text):
    assert unescape(escape(text, Delimiters()), Delimiters()) == text


def test_the_explicit_null_is_empty():
    assert read_message(f'{HEAD}\rPID|1||""^^^X\r'.encode()).value("PID", 3) == ""


def test_unknown_segments_are_kept_aside():
    message = read_message(f"{HEAD}\rZXY|what|ever\rPID|1||7\r".encode())

    assert message.value("ZXY", 2) == "ever"
    assert message.value("PID", 3) == "7"


def test_the_character_set_of_msh_18_is_used():
    head = HEAD + "||||||8859/1"

    message = read_message(f"{head}\rPID|1||7||Muñoz\r".encode("latin-1"))

    assert message.value("PID", 5) == "Muñoz"
    assert b"Mu\xc3\xb1oz" in message.raw


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PID|1||7\r", "expected segment MSH first"),
        (b"MSH\r", "expected MSH-1, but the segment ends"),
        (b"MSH|^^\\&|A\r", "expected distinct separators in MSH-1 and MSH-2"),
        (b"MSHxabcdx\r", "expected distinct separators in MSH-1 and MSH-2"),
        (HEAD.encode() + b"\rpid|1\r", "expected a segment name in segment 2"),
        (HEAD.encode() + b"\rPID^1\r", "expected a segment name in segment 2"),
        (HEAD.encode() + b"\rPID|1||\xff\xfe\r", "expected text in the character set of MSH-18"),
        (HEAD.encode() + b"||||||KLINGON\r", "expected a known character set in MSH-18"),
        (HEAD.encode() + b"\rPID|1||7\x007\r", "expected text without NUL bytes"),
        (HEAD.encode() + b"\rZZZ|" + b"x" * MAX_BYTES + b"\r", f"expected at most {MAX_BYTES} bytes"),
        (HEAD.encode() + b"\rZZZ" * (MAX_SEGMENTS + 1), f"expected at most {MAX_SEGMENTS} segments"),
    ],
)
def test_a_malformed_message_is_rejected_by_place_and_never_quoted(data, reason):
    rejected = next(iter(read_messages(data)))

    assert isinstance(rejected, MessageRejected)
    assert rejected.reason == reason
    assert rejected.index == 0


def test_a_malformed_message_does_not_harm_its_neighbours():
    data = ONE.encode() + HEAD.replace("M1", "M2").encode() + b"\rbroken\r" + ONE.replace("M1", "M3").encode()

    first, second, third = read_messages(data)

    assert (first.control_id, second.control_id, third.control_id) == ("M1", "M2", "M3")
    assert isinstance(second, MessageRejected)


def test_one_message_is_expected_where_one_is_read():
    for data in (b"", ONE.encode() * 2):
        with pytest.raises(MessageRejected):
            read_message(data)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("|ADT^A01^ADT_A01|", "|ORU^R01|"), "expected message type ADT in MSH-9"),
        (("|ADT^A01^ADT_A01|", "|ADT^A!1|"), "expected a trigger event in MSH-9"),
        (("|1000^^^SYNTH^MR|", "|^^^SYNTH^MR|"), "expected a medical record number in PID-3"),
        (("|19650301|", "|19651301|"), "expected a day in PID-7"),
        (("EVN|A01|2025", "EVN|A01|Z025"), "expected a time in EVN-2"),
        (("PID|", "ZPI|"), "expected segment PID"),
        (("^A01^", "^A40^"), "expected a medical record number in MRG-1"),
        (("EVN|A01|20250610140000", "EVN|A01|"), "expected a time in MSH-7"),
        (("PV1|", "ZPV|"), "expected a visit number in PV1-19"),
        (("|20250609080000|", "|2025060908000|"), "expected a time in PV1-44"),
    ],
)
def test_a_message_that_lacks_what_its_event_needs_is_rejected(change, reason):
    text = adt("A01", local(2025, 6, 10, 14), admitted=local(2025, 6, 9, 8)).decode()
    text = text.replace("|20250610140000||ADT", "|junk||ADT") if "MSH-7" in reason else text
    message = read_message(text.replace(*change).encode())

    with pytest.raises(MessageRejected) as caught:
        read_notice(message, read_envelope(message, ZONE), ZONE, "SYNTH")

    assert caught.value.reason == reason


def test_a_message_cut_off_anywhere_is_read_or_rejected():
    data = adt("A03", local(2025, 6, 10, 14), discharged=local(2025, 6, 10, 14), reason="1")
    for length in range(len(data)):
        for found in read_messages(data[:length]):
            if isinstance(found, Message):
                with contextlib.suppress(MessageRejected):
                    read_notice(found, read_envelope(found, ZONE), ZONE, "SYNTH")


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_rejected(data):
    for found in read_messages(b"MSH|^~\\&|" + data):
        if isinstance(found, Message):
            with contextlib.suppress(MessageRejected):
                read_notice(found, read_envelope(found, ZONE), ZONE, "SYNTH")
            acknowledge(found, "AA", datetime(2026, 1, 1, tzinfo=UTC))


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(list("|^~\\&\r\n0A\x00\x0bé"))), max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_damaged_message_is_read_or_rejected(damage):
    text = list(adt("A03", local(2025, 6, 10, 14), discharged=local(2025, 6, 10, 14)).decode())
    for place, char in damage:
        text[place % len(text)] = char
    for found in read_messages("".join(text).encode()):
        if isinstance(found, Message):
            with contextlib.suppress(MessageRejected):
                read_notice(found, read_envelope(found, ZONE), ZONE, "SYNTH")


def test_an_acknowledgement_answers_the_sender_in_its_own_separators():
    message = read_message(b"MSH$%*!@$LAB$EAST$NINE$CM$20250610$$ADT%A01$M1$T$2.3\r")

    answer = acknowledge(message, "AE", datetime(2025, 6, 10, 18, 0, tzinfo=UTC), "expected $ in PID-3")

    head, said = answer.decode().split("\r")[:2]
    assert head == "MSH$%*!@$NINE$CM$LAB$EAST$20250610180000+0000$$ACK%A01%ACK$AM1$T$2.3$$$$$$UNICODE UTF-8"
    assert said == "MSA$AE$M1$expected !F! in PID-3"
    assert read_message(answer).value("MSA", 3) == "expected $ in PID-3"


def test_a_message_without_any_time_or_control_id_is_rejected():
    for text, reason in (
        ("MSH|^~\\&|A|B|C|D|||ADT^A08|M1|P|2.5\rEVN|A08\r", "expected a time in EVN-2 or MSH-7"),
        ("MSH|^~\\&|A|B|C|D|2025||ADT^A08||P|2.5\r", "expected a control id in MSH-10"),
    ):
        with pytest.raises(MessageRejected) as caught:
            read_envelope(read_message(text.encode()), ZONE)
        assert caught.value.reason == reason


def test_a_sender_without_an_escape_character_gets_an_answer_without_escapes():
    message = read_message(b"MSH|^~|LAB|EAST|NINE|CM|20250610||ADT^A01|M1|T|2.3\rPID|1||a\\F\\b\r")

    answer = acknowledge(message, "AE", datetime(2025, 6, 10, tzinfo=UTC), "bad | and ^")

    assert message.value("PID", 3) == "a\\F\\b"
    assert answer.decode().split("\r")[1] == "MSA|AE|M1|bad   and  "


def test_an_unreadable_message_is_answered_too():
    answer = acknowledge(None, "AR", datetime(2025, 6, 10, tzinfo=UTC), "expected segment MSH first", "M9")

    assert read_message(answer).value("MSA", 1) == "AR"
    assert read_message(answer).value("MSA", 2) == "M9"


def test_the_number_of_type_mr_is_the_medical_record_number():
    text = adt("A08", local(2025, 6, 10), encounter="").decode()
    message = read_message(text.replace("|1000^^^SYNTH^MR|", "|5^^^GOV^SS~1000^^^EAST^MR~6|").encode())

    notice = read_notice(message, read_envelope(message, ZONE), ZONE, "SYNTH")

    assert (notice.authority, notice.mrn) == ("EAST", "1000")


def test_a_number_without_an_assigner_gets_the_default_one():
    text = adt("A08", local(2025, 6, 10), encounter="").decode()
    message = read_message(text.replace("|1000^^^SYNTH^MR|", "|1000|").encode())

    notice = read_notice(message, read_envelope(message, ZONE), ZONE, "HOME")

    assert (notice.authority, notice.mrn) == ("HOME", "1000")
