import json
from collections.abc import Callable

import pytest

from program import Program
from tests.api.site import CANARY, Visitor, add_client, pointers, slug


def test_a_case_is_started_for_a_client(case: dict, client_id: str) -> None:
    assert case["status"] == "active"
    assert case["process"] == "visit"
    assert case["client"]["id"] == client_id
    assert case["open_tasks"] == 1
    assert case["unit"] == "north"


def test_the_same_key_starts_one_case(nora: Visitor, client_id: str) -> None:
    body = {"process": "visit", "client_id": client_id}

    first = nora.post("/cases", body, Idempotency_Key="start-1")
    again = nora.post("/cases", body, Idempotency_Key="start-1")
    other = nora.post("/cases", {**body, "values": {"a": 1}}, Idempotency_Key="start-1")

    assert first.status_code == again.status_code == 201
    assert again.json == first.json
    assert slug(other) == (422, "key-reused")
    assert len(nora.get("/cases")["items"]) == 1
    assert nora.post("/cases", body, Idempotency_Key="start-2").json["id"] != first.json["id"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
def test_an_unusable_key_is_refused(nora: Visitor, client_id: str, key: str) -> None:
    answer = nora.post("/cases", {"process": "visit", "client_id": client_id}, Idempotency_Key=key)

    assert slug(answer) == (422, "fields-refused")


def test_a_case_of_nobody_or_of_no_process_is_refused(nora: Visitor, client_id: str) -> None:
    assert pointers(nora.post("/cases", {"process": "visit", "client_id": "0" * 32})) == ["#/client_id"]
    assert pointers(nora.post("/cases", {"process": "none_such", "client_id": client_id})) == ["#/process"]
    assert pointers(nora.post("/cases", {"process": "visit", "client_id": client_id, "values": 3})) == ["#/values"]
    assert nora.get("/cases")["items"] == []


def test_one_case_has_its_version_as_etag(nora: Visitor, case: dict) -> None:
    answer = nora.send("GET", f"/cases/{case['id']}")

    assert answer.json == case
    assert answer.headers["ETag"] == f'"{case["version"]}"'
    assert slug(nora.send("GET", f"/cases/{'f' * 35}")) == (404, "not-found")


def test_cases_are_filtered_and_found_by_client(nora: Visitor, program: Program, case: dict) -> None:
    other = nora.post("/cases", {"process": "visit", "client_id": add_client(program, "MRN-2", "Bob", "Other")}).json

    def found(query: str) -> set[str]:
        return {item["id"] for item in nora.get(f"/cases?{query}")["items"]}

    assert found("status=active&process=visit") == {case["id"], other["id"]}
    assert found("status=completed") == found("phase=planning") == found("older_than=2020-01-01T00:00:00Z") == set()
    assert found("element=call&sort=next_timer_at") == {case["id"], other["id"]}
    items = nora.post("/cases:search", {"client": "MRN-2"}).json["items"]
    assert [item["id"] for item in items] == [other["id"]]


def test_the_timeline_tells_what_happened_newest_first(nora: Visitor, case: dict, task: dict) -> None:
    nora.post(f"/tasks/{task['id']}:complete", {"values": {"mood": "fine"}}, If_Match=f'"{task["version"]}"')

    page = nora.get(f"/cases/{case['id']}/timeline")

    kinds = [item["kind"] for item in page["items"]]
    assert kinds.index("TaskCompleted") < kinds.index("CaseStarted")
    done = next(item for item in page["items"] if item["kind"] == "TaskCompleted")
    assert done["name"] == "Call the client"
    assert done["actor"] == {"id": "nora-case-manager", "name": "Nora Lindqvist"}
    assert "fine" not in json.dumps(page)


def test_the_timeline_goes_on_where_its_cursor_says(nora: Visitor, case: dict) -> None:
    whole = nora.get(f"/cases/{case['id']}/timeline")["items"]

    first = nora.get(f"/cases/{case['id']}/timeline?limit=1")
    rest = nora.get(f"/cases/{case['id']}/timeline?cursor={first['next_cursor']}")

    assert [*first["items"], *rest["items"]] == whole


def test_the_diagram_shows_tokens_and_timers(nora: Visitor, case: dict, task: dict) -> None:
    before = nora.get(f"/cases/{case['id']}/diagram")
    nora.post(f"/tasks/{task['id']}:complete", {"values": {"mood": "fine"}}, If_Match=f'"{task["version"]}"')
    after = nora.get(f"/cases/{case['id']}/diagram?process=visit")

    assert before["active"] == [{"element": "call", "tokens": 1}]
    assert before["tasks"] == [{"id": task["id"], "element": "call"}]
    assert (before["name"], before["processes"]) == ("Visit", [{"key": "visit", "name": "Visit", "active": True}])
    assert "<bpmn:process" in before["xml"]
    assert after["active"] == [{"element": "rest", "tokens": 1}]
    assert [timer["element"] for timer in after["timers"]] == ["rest"]
    assert {"element": "call", "visits": 1} in after["done"]
    assert slug(nora.send("GET", f"/cases/{case['id']}/diagram?process=nope")) == (404, "not-found")


def test_the_board_counts_without_naming_anybody(visit: Callable[[str], Visitor], case: dict) -> None:
    board = visit("dora-designer").get("/board?process=visit")

    assert board["elements"]["call"] == {"tokens": 1, "visits": 0}
    assert board["processes"] == [{"key": "visit", "name": "Visit", "active": False}]
    assert case["id"] not in json.dumps(board)
    assert CANARY not in json.dumps(board)


@pytest.mark.parametrize("person", ["dora-designer", "adam-administrator"])
def test_designers_and_administrators_see_cases_but_no_client(
    visit: Callable[[str], Visitor], case: dict, person: str
) -> None:
    viewer = visit(person)

    shown = [
        viewer.get("/cases"), viewer.get(f"/cases/{case['id']}"), viewer.get(f"/cases/{case['id']}/timeline"),
        viewer.get(f"/cases/{case['id']}/diagram"),
    ]  # fmt: skip

    assert shown[0]["items"][0]["client"] is None
    assert CANARY not in json.dumps(shown)
    assert "MRN-1" not in json.dumps(shown)
    assert slug(viewer.post("/cases:search", {"client": CANARY})) == (403, "right-missing")
    assert slug(viewer.post("/clients:search", {"query": CANARY})) == (403, "right-missing")


def test_who_may_not_know_of_a_case_gets_404_everywhere(visit: Callable[[str], Visitor], case: dict) -> None:
    nurse = visit("nina-nurse")

    for path in ("", "/timeline", "/diagram"):
        assert slug(nurse.send("GET", f"/cases/{case['id']}{path}")) == (404, "not-found")
    body = {"name": "client_contact", "correlation": {"case_id": case["id"]}}
    assert slug(nurse.post("/messages", body)) == (404, "not-found")
    assert nurse.get("/cases")["items"] == []


def test_clients_are_found_with_their_open_case(nora: Visitor, case: dict, client_id: str) -> None:
    (found,) = nora.post("/clients:search", {"query": "ada 1950-05-20"}).json["items"]
    page = nora.send("GET", f"/clients/{client_id}")

    assert found["id"] == client_id
    assert found["case_id"] == case["id"]
    assert (found["name"], found["sex"], found["language"]) == (f"Ada {CANARY}", "F", "en")
    assert page.json["mrn"] == "MRN-1"
    assert page.headers["ETag"] == '"1"'
    assert slug(nora.send("GET", f"/clients/{'0' * 32}")) == (404, "not-found")
    assert pointers(nora.post("/clients:search", {"query": "a"})) == ["#/query"]
