"""The plan of care: versions with what they say, approvals and differences."""

from marshmallow import fields, validate

from api.shapes.field import Shape, choice, flag, instant, many, maybe_instant, maybe_text, one, values, whole
from api.shapes.field import text as wording
from api.shapes.people import Named


class PlanApproval(Shape):
    """Who approved a revision of the plan, or sent it back."""

    party = wording("client, provider, supervisor or another group")
    decision = wording("approved, approved_with_changes or returned")
    by = one(Named, "Who")
    at = instant("When")
    comment = wording("What was said; empty for nothing")
    revision = whole("Of which revision")


class PlanRevision(Shape):
    """One writing of a version."""

    revision = whole("1 first; `?revision=` reads it as it was written")
    by = one(Named, "Who wrote it")
    at = instant("When")
    reason = wording("Why")
    addendum = flag("Whether it corrects the completed form")


class PlanHead(Shape):
    """A version of the plan of care."""

    version = wording("n.m: n rises with a complete change, m with a minor one")
    status = choice("State", "draft", "final", "superseded", "abandoned")
    change = choice("What led to it", "first", "minor", "complete")
    reason = wording("Why; empty for the first")
    loop = maybe_text("Outcome of the loop that led to it, for instance minor_change")
    by = one(Named, "Who wrote it")
    at = instant("When it was written")
    final_at = maybe_instant("When it became final")
    difference = values(
        "To the final version before: head (field: from, to), and per section added, removed, changed and order, by id"
    )


class Duty(Shape):
    """Who does what."""

    who = wording("cm, client, caregiver, provider or community")
    text = wording("What")
    due = maybe_text("By when")
    item = maybe_text("Id of the intervention or duty; null for the client's own care")


class PlanVersion(PlanHead):
    """A version of the plan of care with all that it says."""

    summary = maybe_text("Summary")
    client_motivation = maybe_text("What motivates the client")
    self_care_actions = maybe_text("What the client does")
    after_episode_services = maybe_text("Services after this episode")
    review_due = maybe_text("Next review")
    problems = fields.List(fields.Dict(), metadata={"description": "Problems: id, text, domain, priority, status"})
    goals = fields.List(
        fields.Dict(),
        metadata={
            "description": "Goals: id, of (problem id), text, term, measure, baseline, target, due, achievable, relevant, steps, "
            "client_agrees, smart; progress, progress_at and value as the last review said"
        },
    )
    interventions = fields.List(
        fields.Dict(),
        metadata={
            "description": "Interventions: id, of (goal id), action, kind, who, owner, start, end, due, service_class, status, "
            "needs_auth, funding; referral and provider as the last referral says"
        },
    )
    duties = many(Duty, "Duties of case manager, client and others")
    approvals = many(PlanApproval, "Approvals and returns, oldest first")
    revisions = many(PlanRevision, "How often it was written, oldest first")


class PlanFile(Shape):
    """The plan of care."""

    plan = one(
        PlanVersion, "The version asked for, the current one unless one was; null before the first", allow_none=True
    )
    versions = many(PlanHead, "All versions, newest first")


class PlanQuery(Shape):
    """Which version."""

    version = wording("n.m; the current one unless given", load_default=None, validate=validate.Length(3, 20))
    revision = whole("The version as it was written that time", load_default=None, validate=validate.Range(1, 10_000))
