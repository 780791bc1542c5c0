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


class CaseClosed(EngineError):
    """Expected an active case, but it has ended."""

    code = "case-closed"


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


class NotAwaited(EngineError):
    """The case does not wait for this message."""

    code = "not-awaited"


class ProcessUnknown(EngineError):
    """The active release has no such process."""

    code = "process-unknown"


class ReleaseBeyond(EngineError):
    """Expected a release that this version of Ninefold can run, but it needs a newer one."""

    code = "release-beyond"


class ReleaseRejected(EngineError):
    """The artefacts have errors and were not deployed."""

    code = "release-rejected"

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__(f"Expected artefacts without errors, but found {len(problems)} problems")
        self.problems = tuple(problems)


class StepFailed(EngineError):
    """A step of the case could not be carried out; nothing of it was kept."""

    code = "step-failed"

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"Expected element '{element}' to run, but {reason}")
        self.element, self.reason = element, reason
