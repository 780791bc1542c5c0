"""The engine's error tree. Each class has a stable `code`; its docstring is the default message. No client data in any message."""

from collections.abc import Sequence
from datetime import datetime


class EngineError(Exception):
    """The engine could not do what was asked."""

    code = "engine"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class NotFound(EngineError):
    """There is no such thing, or no right to know of it."""

    code = "not-found"


class TaskClosed(EngineError):
    """Expected an open task, but it is closed."""

    code = "task-closed"

    def __init__(self, task_id: str, status: str, by: str | None, at: datetime | None) -> None:
        super().__init__(f"Expected task '{task_id}' to be open, but it is {status}")
        self.status, self.by, self.at = status, by, at


class TaskNotCompleted(EngineError):
    """Expected a completed task, but it is not."""

    code = "task-not-completed"


class ReceiverUnfit(EngineError):
    """Expected somebody who could complete the task, but a right is missing."""

    code = "receiver-unfit"

    def __init__(self, missing: str) -> None:
        super().__init__(f"Expected somebody who has '{missing}', since the task needs it")
        self.missing = missing


class InstantPast(EngineError):
    """Expected an instant that lies ahead."""

    code = "instant-past"

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class CaseClosed(EngineError):
    """Expected an active case, but it has ended."""

    code = "case-closed"


class CaseGoesOn(CaseClosed):
    """Expected a case that stands still or has ended, but it goes on."""

    code = "case-goes-on"


class CaseSuspended(EngineError):
    """Expected a case that goes on, but it is suspended."""

    code = "case-suspended"


class StaleVersion(EngineError):
    """Expected the version that was read, but the thing has changed since."""

    code = "stale-version"

    def __init__(self, current: int) -> None:
        super().__init__(f"Expected the version that was read, but the current one is {current}")
        self.current = current


class NotAllowed(EngineError):
    """The right to do this is missing."""

    code = "not-allowed"

    def __init__(self, missing: str) -> None:
        super().__init__(f"Expected the right '{missing}', but it is missing")
        self.missing = missing


class FormRefused(EngineError):
    """The values do not fit the form."""

    code = "form-refused"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"Expected values that fit the form, but {len(problems)} do not")
        self.problems = tuple(problems)


class KeyReused(EngineError):
    """The idempotency key was used before with another body."""

    code = "key-reused"


class MessageAimless(EngineError):
    """Expected a message for a case, for a subject, or with a key, but it has none of them."""

    code = "message-aimless"


class IncidentStays(EngineError):
    """Expected an incident of a token; a timer's is retried, the timer moved, or the token that it serves."""

    code = "incident-stays"


class ProcessUnknown(EngineError):
    """The active release has no such process."""

    code = "process-unknown"


class ElementUnknown(EngineError):
    """The models of the case have no such element."""

    code = "element-unknown"


class TokenUnclear(EngineError):
    """Expected exactly one token where one was named."""

    code = "token-unclear"


class MoveRefused(EngineError):
    """The token cannot be moved or changed like this."""

    code = "move-refused"


class MigrationBlocked(EngineError):
    """The case cannot move to the other release."""

    code = "migration-blocked"

    def __init__(self, obstacles: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"Expected the case to move, but {len(obstacles)} things are in its way: {obstacles[0][1]}")
        self.obstacles = tuple(obstacles)


class ReleaseBeyond(EngineError):
    """Expected a release that this version of Ninefold can run, but it needs a newer one."""

    code = "release-beyond"


class ReleaseRejected(EngineError):
    """The artefacts have errors and were not deployed."""

    code = "release-rejected"

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__(f"Expected artefacts without errors, but found {len(problems)} problems")
        self.problems = tuple(problems)


class OperationError(EngineError):
    """The operation answered with an error code."""

    code = "operation"

    def __init__(self, error: str) -> None:
        super().__init__(f"Expected the operation to succeed, but it answered with the error '{error}'")
        self.error = error


class StepFailed(EngineError):
    """A step of the case could not be carried out; nothing of it was kept. `cause` groups failures of one kind."""

    code = "step-failed"

    def __init__(self, element: str, reason: str, cause: str = "failed") -> None:
        super().__init__(f"Expected element '{element}' to run, but {reason}")
        self.element, self.reason, self.cause = element, reason, cause


class CallSettled(EngineError):
    """Expected a call that is pending or dead, but it is settled."""

    code = "call-settled"

    def __init__(self, status: str) -> None:
        super().__init__(f"Expected a call that is pending or dead, but it is {status}")
        self.status = status


class CallUnderWay(EngineError):
    """Expected a call that nobody is making, but one is under way."""

    code = "call-under-way"


class OperationFailed(StepFailed):
    """An operation answered with an error that no boundary or event subprocess catches."""

    code = "operation-failed"

    def __init__(self, element: str, error: str) -> None:
        super().__init__(
            element, f"its operation answered with the error '{error}', and nothing catches that", self.code
        )
        self.error = error


class ScriptFailed(EngineError):
    """Expected a script to end with values."""

    code = "script"

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code
