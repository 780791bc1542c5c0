"""The plan of care from its forms: versions with their items, approvals, reviews, loops and the progress of goals. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from care.entry import Entry, Kept, Told, code, day, rows, said, texts, whole, words
from care.plan import (
    CHANGES,
    FINAL,
    FIRST,
    MINOR,
    SECTIONS,
    Number,
    Plan,
    Standing,
    difference,
    extended,
    number_of,
    plan_from_json,
    plan_to_json,
    written,
)

VERSIONS, ITEMS, EVENTS, PROGRESS = "plan_versions", "plan_items", "plan_events", "plan_progress"
FORM, REVIEW = "plan_of_care", "follow_up"
APPROVALS = {"plan_approval": "", "supervisor_check": "supervisor"}
"""Form -> who approves by it; the task's group unless named."""
KINDS = {"problems": "problem", "goals": "goal", "interventions": "intervention", "duties": "duty"}
_DECISIONS = {"ok": "approved", "return": "returned"}


def asks_for_plan(told: Told) -> bool:
    """Whether what is kept of the step depends on the plan as it stands."""
    return (
        told.form == FORM
        or _adds_service(told)
        or (told.form == REVIEW and bool(rows(told.values.get("goal_progress"))))
    )


def take(told: Told, standing: Standing) -> Iterator[Entry]:
    """Everything that the step says about the plan; `standing` matters where `asks_for_plan` says so.

    A case of an earlier release has no version here yet: its next one goes on from the number that the model knows.
    """
    if standing.number is None and (known := told.known.get("plan_version")) is not None:
        standing = Standing(final=number_of(words(known.value)))
    if told.form == FORM:
        yield from _drafted(told, standing)
    if told.form in APPROVALS:
        yield _approved(told)
    if told.form == REVIEW:
        yield from _reviewed(told, standing.plan)
    yield from _looped(told)
    if _adds_service(told) and standing.number is not None:
        yield from _minor(told, standing)
    elif told.learned("plan_final_at") is not None:
        number = number_of(words(told.fact("plan_version")))
        yield Entry(EVENTS, {"kind": FINAL, **_numbered(number)})


def corrected(told: Told, held: Sequence[Kept], newest: Plan) -> Iterator[Entry]:
    """What an addendum makes of the version that a form wrote, with its addenda so far: the same number, corrected once more."""
    before, plain = plan_of(held[-1]).beyond(newest), held[0].plain
    number = Number(int(str(plain["major"])), int(str(plain["minor"])))
    revision = int(str(held[-1].plain["revision"])) + 1
    yield from _version(told, written(before, told.values), before, number, revision, str(plain["change"]), told.reason)


def plan_of(version: Kept) -> Plan:
    """What a version says."""
    return plan_from_json(version.sealed["plan"])  # type: ignore[arg-type]  # JSON that `plan_to_json` made


def change_of(told: Told) -> str:
    """Minor or complete, by the loop that led back to Planning, else as the form says."""
    reason = code(told.fact("loop_reason"))
    outcome = reason if reason in CHANGES else code(told.fact("loop_to"))
    return CHANGES.get(outcome or "", code(told.values.get("change_kind")) or FIRST)


def _drafted(told: Told, standing: Standing) -> Iterator[Entry]:
    change = FIRST if standing.final is None else change_of(told)
    number, revision = standing.after(change)
    plan = written(standing.plan, told.values)
    reason = words(told.values.get("change_reason")) or words(told.fact("loop_reason"))
    yield from _version(told, plan, standing.plan, number, revision, change, reason)


def _minor(told: Told, standing: Standing) -> Iterator[Entry]:
    reason = words(told.fact("loop_reason"))
    plan = extended(standing.plan, reason) if reason else standing.plan
    number, revision = standing.after(MINOR)
    yield from _version(told, plan, standing.plan, number, revision, MINOR, reason)
    yield Entry(EVENTS, {"kind": FINAL, **_numbered(number)})


def _version(
    told: Told, plan: Plan, before: Plan, number: Number, revision: int, change: str, reason: str
) -> Iterator[Entry]:
    plain = {**_numbered(number), "revision": revision, "change": change, "review_on": day(plan.head.get("review_due"))}
    loop = code(told.fact("loop_to"))
    yield Entry(VERSIONS, plain, {"plan": plan_to_json(plan), "reason": reason, "loop": loop}, formed=told.form == FORM)
    told_apart = difference(before, plan)
    for section in SECTIONS:
        found = told_apart.get(section, {})
        added = {item["id"] for item in found.get("added", ())}
        touched = {item["id"] for item in found.get("changed", ())}
        for item in plan.sections[section]:
            state = "added" if item["id"] in added else "changed" if item["id"] in touched else "same"
            yield Entry(ITEMS, _item(section, item, state), formed=told.form == FORM)
        for key in found.get("removed", ()):
            yield Entry(ITEMS, {"kind": KINDS[section], "item": key, "change": "removed"}, formed=told.form == FORM)


def _item(section: str, item: Mapping[str, Any], state: str) -> dict[str, object]:
    """The plain columns of an item; `code` is a problem's domain, a goal's term, whose an intervention or duty is."""
    kinds = {"problems": "domain", "goals": "term", "interventions": "who", "duties": "who"}
    return {
        "kind": KINDS[section],
        "item": item["id"],
        "change": state,
        "of_item": item.get("of"),
        "code": code(item.get(kinds[section])),
        "status": code(item.get("status")),
        "priority": whole(item.get("priority")),
        "service_class": code(item.get("service_class")),
        "due_on": day(item.get("due") or item.get("end")),
    }


def _approved(told: Told) -> Entry:
    decision = code(told.values.get("decision")) or "unknown"
    plain = {
        "kind": "approval",
        "party": APPROVALS[told.form] or told.group or "unknown",
        "outcome": _DECISIONS.get(decision, decision),
    }
    return Entry(EVENTS, plain, said(told.values, "comment", "note", "signature", "understood_options"), formed=True)


def _reviewed(told: Told, plan: Plan) -> Iterator[Entry]:
    values = told.values
    plain = {"kind": "review", "party": told.group or None, "outcome": code(values.get("followup_outcome"))}
    sealed = said(values, "outcome_reason", "plan_effective", "services_ok", "adherence")
    shared = texts(values.get("shared_with"))
    yield Entry(EVENTS, plain, {**sealed, "shared_with": shared} if shared else sealed, formed=True)
    for row in rows(values.get("goal_progress")):
        goal = plan.item("goals", words(row.get("goal")))
        plain = {
            "kind": "goal",
            "item": goal["id"] if goal is not None else None,
            "progress": code(row.get("progress")) or "unknown",
        }
        yield Entry(PROGRESS, plain, said(row, "goal", "value"), formed=True)


def _looped(told: Told) -> Iterator[Entry]:
    to, reason = told.learned("loop_to"), told.learned("loop_reason")
    named = to if to is not None else reason if reason is not None and reason.value in CHANGES else None
    if named is not None:
        text = words(reason.value) if reason is not None else ""
        yield Entry(EVENTS, {"kind": "loop", "outcome": code(named.value)}, {"reason": text} if text else {})


def _adds_service(told: Told) -> bool:
    """The loop goes straight to Implementing: a minor change without a form of its own."""
    to = told.learned("loop_to")
    return to is not None and to.value == "minor_change"


def _numbered(number: Number | None) -> dict[str, object]:
    return {"major": number.major, "minor": number.minor} if number is not None else {"major": None, "minor": None}
