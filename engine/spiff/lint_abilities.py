"""Lint against the program that deploys: operations that it does not know, and scripts that it does not run. Never asked again later."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from engine.model import Problem
from engine.ports import Abilities
from engine.spiff.elements import NINEFOLD, bpmn
from engine.spiff.environment import SET_FACT
from engine.spiff.lint_rules import Finding, limited, problem
from engine.spiff.normalise import PYTHON, language_of
from engine.xml import Root

_OPERATION = f"{{{NINEFOLD}}}operation"
_SUGGESTED = 20
_OFF = (
    "Python scripts are switched off; write the script in FEEL, or install the extra [scripting] and set "
    "NINEFOLD_SCRIPTING=monty"
)


def lint_abilities(roots: Mapping[str, Root], files: Mapping[str, str], abilities: Abilities) -> list[Problem]:
    found = []
    for key, root in roots.items():
        found += [problem(files[key], item) for item in [*_scripts(root, abilities), *_operations(root, abilities)]]
    return limited(found)


def _scripts(root: Root, abilities: Abilities) -> Iterator[Finding]:
    for task in root.iter(bpmn("scriptTask")):
        if language_of(task) != PYTHON:
            continue
        if abilities.scripting is None:
            yield Finding(task, "script-language", _OFF)
        elif (wrong := abilities.scripting.problem(task.findtext(bpmn("script")) or "")) is not None:
            yield Finding(task, "script-unread", wrong)


def _operations(root: Root, abilities: Abilities) -> Iterator[Finding]:
    if abilities.operations is None:
        return
    known, left = sorted({SET_FACT, *abilities.operations}), _SUGGESTED
    for task in root.iter(bpmn("serviceTask"), bpmn("sendTask")):
        name = task.get(_OPERATION)
        if not name or name in known:
            continue
        left -= 1
        near = get_close_matches(name[:80], known, 1, 0.8) if left >= 0 else []
        cure = f"did you mean '{near[0]}'?" if near else "its calls would wait in the outbox until something makes them"
        yield Finding(task, "operation-unknown", f"Nothing here makes the operation '{name[:80]}'; {cure}")
