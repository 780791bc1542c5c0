import json
from collections.abc import Callable

import pytest

from program import Program
from tests.api.site import CANARY, Visitor, add_client, pointers, slug

GOOD = {"values": {"mood": "fine", "pain": 2}}


def tag(task: dict) -> str:
    return f'"{task["version"]}"'


def test_a_started_case_puts_its_task_on_the_list(nora: Visitor, task: dict, case: dict, client_id: str) -> None:
    assert task["case_id"] == case["id"]
    assert task["name"] == "Call the client"
    assert task["group"] == "case_manager"
    assert task["status"] == "open"
    assert task["assignee"] is None
    assert task["overdue"] is False
    assert task["due_at"].endswith("Z")
    assert task["client"] == {"id": client_id, "name": f"Ada {CANARY}", "mrn": "MRN-1", "birth_date": "1950-05-20"}


def test_a_task_comes_with_its_form_and_the_reason(nora: Visitor, task: dict) -> None:
    answer = nora.send("GET", f"/tasks/{task['id']}")

    page = answer.json
    assert answer.headers["ETag"] == tag(task)
    assert page["form"]["id"] == "call"
    assert page["purpose"] == "Purpose: hear how it goes."
    assert page["draft"] is None
    assert page["case"]["id"] == task["case_id"]
    assert page["why"][0]["text"] == "The case was started by Nora Lindqvist"


def test_claiming_and_releasing_move_the_version(nora: Visitor, task: dict) -> None:
    claimed = nora.post(f"/tasks/{task['id']}:claim", If_Match=tag(task))
    assert claimed.status_code == 200
    assert claimed.json["assignee"] == {"id": "nora-case-manager", "name": "Nora Lindqvist"}
    assert claimed.headers["ETag"] == tag(claimed.json) != tag(task)
    assert [item["id"] for item in nora.get("/tasks?queue=mine")["items"]] == [task["id"]]

    released = nora.post(f"/tasks/{task['id']}:release", If_Match=tag(claimed.json))
    assert released.json["assignee"] is None


@pytest.mark.parametrize("verb", ["claim", "release"])
def test_claim_and_release_ask_for_the_version(nora: Visitor, task: dict, verb: str) -> None:
    path = f"/tasks/{task['id']}:{verb}"

    assert slug(nora.post(path)) == (428, "precondition-required")
    assert slug(nora.post(path, If_Match='"99"')) == (412, "stale-version")
    assert slug(nora.post(path, If_Match='"other"')) == (412, "stale-version")
    assert slug(nora.post(f"/tasks/{'0' * 35}:{verb}")) == (404, "not-found")
    assert pointers(nora.post(path, {"force": True}, If_Match=tag(task))) == ["#/force"]


def test_who_is_of_another_group_does_not_know_of_the_task(visit: Callable[[str], Visitor], task: dict) -> None:
    nurse = visit("nina-nurse")

    assert nurse.get("/tasks")["items"] == []
    assert slug(nurse.send("GET", f"/tasks/{task['id']}")) == (404, "not-found")
    assert slug(nurse.post(f"/tasks/{task['id']}:claim", If_Match=tag(task))) == (404, "not-found")
    assert slug(nurse.post(f"/tasks/{task['id']}:complete", GOOD, If_Match=tag(task))) == (404, "not-found")
    assert slug(nurse.send("GET", f"/cases/{task['case_id']}")) == (404, "not-found")


def test_completing_answers_what_opened_and_again_the_same(nora: Visitor, task: dict) -> None:
    path = f"/tasks/{task['id']}:complete"

    first = nora.post(path, GOOD, If_Match=tag(task), Idempotency_Key="k1")
    again = nora.post(path, GOOD, If_Match=tag(task), Idempotency_Key="k1")

    assert first.status_code == 200, first.json
    assert first.json["status"] == "completed"
    assert again.json == first.json
    assert nora.get("/tasks")["items"] == []


def test_the_order_of_answers_of_complete(nora: Visitor, visit: Callable[[str], Visitor], task: dict) -> None:
    path, bad = f"/tasks/{task['id']}:complete", {"values": {"mood": ""}}
    sofia = visit("sofia-supervisor")  # of the unit, so she knows of the task, but not of its group

    assert slug(nora.post(f"/tasks/{'0' * 35}:complete", {"wrong": 1})) == (404, "not-found")
    assert slug(sofia.post(path, {"wrong": 1})) == (428, "precondition-required")
    assert slug(sofia.post(path, bad, If_Match='"99"')) == (412, "stale-version")
    refused = sofia.post(path, {"wrong": 1}, If_Match=tag(task))
    assert slug(refused) == (403, "right-missing")
    assert refused.json["right"] == "group.case_manager"
    assert pointers(nora.post(path, {"wrong": 1}, If_Match=tag(task))) == ["#/values", "#/wrong"]
    assert slug(nora.post(path, bad, If_Match=tag(task))) == (422, "form-refused")

    done = nora.post(path, GOOD, If_Match=tag(task), Idempotency_Key="k1")
    closed = visit("omar-case-manager").post(path, {"wrong": 1})
    assert done.status_code == 200
    assert slug(closed) == (409, "task-closed")
    assert closed.json["closed_by"] == "nora-case-manager"
    assert closed.json["closed_at"] == done.json["completed_at"]
    assert slug(nora.post(path, bad, Idempotency_Key="k1")) == (422, "key-reused")
    assert nora.post(path, GOOD, Idempotency_Key="k1").json == done.json


def test_bad_answers_point_to_their_fields_and_keep_nothing(nora: Visitor, task: dict) -> None:
    body = {"values": {"mood": "x" * 41, "pain": 11, "colour": "red"}}

    answer = nora.post(f"/tasks/{task['id']}:complete", body, If_Match=tag(task))

    assert slug(answer) == (422, "form-refused")
    assert sorted(pointers(answer)) == ["#/values/colour", "#/values/mood", "#/values/pain"]
    assert nora.get(f"/tasks/{task['id']}")["status"] == "open"


def test_who_started_a_case_or_did_a_task_goes_on_knowing_of_it(
    nora: Visitor, visit: Callable[[str], Visitor], task: dict
) -> None:
    omar, jonas = visit("omar-case-manager"), visit("jonas-junior")
    done = omar.post(f"/tasks/{task['id']}:complete", GOOD, If_Match=tag(task))

    assert done.status_code == 200
    for visitor in (nora, omar):
        assert visitor.get(f"/cases/{task['case_id']}")["id"] == task["case_id"]
    assert slug(jonas.send("GET", f"/cases/{task['case_id']}")) == (404, "not-found")


def test_a_draft_has_an_etag_of_its_own(nora: Visitor, task: dict) -> None:
    path = f"/tasks/{task['id']}/draft"

    assert slug(nora.send("PUT", path, GOOD)) == (428, "precondition-required")
    first = nora.send("PUT", path, GOOD, If_Match='"0"')
    assert (first.status_code, first.json["version"], first.headers["ETag"]) == (200, 1, '"1"')
    assert slug(nora.send("PUT", path, GOOD, If_Match='"0"')) == (412, "stale-version")
    assert nora.send("PUT", path, {"values": {"mood": "half"}}, If_Match='"1"').json["version"] == 2

    page = nora.send("GET", f"/tasks/{task['id']}")
    assert page.json["draft"] == {"values": {"mood": "half"}, "version": 2}
    assert page.headers["ETag"] == tag(task)


@pytest.mark.parametrize("person", ["dora-designer", "adam-administrator"])
def test_designers_and_administrators_see_tasks_but_no_client(
    visit: Callable[[str], Visitor], nora: Visitor, task: dict, person: str
) -> None:
    nora.send("PUT", f"/tasks/{task['id']}/draft", {"values": {"mood": CANARY}}, If_Match='"0"')
    viewer = visit(person)

    (item,) = viewer.get("/tasks")["items"]
    page = viewer.get(f"/tasks/{task['id']}")

    assert item["client"] is None
    assert (page["client"], page["values"], page["draft"], page["case"]["client"]) == (None, {}, None, None)
    assert CANARY not in json.dumps(page)
    assert slug(viewer.post(f"/tasks/{task['id']}:complete", GOOD)) == (403, "right-missing")
    assert slug(viewer.post("/tasks:search", {"client": CANARY})) == (403, "right-missing")


def test_tasks_are_found_by_client_and_words(nora: Visitor, program: Program, task: dict) -> None:
    other = add_client(program, "MRN-2", "Bob", "Other")
    nora.post("/cases", {"process": "visit", "client_id": other})

    def found(**body: str) -> list[str]:
        return [item["client"]["mrn"] for item in nora.post("/tasks:search", body).json["items"]]

    assert found(client=CANARY.lower()) == ["MRN-1"]
    assert found(client="MRN-2") == ["MRN-2"]
    assert found(client="nobody here") == []
    assert sorted(found(text="call")) == ["MRN-1", "MRN-2"]
    assert found(text="look") == []


def test_filters_narrow_the_list(nora: Visitor, task: dict) -> None:
    def count(query: str) -> int:
        return len(nora.get(f"/tasks?{query}")["items"])

    assert count("queue=claimable&group=case_manager&sort=-due_at") == 1
    assert count("overdue=true") == count("queue=mine") == count("risk=high") == count("status=completed") == 0
    assert count("due_before=2100-01-01T00:00:00Z") == 1


def test_a_cursor_goes_through_all_pages_once(nora: Visitor, program: Program) -> None:
    for number in range(5):
        client = add_client(program, f"P-{number}")
        nora.post("/cases", {"process": "visit", "client_id": client})

    seen, cursor = [], None
    for _ in range(3):
        page = nora.get(f"/tasks?limit=2{f'&cursor={cursor}' if cursor else ''}")
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert cursor is None
    assert len(seen) == len(set(seen)) == 5


def test_a_page_of_tasks_costs_the_same_statements_whatever_its_length(nora: Visitor, program: Program) -> None:
    from tests.support.statements import counted

    def cost() -> int:
        with counted(program.database) as statements:
            nora.get("/tasks")
        return len(statements)

    nora.post("/cases", {"process": "visit", "client_id": add_client(program, "S-0")})
    before = cost()
    for number in range(1, 4):
        nora.post("/cases", {"process": "visit", "client_id": add_client(program, f"S-{number}")})

    assert cost() == before
