"""Referrals: sent to a provider, answered, started, completed or chased. One thread per service that was wanted. Pure."""

from collections.abc import Iterator

from care.entry import Entry, Told, code, instant, rows, said

TABLE = "referrals"
SERVICE, STATUS, OUT = "service", "referral_status", "referral_out"
CHASED = "chased"
CALLED = "referral"
"""The process that a referral is; the sub-process around its call is the service that was wanted."""
AUTHORISATION = "authorization"
KINDS = {"book_tcm_visit": "visit", "find_alternative": "alternative"}


def take(told: Told) -> Iterator[Entry]:
    """A service that was arranged, a referral sent by itself, an answer to one, and a provider that was chased."""
    if told.form == SERVICE:
        yield _arranged(told)
    elif told.form == OUT:
        sealed = {"provider": told.values.get("to"), **said(told.values, "reason", "shared_scopes")}
        yield _entry(told, "sent", sealed, kind="other", at="sent")
    elif told.form == STATUS:
        status = code(told.values.get("status")) or "unknown"
        yield _entry(told, status, said(told.values, "reason", "report"), at="at")
    for call in told.calls("chase"):
        if call.parameters.get("what") == "referral":
            yield _entry(told, CHASED, {})


def _arranged(told: Told) -> Entry:
    booked = instant(told.values.get("booked_at"))
    sealed = said(
        told.values, "intervention", "provider", "chosen_because", "barrier", "transport", "interpreter", "candidates"
    )
    if rows(sealed.get("candidates")) == []:
        sealed.pop("candidates", None)
    status = "sent" if _awaits_answer(told) else "booked" if booked else "planned"
    return _entry(told, status, sealed, kind=KINDS.get(told.element, SERVICE), booked_at=booked)


def _awaits_answer(told: Told) -> bool:
    opened = told.advance.opened if told.advance is not None else ()
    return any(task.form == STATUS and task.process == CALLED for task in opened)


def _entry(
    told: Told, status: str, sealed: dict[str, object], kind: str = SERVICE, at: str = "", **more: object
) -> Entry:
    plain = {"thread": _thread(told), "kind": kind, "status": status, **more}
    return Entry(TABLE, plain, sealed, instant(told.values.get(at)), formed=status != CHASED)


def _thread(told: Told) -> str:
    around = told.within[:-1] if told.process == CALLED else told.within
    return around[-1] if around else told.case_id
