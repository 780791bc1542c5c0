"""Cases, their timelines and diagrams."""

from marshmallow import validate

from api.shapes.clients import ClientCard
from api.shapes.field import (
    Shape,
    choice,
    cursor,
    flag,
    instant,
    limit,
    many,
    maybe_instant,
    maybe_text,
    next_cursor,
    one,
    text,
    values,
    whole,
)
from api.shapes.people import Named


class CaseItem(Shape):
    """A case."""

    id = text("Id")
    process = text("Key of its process")
    client = one(ClientCard, "Whom it is about; null for roles that see no client data", allow_none=True)
    status = choice("State", "active", "suspended", "completed", "cancelled")
    phase = maybe_text("Phase key")
    risk = maybe_text("Risk category")
    unit = maybe_text("Unit")
    manager = one(Named, "Case manager", allow_none=True)
    release = text("Release that it runs on")
    version = whole("Version, also the ETag")
    started_at = instant("Start")
    ended_at = maybe_instant("End")
    ending = maybe_text("How it ended")
    open_tasks = whole("Number of open tasks")
    next_timer_at = maybe_instant("When its next timer is due")


class CaseList(Shape):
    """Cases."""

    items = many(CaseItem, "Cases")
    next_cursor = next_cursor()


class CaseQuery(Shape):
    """Which cases."""

    process = text("Key of the process", load_default=None)
    status = choice("State", "active", "suspended", "completed", "cancelled", load_default=None)
    phase = text("Phase key", load_default=None)
    risk = text("Risk category", load_default=None)
    unit = text("Unit", load_default=None)
    manager = text("Person id of the case manager", load_default=None)
    older_than = instant("Started before", load_default=None)
    element = text("With an open task at this element", load_default=None)
    sort = choice(
        "Order; cases without a timer come last",
        "started_at",
        "-started_at",
        "next_timer_at",
        "-next_timer_at",
        load_default="-started_at",
    )
    limit = limit()
    cursor = cursor()


class CaseSearch(CaseQuery):
    """Which cases, by client."""

    client = text("Words of a name, a record number, or a birth date", required=True, validate=validate.Length(2, 200))


class StartCase(Shape):
    """Starting a case."""

    process = text("Key of the process", required=True)
    client_id = text("Id of the client", required=True)
    values = values("What the case begins with", load_default=dict)


class Step(Shape):
    """Something that happened."""

    step = whole("Step of the case")
    at = instant("When")
    kind = text("What, for instance TaskCompleted")
    element = maybe_text("Element id in its diagram")
    name = maybe_text("The element's name")
    phase = maybe_text("Phase key, where the step entered or ended one")
    actor = one(Named, "Who", allow_none=True)
    facts = values("Coded facts, none of them identifying")


class StepList(Shape):
    """What happened, newest first."""

    items = many(Step, "Steps")
    next_cursor = next_cursor()


class StepQuery(Shape):
    """Which part of the timeline."""

    limit = limit()
    cursor = cursor()


class DiagramQuery(Shape):
    """Which diagram."""

    process = text("Key of the process; the case's own unless given", load_default=None)


class ProcessRef(Shape):
    """A process with a diagram."""

    key = text("Key")
    name = text("Name")
    active = flag("Whether a token stands in it")


class ActiveElement(Shape):
    """An element with tokens."""

    element = text("Element id")
    tokens = whole("Number of tokens")


class DoneElement(Shape):
    """An element that was left."""

    element = text("Element id")
    visits = whole("How often")


class TimerMark(Shape):
    """A timer on the diagram."""

    id = text("Id")
    element = text("Element id")
    due_at = instant("Due")


class TaskMark(Shape):
    """An open task on the diagram."""

    id = text("Id")
    element = text("Element id")


class Diagram(Shape):
    """A process of a case with its state."""

    process = text("Key")
    name = text("Name")
    release = text("Release")
    xml = text("BPMN 2.0 with its diagram")
    processes = many(ProcessRef, "Processes that the case went through")
    active = many(ActiveElement, "Where tokens stand")
    done = many(DoneElement, "What was left, and how often")
    timers = many(TimerMark, "Timers set")
    tasks = many(TaskMark, "Open tasks")
