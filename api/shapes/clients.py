"""Clients."""

from marshmallow import fields, validate

from api.shapes.field import (
    Shape,
    cursor,
    instant,
    limit,
    many,
    maybe_instant,
    maybe_text,
    next_cursor,
    one,
    text,
    whole,
)


class ClientCard(Shape):
    """Whom a task or case is about; null for roles that see no client data."""

    id = text("Id")
    name = text("Name")
    mrn = text("Medical record number")
    birth_date = fields.Date(allow_none=True, metadata={"description": "Date of birth"})


class FoundClient(ClientCard):
    """A client found by a search."""

    sex = maybe_text("F, M, O or U")
    language = maybe_text("Language code")
    case_id = maybe_text("The open case, where one may know of it")


class FoundClientList(Shape):
    """Clients found."""

    items = many(FoundClient, "Clients")
    next_cursor = next_cursor()


class ClientPage(FoundClient):
    """A client."""

    phone = maybe_text("Telephone number")
    street = maybe_text("Street and number")
    city = maybe_text("City")
    state = maybe_text("State")
    postal = maybe_text("Postal code")
    marital = maybe_text("Marital status")
    programme = maybe_text("Programme code")
    payor_type = maybe_text("Payor type code")
    deceased_at = maybe_instant("When the client died")
    version = whole("Version, also the ETag")
    updated_at = instant("Last change")


class ClientSearch(Shape):
    """What to look for: every word must fit."""

    query = text("Words of a name, a record number, or a birth date", required=True, validate=validate.Length(2, 200))
    limit = limit()


class Candidate(Shape):
    """A client whom care might take on."""

    id = text("Id")
    client = one(ClientCard, "The client", allow_none=True)
    reason = text("Why: ed_visit or discharge")
    at = instant("Since when")
    status = text("open, accepted or dismissed")
    decided_at = maybe_instant("When it was decided")
    decided_by = maybe_text("By whom")


class CandidateList(Shape):
    """Candidates, newest first."""

    items = many(Candidate, "Candidates")
    next_cursor = next_cursor()


class CandidateQuery(Shape):
    """Which candidates."""

    status = text(
        "open, accepted or dismissed", load_default="open", validate=validate.OneOf(["open", "accepted", "dismissed"])
    )
    limit = limit()
    cursor = cursor()
