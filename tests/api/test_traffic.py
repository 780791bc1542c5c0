import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from api.instants import plain, temporal
from program import Program
from tests.api.site import CANARY, Visitor, add_client, pointers, slug

ADMIT = (
    "MSH|^~\\&|HIS|GENERAL|NINEFOLD|CARE|20260101120000-0500||ADT^A04^ADT_A01|{control}|P|2.5.1\r"
    "EVN|A04|20260101120000-0500\r"
    "PID|1||M-77^^^SYNTH^MR||" + CANARY + "^Eve||19600101|F\r"
    "PV1|1|E|ED^1^1||||||||||||||||V-{control}|||||||||||||||||||||||||20260101115500-0500\r"
)


def finish(visitor: Visitor, task: dict, values: dict) -> None:
    answer = visitor.post(f"/tasks/{task['id']}:complete", {"values": values}, If_Match=f'"{task["version"]}"')
    assert answer.status_code == 200, answer.json


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_time_moves_to_the_next_timer_and_fires_it(nora: Visitor, visit: Callable[[str], Visitor], task: dict) -> None:
    finish(nora, task, {"mood": "fine"})
    before = nora.get("/clock")

    answer = nora.post("/clock:advance", {"to": "next_timer"})

    assert before["virtual"] is True
    assert answer.json["fired"] == 1
    assert instant(answer.json["now"]) >= instant(before["next_timer_at"])
    assert [item["name"] for item in visit("nina-nurse").get("/tasks")["items"]] == ["Look again"]
    assert nora.get("/clock")["next_timer_at"] is None
    assert slug(nora.post("/clock:advance", {"to": "next_timer"})) == (409, "no-timer")


def test_timers_on_the_way_fire_at_their_own_time(nora: Visitor, program: Program, task: dict) -> None:
    finish(nora, task, {"mood": "fine"})
    due = instant(nora.get(f"/timers?case_id={task['case_id']}")["items"][0]["due_at"])

    answer = nora.post("/clock:advance", {"by": "P10D"})

    timeline = nora.get(f"/cases/{task['case_id']}/timeline")["items"]
    fired = next(item for item in timeline if item["kind"] == "TimerFired")
    assert answer.json["fired"] == 1
    assert timedelta(0) <= instant(fired["at"]) - due < timedelta(minutes=1)
    assert instant(answer.json["now"]) - due > timedelta(days=7)


def test_moving_time_signs_nobody_out(nora: Visitor) -> None:
    assert nora.post("/clock:advance", {"by": "P30D"}).status_code == 200
    assert nora.get("/sessions")["person"]["id"] == "nora-case-manager"


@pytest.mark.parametrize("by", ["PT0S", "-PT1H", "48 hours", "P1M", "P400D", ""])
def test_time_moves_forward_by_a_duration_only(nora: Visitor, by: str) -> None:
    answer = nora.post("/clock:advance", {"by": by})

    assert slug(answer) == (422, "fields-refused")
    assert pointers(answer) == ["#/by"]


def test_time_is_moved_one_way_at_once(nora: Visitor) -> None:
    assert pointers(nora.post("/clock:advance", {})) == ["#"]
    assert pointers(nora.post("/clock:advance", {"by": "PT1H", "to": "next_timer"})) == ["#"]
    assert pointers(nora.post("/clock:advance", {"to": "yesterday"})) == ["#/to"]


def test_all_timers_are_listed_to_who_sees_all(nora: Visitor, visit: Callable[[str], Visitor], task: dict) -> None:
    finish(nora, task, {"mood": "fine"})

    (timer,) = visit("adam-administrator").get("/timers?limit=10")["items"]

    assert (timer["case_id"], timer["element"], timer["incident"]) == (task["case_id"], "rest", False)
    assert nora.get("/timers")["items"] == []


def to_the_message(nora: Visitor, nurse: Visitor, task: dict) -> None:
    finish(nora, task, {"mood": "fine"})
    nora.post("/clock:advance", {"by": "PT48H"})
    (look,) = nurse.get("/tasks")["items"]
    finish(nurse, look, {})


@pytest.mark.parametrize("whom", ["case_id", "client_id", "mrn"])
def test_a_message_reaches_the_case_that_waits(
    nora: Visitor, visit: Callable[[str], Visitor], task: dict, client_id: str, whom: str
) -> None:
    nora.post(f"/tasks/{task['id']}:claim", If_Match=f'"{task["version"]}"')
    task = nora.get(f"/tasks/{task['id']}")
    to_the_message(nora, visit("nina-nurse"), task)
    value = {"case_id": task["case_id"], "client_id": client_id, "mrn": "MRN-1"}[whom]
    body = {"name": "client_contact", "correlation": {whom: value}, "payload": {"at": "2026-01-01T00:00:00Z"}}

    answer = nora.post("/messages", body, Idempotency_Key="m1")

    assert answer.status_code == 200, answer.json
    assert answer.json["reached"] == [{"case_id": task["case_id"], "waits": 1, "opened": []}]
    assert nora.post("/messages", body, Idempotency_Key="m1").json == answer.json
    assert nora.get(f"/cases/{task['case_id']}")["status"] == "completed"


def test_a_message_that_nobody_awaits_yet_is_kept_and_taken_when_the_case_waits(
    nora: Visitor, visit: Callable[[str], Visitor], task: dict
) -> None:
    nora.post(f"/tasks/{task['id']}:claim", If_Match=f'"{task["version"]}"')
    task = nora.get(f"/tasks/{task['id']}")
    body = {"name": "client_contact", "correlation": {"case_id": task["case_id"]}, "payload": {"words": CANARY}}

    answer = nora.post("/messages", body, Idempotency_Key="early")
    again = nora.post("/messages", body, Idempotency_Key="early")
    adam = visit("adam-administrator")
    (kept,) = adam.get("/messages?status=waiting")["items"]
    to_the_message(nora, visit("nina-nurse"), task)

    assert (answer.status_code, answer.json["waiting"], answer.json["reached"]) == (202, True, [])
    assert (again.status_code, again.json) == (202, answer.json)
    assert (kept["id"], kept["case_id"], kept["source"]) == (answer.json["id"], task["case_id"], "nora-case-manager")
    assert CANARY not in json.dumps(kept)
    assert nora.get(f"/cases/{task['case_id']}")["status"] == "completed"
    assert [item["status"] for item in adam.get("/messages?limit=1")["items"]] == ["consumed"]


def test_the_same_message_id_gets_the_first_answer_whatever_the_key(nora: Visitor, case: dict) -> None:
    body = {"name": "client_contact", "correlation": {"case_id": case["id"]}, "message_id": "m-7"}

    first, again = nora.post("/messages", body, Idempotency_Key="a"), nora.post("/messages", body, Idempotency_Key="b")

    assert first.json == again.json


def test_a_message_to_a_case_that_has_ended_is_refused(
    nora: Visitor, visit: Callable[[str], Visitor], task: dict
) -> None:
    nora.post(f"/tasks/{task['id']}:claim", If_Match=f'"{task["version"]}"')
    task = nora.get(f"/tasks/{task['id']}")
    to_the_message(nora, visit("nina-nurse"), task)
    body = {"name": "client_contact", "correlation": {"case_id": task["case_id"]}}
    nora.post("/messages", body)

    assert slug(nora.post("/messages", body)) == (409, "case-closed")


@pytest.mark.parametrize("correlation", [{}, {"case_id": "x", "mrn": "y"}])
def test_a_message_names_one_way_to_its_case(nora: Visitor, correlation: dict) -> None:
    answer = nora.post("/messages", {"name": "complaint", "correlation": correlation})

    assert pointers(answer) == ["#/correlation"]


def test_only_programs_send_by_key_alone(nora: Visitor) -> None:
    answer = nora.post("/messages", {"name": "complaint", "correlation": {"key": "k"}})

    assert slug(answer) == (403, "right-missing")
    assert answer.json["right"] == "messages.any_case"


def test_only_an_administrator_lists_messages(nora: Visitor) -> None:
    assert slug(nora.send("GET", "/messages")) == (403, "right-missing")


def test_a_message_for_nobody_is_not_found(nora: Visitor) -> None:
    for correlation in ({"case_id": "0" * 35}, {"client_id": "0" * 32}, {"mrn": "none"}):
        answer = nora.post("/messages", {"name": "complaint", "correlation": correlation})
        assert slug(answer) == (404, "not-found")


def test_an_adt_message_is_acknowledged(nora: Visitor) -> None:
    answer = nora.send("POST", "/adt", ADMIT.format(control="C1"), Content_Type="application/hl7-v2")

    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/hl7-v2")
    assert text.startswith("MSH|^~\\&|NINEFOLD|CARE|HIS|GENERAL|")
    assert "MSA|AA|C1" in text


def test_adt_messages_are_summed_up_as_json(nora: Visitor) -> None:
    body = ADMIT.format(control="C1") + ADMIT.format(control="C2") + ADMIT.format(control="C1")

    answer = nora.send("POST", "/adt", body, Content_Type="text/plain", Accept="application/json")

    assert answer.status_code == 200, answer.json
    summary = answer.json
    assert (summary["messages"], summary["accepted"], summary["duplicates"]) == (3, 2, 1)
    assert summary["rejected"] == []
    assert summary["candidates"] == 1


def test_a_malformed_adt_message_is_refused_by_place_not_by_content(nora: Visitor) -> None:
    body = ADMIT.format(control="C1").replace("PID|1||M-77^^^SYNTH^MR", "PID|1||")

    told = nora.send("POST", "/adt", body, Content_Type="text/plain", Accept="application/json")
    acknowledged = nora.send("POST", "/adt", body, Content_Type="application/hl7-v2")

    assert slug(told) == (422, "message-rejected")
    assert told.json["rejected"][0]["control_id"] == "C1"
    assert (acknowledged.status_code, "MSA|AE|C1" in acknowledged.get_data(as_text=True)) == (422, True)
    assert CANARY not in acknowledged.get_data(as_text=True)


@pytest.mark.parametrize("body", ["", "hello"])
def test_what_is_no_hl7_is_refused(nora: Visitor, body: str) -> None:
    answer = nora.send("POST", "/adt", body, Content_Type="text/plain", Accept="application/json")

    assert slug(answer) == (422, "message-rejected")


def test_json_is_no_adt(nora: Visitor) -> None:
    assert slug(nora.post("/adt", {"a": 1})) == (415, "content-type-refused")


def offered(nora: Visitor) -> dict:
    nora.send("POST", "/adt", ADMIT.format(control="C1"), Content_Type="application/hl7-v2")
    (candidate,) = nora.get("/candidates")["items"]
    return candidate


def test_a_visit_without_a_case_makes_a_candidate(nora: Visitor) -> None:
    candidate = offered(nora)

    assert (candidate["reason"], candidate["status"]) == ("ed_visit", "open")
    assert candidate["client"]["mrn"] == "M-77"


def test_a_candidate_is_accepted_once(nora: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.rooms.candidates.LIFECYCLE", "visit")
    path = f"/candidates/{offered(nora)['id']}:accept"

    first = nora.post(path, Idempotency_Key="a1")
    again = nora.post(path, Idempotency_Key="a1")

    assert first.status_code == 201, first.json
    assert again.json == first.json
    assert first.json["client"]["mrn"] == "M-77"
    assert slug(nora.post(path)) == (409, "candidate-decided")
    assert [item["status"] for item in nora.get("/candidates?status=accepted")["items"]] == ["accepted"]


def test_a_candidate_is_dismissed(nora: Visitor) -> None:
    candidate = offered(nora)

    answer = nora.post(f"/candidates/{candidate['id']}:dismiss")

    assert (answer.json["status"], answer.json["decided_by"]) == ("dismissed", "nora-case-manager")
    assert nora.get("/candidates")["items"] == []
    assert slug(nora.post(f"/candidates/{'0' * 32}:dismiss")) == (404, "not-found")


def test_candidates_come_in_pages(nora: Visitor) -> None:
    for number in range(3):
        body = ADMIT.format(control=f"P{number}").replace("M-77", f"M-{number}")
        nora.send("POST", "/adt", body, Content_Type="text/plain")

    first = nora.get("/candidates?limit=2")
    rest = nora.get(f"/candidates?limit=2&cursor={first['next_cursor']}")

    assert sorted(item["client"]["mrn"] for item in [*first["items"], *rest["items"]]) == ["M-0", "M-1", "M-2"]
    assert rest["next_cursor"] is None


def test_no_answer_to_a_masked_role_names_a_client(
    visit: Callable[[str], Visitor], program: Program, case: dict
) -> None:
    add_client(program, "MRN-9")
    adam = visit("adam-administrator")

    answer = adam.send("POST", "/adt", ADMIT.format(control="C1"), Content_Type="text/plain", Accept="application/json")

    assert CANARY not in json.dumps(answer.json)


def test_temporal_text_becomes_temporal_and_goes_back() -> None:
    given = {
        "at": "2026-01-02T03:04:05+02:00",
        "day": "2026-01-02",
        "odd": ["2026-13-40", "2026-13-40T00:00:00Z", 7, None],
    }

    found = temporal(given)

    assert found["at"] == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert found["day"] == date(2026, 1, 2)
    assert found["odd"] == given["odd"]
    assert plain(found) == {**given, "at": "2026-01-02T01:04:05Z"}
    assert plain({"n": Decimal("1.50"), "wait": timedelta(hours=48)}) == {"n": 1.5, "wait": "P2D"}
