"""What mends tasks, cases, timers and incidents: bodies with a reason, and their answers."""

from marshmallow import fields, validate

from api.shapes.cases import CaseItem
from api.shapes.field import (
    Shape,
    choice,
    cursor,
    flag,
    id_list,
    instant,
    limit,
    many,
    maybe_instant,
    maybe_text,
    next_cursor,
    one,
    text,
    texts,
    values,
    whole,
)

LONGEST = validate.Length(1, 1000)


class Because(Shape):
    """Why it is done; kept sealed in the case's history."""

    reason = text("Why", required=True, validate=LONGEST)


class Assign(Because):
    """Whose a task is to be: a person's, or a group's."""

    assignee = maybe_text("Person id; null gives it back to a group", load_default=None)
    group = maybe_text("Group; its own unless given", load_default=None)


class Delegate(Because):
    """Who is to do one's task."""

    assignee = maybe_text("Person id of the colleague; null gives a delegated task back to its owner", required=True)


class Snooze(Because):
    """Until when the inbox hides a task."""

    until = maybe_instant("Until then; null shows it again at once", required=True)


class Amend(Because):
    """What is added to a completed form."""

    values = values("The answers that change, by field key; null takes one back", required=True)


class Amended(Shape):
    """An addendum to a completed form."""

    id = text("Task")
    version = whole("Version of the task, also the ETag")
    values = values("The answers that changed, computed ones too")
    facts = texts("Names of the case facts that were learned")


class Reschedule(Because):
    """When a timer is to fire."""

    due_at = instant("Its new due time, for a cycle that of its next turn", required=True)


class Fired(Shape):
    """A timer that was fired."""

    case_id = text("Case")
    element = maybe_text("Element id")
    opened = texts("Tasks that opened")


class IncidentItem(Shape):
    """What could not go on: a token, or a timer that failed too often."""

    id = text("Id of the incident")
    case_id = text("Case")
    process = text("Key of its process")
    element = text("Element id")
    kind = choice("What stands still", "token", "timer")
    cause = text("What kind of failure")
    detail = text("What happened; never a value of the case")
    attempts = whole("How often it was tried, also the ETag")
    opened_at = instant("Since when")


class IncidentGroup(Shape):
    """All open incidents of one element and cause: what is mended once for all of them."""

    process = text("Key of the process")
    element = text("Element id")
    kind = choice("What stands still", "token", "timer")
    cause = text("What kind of failure")
    count = whole("How many")
    oldest_at = instant("Since when the oldest")


class IncidentList(Shape):
    """Open incidents, oldest first, and all of them counted by element and cause."""

    groups = many(IncidentGroup, "By element and cause, the most frequent first, whatever the filters")
    items = many(IncidentItem, "Incidents")
    next_cursor = next_cursor()


class IncidentQuery(Shape):
    """Which incidents."""

    case_id = text("Case", load_default=None)
    cause = text("What kind of failure", load_default=None)
    process = text("Key of the process", load_default=None)
    element = text("Element id", load_default=None)
    limit = limit()
    cursor = cursor()


class Retry(Shape):
    """Trying again."""

    reason = text("Why", load_default="", validate=validate.Length(0, 1000))
    values = values("Put into the token's data first", load_default=dict)


class Resolve(Because):
    """Stepping over an element as if it were done."""

    values = values("What the element would have given", load_default=dict)


class Mended(Shape):
    """A case that was mended."""

    case_id = text("Case")
    version = whole("Version of the case")
    opened = texts("Tasks that opened")


class IncidentBatch(Retry):
    """The same for several incidents, each in a commit of its own."""

    ids = id_list("Ids of incidents", 200, required=True)
    action = choice("What to do; resolve needs a reason", "retry", "resolve", required=True)


class BatchItem(Shape):
    """What became of one of a batch."""

    id = text("Id")
    done = flag("Whether it was carried out")
    problem = maybe_text("Type of the problem where it was not")
    detail = maybe_text("What happened")


class BatchAnswer(Shape):
    """What became of each, in the order asked."""

    items = many(BatchItem, "Answers")


class Place(Shape):
    """An element of a diagram."""

    element = text("Element id", required=True, validate=validate.Length(1, 200))
    process = maybe_text("Key of its process, where the id occurs in several", load_default=None)


class CancelCase(Because):
    """Ending a case before its model does."""

    outcome = text("Code of the ending", required=True, validate=validate.Length(1, 60))


class MoveToken(Because):
    """Moving a token: cancelled here, started there."""

    source = one(Place, "Where it stands", required=True)
    target = one(Place, "Where it is to stand", required=True)
    token = maybe_text("Id of the task that is meant, where several tokens stand at the source", load_default=None)
    values = values("Values that go along", load_default=dict)


class Join(Shape):
    """A join that waits after tokens were moved."""

    process = text("Key of its process")
    element = text("Element id")
    missing = texts("Flows that it waits for")
    unreachable = texts("Those of them that no token can come from: it waits for ever")


class Moved(CaseItem):
    """A case whose token was moved."""

    waits = many(Join, "Joins that now wait, or will")


class SetValues(Because):
    """Changing what a case knows, or what a token carries."""

    facts = values("Case facts by name", load_default=dict)
    place = one(Place, "The element whose token gets the values", load_default=None, allow_none=True)
    token = maybe_text("Id of the task that is meant, where several tokens stand there", load_default=None)
    values = values("Values of the token by name", load_default=dict)


class RestartCase(Because):
    """Beginning an ended case again."""

    target = one(Place, "Where its token is to stand", required=True)
    values = values("Values over those that it ended with", load_default=dict)


class StartLinked(Because):
    """Starting a further case for the same client."""

    process = text("Key of the process", required=True)
    facts = values("First case facts", load_default=dict)
    values = values("What the case begins with", load_default=dict)


class Migration(Shape):
    """Which running cases are to move to which release."""

    process = text("Key of the process", required=True)
    release = text("Release to move to", required=True, validate=validate.Length(1, 40))
    elements = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata={"description": "Element id of the old release, or process/element -> element id of the new one"},
    )


class MigrationOrder(Migration):
    """Moving running cases to a release."""

    reason = text("Why", required=True, validate=LONGEST)


class Obstacle(Shape):
    """Why a case does not move."""

    case = text("Case")
    element = maybe_text("Element id")
    reason = text("Why")


class MigrationDone(Shape):
    """What moves, or moved, and what is in the way."""

    cases = whole("Cases looked at")
    movable = whole("Cases that can move, or did")
    blocked = many(Obstacle, "What is in the way of the others")


class MigrationQuery(Shape):
    """Progress of which migration."""

    process = text("Key of the process", required=True)
    release = text("Release to move to", required=True)


class MigrationProgress(Shape):
    """How far a migration is."""

    process = text("Key of the process")
    release = text("Release to move to")
    there = whole("Running cases on it")
    elsewhere = whole("Running cases on other releases")
