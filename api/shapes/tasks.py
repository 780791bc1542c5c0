"""Tasks."""

from marshmallow import fields, validate

from api.shapes.cases import CaseItem
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


class TaskItem(Shape):
    """A task."""

    id = text("Id")
    case_id = text("Case")
    process = text("Key of its process")
    element = text("Element id in its diagram")
    name = text("Name")
    phase = maybe_text("Phase key")
    risk = maybe_text("Risk category of the case")
    group = maybe_text("Who may claim it")
    assignee = one(Named, "Who has claimed it", allow_none=True)
    status = choice("State", "open", "completed", "cancelled")
    priority = whole("1 to 100, higher is more urgent")
    opened_at = instant("Since when")
    due_at = maybe_instant("Due")
    overdue = flag("Open and past its due time")
    delegated_by = one(Named, "Whose it is, when a colleague does it", allow_none=True)
    snoozed_until = maybe_instant("Until when the inbox hides it")
    version = whole("Version, also the ETag")
    client = one(ClientCard, "Whom it is about; null for roles that see no client data", allow_none=True)


class TaskList(Shape):
    """Tasks."""

    items = many(TaskItem, "Tasks")
    next_cursor = next_cursor()


class TaskQuery(Shape):
    """Which tasks."""

    queue = choice("Whose", "mine", "claimable", "team", "all", load_default="all")
    assignee = text("Person id", load_default=None)
    group = text("Group", load_default=None)
    phase = text("Phase key", load_default=None)
    risk = text("Risk category", load_default=None)
    case_id = text("Case", load_default=None)
    status = choice("State", "open", "completed", "cancelled", load_default="open")
    due_before = instant("Due before", load_default=None)
    overdue = flag("Only what is overdue", load_default=False)
    snoozed = flag("Also what is snoozed", load_default=False)
    sort = choice("Order", "due_at", "-due_at", "opened_at", "-opened_at", load_default="due_at")
    limit = limit()
    cursor = cursor()


class TaskSearch(TaskQuery):
    """Which tasks, by client and by words of their names."""

    client = text("Words of a name, a record number, or a birth date", validate=validate.Length(2, 200))
    text = text("Part of the task's name", validate=validate.Length(1, 200))


class Known(Shape):
    """Where a prefilled value comes from."""

    at = maybe_instant("When it became known")
    source = maybe_text("Element that told it")


class Draft(Shape):
    """What was typed so far."""

    values = values("Answers")
    version = whole("Version, the ETag of the draft")


class Reason(Shape):
    """Why a task is on the list."""

    kind = text("What happened, for instance TimerFired")
    text = text("In words")
    at = maybe_instant("When")
    element = maybe_text("Element id")


class Addendum(Shape):
    """What was added to a completed form."""

    at = instant("When")
    by = one(Named, "Who")
    reason = text("Why")
    values = values("The answers that changed")


class TaskPage(TaskItem):
    """A task with its form and what is known; without values for roles that see no client data."""

    answers = values("What a completed form was answered with; addenda stand beside it")
    form = fields.Dict(allow_none=True, metadata={"description": "The form-js definition"})
    context = values("What the form's conditions and options read")
    values = values("Prefilled answers")
    known = fields.Dict(
        keys=fields.String(), values=fields.Nested(Known), metadata={"description": "Age and source by field"}
    )
    draft = one(Draft, "What was typed so far", allow_none=True)
    purpose = maybe_text("Purpose and checklist")
    why = many(Reason, "Why the task is there")
    case = one(CaseItem, "Its case")
    addenda = many(Addendum, "What was added to a completed form, oldest first")


class Nothing(Shape):
    """An empty object."""


class Answers(Shape):
    """Answers of a form."""

    values = values("Answers by field key", required=True)


class Completed(Shape):
    """A completed task."""

    id = text("Task")
    case_id = text("Case")
    status = text("completed")
    completed_at = instant("When")
    opened = many(TaskItem, "What opened next, as far as this person may know of it")


class SavedDraft(Shape):
    """A saved draft."""

    version = whole("Version, also the ETag")
    saved_at = instant("When")
