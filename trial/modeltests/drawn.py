"""What a DMN file itself says of its decisions: requirements, rules with their ids, and the types of inputs."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from engine import XmlRejected, parse_xml
from trial.modeltests.form import FileRefused

Root: TypeAlias = Any  # an lxml element: the library ships no types
Rule: TypeAlias = tuple[str, int, str]
"""Decision, number from 1, element id."""


def read_file(model: str, source: bytes) -> Root:
    """The root of a DMN file. Raises FileRefused."""
    try:
        return parse_xml(source)
    except XmlRejected as error:
        raise FileRefused(f"{model}: {error}") from None


def chosen(root: Root, wanted: str | None, model: str) -> str:
    """The id of the decision that is meant: by id or name, or the only one that no other requires. Raises FileRefused."""
    decisions = {one.get("id") or "": (one.get("name") or "").strip() for one in root.iterfind("{*}decision")}
    if wanted is not None:
        found = [key for key, name in decisions.items() if wanted in {key, name}]
        if len(found) != 1:
            raise FileRefused(f"#/decision: Expected one decision '{wanted}' in {model}, but it has {len(found)}")
        return found[0]
    required = {key for one in root.iterfind("{*}decision") for key in _required(one)}
    tops = [key for key in decisions if key not in required]
    if len(tops) != 1:
        raise FileRefused(
            f"#/decision: Expected a decision by id or name, since {model} has {len(tops)} to choose from"
        )
    return tops[0]


def graph(root: Root, decision: str) -> tuple[Root, ...]:
    """The elements of a decision and of all it requires within the file."""
    elements = {one.get("id"): one for one in root.iterfind("{*}decision")}
    found: dict[str, Root] = {}
    waiting = [decision]
    while waiting:
        key = waiting.pop()
        if key in elements and key not in found:
            found[key] = elements[key]
            waiting += _required(elements[key])
    return tuple(found.values())


def rules(decisions: tuple[Root, ...]) -> tuple[Rule, ...]:
    """Every rule of these decisions' tables; one without an id is named by its decision and number."""
    return tuple(
        (one.get("id") or "", number, rule.get("id") or f"{one.get('id')}#{number}")
        for one in decisions
        for number, rule in enumerate(one.iterfind("{*}decisionTable/{*}rule"), 1)
    )


def declared_types(root: Root, decisions: tuple[Root, ...]) -> dict[str, str]:
    """The type of each name that the file's input data or a column of these decisions declares, without a prefix."""
    found = dict(_of_input_data(root))
    for one in decisions:
        for column in one.iterfind("{*}decisionTable/{*}input/{*}inputExpression"):
            name = (column.findtext("{*}text") or "").strip()
            if name and column.get("typeRef"):
                found.setdefault(name, _bare(column.get("typeRef")))
    return found


def words(root: Root) -> frozenset[str]:
    """Every text and name of the file: an input whose name stands in none of them is a slip."""
    texts = (element.text or "" for element in root.iter())
    names = (element.get("name") or "" for element in root.iter())
    return frozenset(text for text in (*texts, *names) if text.strip())


def _required(decision: Root) -> list[str]:
    hrefs = (one.get("href") or "" for one in decision.iterfind("{*}informationRequirement/{*}requiredDecision"))
    return [href.rpartition("#")[2] for href in hrefs]


def _of_input_data(root: Root) -> Iterator[tuple[str, str]]:
    for element in root.iterfind("{*}inputData"):
        variable = element.find("{*}variable")
        if variable is not None and variable.get("typeRef"):
            yield (variable.get("name") or element.get("name") or "").strip(), _bare(variable.get("typeRef"))


def _bare(kind: str) -> str:
    return kind.rpartition(":")[2].strip()
