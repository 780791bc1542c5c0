"""What a DMN file itself says of its decisions: requirements, rules with their ids, and the types of inputs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine import XmlRejected, local_name, parse_xml
from trial.modeltests.form import FileRefused

Root: TypeAlias = Any  # an lxml element: the library ships no types
NAMED = ("decision", "decisionService", "businessKnowledgeModel")
FOLLOWED = ("requiredDecision", "requiredKnowledge", "outputDecision", "encapsulatedDecision")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a table: the decision or business knowledge model it stands in, the key of the table as the engine names it,
    its number from 1, its id.
    """

    owner: str
    table: str
    number: int
    element: str


def read_file(model: str, source: bytes) -> Root:
    """The root of a DMN file. Raises FileRefused."""
    try:
        return parse_xml(source)
    except XmlRejected as error:
        raise FileRefused(f"{model}: {error}") from None


def imported(root: Root, beside: Iterable[tuple[str, bytes]]) -> list[tuple[Root, str]]:
    """The files beside a file that it imports by namespace; one that cannot be read is none of them."""
    wanted = {one.get("namespace") for one in root.iterfind("{*}import")}
    found = []
    for name, source in beside if wanted else ():
        try:
            other = parse_xml(source)
        except XmlRejected:
            continue
        if other.get("namespace") in wanted:
            found.append((other, name))
    return found


def chosen(root: Root, wanted: str | None, model: str) -> str:
    """The key of the decision or decision service that is meant: by id or name, or the only decision that no other
    requires. Raises FileRefused.
    """
    if wanted is not None:
        found = [key for key, one in _elements(root, NAMED[:2]).items() if wanted in {key, _name(one)}]
        if len(found) != 1:
            raise FileRefused(f"#/decision: Expected one decision '{wanted}' in {model}, but it has {len(found)}")
        return found[0]
    decisions = _elements(root, NAMED[:1])
    required = {key for one in decisions.values() for key in _followed(one)}
    tops = [key for key in decisions if key not in required]
    if len(tops) != 1:
        raise FileRefused(
            f"#/decision: Expected a decision by id or name, since {model} has {len(tops)} to choose from"
        )
    return tops[0]


def graph(root: Root, key: str) -> dict[str, Root]:
    """The element of that key and all it requires or calls within the file, by key."""
    elements = _elements(root, NAMED)
    found: dict[str, Root] = {}
    waiting = [key]
    while waiting:
        here = waiting.pop()
        if here in elements and here not in found:
            found[here] = elements[here]
            waiting += _followed(elements[here])
    return found


def decisions_of(parts: Mapping[str, Root]) -> tuple[str, ...]:
    """The keys of the decisions among these elements."""
    return tuple(key for key, one in parts.items() if local_name(one) == "decision")


def rules_of(parts: Mapping[str, Root]) -> tuple[Rule, ...]:
    """Every rule of the tables in these elements, however deep; one without an id is named by its table and number."""
    return tuple(
        Rule(owner, _nearest(table), number, rule.get("id") or f"{_nearest(table)}#{number}")
        for owner, one in parts.items()
        for table in one.iter("{*}decisionTable")
        for number, rule in enumerate(table.iterfind("{*}rule"), 1)
    )


def declared_types(root: Root, parts: Mapping[str, Root]) -> dict[str, str]:
    """The type of each name that the file's input data, or a column of a decision's own table, declares; without a prefix."""
    found = dict(_of_input_data(root))
    for key in decisions_of(parts):
        for column in parts[key].iterfind("{*}decisionTable/{*}input/{*}inputExpression"):
            name = (column.findtext("{*}text") or "").strip()
            if name and column.get("typeRef"):
                found.setdefault(name, _bare(column.get("typeRef")))
    return found


def words(root: Root) -> frozenset[str]:
    """Every text and name of the file: an input whose name stands in none of them is a slip."""
    texts = (element.text or "" for element in root.iter())
    names = (element.get("name") or "" for element in root.iter())
    return frozenset(text for text in (*texts, *names) if text.strip())


def _elements(root: Root, tags: tuple[str, ...]) -> dict[str, Root]:
    return {_key(one): one for one in root if local_name(one) in tags}


def _name(element: Root) -> str:
    return (element.get("name") or "").strip()


def _key(element: Root) -> str:
    """The id; a decision without one is known by its name."""
    return element.get("id") or _name(element)


def _nearest(element: Root) -> str:
    """The key of the element, or of the nearest one around it that has one."""
    while element is not None:
        key: str = _key(element) if local_name(element) in NAMED else element.get("id") or ""
        if key:
            return key
        element = element.getparent()
    return ""


def _followed(element: Root) -> list[str]:
    hrefs = (one.get("href") or "" for one in element.iter() if local_name(one) in FOLLOWED)
    return [href.rpartition("#")[2] for href in hrefs]


def _of_input_data(root: Root) -> Iterator[tuple[str, str]]:
    for element in root.iterfind("{*}inputData"):
        variable = element.find("{*}variable")
        if variable is not None and variable.get("typeRef"):
            yield (variable.get("name") or element.get("name") or "").strip(), _bare(variable.get("typeRef"))


def _bare(kind: str) -> str:
    return kind.rpartition(":")[2].strip()
