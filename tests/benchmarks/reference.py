"""The named reference: the plain SpiffWorkflow way on the same database settings with the same data.

Per step only SELECT, deserialize_json, run, serialize_json, UPDATE, COMMIT; no inbox, deadline, timer or log rows.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "cache_size=-32000")  # as ours
DIAGRAM = Path(__file__).parent / "workload" / "reference.bpmn"


class _Services(TaskDataEnvironment):
    """Service tasks that do nothing: the reference has no customer store to write."""

    def call_service(self, context: dict[str, Any], **_: Any) -> str:
        return "{}"


class Reference:
    """A store of plain SpiffWorkflow cases."""

    def __init__(self, file: Path) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_file(str(DIAGRAM))
        self.spec = parser.get_spec("create_customer")
        self.subs = parser.get_subprocess_specs("create_customer")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
        self.scripts = PythonScriptEngine(environment=_Services())
        self.db = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("CREATE TABLE IF NOT EXISTS instance (id INTEGER PRIMARY KEY, state TEXT)")

    def start(self, data: dict[str, Any]) -> int:
        workflow = BpmnWorkflow(self.spec, self.subs, script_engine=self.scripts)
        workflow.task_tree.data.update(data)
        workflow.do_engine_steps()
        self.db.execute("BEGIN IMMEDIATE")
        state = self.serializer.serialize_json(workflow)
        case = self.db.execute("INSERT INTO instance (state) VALUES (?)", (state,)).lastrowid
        self.db.execute("COMMIT")
        assert case is not None
        return case

    def complete(self, case: int, node: str, data: dict[str, Any]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        (state,) = self.db.execute("SELECT state FROM instance WHERE id = ?", (case,)).fetchone()
        workflow = self.serializer.deserialize_json(state)
        workflow.script_engine = self.scripts
        task = next(t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.name == node)
        task.data.update(data)
        task.run()
        workflow.do_engine_steps()
        self.db.execute("UPDATE instance SET state = ? WHERE id = ?", (self.serializer.serialize_json(workflow), case))
        self.db.execute("COMMIT")

    def close(self) -> None:
        self.db.close()
