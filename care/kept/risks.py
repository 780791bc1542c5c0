"""Risk: every answer of the risk table, and every category that a person set, with the reason of an override. Pure."""

from collections.abc import Iterator

from care.entry import Entry, Told, code, said, texts, whole
from engine import Decided

TABLE, FORM, DECISION = "risks", "risk_review", "risk_category"
ADVICE = "table"
SOURCES = {"confirm_auto_risk": "claims", "second_look_very_high": "second_look"}


def take(told: Told) -> Iterator[Entry]:
    """The review that the step completed, then each evaluation of the risk table after it."""
    if told.form == FORM:
        yield _reviewed(told)
    for decided in told.advance.decided if told.advance is not None else ():
        if decided.decision == DECISION:
            yield _advised(decided)


def _advised(decided: Decided) -> Entry:
    hits = decided.output if isinstance(decided.output, list) else [decided.output]
    found = [hit for hit in hits if isinstance(hit, dict)]
    category = code(found[0].get("category")) if found else None
    plain = {
        "source": ADVICE,
        "category": category,
        "advised": category,
        "rule": decided.rules[0] if decided.rules else None,
        "rules": list(decided.rules),
        "lace": whole(decided.inputs.get("lace")),
        "hospital_score": whole(decided.inputs.get("hospital_score")),
    }
    reasons = [reason for hit in found if (reason := code(hit.get("reason"))) is not None]
    return Entry(TABLE, plain, {"reasons": reasons, "inputs": dict(decided.inputs), "asked_by": decided.element})


def _reviewed(told: Told) -> Entry:
    values = told.values
    category, advised = code(values.get("category")), code(values.get("table_category"))
    plain = {
        "source": SOURCES.get(told.element, "review"),
        "category": category,
        "advised": advised,
        "lace": whole(values.get("lace")),
        "hospital_score": whole(values.get("hospital_score")),
        "overridden": advised is not None and category != advised,
    }
    sealed = said(values, "override_reason", "second_reviewer", "second_opinion", "next_contact_days")
    return Entry(TABLE, plain, sealed | {"reasons": texts(values.get("reasons"))}, formed=True)
