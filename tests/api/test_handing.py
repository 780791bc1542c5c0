from collections.abc import Callable
from datetime import timedelta

import pytest

from program import Program
from tests.api.site import CANARY, Visitor, pointers, slug

GOOD = {"values": {"mood": "fine", "pain": 2}}
Visit = Callable[[str], Visitor]
NOBODY = "0" * 35


def tag(task: dict) -> str:
    return f'"{task["version"]}"'


def done(nora: Visitor, task: dict) -> str:
    path = f"/tasks/{task['id']}"
    assert nora.post(f"{path}:complete", GOOD, If_Match=tag(task)).status_code == 200
    return nora.send("GET", path).headers["ETag"]


def test_a_supervisor_gives_a_task_to_a_person_and_back_to_its_group(nora: Visitor, visit: Visit, task: dict) -> None:
    sofia, path = visit("sofia-supervisor"), f"/tasks/{task['id']}:assign"

    given = sofia.post(path, {"assignee": "omar-case-manager", "reason": CANARY}, If_Match=tag(task))
    assert given.status_code == 200, given.json
    assert given.json["assignee"] == {"id": "omar-case-manager", "name": "Omar Haddad"}
    assert given.headers["ETag"] == tag(given.json) != tag(task)
    assert [item["id"] for item in visit("omar-case-manager").get("/tasks?queue=mine")["items"]] == [task["id"]]

    back = sofia.post(path, {"group": "case_manager_jr", "reason": "ill"}, If_Match=tag(given.json))
    assert (back.json["assignee"], back.json["group"]) == (None, "case_manager_jr")
    assert CANARY not in str(nora.get(f"/cases/{task['case_id']}/timeline")).replace(f"Ada {CANARY}", "")


def test_assigning_names_what_is_wrong(visit: Visit, nora: Visitor, task: dict) -> None:
    sofia, path = visit("sofia-supervisor"), f"/tasks/{task['id']}:assign"
    body = {"assignee": "omar-case-manager", "reason": "r"}

    assert slug(sofia.post(path, body)) == (428, "precondition-required")
    assert slug(sofia.post(path, body, If_Match='"9"')) == (412, "stale-version")
    assert slug(sofia.post(f"/tasks/{NOBODY}:assign", body, If_Match='"1"')) == (404, "not-found")
    assert slug(visit("samuel-supervisor").post(path, body, If_Match=tag(task))) == (404, "not-found")
    assert slug(nora.post(path, body, If_Match=tag(task))) == (403, "right-missing")
    assert slug(visit("dora-designer").post(path, body, If_Match=tag(task))) == (403, "right-missing")
    for wrong, pointer in (
        ({"assignee": "nina-nurse", "reason": "r"}, "#/assignee"),
        ({"assignee": "nobody", "reason": "r"}, "#/assignee"),
        ({"group": "astronauts", "reason": "r"}, "#/group"),
        ({"assignee": "omar-case-manager"}, "#/reason"),
        ({"assignee": "omar-case-manager", "reason": ""}, "#/reason"),
    ):
        answer = sofia.post(path, wrong, If_Match=tag(task))
        assert (slug(answer), pointers(answer)) == ((422, "fields-refused"), [pointer])


def test_the_same_key_assigns_once(visit: Visit, task: dict) -> None:
    sofia, path = visit("sofia-supervisor"), f"/tasks/{task['id']}:assign"
    body = {"assignee": "omar-case-manager", "reason": "r"}

    first = sofia.post(path, body, If_Match=tag(task), Idempotency_Key="k")
    again = sofia.post(path, body, If_Match=tag(task), Idempotency_Key="k")

    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    assert slug(sofia.post(path, {**body, "reason": "s"}, If_Match=tag(task), Idempotency_Key="k")) == (
        422,
        "key-reused",
    )


def test_a_task_is_delegated_and_given_back(nora: Visitor, visit: Visit, task: dict) -> None:
    olivia, path = visit("olivia-on-call"), f"/tasks/{task['id']}:delegate"
    body = {"assignee": "olivia-on-call", "reason": "on leave"}
    claimed = nora.post(f"/tasks/{task['id']}:claim", If_Match=tag(task)).json

    handed = nora.post(path, body, If_Match=tag(claimed)).json
    assert (handed["assignee"]["id"], handed["delegated_by"]["id"]) == ("olivia-on-call", "nora-case-manager")
    assert slug(nora.post(path, body, If_Match=tag(handed))) == (403, "right-missing")
    back = olivia.post(path, {"assignee": None, "reason": "done my part"}, If_Match=tag(handed)).json
    assert (back["assignee"]["id"], back["delegated_by"]) == ("nora-case-manager", None)
    assert slug(nora.post(path, body)) == (428, "precondition-required")


def test_a_snoozed_task_is_hidden_unless_asked_for(nora: Visitor, program: Program, task: dict) -> None:
    path = f"/tasks/{task['id']}:snooze"
    until = (program.clock.now() + timedelta(hours=5)).isoformat()

    def listed(query: str = "") -> int:
        return len(nora.get(f"/tasks{query}")["items"])

    assert slug(nora.post(path, {"until": until, "reason": "r"})) == (428, "precondition-required")
    late = nora.post(path, {"until": "2020-01-01T00:00:00Z", "reason": "r"}, If_Match=tag(task))
    assert (slug(late), pointers(late)) == ((422, "fields-refused"), ["#/until"])
    snoozed = nora.post(path, {"until": until, "reason": "call at two"}, If_Match=tag(task)).json
    assert snoozed["snoozed_until"] is not None
    assert (listed(), listed("?snoozed=true"), listed("?snoozed=true&queue=claimable")) == (0, 1, 1)
    assert nora.post("/tasks:search", {"text": "call"}).json["items"] == []

    nora.post(path, {"until": None, "reason": "she called"}, If_Match=tag(snoozed))
    assert listed() == 1


def test_a_snoozed_task_comes_back_when_its_time_has_come(nora: Visitor, program: Program, task: dict) -> None:
    until = (program.clock.now() + timedelta(hours=5)).isoformat()
    nora.post(f"/tasks/{task['id']}:snooze", {"until": until, "reason": "r"}, If_Match=tag(task))

    nora.post("/clock:advance", {"by": "PT5H"})

    assert [item["id"] for item in nora.get("/tasks")["items"]] == [task["id"]]


def test_an_addendum_stands_on_the_page_of_the_task(nora: Visitor, task: dict) -> None:
    etag, path = done(nora, task), f"/tasks/{task['id']}"

    answer = nora.post(f"{path}:amend", {"values": {"pain": 7}, "reason": "misheard"}, If_Match=etag)
    page = nora.get(path)

    assert answer.status_code == 200, answer.json
    assert (answer.json["values"], answer.json["facts"]) == ({"pain": 7}, ["pain"])
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"' == f'"{page["version"]}"'
    assert page["answers"] == {"mood": "fine", "pain": 2}
    (addendum,) = page["addenda"]
    assert (addendum["by"]["name"], addendum["reason"], addendum["values"]) == (
        "Nora Lindqvist",
        "misheard",
        {"pain": 7},
    )


def test_an_addendum_is_checked_by_the_form_and_kept_once_per_key(nora: Visitor, visit: Visit, task: dict) -> None:
    path, body = f"/tasks/{task['id']}:amend", {"values": {"pain": 7}, "reason": "r"}

    assert slug(nora.post(path, body, If_Match=tag(task))) == (409, "task-not-completed")
    etag = done(nora, task)
    assert slug(nora.post(path, body)) == (428, "precondition-required")
    assert slug(nora.post(path, body, If_Match=tag(task))) == (412, "stale-version")
    refused = nora.post(path, {"values": {"pain": 11}, "reason": "r"}, If_Match=etag)
    assert (slug(refused), pointers(refused)) == ((422, "form-refused"), ["#/values/pain"])
    same = nora.post(path, {"values": {"pain": 2}, "reason": "r"}, If_Match=etag)
    assert (slug(same), pointers(same)) == ((422, "form-refused"), ["#/values"])
    assert slug(visit("nina-nurse").post(path, body, If_Match=etag)) == (404, "not-found")

    first = nora.post(path, body, If_Match=etag, Idempotency_Key="k")
    again = nora.post(path, body, If_Match=etag, Idempotency_Key="k")
    assert (first.status_code, again.json) == (200, first.json)
    assert len(nora.get(f"/tasks/{task['id']}")["addenda"]) == 1


@pytest.mark.parametrize("person", ["dora-designer", "adam-administrator"])
def test_masked_roles_see_neither_answers_nor_addenda(nora: Visitor, visit: Visit, task: dict, person: str) -> None:
    etag, path = done(nora, task), f"/tasks/{task['id']}"
    nora.post(f"{path}:amend", {"values": {"mood": CANARY}, "reason": CANARY}, If_Match=etag)

    page = visit(person).get(path)

    assert (page["answers"], page["addenda"]) == ({}, [])
    assert CANARY not in str(page)
    assert slug(visit(person).post(f"{path}:amend", {"values": {}, "reason": "r"})) == (403, "right-missing")
