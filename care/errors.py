"""Care's error tree. Each class has a stable `code`; its docstring is the default message. No client data in any message."""


class CareError(Exception):
    """Care could not do what was asked."""

    code = "care"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class MessageRejected(CareError):
    """The message cannot be taken.

    `index` is its place in the file (0 first), `control_id` its MSH-10 when readable, `reason` names segment and field,
    never content. `acknowledgement` is the HL7 code to answer with: AE (content) or AR (not for us).
    """

    code = "message-rejected"

    def __init__(self, index: int, control_id: str | None, reason: str, acknowledgement: str = "AE") -> None:
        super().__init__(f"Expected a readable ADT message, but message {index}: {reason}")
        self.index, self.control_id, self.reason, self.acknowledgement = index, control_id, reason, acknowledgement


class ClientUnknown(CareError):
    """There is no such client, or no right to know of them."""

    code = "not-found"


class ClientKnown(CareError):
    """A client with this medical record number is registered already."""

    code = "client-known"


class StaleClient(CareError):
    """Expected the client's version that was read, but the client has changed since."""

    code = "stale-version"

    def __init__(self, current: int) -> None:
        super().__init__(f"Expected the version that was read, but the current one is {current}")
        self.current = current


class CandidateDecided(CareError):
    """Expected an open candidate, but it is decided already."""

    code = "candidate-decided"


class PeriodRefused(CareError):
    """Expected a month such as 2026-01."""

    code = "period-refused"


class MeasureUnknown(CareError):
    """There is no such measure."""

    code = "not-found"


class NoteUnknown(CareError):
    """Expected a note of the case to add to, but there is none of that id."""

    code = "note-unknown"


class ContactUnknown(CareError):
    """Expected a logged contact of the case that stands, but there is none of that id; what a form said is amended with its task."""

    code = "contact-unknown"
