"""The blob of a case: live tokens only, specs outside, every value in our own codec, a version number in front.

The library's serializer interprets user data (a form value with the key `typename` makes a case unloadable), loses decimals and
dates and carries 38 KB of specs; so the few attributes of a task are written here.
"""

import threading
from collections.abc import Mapping
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.parking import is_parked
from engine.spiff.trees import CaseWorkflow, Subtree
from engine.values import pack, unpack

VERSION = 1
MAX_BLOB = 64_000_000
Data = Mapping[str, Any]


class _Zstd(threading.local):
    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=3).compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_zstd = _Zstd()


def encode(live: CaseWorkflow) -> bytes:
    """Bytes of a case; raises TypeError when a value cannot be kept."""
    subprocesses = {key: _tree(sub, live.get_task_from_id(key).data) for key, sub in live.subprocesses.items()}
    return bytes([VERSION]) + _zstd.pack(orjson.dumps({"top": _tree(live, {}), "subs": subprocesses}))


def decode(blob: bytes, spec: Any, subprocess_specs: dict[str, Any], script_engine: Any) -> CaseWorkflow:
    """The case as it was; `spec` and `subprocess_specs` are shared and never changed."""
    if blob[0] != VERSION:
        raise ValueError(f"Expected a case blob of version {VERSION}, but it is of version {blob[0]}")
    stored = orjson.loads(_zstd.unpack(blob[1:], max_output_size=MAX_BLOB))
    live = CaseWorkflow(spec, subprocess_specs, script_engine=script_engine, deserializing=True)
    _restore(live, stored["top"], live, {})
    _subprocesses(live, live, stored["subs"])
    return live


def _tree(workflow: Any, around: Data) -> dict[str, Any]:
    """`around` is the data of the task that the tree belongs to: what is the same there is not stored again."""
    return {
        "data": pack(workflow.data),
        "last": workflow.last_task.id if workflow.last_task is not None else None,
        "success": workflow.success,
        "completed": workflow.completed,
        "tasks": [_task(task, around) for task in _downwards(workflow)],
    }


def _downwards(workflow: Any) -> list[Any]:
    found, rest = [], [workflow.task_tree]
    while rest:
        task = rest.pop()
        found.append(task)
        rest.extend(reversed(task.children))
    return found


def _task(task: Any, around: Data) -> list[Any]:
    parent = task.parent
    data, gone = _difference(task.data, parent.data if parent is not None else around)
    return [
        task.id,
        parent.id if parent is not None else None,
        task.task_spec.name,
        task._state,
        task.triggered,
        task.last_state_change,
        _inner(task.internal_data),
        pack(data) if data else None,
        gone,
    ]


def _inner(internal: Data) -> Any:
    """What the library keeps on a task; the events an event gateway saw matter only inside one step."""
    return pack({key: value for key, value in internal.items() if key != "seen_events"}) or None if internal else None


def _difference(data: Data, before: Data) -> tuple[Data, list[str] | None]:
    """What is new and which names are gone; None for a task without data, which inherits nothing."""
    if not data:
        return {}, None
    new = {key: value for key, value in data.items() if key not in before or before[key] is not value}
    return new, [key for key in before if key not in data]


def _data(stored: Any, gone: list[str] | None, before: Data) -> dict[str, Any]:
    if gone is None:
        return {}
    inherited = {key: value for key, value in before.items() if key not in gone} if gone else dict(before)
    return {**inherited, **unpack(stored)} if stored else inherited


def _restore(workflow: Any, stored: dict[str, Any], top: CaseWorkflow, around: Data) -> None:
    for id_, parent, spec, state, triggered, changed, internal, data, gone in stored["tasks"]:
        above = workflow.tasks[parent] if parent is not None else None
        task = Task(workflow, workflow.spec.task_specs[spec], above, state=state, id=id_)
        task.triggered, task.last_state_change, task.internal_data = triggered, changed, unpack(internal or {})
        task.data = _data(data, gone, above.data if above is not None else around)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent) and not is_parked(task):
            top.event_manager.add_task(task)
    workflow.task_tree = workflow.tasks[stored["tasks"][0][0]]
    workflow.data, workflow.success, workflow.completed = unpack(stored["data"]), stored["success"], stored["completed"]
    workflow.last_task = workflow.tasks.get(stored["last"])


def _subprocesses(workflow: Any, top: CaseWorkflow, stored: dict[str, Any]) -> None:
    for task in list(workflow.tasks.values()):
        if not isinstance(task.task_spec, SubWorkflowTaskMixin) or task.id not in stored:
            continue
        spec = top.subprocess_specs[task.task_spec.spec]
        sub = Subtree(spec, task.id, top, deserializing=True)
        top.subprocesses[task.id] = sub
        _restore(sub, stored[task.id], top, task.data)
        sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        _subprocesses(sub, top, stored)
