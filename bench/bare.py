"""The floor: SpiffWorkflow as it comes, its own serializer, one JSON row in SQLite."""

import sqlite3
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from bench.models import Model


class Bare:
    """No rows for tasks, timers or history, no receipts, no audit, no encryption: what the library costs by itself. Run it within `untouched`."""

    def __init__(self, path: Path, model: Model, synchronous: str = "FULL") -> None:
        self.rows = sqlite3.connect(path, isolation_level=None)
        self.rows.execute("PRAGMA journal_mode=WAL")
        self.rows.execute(f"PRAGMA synchronous={synchronous}")
        self.rows.execute("CREATE TABLE cases (id TEXT PRIMARY KEY, state TEXT)")
        parser = SpiffBpmnParser()
        for source in model.sources(True):
            parser.add_bpmn_str(source)
        self.spec, self.subprocesses = parser.get_spec("P"), parser.get_subprocess_specs("P")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))

    def start(self) -> str:
        case = uuid.uuid4().hex
        flow = BpmnWorkflow(self.spec, self.subprocesses)
        flow.do_engine_steps()
        self.rows.execute("INSERT INTO cases VALUES (?, ?)", (case, self.serializer.serialize_json(flow)))
        return case

    def complete(self, case: str, values: Mapping[str, Any]) -> None:
        self.rows.execute("BEGIN IMMEDIATE")
        (state,) = self.rows.execute("SELECT state FROM cases WHERE id = ?", (case,)).fetchone()
        flow = self.serializer.deserialize_json(state)
        task = next(each for each in flow.get_tasks(state=TaskState.READY, manual=True))
        task.data[task.task_spec.name] = dict(values)
        task.run()
        flow.do_engine_steps()
        self.rows.execute("UPDATE cases SET state = ? WHERE id = ?", (self.serializer.serialize_json(flow), case))
        self.rows.execute("COMMIT")

    def size(self, case: str) -> int:
        (size,) = self.rows.execute("SELECT length(state) FROM cases WHERE id = ?", (case,)).fetchone()
        return int(size)
