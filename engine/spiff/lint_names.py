"""Names that an expression reads and nothing in the release gives, where a name close to it is given: most likely a slip.

It is careful: a name that any element of any model may give is given everywhere, and a name like no other is left alone, since who
starts a case or sends a message may bring it.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from engine.model import Problem
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.environment import SET_FACT
from engine.spiff.lint_expressions import expression_texts
from engine.spiff.lint_rules import Finding, limited, problem
from engine.spiff.normalise import PYTHON, language_of
from engine.spiff.timing import is_bare
from engine.xml import Root
from feel import FeelError, compile_expression

CLOSE = 0.8
_SHORTEST, _MOST = 4, 200
_WORDS = re.compile(r"[^\W\d]\w*")
_GIVING = {f"{{{NINEFOLD}}}{name}" for name in ("result", "fact", "answer", "decision", "grade", "outcome", "form")}
_MAPPED = (f"{{{NINEFOLD}}}input", f"{{{NINEFOLD}}}output")
_ITEMS = tuple(map(bpmn, ("inputDataItem", "outputDataItem")))
_NAMED = tuple(map(bpmn, ("message", "signal", "error", "escalation")))


def unknown_names(roots: Mapping[str, Root], files: Mapping[str, str], outside: frozenset[str]) -> list[Problem]:
    """`outside` are the names that forms, the program and the houses above give."""
    given = set(outside).union(*(_given(root) for root in roots.values()))
    found, left = [], _MOST
    for key, root in roots.items():
        for element, text in expression_texts(root):
            for name in sorted(_read(text) - given):
                left -= 1
                near = get_close_matches(name, given, 1, CLOSE) if left >= 0 and len(name) >= _SHORTEST else []
                if near:
                    sentence = f"Nothing in the release gives '{name[:80]}'; did you mean '{near[0]}'?"
                    found.append(problem(files[key], Finding(element, "name-unknown", sentence)))
    return limited(found)


def _read(text: str) -> set[str]:
    try:
        return set() if is_bare(text) else {name for name in compile_expression(text).names if _WORDS.fullmatch(name)}
    except FeelError:  # another rule tells it
        return set()


def _given(root: Root) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        yield from (text for key, text in element.attrib.items() if key in _GIVING)
        if element.tag in _ITEMS:
            yield element.get("id") or ""
        elif element.tag in _NAMED:
            yield element.get("name") or ""
        elif element.tag == bpmn("loopDataOutputRef"):
            yield (element.text or "").strip()
        elif element.tag in _MAPPED:
            yield (element.get("target") or "").split(".")[0]
        elif element.tag == bpmn("scriptTask"):
            yield from _written(element)
        elif element.get(f"{{{NINEFOLD}}}operation") == SET_FACT:
            yield from _WORDS.findall(element.get(f"{{{NINEFOLD}}}parameters") or "")


def _written(task: Root) -> Iterator[str]:
    """What a script may set: the keys of its contexts; any word of one in Python."""
    text = task.findtext(bpmn("script")) or ""
    if language_of(task) == PYTHON:
        yield from _WORDS.findall(text)
    else:
        yield from re.findall(r"([^\W\d]\w*)\"?\s*:", text)
