"""The library as it comes: what the engine puts into it (clock, ids, shared data, guards) is taken out for a while."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import SpiffWorkflow.bpmn.specs.event_definitions.timer as timer_module
import SpiffWorkflow.bpmn.specs.mixins.multiinstance_task as multiinstance_module
import SpiffWorkflow.bpmn.specs.mixins.unstructured_join as join_module
import SpiffWorkflow.task as task_module
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.deep_merge import DeepMerge

ITS_OWN: tuple[tuple[Any, str, Any], ...] = (
    (timer_module, "datetime", datetime),
    (task_module, "time", time),
    (task_module, "uuid4", uuid4),
    *((module, "DeepMerge", DeepMerge) for module in (task_module, join_module, multiinstance_module)),
)


@contextmanager
def untouched() -> Iterator[None]:
    """While this lasts, the library runs nothing of ours. For one thread; outside of what is timed, for it costs something itself."""
    entry = getattr(TaskSpec, "_update")  # noqa: B009  # the library's own name for it
    with ExitStack() as stack:
        for module, name, value in (*ITS_OWN, (TaskSpec, "_update", getattr(entry, "__wrapped__", entry))):
            stack.enter_context(patch.object(module, name, value))
        yield
