"""Data goes from token to token as it is: whatever runs in a case makes new values and never changes one in place.

The library copies every list and context at every task; then nothing is the same as before, and a blob holds each of them again.
"""

from typing import Any

import SpiffWorkflow.bpmn.specs.mixins.multiinstance_task as multiinstance_module
import SpiffWorkflow.bpmn.specs.mixins.unstructured_join as join_module
import SpiffWorkflow.task as task_module


class SharingMerge:
    """Stands in for the library's merge of token data: nothing nested copied or changed without need."""

    @staticmethod
    def merge(into: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        """Puts `data` into a mapping, which is also the answer. Two contexts of one name are merged; else the new value stands.

        The library also mixes two lists, by place and without what is double: it loses items, and fails on a null in them.
        """
        if not into:
            into.update(data)
            return into
        for name, value in data.items():
            held = into.get(name)
            if isinstance(held, dict) and isinstance(value, dict) and held != value:
                into[name] = SharingMerge.merge(dict(held), value)
            else:
                into[name] = value
        return into


def install() -> None:
    """Puts the merge into the library; once per process."""
    for module in (task_module, join_module, multiinstance_module):
        module.DeepMerge = SharingMerge
