"""The outbox over HTTP: listed without content, dead letters sent again or given up, with who and why."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import Deploy, StartCase, case_id_of
from program import SYSTEM_ACTOR, Program
from tests.api.site import CANARY, Visitor, slug
from tests.support.world import model

CALLS = (
    '<startEvent id="s"/><serviceTask id="tell" name="Tell" n:operation="notify" n:parameters="= {{ to: who }}"/>'
    '<serviceTask id="odd" n:operation="{}"/><userTask id="u"/><endEvent id="e"/>'
)


@pytest.fixture
def adam(visit: Callable[[str], Visitor]) -> Visitor:
    return visit("adam-administrator")


@pytest.fixture
def calling(program: Program) -> str:
    """A case that has made two calls."""
    source = model(CALLS.format("fax"), "s > tell > odd > u > e")
    case_id, now = case_id_of(program.clock.new_id()), program.clock.now()
    program.database.write(
        lambda tx: program.engine.execute(Deploy((program.reading.identify("p.bpmn", source),), SYSTEM_ACTOR, now), tx)
    )
    values = {"who": CANARY}
    start = StartCase(case_id, "P", "subject", SYSTEM_ACTOR, now, None, values)
    program.database.write(lambda tx: program.engine.execute(start, tx))
    return case_id


def kill(program: Program, topic: str) -> str:
    now = program.clock.now()
    (call,) = program.database.write(lambda tx: program.post.claim(tx, [topic], "test", now, timedelta(minutes=1), 9))
    program.database.write(lambda tx: program.post.dead(tx, call, now, "http_410"))
    return call.id


def test_calls_are_listed_by_status_topic_and_case_in_pages_without_what_they_say(
    adam: Visitor, program: Program, calling: str
) -> None:
    dead = kill(program, "notify")

    first = adam.get("/outbox?limit=1")
    rest = adam.get(f"/outbox?cursor={first['next_cursor']}")
    (one,) = adam.get(f"/outbox?status=dead&topic=notify&case_id={calling}")["items"]

    assert sorted(item["topic"] for item in [*first["items"], *rest["items"]]) == ["fax", "notify"]
    assert (one["id"], one["error"], one["attempts"], one["element"], one["step"]) == (dead, "http_410", 1, "tell", 1)
    assert (one["connected"], one["awaited"], one["under_way"]) == (True, False, False)
    assert CANARY not in json.dumps([first, rest])


def test_a_dead_letter_is_sent_again(adam: Visitor, program: Program, calling: str) -> None:
    dead = kill(program, "notify")

    answer = adam.post(f"/outbox/{dead}:resend", {"reason": "the address was mended"})

    assert answer.status_code == 200, answer.json
    assert (answer.json["status"], answer.json["attempts"], answer.json["done_at"]) == ("pending", 0, None)
    kinds = [item["kind"] for item in adam.get(f"/cases/{calling}/timeline")["items"]]
    assert kinds[0] == "CallResent"


def test_a_call_is_given_up_for_a_reason_that_stands_in_the_history(
    adam: Visitor, program: Program, calling: str
) -> None:
    dead = kill(program, "notify")

    assert slug(adam.post(f"/outbox/{dead}:discard", {})) == (422, "fields-refused")
    answer = adam.post(f"/outbox/{dead}:discard", {"reason": "sent by post"})

    assert (answer.status_code, answer.json["status"]) == (200, "discarded")
    newest = adam.get(f"/cases/{calling}/timeline")["items"][0]
    assert (newest["kind"], newest["actor"]["id"]) == ("CallDiscarded", "adam-administrator")
    assert newest["facts"] == {"call": dead, "topic": "notify"}
    settled = adam.post(f"/outbox/{dead}:resend", {})
    assert slug(settled) == (409, "call-settled")
    assert settled.json["call_status"] == "discarded"


def test_a_call_that_is_being_made_is_left_alone(adam: Visitor, program: Program, calling: str) -> None:
    now = program.clock.now()
    (call,) = program.database.write(
        lambda tx: program.post.claim(tx, ["notify"], "test", now, timedelta(minutes=1), 9)
    )

    assert adam.get("/outbox?topic=notify")["items"][0]["under_way"] is True
    assert slug(adam.post(f"/outbox/{call.id}:discard", {"reason": "x"})) == (409, "call-under-way")


@pytest.mark.parametrize("call_id", ["nonsense", "000" + "0" * 32 + "-1-0"])
def test_an_unknown_call_is_not_found(adam: Visitor, call_id: str) -> None:
    assert slug(adam.post(f"/outbox/{call_id}:resend", {})) == (404, "not-found")


def test_only_an_administrator_sees_the_outbox(nora: Visitor) -> None:
    assert slug(nora.send("GET", "/outbox")) == (403, "right-missing")
