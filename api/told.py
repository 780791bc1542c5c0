"""History in words: which element, who, and why a task is on a list."""

from collections.abc import Mapping

from api.shown import Shown, named
from engine import Event

Names = Mapping[tuple[str, str], str]
SENTENCES = {
    "CaseStarted": "The case was started by {who}",
    "TaskCompleted": "{name} was completed by {who}",
    "TimerFired": "The time of {name} has come",
    "MessageReceived": "The message {name} arrived",
    "OperationAnswered": "{name} was answered",
    "OperationFailed": "{name} was answered with an error",
    "StageEntered": "The case entered {name}",
    "Decided": "{name} was decided",
    "CallResent": "A call of {name} was sent again by {who}",
    "CallDiscarded": "A call of {name} was given up by {who}",
    "GradeChanged": "The risk category changed",
}


def name_of(event: Event, names: Names) -> str:
    """The element's name on the diagram, its id without one."""
    found = names.get((event.process, event.element)) or next(
        (name for (_, element), name in names.items() if element == event.element and name), ""
    )
    return found or event.element.replace("_", " ")


def step_shown(event: Event, names: Names, people: Mapping[str, str]) -> Shown:
    """An item of the timeline."""
    stage = event.facts.get("to", event.facts.get("stage")) if event.kind in {"StageEntered", "CaseEnded"} else None
    return {
        "step": event.step,
        "at": event.at,
        "kind": event.kind,
        "element": event.element or None,
        "name": name_of(event, names) or None,
        "phase": stage,
        "actor": named(event.actor, people),
        "facts": {
            name: value for name, value in event.facts.items() if name != "answers"
        },  # for measures, not for pages
    }


def reasons(events: list[Event], names: Names, people: Mapping[str, str]) -> list[Shown]:
    """Why a task is there: what happened in the step that opened it."""
    return [
        {
            "kind": event.kind,
            "text": SENTENCES[event.kind].format(name=name_of(event, names), who=people.get(event.actor, event.actor)),
            "at": event.at,
            "element": event.element or None,
        }
        for event in events
        if event.kind in SENTENCES
    ]
