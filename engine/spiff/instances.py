"""Multi-instance activities: each run collects into a new list, nothing leaks between instances, and their number is bounded."""

from typing import Any

from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.defaults import ParallelMultiInstanceTask, SequentialMultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, MultiInstanceTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed
from engine.spiff.environment import COLLECTION, MOST_INSTANCES, keepable


class Collection(TaskDataReference):  # type: ignore[misc]  # the library has no types
    """The list of a multi-instance as FEEL: read once, when its token arrives, and the same for all its instances."""

    def settle(self, my_task: Any) -> Any:  # Any: a library task
        environment = my_task.workflow.script_engine.environment
        found = keepable(environment.value(self.bpmn_id.removeprefix(COLLECTION), my_task.parent.data))
        my_task.internal_data[COLLECTION] = found
        return found

    def get(self, my_task: Any) -> Any:
        return my_task.internal_data[COLLECTION]

    def exists(self, my_task: Any) -> bool:
        return COLLECTION in my_task.internal_data


class _Instances(MultiInstanceTask):  # type: ignore[misc]  # the library has no types
    """Multi-instance: each run collects into a new list, and an instance's own data stays with the instance."""

    def _items(self, my_task: Any) -> Any:
        if isinstance(self.data_input, Collection):
            return self.data_input.settle(my_task)
        return my_task.parent.data.get(self.data_input.bpmn_id) if self.data_input is not None else []

    def _update_hook(self, my_task: Any) -> Any:  # Any: a library task
        if my_task.has_state(TaskState.PREDICTED_MASK):  # behind a boundary event the library makes no instances of it
            my_task._set_state(TaskState.FUTURE)
        items = self._items(my_task)
        if not isinstance(items, list | dict):
            raise StepFailed(self.bpmn_id, "its collection is not a list", "not-a-list")
        if len(items) > MOST_INSTANCES:
            raise StepFailed(self.bpmn_id, f"it has more than {MOST_INSTANCES} instances", "loop-count")
        try:
            return super()._update_hook(my_task)
        except StepFailed:
            my_task._drop_children(force=True)  # none of them is worked on while the loop is parked
            raise

    def init_data_output_with_input_data(self, my_task: Any, input_data: Any) -> None:  # library's signature
        self.data_output.set(my_task, [])

    def init_data_output_with_cardinality(self, my_task: Any) -> None:
        self.data_output.set(my_task, [])

    def merge_child(self, workflow: Any, child: Any) -> None:  # library's signature
        my_task = child.parent
        if self.data_output is not None and self.output_item is not None:
            item = child.data.get(self.output_item.bpmn_id)
            self.data_output.set(my_task, [*self.data_output.get(my_task), item])
        my_task.internal_data["merged"] = [*my_task.internal_data["merged"], str(child.id)]

    def create_child(self, my_task: Any, item: Any, key_or_index: Any = None) -> None:
        for local in (self.input_item, self.output_item):
            if local is not None:
                my_task.data.pop(local.bpmn_id, None)
        my_task.workflow.script_engine.environment.begin_instance(self.bpmn_id)
        super().create_child(my_task, item, key_or_index)


class ParallelInstances(ParallelMultiInstanceTask, _Instances):  # type: ignore[misc]  # the library has no types
    pass


class SequentialInstances(SequentialMultiInstanceTask, _Instances):  # type: ignore[misc]  # the library has no types
    def add_next_child(self, my_task: Any) -> None:
        """An item that is null counts too."""
        by_item = self.data_input is not None
        key, item = self.get_next_input_item(my_task) if by_item else self.get_next_index(my_task)
        if key is not None or item is not None:
            self.create_child(my_task, item, key)


def connect_loops(spec: Any) -> None:  # Any: a library graph
    """Tells each loop when one of its instances is done, once, when the release is compiled.

    The library does so when it creates an instance: in a process that loaded the case later, nobody would tell the loop.
    """
    for task_spec in spec.task_specs.values():
        given = getattr(task_spec, "data_input", None)
        if given is not None and given.bpmn_id.startswith(COLLECTION):
            task_spec.data_input = Collection(given.bpmn_id)
        if isinstance(task_spec, LoopTask):
            done = spec.task_specs[task_spec.task_spec].completed_event
            if not done.is_connected(task_spec.merge_child):
                done.connect(task_spec.merge_child)
