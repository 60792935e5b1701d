"""One step of one case: load and lock, move the tokens, make the waits equal to them, save — in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine import cases, statements, waits
from engine.cases import CaseRow, Versions
from engine.definitions import Definition
from engine.errors import NotFound, NotPossible
from engine.forms import stored
from engine.history import Chain
from engine.kept_runs import Kept
from engine.operations import Order
from engine.people import People
from engine.policy_tables import PolicyVersion
from engine.snapshots import Snapshot
from engine.spiff import Node, Run, Scope, Wait
from engine.store import dumps
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine


class Step:
    """A case between loading and saving; leaving it unsaved changes nothing.

    Once saved it may go on within the transaction with the jobs it has opened (`jobs.follow`), and is saved again.
    """

    def __init__(self, engine: Engine, tx: Tx, case: CaseRow, versions: Versions | None, actor: int | None) -> None:
        self.engine, self.tx, self.case, self.actor_id = engine, tx, case, actor
        self.now: datetime = engine.clock.now()
        self.snapshot: Snapshot = engine.snapshots.at(tx, versions)
        self.chain = Chain(case.id, case.event_count, case.event_head, self.now)
        self.stamped = self.chain.recorded
        self.form_before: Mapping[str, Any] = dict(case.form) if versions else {}  # empty for a case that starts
        self._run: Run | None = None
        self._settled = False  # whether the rows are equal to what the tokens wait for
        self.waits_before: Mapping[str, Wait] = {}
        self.scopes_before: Mapping[str, Scope] = {}
        self.finished: str | None = None  # address of the item or job this step itself has dealt with
        self.jobs: list[str] = []  # ids of the jobs this step has opened
        self.known_due: tuple[str, str] | None = None  # deadline and due of the item just finished
        self.ordered = False  # whether it has asked something of another case

    @classmethod
    def of(cls, engine: Engine, tx: Tx, case_id: int, actor: int | None = None) -> Step:
        case, versions = cases.load(tx, case_id)
        return cls(engine, tx, case, versions, actor)

    @property
    def people(self) -> People:
        return self.snapshot.people

    @cached_property
    def definition(self) -> Definition:
        """The version the case was started with; read when first asked for, so that a case whose diagram can no
        longer be read can still be noted, suspended and voided.
        """
        return self.engine.definitions.get(self.tx, self.case.definition_id)

    @cached_property
    def policy(self) -> PolicyVersion:
        """The policy in force now: what is received now is governed by it."""
        return self.snapshot.policy(self.definition.model.extensions.get("policy", "SD-010"), self.now)

    @property
    def run(self) -> Run:
        """The tokens, loaded when first asked for; whoever asks for them may move them."""
        self._settled = False
        if self._run is None:
            self._run = self._resume()
        return self._run

    def _resume(self) -> Run:
        model = self.definition.model
        kept = self.engine.kept_runs.take(self.case.id, self.case.state, model)
        if kept is None:
            run = Run.load(model, self.case.state)
            waits, scopes = run.survey()
            self.waits_before = {wait.task: wait for wait in waits}
            self.scopes_before = {scope.task: scope for scope in scopes}
            return run
        self.waits_before, self.scopes_before = kept.waits, kept.scopes
        return kept.run

    def keep(self) -> None:
        """Spare the next step of this case restoring it; to be said only when this one is committed."""
        if self._run is not None and self.case.status == cases.OPEN:
            kept = Kept(self.case.state, self._run, self.waits_before, self.scopes_before)
            self.engine.kept_runs.keep(self.case.id, kept)

    def begin(self, run: Run) -> None:
        """Take over the run of a case that starts: the tables hold nothing yet of what it waits for."""
        self._run = run

    def node(self, node_id: str) -> Node:
        return self.definition.model.nodes[node_id]

    def wait(self, wait_id: str, kind: str) -> Wait:
        """The open wait behind a row.

        Raises NotFound when the case no longer waits there (the row was lost: a defect worth an incident).
        """
        run = self.run
        wait = self.waits_before.get(cases.task_of(wait_id))
        if wait is None or wait.kind != kind or run is None:
            raise NotFound(what="这项待办")
        return wait

    def record(
        self,
        kind: str,
        *,
        node: str | None = None,
        subject: str | None = None,
        occurred_at: datetime | None = None,
        **data: Any,
    ) -> None:
        """Append an event to the case's chain."""
        self.chain.add(kind, self.actor_id, node, subject, data, occurred_at)

    def order(self, order: Order, by: str, node: str | None = None) -> None:
        """Write down what this case asks of another (`orders.py`); the same job, or end, `by` asks it once."""
        values = (by, self.case.id, order.case_id, order.verb, order.reason, self.stamped)
        if self.tx.run(statements.PUT_ORDER, values):
            row = self.tx.one(statements.CASE_NUMBER, (order.case_id,))
            target = row[0] if row else str(order.case_id)
            self.record("order.given", node=node, subject=by, case=target, verb=order.verb, reason=order.reason)
            self.ordered = True

    def must_be_open(self, doing: str) -> None:
        """Refuse with the reason when the case is suspended or over."""
        if self.case.status == cases.SUSPENDED:
            raise NotPossible(what=doing, why="流程已挂起，恢复后再办；挂起期间不计时")
        if self.case.status != cases.OPEN:
            raise NotPossible(what=doing, why="流程已办结、撤回或作废，可在“已办”中查看")

    def settle_waits(self) -> None:
        """Make the rows equal to what the tokens wait for now; nothing happens when they are."""
        if self._run is not None and not self._settled:
            waits.reconcile(self, self._run)
            self._settled = True

    def save(self) -> None:
        """Write waits, events and the case; nothing of the step exists before this."""
        if self._run is not None:
            self.settle_waits()
            self.case.state = self._run.dump()
            if self._run.completed and self.case.status == cases.OPEN:
                self.end(cases.ENDED, self.case.outcome or "ended")
        self.case.event_count, self.case.event_head = self.chain.count, self.chain.head
        self.chain.write(self.tx)
        if self.case.running and self.case.form != self.form_before:
            for watch in self.engine.registry.watchers:
                watch(self.tx, self.case.id, self.case.process, self.form_before, self.case.form)
            self.form_before = dict(self.case.form)
        self._store_form()
        cases.save(self.tx, self.case)

    def _store_form(self) -> None:
        """The form as it goes into the database; encrypted anew only when this step changed it."""
        plain = dumps(self.case.form)
        if plain != self.case.plain:
            self.case.stored = stored(self.tx.vault, self.definition.sensitive, self.case.form)
            self.case.plain = plain

    def hand_over(self) -> list[str]:
        """The person's part is saved: what follows is nobody's doing. Returns the jobs opened so far, in order."""
        self.actor_id, self.known_due = None, None
        opened, self.jobs = sorted(self.jobs), []
        return opened

    def end(self, status: str, outcome: str) -> None:
        """Close the case; handlers let go of what they hold for it, and of the cases it made stand still."""
        self.case.status, self.case.outcome, self.case.ended_at = status, outcome, self.now
        self.record(f"case.{status}", outcome=outcome)
        self.tx.run(statements.CLOSE_INCIDENTS, (self.stamped, self.case.id))
        # A case that is voided without reading its diagram is cleared up after in every way there is.
        nodes = self.definition.model.nodes.values() if self._run is not None else None
        used = None if nodes is None else {node.extensions.get("operation") for node in nodes}
        registry = self.engine.registry
        for close in registry.closers:
            if used is None or close not in registry.takers or registry.takers[close] & used:
                for order in close(self.tx, self.case.id, self.now, outcome) or ():
                    self.order(order, f"{self.case.id}.end")
