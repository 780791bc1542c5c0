"""Consent: given, refused, withdrawn, with its scopes and its end. What is shared rests on it. Pure."""

from collections.abc import Iterator

from care.entry import Entry, Told, code, day, said, texts

TABLE, FORM = "consents", "consent"
ENROL, PART2 = "enrol", "sud_part2"
UNDECIDED, WITHDRAWN, ENDED = "undecided", "withdrawn", "ended"


def take(told: Told) -> Iterator[Entry]:
    """A consent form, a withdrawal by message, and the end of all shares when the case ends."""
    if told.form == FORM:
        yield _answered(told)
    reason = told.learned("closure_reason")
    if reason is not None and reason.value == "consent_withdrawn":
        yield Entry(TABLE, {"result": WITHDRAWN, "given_by": "client", "method": "message"})
    if any("shares" in texts(call.parameters.get("withdraw")) for call in told.calls("notify")):
        yield Entry(TABLE, {"result": ENDED, "method": "closure"})


def _answered(told: Told) -> Entry:
    values, scopes = told.values, texts(told.values.get("scopes"))
    given = values.get("result") == "given"
    plain = {
        "result": code(values.get("result")) or UNDECIDED,
        "given_by": code(values.get("given_by")),
        "method": code(values.get("method")),
        "capacity": code(values.get("capacity")),
        "enrols": given and ENROL in scopes,
        "until": day(values.get("valid_until")),
    }
    sealed = said(values, "proxy_name", "refusal_reason", "signature", "witness", "rights_explained")
    if given:
        sealed |= {"scopes": scopes}
        if PART2 in scopes:
            sealed |= said(values, "part2_recipient", "part2_purpose", "part2_expires")
    return Entry(TABLE, plain, sealed, formed=True)
