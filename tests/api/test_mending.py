from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import Deploy
from program import SYSTEM_ACTOR, Program
from tests.api.site import CANARY, Visitor, add_client, pointers, slug
from tests.support.world import model

Visit = Callable[[str], Visitor]
BROKEN = '<startEvent id="s"/><scriptTask id="x"><script>= if weight = null then 5 else {y: weight}</script></scriptTask><userTask id="u"/><endEvent id="e"/>'
WHY = {"reason": f"the client {CANARY} is abroad"}


@pytest.fixture
def adam(visit: Visit) -> Visitor:
    return visit("adam-administrator")


def tag(thing: dict) -> str:
    return f'"{thing["version"]}"'


def resting(nora: Visitor, task: dict) -> dict:
    """The timer of a case that waits 48 hours."""
    good = {"values": {"mood": "fine"}}
    assert nora.post(f"/tasks/{task['id']}:complete", good, If_Match=f'"{task["version"]}"').status_code == 200
    (timer,) = nora.get(f"/timers?case_id={task['case_id']}")["items"]
    return timer


def test_a_case_is_suspended_and_resumed(adam: Visitor, nora: Visitor, case: dict, task: dict) -> None:
    held = adam.post(f"/cases/{case['id']}:suspend", WHY, If_Match=tag(case))

    assert (held.status_code, held.json["status"], held.headers["ETag"]) == (200, "suspended", tag(held.json))
    assert nora.get("/cases?status=suspended")["items"][0]["id"] == case["id"]
    good = {"values": {"mood": "fine"}}
    path = f"/tasks/{task['id']}:complete"
    assert slug(nora.post(path, good, If_Match=f'"{task["version"]}"')) == (409, "case-suspended")
    assert slug(adam.post(f"/cases/{case['id']}:suspend", WHY, If_Match=tag(held.json))) == (409, "case-suspended")

    resumed = adam.post(f"/cases/{case['id']}:resume", {"reason": "back"}, If_Match=tag(held.json))
    assert (resumed.status_code, resumed.json["status"]) == (200, "active")
    assert slug(adam.post(f"/cases/{case['id']}:resume", WHY, If_Match=tag(resumed.json))) == (409, "case-goes-on")
    kinds = [item["kind"] for item in adam.get(f"/cases/{case['id']}/timeline")["items"]]
    assert kinds[:2] == ["CaseResumed", "CaseSuspended"]
    assert CANARY not in str(adam.get(f"/cases/{case['id']}/timeline"))


def test_mending_asks_for_the_version_that_was_read_and_keeps_nothing_otherwise(adam: Visitor, case: dict) -> None:
    path = f"/cases/{case['id']}:suspend"

    assert slug(adam.post(path, WHY)) == (428, "precondition-required")
    assert slug(adam.post(path, WHY, If_Match='"77"')) == (412, "stale-version")
    assert slug(adam.post(f"/cases/{'f' * 35}:suspend", WHY, If_Match='"1"')) == (404, "not-found")
    assert pointers(adam.post(path, {}, If_Match=tag(case))) == ["#/reason"]
    assert adam.get(f"/cases/{case['id']}")["status"] == "active"
    assert adam.post(path, WHY, If_Match="*").status_code == 200


def test_the_same_key_mends_once(adam: Visitor, case: dict) -> None:
    path = f"/cases/{case['id']}:suspend"

    first = adam.post(path, WHY, If_Match=tag(case), Idempotency_Key="k")
    again = adam.post(path, WHY, If_Match=tag(case), Idempotency_Key="k")

    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)


@pytest.mark.parametrize("person", ["nora-case-manager", "sofia-supervisor", "dora-designer"])
def test_only_administrators_mend(visit: Visit, nora: Visitor, case: dict, task: dict, person: str) -> None:
    timer, viewer = resting(nora, task), visit(person)

    for path in (
        f"/cases/{case['id']}:suspend", f"/cases/{case['id']}:resume", f"/timers/{timer['id']}:fire",
        f"/cases/{case['id']}:cancel", f"/cases/{case['id']}:move", f"/cases/{case['id']}:set_values", "/migrations",
        f"/cases/{case['id']}:restart", f"/cases/{case['id']}:start_linked", "/migrations:apply",
        f"/timers/{timer['id']}:reschedule", f"/incidents/{'0' * 35}:retry", f"/incidents/{'0' * 35}:resolve",
        "/incidents:batch",
    ):  # fmt: skip
        assert slug(viewer.post(path, WHY)) == (403, "right-missing")


def test_a_timer_is_moved(adam: Visitor, nora: Visitor, program: Program, task: dict) -> None:
    timer = resting(nora, task)
    due = (program.clock.now() + timedelta(hours=1)).replace(microsecond=0)
    path, body = f"/timers/{timer['id']}:reschedule", {"due_at": due.isoformat(), "reason": "later discharge"}

    moved = adam.post(path, body, Idempotency_Key="k")
    again = adam.post(path, body, Idempotency_Key="k")

    assert moved.status_code == 200, moved.json
    assert moved.json["due_at"] == due.isoformat().replace("+00:00", "Z")
    assert again.json == moved.json
    past = adam.post(path, {**body, "due_at": "2020-01-01T00:00:00Z"})
    assert (slug(past), pointers(past)) == ((422, "fields-refused"), ["#/due_at"])
    nora.post("/clock:advance", {"by": "PT1H"})
    assert [item["element"] for item in nora.get("/tasks")["items"]] == ["look"]
    assert slug(adam.post(path, body)) == (404, "not-found")


def test_a_timer_is_fired_by_hand_but_not_while_its_case_is_suspended(
    adam: Visitor, nora: Visitor, visit: Visit, task: dict
) -> None:
    timer = resting(nora, task)
    path, case = f"/timers/{timer['id']}:fire", f"/cases/{task['case_id']}"
    held = adam.post(f"{case}:suspend", WHY, If_Match="*").json
    assert nora.get(f"/timers?case_id={task['case_id']}")["items"][0]["held"] is True
    assert slug(adam.post(path, WHY)) == (409, "case-suspended")
    adam.post(f"{case}:resume", WHY, If_Match=tag(held))

    fired = adam.post(path, WHY, Idempotency_Key="k")
    again = adam.post(path, WHY, Idempotency_Key="k")

    assert (fired.status_code, fired.json["element"], again.json) == (200, "rest", fired.json)
    assert [item["id"] for item in visit("nina-nurse").get("/tasks")["items"]] == fired.json["opened"]
    assert slug(adam.post(path, WHY)) == (404, "not-found")


def test_timers_go_on_where_the_cursor_says(adam: Visitor, nora: Visitor, program: Program) -> None:
    for number in range(5):
        made = nora.post("/cases", {"process": "visit", "client_id": add_client(program, f"T-{number}")}).json
        resting(nora, nora.get(f"/tasks?case_id={made['id']}")["items"][0])

    seen, cursor = [], None
    for _ in range(3):
        page = adam.get(f"/timers?limit=2{f'&cursor={cursor}' if cursor else ''}")
        seen += [(item["due_at"], item["id"]) for item in page["items"]]
        cursor = page["next_cursor"]

    assert (cursor, len(set(seen)), seen) == (None, 5, sorted(seen))
    assert slug(adam.send("GET", "/timers?cursor=x")) == (422, "cursor-refused")
    assert nora.get("/timers") == {"items": [], "next_cursor": None}


def test_releases_go_on_where_the_cursor_says(adam: Visitor, program: Program) -> None:
    deploy(program, "A")
    deploy(program, "B")

    first = adam.get("/releases?limit=2")
    rest = adam.get(f"/releases?limit=2&cursor={first['next_cursor']}")

    assert [item["id"] for item in first["items"]] == ["r3", "r2"]
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == (["r1"], None)
    assert [item["active"] for item in [*first["items"], *rest["items"]]] == [True, False, False]
    assert slug(adam.send("GET", "/releases?cursor=x")) == (422, "cursor-refused")
    assert slug(adam.send("GET", "/releases/r9")) == (404, "not-found")


def deploy(
    program: Program, process: str, body: str = '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/>'
) -> None:
    paths = "s > x > u > e" if 'id="x"' in body else "s > u > e"
    artefact = program.reading.identify(f"{process}.bpmn", model(body, paths, process=process))
    command = Deploy((artefact,), SYSTEM_ACTOR, program.clock.now())
    program.database.write(lambda tx: program.engine.execute(command, tx))


def broken(nora: Visitor, program: Program, count: int) -> None:
    deploy(program, "broken", BROKEN)
    for number in range(count):
        client = add_client(program, f"I-{number}")
        assert nora.post("/cases", {"process": "broken", "client_id": client}).status_code == 201


def test_incidents_are_listed_by_cause_and_one_by_one(adam: Visitor, nora: Visitor, program: Program) -> None:
    broken(nora, program, 3)

    first = adam.get("/incidents?limit=2")
    rest = adam.get(f"/incidents?limit=2&cursor={first['next_cursor']}&element=x")

    (group,) = first["groups"]
    assert (group["element"], group["kind"], group["count"]) == ("x", "token", 3)
    assert len({item["id"] for item in [*first["items"], *rest["items"]]}) == 3
    assert rest["next_cursor"] is None
    assert adam.get("/incidents?cause=other")["items"] == []
    one = adam.send("GET", f"/incidents/{first['items'][0]['id']}")
    assert (one.json, one.headers["ETag"]) == (first["items"][0], f'"{one.json["attempts"]}"')
    assert CANARY not in str(first)


def test_an_incident_is_retried_with_what_was_missing(adam: Visitor, nora: Visitor, program: Program) -> None:
    broken(nora, program, 1)
    (item,) = adam.get("/incidents")["items"]
    path, etag = f"/incidents/{item['id']}:retry", f'"{item["attempts"]}"'
    body = {"values": {"weight": 4}, "reason": "the number came by phone"}

    assert slug(adam.post(path, body)) == (428, "precondition-required")
    assert slug(adam.post(path, body, If_Match='"9"')) == (412, "stale-version")
    again = adam.post(path, {}, If_Match=etag)
    assert again.status_code == 200, again.json
    etag = adam.send("GET", f"/incidents/{item['id']}").headers["ETag"]
    mended = adam.post(path, body, If_Match=etag, Idempotency_Key="k")
    assert (mended.status_code, len(mended.json["opened"])) == (200, 1)
    assert adam.post(path, body, If_Match=etag, Idempotency_Key="k").json == mended.json
    assert adam.get("/incidents") == {"groups": [], "items": [], "next_cursor": None}
    assert slug(adam.post(path, body, If_Match=etag)) == (404, "not-found")


def test_an_incident_is_stepped_over(adam: Visitor, nora: Visitor, program: Program) -> None:
    broken(nora, program, 1)
    (item,) = adam.get("/incidents")["items"]
    path = f"/incidents/{item['id']}:resolve"

    assert pointers(adam.post(path, {"values": {"y": 5}}, If_Match="*")) == ["#/reason"]
    mended = adam.post(path, {"values": {"y": 5}, "reason": "done by hand"}, If_Match="*")

    assert (mended.status_code, len(mended.json["opened"])) == (200, 1)


def test_a_batch_answers_for_each(adam: Visitor, nora: Visitor, program: Program) -> None:
    broken(nora, program, 2)
    ids = [item["id"] for item in adam.get("/incidents")["items"]]
    body = {"ids": [*ids, "0" * 35], "action": "resolve", "reason": "done by hand", "values": {"y": 5}}

    assert pointers(adam.post("/incidents:batch", {**body, "reason": ""})) == ["#/reason"]
    answers = adam.post("/incidents:batch", body).json["items"]

    assert [(item["id"], item["done"], item["problem"]) for item in answers] == [
        (ids[0], True, None),
        (ids[1], True, None),
        ("0" * 35, False, "/problems/not-found"),
    ]
    assert adam.get("/incidents")["items"] == []


def test_a_batch_of_retries_that_fail_again_stay(adam: Visitor, nora: Visitor, program: Program) -> None:
    broken(nora, program, 1)
    (item,) = adam.get("/incidents")["items"]

    answer = adam.post("/incidents:batch", {"ids": [item["id"]], "action": "retry"}).json["items"][0]

    assert answer["done"] is True
    assert adam.get("/incidents")["items"][0]["attempts"] == item["attempts"] + 1


def test_a_case_is_cancelled_and_begun_again(adam: Visitor, visit: Visit, case: dict) -> None:
    path = f"/cases/{case['id']}"
    restart = {"target": {"element": "look"}, "reason": "by mistake"}
    assert slug(adam.post(f"{path}:restart", restart, If_Match=tag(case))) == (409, "case-goes-on")

    ended = adam.post(f"{path}:cancel", {"outcome": "entered_in_error", **WHY}, If_Match=tag(case))
    assert (ended.status_code, ended.json["status"], ended.json["open_tasks"]) == (200, "cancelled", 0)
    assert slug(adam.post(f"{path}:cancel", {"outcome": "x", **WHY}, If_Match=tag(ended.json))) == (409, "case-closed")

    unknown = {"target": {"element": "nowhere"}, "reason": "by mistake"}
    assert slug(adam.post(f"{path}:restart", unknown, If_Match=tag(ended.json))) == (422, "element-unknown")
    again = adam.post(f"{path}:restart", restart, If_Match=tag(ended.json))
    assert (again.status_code, again.json["status"]) == (200, "active"), again.json
    assert [item["element"] for item in visit("nina-nurse").get("/tasks")["items"]] == ["look"]


def test_a_token_is_moved_once_per_key(adam: Visitor, visit: Visit, case: dict) -> None:
    path = f"/cases/{case['id']}:move"
    body = {"source": {"element": "call"}, "target": {"element": "look", "process": "visit"}, **WHY}

    assert slug(adam.post(path, body)) == (428, "precondition-required")
    assert slug(adam.post(path, {**body, "source": {"element": "rest"}}, If_Match=tag(case))) == (409, "token-unclear")
    moved = adam.post(path, body, If_Match=tag(case), Idempotency_Key="k")
    again = adam.post(path, body, If_Match=tag(case), Idempotency_Key="k")

    assert (moved.status_code, moved.json["waits"], again.json) == (200, [], moved.json)
    assert [item["element"] for item in visit("nina-nurse").get("/tasks")["items"]] == ["look"]
    assert pointers(adam.post(path, {**body, "source": {}}, If_Match="*")) == ["#/source/element"]


def test_values_are_set(adam: Visitor, nora: Visitor, case: dict, task: dict) -> None:
    path = f"/cases/{case['id']}:set_values"

    done = adam.post(path, {"facts": {"pain": 4}, "reason": "by phone"}, If_Match=tag(case))

    assert done.status_code == 200, done.json
    assert nora.get(f"/tasks/{task['id']}")["values"]["pain"] == 4
    at = {"values": {"x": 1}, "place": {"element": "call"}, "token": task["id"], "reason": "r"}
    assert adam.post(path, at, If_Match=tag(done.json)).status_code == 200
    assert slug(adam.post(path, {"reason": "nothing"}, If_Match="*"))[0] == 422


def test_a_linked_case_is_started(adam: Visitor, case: dict) -> None:
    path, body = f"/cases/{case['id']}:start_linked", {"process": "visit", "reason": "a second condition"}

    assert slug(adam.post(path, body)) == (428, "precondition-required")
    first = adam.post(path, body, If_Match=tag(case), Idempotency_Key="k")
    again = adam.post(path, body, If_Match=tag(case), Idempotency_Key="k")

    assert (first.status_code, first.json["id"] != case["id"], again.json) == (201, True, first.json)
    assert len(adam.get("/cases")["items"]) == 2
    assert pointers(adam.post(path, {**body, "process": "none"}, If_Match="*")) == ["#/process"]


def test_running_cases_are_migrated_after_a_dry_run(adam: Visitor, nora: Visitor, program: Program, case: dict) -> None:
    from tests.api.site import MODEL

    changed = MODEL.replace("Call the client", "Ring the client").encode()
    artefact = program.reading.identify("visit.bpmn", changed)
    program.database.write(
        lambda tx: program.engine.execute(Deploy((artefact,), SYSTEM_ACTOR, program.clock.now()), tx)
    )
    order = {"process": "visit", "release": "r2"}
    progress = "/migrations?process=visit&release=r2"

    assert adam.post("/migrations", order).json == {"cases": 1, "movable": 1, "blocked": []}
    assert adam.get(progress) == {**order, "there": 0, "elsewhere": 1}
    assert adam.post("/migrations:apply", {**order, "reason": "new name"}).json["movable"] == 1
    assert adam.get(progress) == {**order, "there": 1, "elsewhere": 0}
    assert adam.get(f"/cases/{case['id']}")["release"] == "r2"
    assert [item["name"] for item in nora.get("/tasks")["items"]] == ["Ring the client"]
    assert adam.post("/migrations", order).json["cases"] == 0
    assert slug(adam.post("/migrations", {**order, "release": "r9"})) == (404, "not-found")


def test_what_is_in_the_way_of_a_migration_is_named(adam: Visitor, program: Program, case: dict) -> None:
    from tests.api.site import MODEL

    changed = MODEL.replace('"call"', '"ring"').replace('ninefold:form="ring"', 'ninefold:form="call"').encode()
    artefact = program.reading.identify("visit.bpmn", changed)
    program.database.write(
        lambda tx: program.engine.execute(Deploy((artefact,), SYSTEM_ACTOR, program.clock.now()), tx)
    )
    order = {"process": "visit", "release": "r2"}

    blocked = adam.post("/migrations", order).json
    assert (blocked["movable"], blocked["blocked"][0]["case"], blocked["blocked"][0]["element"]) == (
        0,
        case["id"],
        "call",
    )
    wrong = adam.post("/migrations", {**order, "elements": {"none": "ring"}})
    assert slug(wrong) == (422, "element-unknown")
    assert adam.post("/migrations", {**order, "elements": {"call": "ring"}}).json["movable"] == 1
