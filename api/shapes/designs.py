"""Designs, releases, the board and timers."""

from marshmallow import fields, validate

from api.shapes.cases import ProcessRef
from api.shapes.field import (
    Shape,
    cursor,
    flag,
    id_list,
    instant,
    limit,
    many,
    maybe_instant,
    maybe_text,
    next_cursor,
    text,
    whole,
)


class DesignItem(Shape):
    """A model, decision or form that can be edited."""

    id = text("kind-key, for instance model-case_lifecycle")
    kind = text("model, decision or form")
    key = text("Key: the id of the process, decision or form")
    title = text("Title")
    hash = text("SHA-256 of the source")
    has_draft = flag("Whether a draft differs from what is deployed")
    updated_at = maybe_instant("When the draft was saved")


class DesignList(Shape):
    """Designs."""

    items = many(DesignItem, "Designs by kind and key")
    next_cursor = next_cursor()


class DesignPage(DesignItem):
    """A design with its source."""

    source = text("The file's text")
    draft = flag("Whether the source is a draft")


class DesignSource(Shape):
    """A draft."""

    source = text("The file's text, at most 5 MB", required=True, validate=validate.Length(1, 5_000_000))


class DesignCheck(Shape):
    """What to check: the draft, or the source given."""

    source = text("A text to check instead of the draft", validate=validate.Length(1, 5_000_000))


class DesignSet(Shape):
    """Several designs deployed as one release."""

    ids = id_list("Ids of designs", 200, required=True)


class Finding(Shape):
    """A finding of the linter."""

    file = text("File")
    element = maybe_text("Element id")
    line = whole("Line", allow_none=True)
    rule = text("Rule")
    severity = text("error or warning")
    message = text("What is expected")


class Checked(Shape):
    """Findings; ok when none is an error."""

    ok = flag("Whether it could be deployed")
    problems = many(Finding, "Findings")


class DeployedItem(Shape):
    """A deployed artefact."""

    kind = text("model, decision or form")
    key = text("Key")
    version = whole("Version of the artefact")
    hash = text("SHA-256 of the source")
    changed = flag("False when the same bytes were active already")


class Deployment(Shape):
    """A new release, or the active one when nothing changed."""

    release = text("Release")
    deployed = many(DeployedItem, "What was deployed")


class ReleaseItem(Shape):
    """A release."""

    id = text("Id")
    number = whole("Number")
    created_at = instant("When")
    created_by = text("By whom")
    active = flag("Whether new cases start on it")


class ReleaseList(Shape):
    """Releases, newest first."""

    items = many(ReleaseItem, "Releases")
    next_cursor = next_cursor()


class Artefact(Shape):
    """A member of a release."""

    kind = text("model, decision or form")
    key = text("Key")
    version = whole("Version")
    hash = text("SHA-256 of the source")
    file = text("File name")
    title = text("Title")


class ReleasePage(ReleaseItem):
    """A release with its members."""

    artefacts = many(Artefact, "Members")


class PageQuery(Shape):
    """Which part of the list."""

    limit = limit()
    cursor = cursor()


class TimerItem(Shape):
    """A timer."""

    id = text("Id")
    case_id = text("Case")
    element = text("Element id")
    process = text("Key of its process")
    due_at = instant("Due")
    kind = text("date or cycle")
    incident = flag("Whether it failed too often and waits for a person")
    held = flag("Whether it waits with its suspended case")


class TimerList(Shape):
    """Timers in due order."""

    items = many(TimerItem, "Timers")
    next_cursor = next_cursor()


class TimerQuery(Shape):
    """Which timers."""

    case_id = text("Case", load_default=None)
    due_before = instant("Due before", load_default=None)
    limit = limit()
    cursor = cursor()


class BoardQuery(Shape):
    """Which process."""

    process = text("Key of the process", load_default=None)


class Count(Shape):
    """Counts of an element over all cases."""

    tokens = whole("Tokens now")
    visits = whole("How often it was left")


class Board(Shape):
    """A process of the active release with counts; no client is behind any number."""

    process = text("Key")
    name = text("Name")
    release = text("Release")
    xml = text("BPMN 2.0 with its diagram")
    processes = many(ProcessRef, "Processes of the release")
    elements = fields.Dict(
        keys=fields.String(), values=fields.Nested(Count), metadata={"description": "Counts by element id"}
    )
