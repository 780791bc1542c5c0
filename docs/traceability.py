"""Writes docs/traceability.md from docs/requirements.json: `python docs/traceability.py`.

A place is `bpmn/<model>#<element>`, `dmn/<table>`, `forms/<form>#<field>` or `tests/<file>[::<test>]`.
"""

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
SOURCE, PAGE = ROOT / "docs/requirements.json", ROOT / "docs/traceability.md"
HEAD = """# Traceability

Every requirement of the care process and where it is found: in an element of a model, a table, a field of a form, or a test. \
**S** is stated by the field's sources, **D** is our decision. The page is written by `python docs/traceability.py` from \
`docs/requirements.json`; a test refuses a place that does not exist.

"""


class PlaceMissing(Exception):
    """A requirement names a place that does not exist."""


def requirements() -> dict[str, dict[str, Any]]:
    """By id: what it says, its mark, and either `met_by`, a list of places, or `open`, the reason why there is none yet."""
    found: dict[str, dict[str, Any]] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return found


def page() -> str:
    """The page as it must be."""
    return HEAD + "\n".join(_chapters(requirements())) + "\n"


def named(place: str) -> str:
    """A place as a reader sees it. Raises PlaceMissing."""
    kind, _, rest = place.partition("/")
    file, _, part = rest.partition("#")
    match kind:
        case "bpmn":
            return f"{_of(_elements(file), part, place)} (`{file}.bpmn` {part})"
        case "dmn":
            return f"{_of(_tables(), file, place)} (`{file}.dmn`)"
        case "forms":
            return f"{_of(_fields(file), part, place)} (form `{file}`, {part})"
        case "tests":
            return f"`{_test(place)}`"
    raise PlaceMissing(f"Expected bpmn, dmn, forms or tests, but found {place}")


def _chapters(wanted: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    met = sum("met_by" in item for item in wanted.values())
    yield f"{met} of {len(wanted)} requirements have their place; the others say what is missing.\n"
    yield "| id | requirement | mark | found in |\n|---|---|---|---|"
    for key, item in wanted.items():
        places = (
            " · ".join(named(place) for place in item["met_by"]) if "met_by" in item else f"**open:** {item['open']}"
        )
        yield f"| {key} | {item['says']} | {item['mark']} | {places} |"


def _of(names: Mapping[str, str], key: str, place: str) -> str:
    if key not in names:
        raise PlaceMissing(f"Expected {place} to exist")
    return names[key].replace("|", "/") or key


@cache
def _elements(model: str) -> Mapping[str, str]:
    path = ROOT / f"bpmn/{model}.bpmn"
    if not path.is_file():
        return {}
    return {node.get("id", ""): node.get("name", "") for node in etree.parse(path).iter(etree.Element)}


@cache
def _tables() -> Mapping[str, str]:
    roots = {path.stem: etree.parse(path).getroot() for path in (ROOT / "bpmn").glob("*.dmn")}
    return {key: root.get("name", "") or key for key, root in roots.items()}


@cache
def _fields(form: str) -> Mapping[str, str]:
    path = ROOT / f"forms/definitions/{form}.form.json"
    return dict(_keys(json.loads(path.read_text(encoding="utf-8")))) if path.is_file() else {}


def _keys(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    key = component.get("key") or component.get("path")
    if key:
        yield key, str(component.get("label") or component.get("dateLabel") or key)
    for inner in component.get("components", ()):
        yield from _keys(inner)


def _test(place: str) -> str:
    file, _, name = place.partition("::")
    path = ROOT / file
    if not path.is_file():
        raise PlaceMissing(f"Expected {place} to exist")
    if name and name not in {
        node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    }:
        raise PlaceMissing(f"Expected {place} to exist")
    return place


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
