"""What is kept of a case: contacts, notes, consents, referrals, authorisations, risks and the client's surroundings."""

from marshmallow import fields, validate

from api.shapes.field import (
    Shape,
    choice,
    flag,
    instant,
    many,
    maybe_instant,
    maybe_text,
    one,
    texts,
    values,
    whole,
)
from api.shapes.field import (
    text as wording,
)
from api.shapes.people import Named
from care import PHASES

CHANNELS = ("phone", "face_to_face", "video", "portal", "record", "letter", "text", "email")
RESULTS = ("reached", "voicemail", "no_answer", "busy", "wrong_number", "refused")
PARTIES = ("client", "caregiver", "proxy", "provider", "payor", "other", "nobody")
PURPOSES = ("post_discharge", "follow_up", "enrolment", "ed_follow_up", "feedback", "note")


def maybe_day(description: str) -> fields.Date:
    return fields.Date(allow_none=True, metadata={"description": description})


def maybe_whole(description: str) -> fields.Integer:
    return whole(description, allow_none=True)


class ContactItem(Shape):
    """A contact or an attempt at one."""

    id = wording("Id")
    at = instant("When")
    noted_at = maybe_instant("When it was written down")
    by = one(Named, "By whom")
    direction = wording("in or out")
    channel = wording("How")
    party = wording("With whom")
    result = wording("What came of it")
    two_way = flag("Whether somebody of the client's side was spoken to")
    purpose = wording("What for")
    minutes = maybe_whole("How long")
    text = wording("What was said; empty for nothing")
    task_id = maybe_text("The task whose form it was")
    amends = maybe_text("Id of the contact whose place it took")
    reason = wording("Why it took that place; empty for others")
    standing = flag("False once another one has taken its place")


class ContactList(Shape):
    """Contacts and attempts, newest first; at most 1000."""

    items = many(ContactItem, "Contacts")


class AmendedQuery(Shape):
    """Which rows."""

    amended = flag("With those whose place an addendum took", load_default=False)


class LogContact(Shape):
    """Logging a contact."""

    at = instant("When; now unless given", load_default=None)
    direction = choice("Direction", "in", "out", required=True)
    channel = choice("How", *CHANNELS, required=True)
    party = choice("With whom", *PARTIES, required=True)
    result = choice("What came of it", *RESULTS, required=True)
    purpose = choice("What for", *PURPOSES, load_default="note")
    minutes = whole("How long", load_default=None, allow_none=True, validate=validate.Range(0, 1440))
    text = wording("What was said", load_default="", validate=validate.Length(0, 4000))
    amends = wording("Id of the logged contact that it corrects", load_default=None)
    reason = wording("Why; required with `amends`", load_default=None, validate=validate.Length(1, 1000))


class NoteItem(Shape):
    """A note."""

    id = wording("Id")
    kind = choice("phase at the end of a phase, free, or addendum", "phase", "free", "addendum")
    phase = maybe_text("Phase key")
    at = instant("When")
    by = one(Named, "By whom")
    text = wording("What was written; empty for phase notes")
    outcome = values("What the phase left behind, coded")
    adds_to = maybe_text("Id of the note that it adds to")
    part2 = flag("Whether it tells of substance use (42 CFR Part 2)")


class NoteList(Shape):
    """Notes, newest first; at most 1000."""

    items = many(NoteItem, "Notes")


class AddNote(Shape):
    """Writing a note. What is written stays: correct it by an addendum."""

    text = wording("What is to be said", required=True, validate=validate.Length(1, 10_000))
    phase = choice("Phase key", *PHASES, load_default=None)
    adds_to = wording("Id of the note that it adds to", load_default=None, validate=validate.Length(1, 20))
    part2 = flag("Whether it tells of substance use (42 CFR Part 2)", load_default=False)


class ConsentItem(Shape):
    """An answer about consent, or the end of one."""

    id = wording("Id")
    at = instant("When")
    by = one(Named, "Who wrote it down")
    result = wording("given, refused, undecided, withdrawn, or ended with the case")
    given_by = maybe_text("client, proxy or guardian")
    method = maybe_text("written, electronic, verbal, or the message that withdrew it")
    capacity = maybe_text("has, lacks or fluctuates")
    scopes = texts("What it covers")
    until = maybe_day("Its last day")
    said = values("What else the form says: proxy, recipient and purpose under Part 2, witness")
    standing = flag("False once an addendum has taken its place")


class ShareItem(Shape):
    """What may be shared by consent."""

    scope = wording("Scope, for instance share_providers or sud_part2")
    active = flag("Whether it may be shared today")
    since = instant("Since when")
    until = maybe_day("Its last day")
    ended_at = maybe_instant("When it was taken back, replaced, or ended with the case")
    given_by = wording("client, proxy or guardian")
    recipient = maybe_text("To whom alone, under Part 2")
    purpose = maybe_text("For what alone, under Part 2")


class ConsentFile(Shape):
    """Consents, newest first, and the shares that rest on them."""

    items = many(ConsentItem, "Consents")
    shares = many(ShareItem, "Shares, oldest first")


class HistoryItem(Shape):
    """One entry of a history."""

    id = wording("Id")
    what = wording("What happened")
    result = maybe_text("With which result")
    at = instant("When")
    by = one(Named, "By whom")
    reason = maybe_text("Why")


class AuthorisationItem(Shape):
    """What a payor was asked, and answered."""

    id = wording("Id")
    status = choice("State", "pending", "more_info", "approved", "partial", "denied", "appealing", "withdrawn")
    service_class = maybe_text("Class of the service")
    code = maybe_text("Code of the service")
    provider = maybe_text("Who would do it")
    urgency = maybe_text("standard, expedited or emergency")
    in_network = flag("Whether the provider is in the network", allow_none=True)
    number = maybe_text("The payor's number")
    units = maybe_whole("Units asked for")
    units_approved = maybe_whole("Units approved")
    begins_on = maybe_day("From, as approved, else as asked")
    ends_on = maybe_day("To")
    requested_at = maybe_instant("When it was asked for")
    due_at = maybe_instant("Until when the payor has to decide")
    decided_at = maybe_instant("When the payor decided last")
    on_time = flag("Whether the first decision was in time", allow_none=True)
    reviewer = maybe_text("Role that decides")
    denial_reason = maybe_text("Why it was denied, coded")
    overturned = flag("Whether a denial was taken back, in talk or appeal")
    chased = whole("How often the payor was reminded")
    history = many(HistoryItem, "What happened, oldest first")


class AuthorisationList(Shape):
    """Authorisations, oldest first."""

    items = many(AuthorisationItem, "Authorisations")


class ReferralItem(Shape):
    """A referral as a closed loop."""

    id = wording("Id")
    kind = wording("service, visit, alternative or other")
    status = wording("planned, booked, sent, accepted, declined, started, completed or no_show")
    intervention = maybe_text("For what")
    provider = maybe_text("To whom")
    sent_at = instant("When it was sent")
    booked_at = maybe_instant("For when an appointment was booked")
    closed_at = maybe_instant("When the loop was closed: completed, or declined and sent to another")
    chased = whole("How often the provider was reminded")
    history = many(HistoryItem, "What happened, oldest first")


class ReferralList(Shape):
    """Referrals, oldest first."""

    items = many(ReferralItem, "Referrals")


class RiskItem(Shape):
    """A stratification."""

    id = wording("Id")
    at = instant("When")
    by = one(Named, "Who, or which program")
    source = wording("table, review, second_look or claims")
    category = maybe_text("Category that came out")
    advised = maybe_text("Category that the table advised")
    rule = maybe_whole("First row of the table that hit")
    rules = fields.List(fields.Integer(), metadata={"description": "All rows that hit"})
    reasons = texts("Reasons that the rows name")
    scores = values("Scores and other inputs that the table saw")
    overridden = flag("Whether a person decided otherwise than the table advised")
    reason = maybe_text("Why")
    standing = flag("False once an addendum has taken its place")


class RiskList(Shape):
    """Stratifications, newest first."""

    items = many(RiskItem, "Stratifications")


class ProfilePart(Shape):
    """A part of what surrounds the client."""

    said = values("What is known, by name")
    by = one(Named, "Who said so last", allow_none=True)
    at = maybe_instant("When")


class Registered(Shape):
    """What the register says of the client."""

    language = wording("Language code; empty when unknown")
    payor_type = wording("Payor type code; empty when unknown")


class Profile(Shape):
    """What surrounds the client."""

    registered = one(Registered, "What the register says, from the hospital's messages")

    support = one(ProfilePart, "Support system: persons, caregiver")
    team = one(ProfilePart, "Care team outside: providers")
    people = many(Named, "Who works on the case here")
    cover = one(ProfilePart, "Payor, plan and benefits")
    language = one(ProfilePart, "Language, interpreter need, best time to call")
