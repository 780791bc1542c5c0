"""Input and output mappings: what an activity sees under names of its own, and what of its work the token takes along.

Inputs are there from entry to exit and hide what had their names. With outputs the token leaves with what it brought and these;
without any it leaves with all that the activity wrote, and what the inputs hid is back.
"""

from collections.abc import Mapping
from typing import Any

from engine.spiff import parking
from engine.spiff.elements import Assignment, Mappings
from engine.spiff.environment import keepable


class Mapped:
    """An activity whose specs carry `mappings`, None where the model has none."""

    bpmn_id: str | None
    mappings: Mappings | None = None

    def _update_hook(self, my_task: Any) -> Any:  # Any: a library task
        ready = super()._update_hook(my_task)  # type: ignore[misc]  # the library's
        if ready and self.mappings is not None:
            enter(my_task, self.mappings)
        return ready

    def _on_complete(self, my_task: Any) -> None:
        if self.mappings is None or left(my_task, self.mappings):
            super()._on_complete(my_task)  # type: ignore[misc]  # the library's


class MappedWait(Mapped):
    """One that waits for an event: its inputs are settled when the token arrives, however often it is looked at."""

    def _update_hook(self, my_task: Any) -> Any:
        ready = super(Mapped, self)._update_hook(my_task)  # type: ignore[misc]  # the library's
        if self.mappings is not None:
            held = my_task.internal_data.get(parking.INPUTS)
            if held is None:
                before = dict(my_task.data)
                enter(my_task, self.mappings)
                new = {name: value for name, value in my_task.data.items() if before.get(name, before) is not value}
                my_task.internal_data[parking.INPUTS] = new
            else:
                my_task.data.update(held)
        return ready


def enter(my_task: Any, mappings: Mappings) -> None:
    """Each input sees the token and the inputs before it."""
    for item in mappings.inputs:
        _assign(my_task.data, item, my_task, my_task.data)


def left(my_task: Any, mappings: Mappings) -> bool:
    """Whether the activity could be left; its token is parked where an output fails, its work done."""
    if my_task.internal_data.pop(parking.PASSED, False):
        return True
    try:
        my_task.data = _leaving(my_task, mappings)
    except parking.FAILURES as error:
        parking.park(my_task, parking.LEAVING, parking.told(my_task, error))
        return False
    return True


def _leaving(my_task: Any, mappings: Mappings) -> dict[str, Any]:
    brought = my_task.parent.data
    if not mappings.outputs:
        own = {item.target.split(".")[0] for item in mappings.inputs}
        kept = {name: value for name, value in my_task.data.items() if name not in own}
        return kept | {name: brought[name] for name in own if name in brought}
    seen, taken = dict(my_task.data), dict(brought)
    for item in mappings.outputs:
        _assign(taken, item, my_task, seen)
        seen[item.target.split(".")[0]] = taken[item.target.split(".")[0]]
    return taken


def _assign(data: dict[str, Any], item: Assignment, my_task: Any, seen: Mapping[str, Any]) -> None:
    environment = my_task.workflow.script_engine.environment
    environment.place = my_task.task_spec.bpmn_id
    value = keepable(environment.value(item.source, seen))
    first, *rest = item.target.split(".")
    data[first] = _put(data.get(first), rest, value)


def _put(held: Any, path: list[str], value: Any) -> Any:
    """A new context with the value at a path, and all else that was there."""
    if not path:
        return value
    first, *rest = path
    around = held if isinstance(held, dict) else {}
    return {**around, first: _put(around.get(first), rest, value)}


def connect_mappings(spec: Any, found: Mapping[tuple[str, str], Mappings | None]) -> None:  # Any: a library graph
    """Gives each activity of a process its mappings, once, when the release is compiled; a loop's instances have them."""
    for task_spec in spec.task_specs.values():  # Any: library specs
        if isinstance(task_spec, Mapped):
            task_spec.mappings = found.get((spec.name, task_spec.bpmn_id or ""))
