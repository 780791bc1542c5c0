"""Tasks: lists, one with its form, claim, release, complete, draft."""

from dataclasses import replace
from typing import Any

from api.caller import Caller, caller, names_of_people
from api.conditions import etag, if_match
from api.idempotency import receipt_of_request
from api.instants import plain
from api.policies import TASKS_CLAIM, TASKS_COMPLETE, TASKS_READ, TASKS_SEARCH
from api.routing import Room, Takes
from api.shapes import tasks as shapes
from api.shown import addendum_shown, case_shown, known_shown, task_shown, tasks_shown
from api.told import reasons
from api.work import Completion, change, complete
from care import search_clients
from database import Tx
from engine import ClaimTask, InboxFilter, ReleaseTask, SaveDraft, TaskId, TaskPage

room = Room("tasks", "What people do: the inbox and each task with its form.")


@room.route("GET /tasks", TASKS_READ, shapes.TaskList(), takes=Takes(query=shapes.TaskQuery()), polled=True)
def list_tasks(query: dict[str, Any]) -> Any:
    """Tasks that one may know of."""
    who = caller()
    wanted = _filter(query, who)
    return who.read(lambda tx: _page(tx, who, wanted))


@room.route("POST /tasks:search", TASKS_SEARCH, shapes.TaskList(), takes=Takes(body=shapes.TaskSearch()))
def search_tasks(body: dict[str, Any]) -> Any:
    """Tasks by client and by words of their names."""
    who, client = caller(), body.pop("client", None)
    wanted = _filter(body, who)
    return who.read(lambda tx: _search(tx, who, wanted, client))


def _filter(query: dict[str, Any], who: Caller) -> InboxFilter:
    overdue, before = query.pop("overdue"), query.pop("due_before")
    awake_at = None if query.pop("snoozed") else who.now
    bounds = [bound for bound in (before, who.now if overdue else None) if bound is not None]
    return InboxFilter(**query, due_before=min(bounds, default=None), awake_at=awake_at)


def _search(tx: Tx, who: Caller, wanted: InboxFilter, client: str | None) -> dict[str, Any]:
    if client is not None:
        found = search_clients(tx, who.program.keyring, client, limit=200)
        wanted = replace(wanted, subjects=tuple(item.id for item in found))
    return _page(tx, who, wanted)


def _page(tx: Tx, who: Caller, wanted: InboxFilter) -> dict[str, Any]:
    page = who.program.reading.inbox(tx, who.scope, wanted)
    return {"items": tasks_shown(tx, who, page.items), "next_cursor": page.cursor}


@room.route("GET /tasks/<id:task_id>", TASKS_READ, shapes.TaskPage())
def read_task(task_id: str) -> Any:
    """A task with its form, prefilled answers and why it is there."""
    who = caller()
    shown = who.read(lambda tx: _task(tx, who, who.program.reading.task(tx, who.scope, task_id)))
    return shown, etag(shown["version"])


def _task(tx: Tx, who: Caller, page: TaskPage) -> dict[str, Any]:
    clients, people = who.clients(tx, [page.task.subject_id]), names_of_people(tx)
    names = who.program.reading.names(tx, page.case.release)
    told: dict[str, Any] = {"values": {}, "context": {}, "known": {}, "draft": None, "answers": {}, "addenda": []}
    if not who.masked:
        draft = {"values": plain(page.draft), "version": page.task.draft_version} if page.draft is not None else None
        told = {
            "values": plain(page.values),
            "context": plain(page.context),
            "known": known_shown(page.known),
            "draft": draft,
            "answers": plain(page.answers),
            "addenda": [addendum_shown(item, people) for item in page.addenda],
        }
    return {
        **task_shown(page.task, who, clients, people),
        **told,
        "form": page.definition,
        "purpose": page.purpose,
        "why": reasons(list(page.why), names, people),
        "case": case_shown(page.case, clients, people),
    }


def _item(who: Caller, task_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    everything = replace(who.scope, everything=True)
    views = who.read(lambda tx: tasks_shown(tx, who, who.program.reading.tasks(tx, everything, [TaskId(task_id)])))
    return views[0], etag(views[0]["version"])


CHANGE = Takes(body=shapes.Nothing(), headers=("If-Match",))


@room.route("POST /tasks/<id:task_id>:claim", TASKS_CLAIM, shapes.TaskItem(), takes=CHANGE)
def claim_task(body: dict[str, Any], task_id: str) -> Any:  # noqa: ARG001  # an empty object
    """Takes a task as one's own."""
    who, wanted = caller(), if_match()
    command = ClaimTask(TaskId(task_id), who.actor, who.now, wanted.version)
    with wanted.required():
        change(who, command.task_id, lambda _tx: command)
    return _item(who, task_id)


@room.route("POST /tasks/<id:task_id>:release", TASKS_CLAIM, shapes.TaskItem(), takes=CHANGE)
def release_task(body: dict[str, Any], task_id: str) -> Any:  # noqa: ARG001  # an empty object
    """Gives a claimed task back to its group."""
    who, wanted = caller(), if_match()
    command = ReleaseTask(TaskId(task_id), who.actor, who.now, wanted.version)
    with wanted.required():
        change(who, command.task_id, lambda _tx: command)
    return _item(who, task_id)


@room.route(
    "POST /tasks/<id:task_id>:complete",
    TASKS_COMPLETE,
    shapes.Completed(),
    takes=Takes(body=shapes.Answers(), lazy=True, headers=("If-Match", "Idempotency-Key")),
)
def complete_task(task_id: str) -> Any:
    """Completes a task. Answers in this order: known receipt, 404, 409, 428 or 412, 403, 422."""
    who, wanted = caller(), if_match()
    completion = Completion(TaskId(task_id), wanted.version, receipt_of_request())
    with wanted.required():
        done = complete(who, completion, shapes.Answers())
    opened = who.read(lambda tx: tasks_shown(tx, who, who.program.reading.tasks(tx, who.scope, done.opened)))
    shown = {"id": done.task_id, "case_id": done.case_id, "status": "completed", "completed_at": done.at}
    return {**shown, "opened": opened}


@room.route(
    "PUT /tasks/<id:task_id>/draft",
    TASKS_COMPLETE,
    shapes.SavedDraft(),
    takes=Takes(body=shapes.Answers(), headers=("If-Match",)),
)
def save_draft(body: dict[str, Any], task_id: str) -> Any:
    """Keeps what was typed so far; If-Match is the draft's ETag, "0" before the first."""
    who, wanted = caller(), if_match()
    command = SaveDraft(TaskId(task_id), body["values"], who.actor, who.now, wanted.version)
    with wanted.required():
        saved = change(who, command.task_id, lambda _tx: command)
    return {"version": saved.draft_version, "saved_at": who.now}, etag(saved.draft_version)
