"""The verbs of the system, one page: each is claim → load → step → save, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import (
    calendar_changes,
    cases,
    extensions,
    history,
    incidents,
    items,
    jobs,
    ladder,
    migration,
    orders,
    pauses,
    reasons,
    reminders,
    schedules,
    starting,
    statements,
    timers,
    urgency,
    whole,
)
from engine.clock import Clock
from engine.definitions import Definitions
from engine.errors import CountersignError, NotAllowed, NotPossible
from engine.items import Completion as Completion
from engine.kept_runs import KeptRuns
from engine.migration.surveys import Verdicts
from engine.operations import Registry
from engine.seals import Seals
from engine.settings import Settings
from engine.snapshots import Snapshots
from engine.spiff import DoorError
from engine.starting import Application as Application
from engine.step import Step
from engine.transactions import Transactions


@dataclass(frozen=True)
class Stepped:
    """What a verb did: the case it moved."""

    case_id: int
    number: str

    @classmethod
    def by(cls, step: Step) -> Stepped:
        return cls(step.case.id, step.case.number)


class Engine:
    """All verbs. Everything it needs is handed in; it reads no clock, file or setting of its own."""

    def __init__(
        self, transactions: Transactions, clock: Clock, registry: Registry, seals: Seals, settings: Settings
    ) -> None:
        self.transactions, self.clock, self.registry = transactions, clock, registry
        self.seals, self.settings = seals, settings
        self.snapshots = Snapshots()
        self.definitions = Definitions()
        self.kept_runs = KeptRuns()
        self.verdicts = Verdicts()
        self.last_beat: datetime | None = None  # see outages

    # --- a case begins ----------------------------------------------------------------------------------------

    def start(self, application: Application) -> Stepped:
        """Start a case from a filled-in start form; the same request key starts it once.

        Raises NotAllowed, Misconfigured (a post is vacant), FormInvalid.
        """
        second: tuple[type[Exception], ...] = (CountersignError, *self.transactions.taken)
        try:
            with self.transactions.write() as tx:
                if known := starting.known(tx, application.key):
                    return Stepped(*known)
                step = starting.start(self, tx, application)
                step.save()
            step.keep()
            return Stepped.by(step)
        except second:
            # Handed in twice at the same moment, the second one stumbles over the case of the first.
            with self.transactions.read() as tx:
                known = starting.known(tx, application.key)
            if known is None:
                raise
            return Stepped(*known)

    # --- a work item is worked --------------------------------------------------------------------------------

    def view(self, item_id: str, actor: int) -> None:
        """Note that somebody entitled has opened the item for the first time."""
        with self.transactions.write() as tx:
            step, item = items.open_(self, tx, item_id, actor)
            entitled = item.live and items.acting(step, item, actor) is not None
            if entitled and tx.run(statements.VIEW_ITEM, (step.stamped, step.case.id, item_id)):
                step.record("item.viewed", node=item.node, subject=item_id)
                step.save()

    def claim(self, item_id: str, actor: int) -> Stepped:
        """Take an item for oneself; the loser of a race is told who was first."""
        return self._on_item(item_id, actor, items.claim, "签收")

    def release(self, item_id: str, actor: int) -> Stepped:
        """Put a claimed item back for the others on the post."""
        return self._on_item(item_id, actor, items.release, "退回公共待办")

    def transfer(self, item_id: str, actor: int, to: int, reason: str) -> Stepped:
        """Hand an item to another person of its post; the deadline runs on (转办)."""

        def hand_over(step: Step, item: items.Item, by: int) -> None:
            items.transfer(step, item, by, to, reason)

        return self._on_item(item_id, actor, hand_over, "转办")

    def complete(self, item_id: str, actor: int, completion: Completion) -> Stepped:
        """Finish an item with an outcome; the form is validated, signed where the diagram says so, and the case moves.

        The jobs that follow are left to `settle` or the sweep. Raises AlreadyDone (who won and when), NotAllowed,
        FormInvalid, NotPossible (the case became an incident).
        """
        return Stepped.by(self._complete(item_id, actor, completion))

    def finish(self, item_id: str, actor: int, completion: Completion) -> Stepped:
        """Complete an item and perform the jobs it makes due, as pages do: `complete` and `settle` at one go.

        It is one transaction as long as the jobs succeed. When one fails, the item is completed without them and they
        are performed apart: what a person has done stands, whatever becomes of what follows. Raises what `complete`
        raises.
        """
        try:
            step = self._complete(item_id, actor, completion, jobs.follow)
        except jobs.Apart:
            stepped = self.complete(item_id, actor, completion)
            self.settle(stepped.case_id)
            return stepped
        if jobs.of_list(self, step.jobs) or step.ordered:
            orders.carry_out(self)
        return Stepped.by(step)

    def _complete(
        self, item_id: str, actor: int, completion: Completion, then: Callable[[Step], None] | None = None
    ) -> Step:
        def act(step: Step, item: items.Item, by: int) -> None:
            items.complete(step, item, by, completion)

        return self._step_on(item_id, actor, act, "办理", then)

    def return_(self, item_id: str, actor: int, to: str, reason: str) -> Stepped:
        """Send the case back to an earlier step that the diagram draws no way to; that step gets a new deadline."""

        def send_back(step: Step, item: items.Item, by: int) -> None:
            items.send_back(step, item, by, to, reason)

        return self._on_item(item_id, actor, send_back, "退回")

    def _on_item(self, item_id: str, actor: int, act: Any, doing: str) -> Stepped:
        return Stepped.by(self._step_on(item_id, actor, act, doing))

    def _step_on(
        self, item_id: str, actor: int, act: Any, doing: str, then: Callable[[Step], None] | None = None
    ) -> Step:
        try:
            with self.transactions.write() as tx:
                step, item = items.open_(self, tx, item_id, actor)
                items.must_be_live(step, item)
                step.must_be_open(doing)
                act(step, item, actor)
                step.save()
                if then is not None:
                    then(step)
            step.keep()
            return step
        except DoorError as error:
            self._incident("step", item_id, error)
            raise NotPossible(what=doing, why="流程无法继续，已登记异常并通知管理员；您的填写仍保留") from error

    def _incident(self, kind: str, subject: str, error: Exception) -> None:
        with self.transactions.write() as tx:
            incidents.open_(self, tx, kind, subject, "", "流程无法继续", f"{type(error).__name__}: {error}")

    # --- a case as a whole ------------------------------------------------------------------------------------

    def withdraw(self, case_id: int, actor: int, reason: str) -> Stepped:
        """The applicant takes the case back, until it is posted; what is already overdue stays on record."""

        def allowed(step: Step) -> None:
            post = step.people.post("focal", step.case.department_id or 0)
            mine = step.case.applicant_id == actor or (post and step.people.may(actor, post.id, step.now))
            if not mine:
                raise NotAllowed(what="撤回这件申请", why="只有申请人或申请部门的归口人员可以撤回")
            if step.case.outcome is not None:  # an operation has done what the case was for
                raise NotPossible(what="撤回", why="已建档或已写入客户主数据，更正请另提申请")

        return self._close(case_id, actor, cases.WITHDRAWN, reason, allowed)

    def cancel(self, case_id: int, actor: int, reason: str) -> Stepped:
        """An administrator voids a case."""
        return self._close(case_id, actor, cases.CANCELLED, reason, lambda step: _must_administer(step, actor))

    def _close(self, case_id: int, actor: int, status: str, reason: str, allowed: Any) -> Stepped:
        reasons.must_give(reason)
        with self.transactions.write() as tx:
            step = Step.of(self, tx, case_id, actor)
            allowed(step)
            whole.close(step, status, reason)
            step.save()
            closed = Stepped(case_id, step.case.number)
        orders.carry_out(self)
        return closed

    def suspend(self, case_id: int, actor: int, category: str, reason: str, evidence: Sequence[str] = ()) -> Stepped:
        """Stop a case and its clocks, with one of the policy's categories, a reason, and files as evidence if any.

        The time it stands still does not count.
        """
        reasons.must_give(reason)

        def halt(step: Step) -> None:
            pauses.must_be_known(step, category)
            files = pauses.claimed(step, evidence, actor)
            whole.suspend(step, category, reason, **({"evidence": files} if files else {}))

        return self._steer(case_id, actor, halt)

    def resume(self, case_id: int, actor: int, reason: str = "") -> Stepped:
        """Let a suspended case go on; each clock runs on with what it had left."""
        reasons.must_fit(reason)
        return self._steer(case_id, actor, lambda step: whole.resume(step, reason))

    def ask_extension(self, item_id: str, actor: int, amount: str, reason: str) -> Stepped:
        """Ask for more time (`2h`) for a step one owes, before it is due; the department's leader decides (延期申请).

        Raises NotAllowed, NotPossible (too much, too often, too late, nobody else to decide), LimitInvalid.
        """
        reasons.must_give(reason)

        def ask(step: Step, item: items.Item, by: int) -> None:
            extensions.ask(step, item, by, amount, reason)

        return self._on_item(item_id, actor, ask, "申请延期")

    def decide_extension(self, request_id: int, actor: int, granted: bool, reason: str = "") -> Stepped:
        """Grant or refuse a request for more time; granted, the due moment moves with all that hangs on it."""
        reasons.must_fit(reason)
        with self.transactions.write() as tx:
            step = Step.of(self, tx, extensions.case_of(tx, request_id), actor)
            step.must_be_open("批准延期")
            extensions.decide(step, request_id, actor, granted, reason)
            step.save()
            return Stepped(step.case.id, step.case.number)

    def reprioritise(self, case_id: int, actor: int, urgent: bool, reason: str, ground: str = "") -> Stepped:
        """Make a running case urgent (紧急处理) or normal again, with what it waits for (E-59 to E-61).

        An upgrade names as `ground` one of the policy's reasons. Raises NotAllowed for all but the maintainer (and the
        administrator), NotPossible when the case is as urgent already.
        """
        reasons.must_give(reason)

        def change(step: Step) -> None:
            step.must_be_open("改变紧急程度")
            urgency.change(step, urgent, reason, ground)

        return self._steer(case_id, actor, change)

    def _steer(self, case_id: int, actor: int, act: Callable[[Step], None]) -> Stepped:
        with self.transactions.write() as tx:
            step = Step.of(self, tx, case_id, actor)
            _must_steer(step, actor)
            act(step)
            step.save()
            return Stepped(case_id, step.case.number)

    def urge(self, case_id: int, actor: int, note: str = "") -> Stepped:
        """Remind those who owe a step of the case (催办); no deadline changes, at most once an hour."""
        reasons.must_fit(note)
        with self.transactions.write() as tx:
            step = Step.of(self, tx, case_id, actor)
            reminders.urge(step, actor, note)
            step.save()
            return Stepped(case_id, step.case.number)

    # --- what the clock and the handlers owe ------------------------------------------------------------------

    def perform(self, job_id: str) -> bool:
        """Perform one job now, if it is due and nobody else has it; a failure is noted for a later attempt."""
        done = jobs.attempt(self, job_id) is not None
        orders.carry_out(self)
        return done

    def fire(self, timer_id: str) -> bool:
        """Fire one timer now, if its moment is past."""
        return timers.attempt(self, timer_id)

    def receive(self, case_id: int, message: str, payload: Mapping[str, Any] | None = None) -> Stepped:
        """Hand a message from outside to the case that waits for it.

        Raises NotPossible when nothing in the case waits for it now: the sender keeps it and tries again.
        """
        with self.transactions.write() as tx:
            step = Step.of(self, tx, case_id)
            step.must_be_open("接收消息")
            if not step.run.message(message, payload):
                raise NotPossible(what=f"接收消息“{message}”", why=f"{step.case.number} 现在不等这个消息")
            step.record("message.received", message=message)
            step.save()
            return Stepped(case_id, step.case.number)

    def settle(self, case_id: int) -> int:
        """Perform the jobs of a case at once, so that a page shows their result; the sweep is the safety net."""
        performed = jobs.of_case(self, case_id)
        if performed:
            orders.carry_out(self)
        return performed

    def retry(self, incident_id: int, actor: int) -> Stepped:
        """Resolve an incident by trying again; for administrators."""
        with self.transactions.write() as tx:
            _must_be(self.snapshots.at(tx).people, actor, ("admin",), self.clock.now(), "重试异常")
            case_id = incidents.retry(self, tx, incident_id, actor)
            number = Step.of(self, tx, case_id).case.number
        return Stepped(case_id, number)

    def sweep(self) -> int:
        """Fire what is due and perform what is owed; twice or from two processes changes nothing."""
        now = self.clock.now()
        calendar_changes.sweep(self, now)
        migration.sweep(self)
        fired = schedules.sweep(self, now) + timers.sweep(self, now) + ladder.sweep(self, now)
        return fired + reminders.sweep(self, now) + jobs.sweep(self, now) + orders.carry_out(self)

    # --- the log ----------------------------------------------------------------------------------------------

    def verify(self) -> list[history.Fault]:
        """The first fault of every case whose log is not what was written."""
        with self.transactions.read() as tx:
            return list(history.verify(tx))


def _must_steer(step: Step, actor: int) -> None:
    _must_be(step.people, actor, ("admin", "maintainer"), step.now, "挂起或恢复流程")


def _must_administer(step: Step, actor: int) -> None:
    _must_be(step.people, actor, ("admin",), step.now, "作废流程")


def _must_be(people: Any, actor: int, kinds: tuple[str, ...], now: datetime, doing: str) -> None:
    if not any(post.kind in kinds for post in people.posts_of(actor, now)):
        raise NotAllowed(what=doing, why="只有管理员" + ("或维护员" if "maintainer" in kinds else "") + "可以")
