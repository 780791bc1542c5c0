"""Ends a case before its model does, and begins an ended one again from an element."""

from dataclasses import replace
from typing import Any

from engine.model import Advance, Values
from engine.places import Place
from engine.spiff import starts
from engine.spiff.move import put, require_enterable, way_to
from engine.spiff.observe import LIVE, all_tasks
from engine.spiff.step import Step
from engine.spiff.tokens import end, resolve

DATA_OBJECTS = "data_objects"


def cancel(step: Step, outcome: str) -> Advance:
    """Takes all tokens away. What they knew stays in the case's last data, for a restart."""

    def do(live: Any) -> None:  # Any: a library workflow
        for task in sorted((task for task in all_tasks(live) if task._state & LIVE), key=_changed):
            live.data.update(task.data)
        end(live, live)

    advance = step.run(None, do, "CaseCancelled", "", {})
    return replace(advance, outcome=outcome, ending="cancelled", noted={"outcome": outcome})


def restart(step: Step, target: Place, values: Values) -> Advance:
    """Begins an ended case at an element, with the values it ended with and `values`; its ending is taken back."""
    step.load()
    there = resolve(step.case, step.release, target)
    require_enterable(step, there)

    def do(live: Any) -> None:  # Any: a library workflow
        _forget_outcome(step)
        live.completed, live.success = False, True
        live.task_tree._drop_children(force=True)
        live.last_task = live.task_tree
        data = {name: value for name, value in live.data.items() if name != DATA_OBJECTS}
        for mark in (starts.OVER, starts.HELD):
            live.task_tree.internal_data.pop(mark, None)
        starts.arm(live, {**data, **values})
        way = way_to(live.spec, live, there[0])
        assert way is not None  # noqa: S101  # `resolve` finds only what the case's process leads to
        put(step, live, live, live.task_tree, way, there, {**data, **values})

    step.process = there[1].process
    advance = step.run(None, do, "CaseRestarted", there[1].id, values)
    return advance if advance.completed else replace(advance, outcome=None)


def _forget_outcome(step: Step) -> None:
    name = step.release.processes[step.case.process].outcome
    if name is not None:
        step.environment.facts.pop(name, None)
        step.environment.known.pop(name, None)


def _changed(task: Any) -> float:
    return float(task.last_state_change)
