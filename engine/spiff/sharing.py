"""Data goes from token to token as it is: whatever runs in a case makes new values and never changes one in place.

The library copies every list and context at every task; then nothing is the same as before, and a blob holds each of them again.
"""

from copy import deepcopy
from typing import Any

import SpiffWorkflow.bpmn.specs.mixins.multiinstance_task as multiinstance_module
import SpiffWorkflow.bpmn.specs.mixins.unstructured_join as join_module
import SpiffWorkflow.task as task_module
from SpiffWorkflow.util.deep_merge import DeepMerge

NESTED = (dict, list)


class SharingMerge:
    """Stands in for the library's merge of token data: the same outcome, nothing nested copied or changed without need."""

    @staticmethod
    def merge(into: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        """Puts `data` into a mapping, which is also the answer; contexts and lists of one name are merged as the library does."""
        if not into:
            into.update(data)
            return into
        for name, value in data.items():
            held = into.get(name)
            differ = isinstance(held, NESTED) and type(held) is type(value) and held != value
            into[name] = _merged(held, value) if differ else value
        return into


def _merged(held: Any, value: Any) -> Any:
    return DeepMerge.merge({"": deepcopy(held)}, {"": deepcopy(value)})[""]


def install() -> None:
    """Puts the merge into the library; once per process."""
    for module in (task_module, join_module, multiinstance_module):
        module.DeepMerge = SharingMerge
