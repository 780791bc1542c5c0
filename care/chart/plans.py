"""The versions of a plan of care, made of drafts, addenda, approvals and finals. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from care.entry import Kept
from care.kept.plans import plan_of
from care.plan import EMPTY, FINAL, Number, Plan, difference, folded

DRAFT, SUPERSEDED, ABANDONED = "draft", "superseded", "abandoned"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a revision, or sent it back."""

    party: str
    decision: str
    by: str
    at: datetime
    comment: str
    revision: int
    step: int


@dataclass(frozen=True, slots=True)
class Revision:
    """One writing of a version: a draft, a draft written again, or an addendum to one; in the order in which they were written."""

    revision: int
    plan: Plan
    by: str
    at: datetime
    reason: str
    is_addendum: bool
    step: int


@dataclass(frozen=True, slots=True)
class Version:
    """A numbered version. `status` is draft, final, superseded or abandoned; `changes` is the difference to the final one before."""

    number: Number
    status: str
    change: str
    reason: str
    loop: str | None
    revisions: tuple[Revision, ...]
    approvals: tuple[Approval, ...]
    final_at: datetime | None
    changes: Mapping[str, Any]
    begins: int
    ends: int | None
    plan: Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a goal was at a review."""

    item: str | None
    progress: str
    value: str
    at: datetime
    step: int


def versions_of(rows: Sequence[Kept], events: Sequence[Kept]) -> tuple[Version, ...]:
    """The versions, oldest first."""
    drafts = _drafts(rows)
    starts = [draft[0].step for draft in drafts]
    found: list[Version] = []
    for place, draft in enumerate(drafts):
        until = starts[place + 1] if place + 1 < len(starts) else None
        heard = [
            item
            for item in events
            if item.standing and item.place >= draft[0].step and (until is None or item.place < until)
        ]
        made = _version(draft, heard, until)
        if found and found[-1].number == made.number:
            made = _joined(found.pop(), made)
        found.append(_numbered(made))
    return _settled(found)


def progress_of(rows: Sequence[Kept]) -> tuple[Progress, ...]:
    """What reviews said of goals, in their order."""
    return tuple(
        Progress(
            _text(item.plain["item"]) or None,
            str(item.plain["progress"]),
            _text(item.sealed.get("value")),
            item.at,
            item.place,
        )
        for item in rows
        if item.standing
    )


def with_progress(version: Version, told: Iterable[Progress]) -> Plan:
    """The version's plan; its goals with what reviews said of them until the next version began."""
    latest = {item.item: item for item in told if version.ends is None or item.step < version.ends}
    goals = [_progressed(goal, latest.get(goal["id"])) for goal in version.plan.sections["goals"]]
    return replace(version.plan, sections={**version.plan.sections, "goals": tuple(goals)})


def duties_of(plan: Plan) -> tuple[dict[str, Any], ...]:
    """Who does what (PLN-7): the duties written down, the interventions by whom they are done, and the client's own care."""
    found = [
        {"who": item.get("who", "cm"), "text": item.get("text", ""), "due": item.get("due"), "item": item["id"]}
        for item in plan.sections["duties"]
    ]
    found += [
        {
            "who": item.get("who", "cm"),
            "text": item.get("action", ""),
            "due": item.get("due") or item.get("end"),
            "item": item["id"],
        }
        for item in plan.sections["interventions"]
    ]
    alone = plan.head.get("self_care_actions")
    if alone:
        found.append({"who": "client", "text": alone, "due": None, "item": None})
    return tuple(found)


def same_words(one: object, other: object) -> bool:
    """Whether two texts name the same thing."""
    return bool(folded(one)) and folded(one) == folded(other)


def _drafts(rows: Sequence[Kept]) -> list[list[Kept]]:
    """Each writing of the plan with its addenda."""
    found = {row.step: [row] for row in rows if row.amends is None}
    for row in rows:
        if row.amends is not None and row.amends in found:
            found[row.amends].append(row)
    return [found[step] for step in sorted(found)]


def _version(draft: Sequence[Kept], events: Sequence[Kept], until: int | None) -> Version:
    first = draft[0]
    number = Number(_whole(first.plain["major"]), _whole(first.plain["minor"]))
    final = next((item for item in events if item.plain["kind"] == FINAL), None)
    return Version(
        number=number,
        status=FINAL if final is not None else DRAFT,
        change=str(first.plain["change"]),
        reason=_text(first.sealed.get("reason")),
        loop=_text(first.sealed.get("loop")) or None,
        revisions=tuple(_revision(row) for row in draft),
        approvals=tuple(_approval(item, first.step) for item in events if item.plain["kind"] == "approval"),
        final_at=final.at if final is not None else None,
        changes={},
        begins=first.step,
        ends=until,
        plan=plan_of(draft[-1]),
    )


def _joined(earlier: Version, later: Version) -> Version:
    """A draft that was written again under the same number."""
    return replace(
        later,
        revisions=(*earlier.revisions, *later.revisions),
        approvals=(*earlier.approvals, *later.approvals),
        begins=earlier.begins,
    )


def _numbered(version: Version) -> Version:
    """Its revisions counted in the order in which they were written, and its approvals with the one that they are of."""
    ordered = sorted(version.revisions, key=lambda item: item.step)
    revisions = tuple(replace(item, revision=n) for n, item in enumerate(ordered, 1))
    of_step = {item.step: item.revision for item in revisions}
    approvals = tuple(replace(item, revision=of_step[item.step]) for item in version.approvals)
    return replace(version, revisions=revisions, approvals=approvals)


def _settled(found: Sequence[Version]) -> tuple[Version, ...]:
    """Each version with its difference, and those before the last final one as superseded."""
    finals = [version.begins for version in found if version.status == FINAL]
    before, made = EMPTY, []
    for place, version in enumerate(found):
        status = version.status
        if status == FINAL and version.begins != finals[-1]:
            status = SUPERSEDED
        elif status == DRAFT and place + 1 < len(found):
            status = ABANDONED
        changes = difference(before, version.plan) if before is not EMPTY else {}
        made.append(replace(version, status=status, changes=changes))
        if version.status == FINAL:
            before = version.plan
    return tuple(made)


def _revision(row: Kept) -> Revision:
    reason = _text(row.sealed.get("reason"))
    return Revision(0, plan_of(row), row.actor_id, row.noted_at, reason, row.amends is not None, row.step)


def _approval(item: Kept, step: int) -> Approval:
    """An approval of the draft that was written at a step."""
    comment = _text(item.sealed.get("comment")) or _text(item.sealed.get("note"))
    return Approval(str(item.plain["party"]), str(item.plain["outcome"]), item.actor_id, item.at, comment, 0, step)


def _progressed(goal: Mapping[str, Any], told: Progress | None) -> dict[str, Any]:
    if told is None:
        return dict(goal)
    said = {"progress": told.progress, "progress_at": told.at, "value": told.value}
    return {**goal, **{name: value for name, value in said.items() if value}}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
