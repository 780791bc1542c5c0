"""The chart of a case as what is shown: names instead of ids of people, versions with their differences."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from api.instants import plain
from api.refusal import Refusal
from api.shown import Shown, named
from care import Contact, PlanFile, Version, duties_of, number_of

Names = Mapping[str, str]
__all__ = ["contact", "named", "plan", "with_history", "with_person"]


def plan(found: PlanFile, version: str | None, revision: int | None, names: Names) -> Shown:
    """One version of a plan, the current one unless another is named, and the heads of all. Raises Refusal for one that is not there."""
    chosen = found.current if version is None else _version(found, version)
    if chosen is None and (version is not None or revision is not None):
        raise Refusal("not-found")
    whole = None if chosen is None else _whole(found, chosen, revision, names)
    return {"plan": whole, "versions": [_head(item, names) for item in reversed(found.versions)]}


def contact(item: Contact, names: Names) -> Shown:
    return {
        **asdict(item),
        "id": str(item.step),
        "amends": None if item.amends is None else str(item.amends),
        "by": named(item.actor_id, names),
    }


def with_person(item: Any, names: Names) -> Shown:  # Any: a frozen dataclass with `by`
    """A record with the name of whoever wrote it."""
    return {**asdict(item), "by": named(item.by, names)}


def with_history(item: Any, names: Names) -> Shown:  # Any: a frozen dataclass with `history`
    """A closed loop with the names of those who moved it."""
    return {**asdict(item), "history": [with_person(entry, names) for entry in item.history]}


def _version(found: PlanFile, version: str) -> Version | None:
    number = number_of(version)
    return next((item for item in reversed(found.versions) if item.number == number), None)


def _whole(found: PlanFile, version: Version, revision: int | None, names: Names) -> Shown:
    if revision is not None and all(item.revision != revision for item in version.revisions):
        raise Refusal("not-found")
    said = found.shown(version, revision)
    return {
        **_head(version, names),
        **{name: plain(value) for name, value in said.head.items()},
        **{
            section: [plain(item) for item in said.sections[section]]
            for section in ("problems", "goals", "interventions")
        },
        "duties": duties_of(said),
        "approvals": [with_person(item, names) for item in version.approvals],
        "revisions": [
            {
                "revision": item.revision,
                "by": named(item.by, names),
                "at": item.at,
                "reason": item.reason,
                "addendum": item.is_addendum,
            }
            for item in version.revisions
        ],
    }


def _head(version: Version, names: Names) -> Shown:
    last = version.revisions[-1]
    return {
        "version": str(version.number),
        "status": version.status,
        "change": version.change,
        "reason": version.reason,
        "loop": version.loop,
        "by": named(last.by, names),
        "at": last.at,
        "final_at": version.final_at,
        "difference": plain(version.changes),
    }
