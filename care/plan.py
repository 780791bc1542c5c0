"""The plan of care: its numbers, the ids of its parts across versions, and the difference between two of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from care.entry import rows
from care.packed import packed

Item = Mapping[str, Any]  # Any: JSON; `id` is always there
SECTIONS = ("problems", "goals", "interventions", "duties")
HEAD = ("summary", "client_motivation", "review_due", "self_care_actions", "after_episode_services")
_NAMING = {"problems": "text", "goals": "text", "interventions": "action", "duties": "text"}
_OF = {"goals": ("problem", "problems"), "interventions": ("goal", "goals")}
FIRST, MINOR, COMPLETE = "first", "minor", "complete"
CHANGES = {
    "minor_change": MINOR,
    "level_of_care_change": MINOR,
    "complete_change": COMPLETE,
    "status_change": COMPLETE,
    "goals_met": COMPLETE,
    "no_further_benefit": COMPLETE,
    "open_issues": MINOR,
    "continue": COMPLETE,
    "reassess": COMPLETE,
}
"""What the outcome of a loop does to the plan (care-process.md, section 3); the last three come from Post Transition and Evaluating."""
FINAL = "final"
LIKE_ENOUGH = 0.5


class Number(NamedTuple):
    """n.m of a version: n rises with a complete change, m with a minor one."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def next_number(last: Number | None, change: str) -> Number:
    """The number of the version after `last`; the first is 1.0, and whatever is not minor is complete."""
    if last is None:
        return Number(1, 0)
    return Number(last.major, last.minor + 1) if change == MINOR else Number(last.major + 1, 0)


def number_of(text: str) -> Number | None:
    """1.0 as a number; None for other text."""
    major, dot, minor = text.partition(".")
    parts = (major, minor)
    if dot and all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        return Number(int(major), int(minor))
    return None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a version says. `sections` hold their items in order; `used` is the highest number given out per section."""

    head: Mapping[str, Any]
    sections: Mapping[str, tuple[Item, ...]]
    used: Mapping[str, int]

    def item(self, section: str, text: str) -> Item | None:
        """The item that goes by a text, in whatever case."""
        wanted = folded(text)
        return next((item for item in self.sections[section] if folded(item.get(_NAMING[section])) == wanted), None)

    def beyond(self, other: "Plan") -> "Plan":
        """The same plan, whose next ids come after those of the other: an id is given out once in a case."""
        return Plan(self.head, self.sections, {name: max(n, other.used[name]) for name, n in self.used.items()})


EMPTY = Plan({}, dict.fromkeys(SECTIONS, ()), dict.fromkeys(SECTIONS, 0))


@dataclass(frozen=True, slots=True)
class Standing:
    """The plan as it stands: what was written last, under which number and revision, and the last number that was final."""

    plan: Plan = EMPTY
    number: Number | None = None
    revision: int = 0
    final: Number | None = None

    def after(self, change: str) -> tuple[Number, int]:
        """Number and revision of what is written next: a draft that never became final is written again."""
        number = next_number(self.final, change)
        return number, self.revision + 1 if number == self.number else 1


def written(before: Plan, answers: Mapping[str, Any]) -> Plan:
    """The plan that a form's answers make. Items that go on keep their ids: same words first, then the most alike."""
    head = {name: value for name in HEAD if (value := packed(answers.get(name))) not in (None, "")}
    sections: dict[str, tuple[Item, ...]] = {}
    used = dict(before.used)
    for section in SECTIONS:
        given = [_told(row) for row in rows(answers.get(section))]
        ids = _kept_ids(section, before.sections[section], given)
        made = []
        for place, item in enumerate(given):
            if place not in ids:
                used[section] += 1
            made.append({"id": ids.get(place) or f"{section[0]}{used[section]}", **item})
        sections[section] = tuple(made)
    return _linked(Plan(head, sections, used))


def extended(before: Plan, action: str) -> Plan:
    """The plan with one more service, as a minor change after a review asks for it."""
    used = {**before.used, "interventions": before.used["interventions"] + 1}
    item = {"id": f"i{used['interventions']}", "action": action, "kind": "service", "who": "cm", "status": "planned"}
    sections = {**before.sections, "interventions": (*before.sections["interventions"], item)}
    return Plan(before.head, sections, used)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    return {"head": dict(plan.head), "used": dict(plan.used), **{name: list(plan.sections[name]) for name in SECTIONS}}


def plan_from_json(data: Mapping[str, Any]) -> Plan:
    return Plan(data["head"], {name: tuple(data.get(name, ())) for name in SECTIONS}, {**EMPTY.used, **data["used"]})


def difference(old: Plan, new: Plan) -> dict[str, Any]:
    """What changed, by id: per section `added` items, ids `removed`, fields `changed` (from, to), and the `order` of ids if
    it is another. Empty when nothing did.
    """
    found: dict[str, Any] = {}
    if head := _fields(old.head, new.head):
        found["head"] = head
    for section in SECTIONS:
        if told := _section(old.sections[section], new.sections[section]):
            found[section] = told
    return found


def changed(old: Plan, told: Mapping[str, Any]) -> Plan:
    """The old plan with a difference applied to it; `used` stays as it is."""
    sections = {name: _applied(old.sections[name], told.get(name, {})) for name in SECTIONS}
    return Plan(_with(old.head, told.get("head", {})), sections, old.used)


def folded(text: object) -> str:
    """Text as it is compared: without case and spare spaces."""
    return " ".join(text.casefold().split()) if isinstance(text, str) else ""


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in packed(row).items() if value not in (None, "", []) and name not in {"id", "of"}
    }


def _kept_ids(section: str, before: Sequence[Item], given: Sequence[Item]) -> dict[int, str]:
    """Place in the new list -> id of the item that goes on there."""
    name = _NAMING[section]
    pairs = sorted(
        (-likeness, abs(old - new), old, new)
        for old, item in enumerate(before)
        for new, row in enumerate(given)
        if (likeness := _likeness(item.get(name), row.get(name))) >= LIKE_ENOUGH
    )
    found: dict[int, str] = {}
    taken: set[int] = set()
    for _, _, old, new in pairs:
        if old not in taken and new not in found:
            taken.add(old)
            found[new] = before[old]["id"]
    return found


def _likeness(one: object, other: object) -> float:
    """2 for the same text, else the share of words in common."""
    left, right = folded(one), folded(other)
    if left == right:
        return 2.0 if left else 0.0
    mine, theirs = set(left.split()), set(right.split())
    return len(mine & theirs) / len(mine | theirs)


def _linked(plan: Plan) -> Plan:
    """Goals with the id of their problem, interventions with that of their goal, as `of`."""
    sections = dict(plan.sections)
    for section, (name, others) in _OF.items():
        around = Plan(plan.head, sections, plan.used)
        sections[section] = tuple(
            {**item, "of": found["id"]} if (found := around.item(others, item.get(name, ""))) is not None else item
            for item in sections[section]
        )
    return Plan(plan.head, sections, plan.used)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"from": old.get(name), "to": new.get(name)}
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    }


def _section(old: Sequence[Item], new: Sequence[Item]) -> dict[str, Any]:
    mine, theirs = _by_id(old), _by_id(new)
    told: dict[str, Any] = {
        "added": [dict(item) for item in new if item["id"] not in mine],
        "removed": [item["id"] for item in old if item["id"] not in theirs],
        "changed": [
            {"id": key, "fields": fields}
            for key, item in theirs.items()
            if key in mine and (fields := _fields(mine[key], item))
        ],
    }
    order = [item["id"] for item in new]
    if order != [key for key in mine if key in theirs] + [item["id"] for item in told["added"]]:
        told["order"] = order
    return {name: value for name, value in told.items() if value}


def _applied(old: Sequence[Item], told: Mapping[str, Any]) -> tuple[Item, ...]:
    fields = {item["id"]: item["fields"] for item in told.get("changed", ())}
    gone = set(told.get("removed", ()))
    kept = [_with(item, fields.get(item["id"], {})) for item in old if item["id"] not in gone]
    found = _by_id([*kept, *told.get("added", ())])
    return tuple(found[key] for key in told.get("order", found))


def _with(values: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    after = {**values, **{name: change["to"] for name, change in fields.items()}}
    return {name: value for name, value in after.items() if value is not None}


def _by_id(items: Iterable[Item]) -> dict[str, Item]:
    return {item["id"]: item for item in items}
