"""What the houses below raise, as problems: one table from error class to slug."""

from collections.abc import Callable

import access
import care
import database
import engine
from api.instants import rfc3339
from api.refusal import Refusal, field_errors

RETRY = {"Retry-After": "2"}


def _closed(error: engine.TaskClosed) -> Refusal:
    by, at = error.by or "the process", rfc3339(error.at) if error.at else "an unknown time"
    detail = f"Expected an open task, but it was {error.status} by {by} at {at}"
    members = {"task_status": error.status, "closed_by": error.by, "closed_at": rfc3339(error.at) if error.at else None}
    return Refusal("task-closed", detail, members=members)


def _problems(error: engine.ReleaseRejected) -> Refusal:
    found = [item for item in error.problems if isinstance(item, engine.Problem)]
    return Refusal("release-rejected", str(error), members={"problems": [problem_member(item) for item in found]})


def problem_member(item: engine.Problem) -> dict[str, object]:
    """A finding of the linter as JSON."""
    return {
        "file": item.file,
        "element": item.element,
        "line": item.line,
        "rule": item.rule,
        "severity": item.severity,
        "message": item.message,
    }


def _form(error: engine.FormRefused) -> Refusal:
    """Forms point into the answers, problems into the body."""
    found = [(f"#/values{pointer.removeprefix('#')}", detail) for pointer, detail in error.problems]
    return Refusal("form-refused", str(error), errors=field_errors(found))


def _stale(error: engine.StaleVersion) -> Refusal:
    return Refusal("stale-version", str(error), members={"current": error.current})


def _field(name: str, error: engine.EngineError | care.CareError) -> Refusal:
    return Refusal("fields-refused", str(error), errors=field_errors([(f"#/{name}", str(error))]))


Maker = Callable[..., Refusal]
TABLE: tuple[tuple[type[Exception], Maker], ...] = (
    (engine.TaskClosed, _closed),
    (engine.StaleVersion, _stale),
    (engine.NotAllowed, lambda error: Refusal("right-missing", str(error), members={"right": error.missing})),
    (engine.FormRefused, _form),
    (engine.ReleaseRejected, _problems),
    (engine.ReleaseBeyond, lambda error: Refusal("not-ready", str(error), headers=RETRY)),
    (engine.StepFailed, lambda error: Refusal("step-failed", members={"element": error.element})),
    (engine.NotFound, lambda _: Refusal("not-found")),
    (engine.TaskNotCompleted, lambda error: Refusal("task-not-completed", str(error))),
    (engine.ReceiverUnfit, lambda error: _field("assignee", error)),
    (engine.InstantPast, lambda error: _field(error.field, error)),
    (engine.CaseGoesOn, lambda error: Refusal("case-goes-on", str(error))),
    (engine.CaseClosed, lambda error: Refusal("case-closed", str(error))),
    (engine.ElementUnknown, lambda error: Refusal("element-unknown", str(error))),
    (engine.TokenUnclear, lambda error: Refusal("token-unclear", str(error))),
    (engine.MoveRefused, lambda error: Refusal("move-refused", str(error))),
    (engine.CaseSuspended, lambda error: Refusal("case-suspended", str(error))),
    (engine.IncidentStays, lambda error: Refusal("incident-stays", str(error))),
    (engine.CallSettled, lambda error: Refusal("call-settled", str(error), members={"call_status": error.status})),
    (engine.CallUnderWay, lambda error: Refusal("call-under-way", str(error), headers=RETRY)),
    (engine.KeyReused, lambda error: Refusal("key-reused", str(error))),
    (
        engine.ProcessUnknown,
        lambda error: Refusal("fields-refused", str(error), errors=field_errors([("#/process", str(error))])),
    ),
    (engine.CursorRefused, lambda error: Refusal("cursor-refused", str(error))),
    (care.ClientUnknown, lambda _: Refusal("not-found")),
    (care.MeasureUnknown, lambda _: Refusal("not-found")),
    (care.CandidateDecided, lambda error: Refusal("candidate-decided", str(error))),
    (care.NoteUnknown, lambda error: _field("adds_to", error)),
    (care.ContactUnknown, lambda error: _field("amends", error)),
    (care.MessageRejected, lambda error: Refusal("message-rejected", str(error))),
    (access.PersonUnknown, lambda _: Refusal("sign-in-refused")),
    (database.DatabaseFull, lambda _: Refusal("disk-full")),
    (database.Busy, lambda _: Refusal("not-ready", "Expected room for the change, but too many wait", headers=RETRY)),
    (database.Conflict, lambda _: Refusal("not-ready", "Expected no rival change, but there were many", headers=RETRY)),
    (database.DatabaseUnavailable, lambda _: Refusal("not-ready", "The database does not answer", headers=RETRY)),
    (database.DatabaseClosed, lambda _: Refusal("not-ready", "Ninefold is stopping", headers=RETRY)),
)


def refusal_of(error: BaseException) -> Refusal | None:
    """The problem for an error of the houses, None for one that nobody expected."""
    if isinstance(error, Refusal):
        return error
    return next((make(error) for kind, make in TABLE if isinstance(error, kind)), None)
