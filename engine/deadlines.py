"""Deadlines: rows of their own that open when a case enters a clocked scope and close when it leaves it.

Breach is decided by data (not closed at due) and dated at the due moment, however late anybody notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from engine import due_story, limits, outages, owners, rungs, statements
from engine.cases import wait_id
from engine.clock import local
from engine.due_story import Told
from engine.limits import Limit
from engine.policy import ClockRule, Policy
from engine.rungs import Clock
from engine.spiff import Node, Scope
from engine.store import UNTIMED, moment, stamp
from engine.timeline import ClockKind, timeline
from engine.transactions import Row

if TYPE_CHECKING:
    from engine.step import Step


@dataclass(frozen=True)
class Opened:
    """A deadline as the rows under it need it."""

    id: str
    due: str  # as stored


class Standing(NamedTuple):
    """A deadline that is not closed, as its row stands; moments as stored."""

    id: str
    node: str
    clock: str
    department: int | None
    calendar: str
    kind: ClockKind
    due: str
    status: str
    left: int | None  # seconds of its own clock, while it is paused
    breached: bool
    steps: str
    received: str
    policy: int | None
    rung: int
    has_timer: bool


def deadline_id(step: Step, scope: str) -> str:
    return wait_id(step.case.id, scope)


def rule_of(step: Step, node: Node) -> ClockRule | None:
    """The limit a node's clock has under the policy now; a clock the policy does not know may state `cs:hours`."""
    clock = node.extensions["clock"]
    rule = step.policy.policy.limit(clock, step.case.urgent)
    if rule is None and (own := node.extensions.get("limit")):
        return ClockRule(clock, node.name, Limit.parse(own), "work", False, (), "case", "delivered")
    return rule


def settle(step: Step, entering: list[Scope], closing: list[Scope]) -> dict[str, Opened]:
    """Open the deadlines of newly entered scopes and close those of scopes the case has left, in one statement.

    Returns address → opened deadline; untimed scopes get none. A scope that continues the clock of one closing in
    this very step takes that deadline over (policy: no_route_single_clock), so that one breach stays one.
    """
    opened: dict[str, Opened] = {}
    rows: list[tuple[Any, ...]] = []
    for scope in entering:
        node = step.node(scope.node)
        continued = _continued(step, node, closing)
        if continued is not None:
            closing = [one for one in closing if one is not continued]
            taken = _take_over(step, scope, continued)
            if taken is not None:
                opened[scope.task] = taken
        elif (row := _fresh(step, scope, node)) is not None:
            rows.append(row)
            opened[scope.task] = Opened(row[0], row[13])
    _put(step, rows, closing)
    return opened


def _put(step: Step, rows: list[tuple[Any, ...]], closing: list[Scope]) -> None:
    ids = {deadline_id(step, scope.task): scope for scope in closing}
    # The deadline of the item just finished stands for certain, so it can be closed along with what opens.
    known = step.known_due[0] if step.known_due and rows else None
    closed: list[Row] = []
    if rows:
        if known in ids:
            rows = [*rows, _standing(step, known)]
        values = [value for row in rows for value in row]
        closed += step.tx.all(statements.put_deadlines(len(rows)), (*values, step.stamped, step.stamped))
    if others := [key for key in ids if key != known]:
        closed += step.tx.all(
            statements.close_deadlines(len(others)), (step.stamped, step.stamped, step.case.id, *others)
        )
    found = {row[0]: row[1:] for row in closed}
    for key, scope in ids.items():
        if key in found:
            _note_closed(step, key, scope.node, found[key])


def _standing(step: Step, key: str) -> tuple[Any, ...]:
    """The row that meets an existing deadline; nothing of it but the id is looked at."""
    return (key, step.case.id, "", "", "", None, None, None, "", "", "", "", False, "", False, "", False, 0, "", False)


def _continued(step: Step, node: Node, closing: list[Scope]) -> Scope | None:
    clock = node.extensions.get("continues")
    if not clock or not step.policy.policy.receipt.no_route_single_clock:
        return None
    return next((scope for scope in closing if step.node(scope.node).extensions.get("clock") == clock), None)


def _fresh(step: Step, scope: Scope, node: Node) -> tuple[Any, ...] | None:
    rule = rule_of(step, node)
    if rule is None or rule.limit is None:
        return None
    department = owners.department_of(step, node, scope.item)
    post = owners.post_of(step, node, department)
    code = calendar_of(step, department)
    calendar = step.snapshot.calendar(code)
    due = limits.due(step.now, rule.limit, rule.kind, calendar)
    due_at = stamp(due.at)
    clock = Clock(due.at, due.whole(calendar), rule.kind, calendar)
    next_at = rungs.next_at(step.policy.policy.ladder, 0, False, clock)
    if due.provisional:
        _warn_of_estimate(step, due.at)
    key = deadline_id(step, scope.task)
    step.record(
        "deadline.opened",
        node=node.id,
        subject=key,
        clock=rule.clock,
        limit=str(rule.limit),
        due=due_at,
        department=department,
        policy=step.policy.policy.version,
        **_unusual(step, rule, code),
    )
    return (
        key, step.case.id, scope.task, node.id, rule.clock, step.policy.id, department, post, code, step.stamped,
        str(rule.limit), rule.kind, step.case.urgent, due_at, due.provisional, due.as_json(),
        False, step.case.round, stamp(next_at), _has_timer(step, node.id),
    )  # fmt: skip


def _has_timer(step: Step, node: str) -> bool:
    return node in step.definition.model.timed


def _unusual(step: Step, rule: ClockRule, calendar: str) -> dict[str, Any]:
    """What the log says of a deadline only when it is not the ordinary: most are normal work on the company's time."""
    told = {"urgent": step.case.urgent, "kind": rule.kind, "calendar": calendar}
    usual = {"urgent": False, "kind": "work", "calendar": "company"}
    return {name: value for name, value in told.items() if value != usual[name]}


def _warn_of_estimate(step: Step, due: datetime) -> None:
    """Tell the administrators, once a year, that limits run into a year whose holidays nobody has published (E-08)."""
    year = local(due).year
    body = "国务院公布后请发布该年的放假安排；未到期的时限会据实重算，新旧时刻都留在流转记录中。"
    subject = f"{year} 年的放假安排尚未公布，时限为预估"
    step.engine.registry.raise_alarm(step.tx, step.now, f"provisional:{year}", subject, body)


def _take_over(step: Step, scope: Scope, before: Scope) -> Opened | None:
    old, key = deadline_id(step, before.task), deadline_id(step, scope.task)
    case = step.case.id
    values = (key, scope.task, scope.node, _has_timer(step, scope.node), case, old, case, old, step.stamped)
    row = step.tx.one(statements.CONTINUE_DEADLINE, values)
    if row is None:
        return None
    clock, due = row
    step.record("deadline.continued", node=scope.node, subject=key, before=old, clock=clock, due=due)
    return Opened(key, due)


def calendar_of(step: Step, department: int | None) -> str:
    """The calendar a department works by: its own, else the company's (AMB-40)."""
    own = step.people.department(department).calendar if department is not None else None
    return own if own and own in step.snapshot.calendars else "company"


def void_all(step: Step) -> None:
    """Close the deadlines of a case that ends before its time; what is overdue stays overdue (E-30)."""
    for one in standing(step):
        closed = step.tx.one(statements.VOID_DEADLINE, (step.stamped, step.stamped, step.case.id, one.id))
        if closed is not None:
            _note_closed(step, one.id, one.node, closed)


def _note_closed(step: Step, key: str, node: str, row: Row) -> None:
    """Put the end of a deadline on record; a late one is a breach dated at its due moment."""
    due, breached, status, clock = row
    if status == "late" and not breached:
        step.tx.run(statements.MARK_BREACHED, (True, step.case.id, key))
        breach(step, key, node, clock, moment(due))
    step.record("deadline.closed", node=node, subject=key, clock=clock, status=status, due=due)


def breach(step: Step, key: str, node: str, clock: str, due: datetime) -> None:
    """Put the breach on record; the caller has won the row, so it happens once per deadline."""
    step.record("deadline.breached", node=node, subject=key, occurred_at=due, clock=clock, due=stamp(due))
    outages.propose_exemption(step, key, node, due)


def put_by(step: Step, key: str, node: str, due: str, status: str, attempts: int = 0) -> None:
    """A row for the timers of a deadline whose breach is on record and which could not fire with it: the sweep does."""
    step.tx.run(statements.PUT_BY, (key, step.case.id, node, key, due, status, attempts))


def due_of(step: Step, key: str) -> str:
    """When the work under an existing deadline is due, as stored; NEVER when it has none or stands still."""
    if step.known_due and step.known_due[0] == key:
        return step.known_due[1]
    row = step.tx.one(statements.READ_DEADLINE_DUE, (step.case.id, key))
    return str(row[0]) if row and row[1] == "open" else UNTIMED


def standing(step: Step) -> list[Standing]:
    """The deadlines of a case that are open or paused."""
    return [Standing(*row) for row in step.tx.all(statements.OPEN_DEADLINES, (step.case.id,))]


def policy_of(step: Step, one: Standing) -> Policy:
    """The policy a deadline was received under, which governs it to its end (E-15)."""
    return (step.snapshot.version(one.policy) or step.policy).policy


def move(step: Step, one: Standing, told: Told) -> None:
    """Give a deadline another due moment, with its ladder and inbox; the caller puts it on record."""
    calendar = step.snapshot.calendar(one.calendar)
    clock = Clock(told.at, due_story.allowed(told.steps, one.kind, calendar), one.kind, calendar)
    next_at = rungs.next_at(policy_of(step, one).ladder, one.rung, bool(one.breached), clock)
    due, case = stamp(told.at), step.case.id
    step.tx.run(statements.MOVE_DEADLINE, (due, told.provisional, told.steps, stamp(next_at), case, one.id))
    step.tx.run(statements.MOVE_ITEMS, (due, case, one.id))


def pause_all(step: Step) -> None:
    """Stop the clocks of a case: each keeps what is left of it, in its own kind of time."""
    for one in standing(step):
        due = moment(one.due)
        line = timeline(one.kind, step.snapshot.calendar(one.calendar))
        left = int(line.between(step.now, due).total_seconds()) if due > step.now else 0
        step.tx.run(statements.PAUSE_DEADLINE, (step.stamped, left, step.case.id, one.id))
        if not one.breached and due < step.now:
            step.tx.run(statements.MARK_BREACHED, (True, step.case.id, one.id))
            breach(step, one.id, one.node, one.clock, due)
            if one.has_timer:
                put_by(step, one.id, one.node, one.due, "paused")
        step.record("deadline.paused", node=one.node, subject=one.id, clock=one.clock, left=left)


def resume_all(step: Step) -> None:
    """Let the clocks of a case run on: what was left is counted from now; an expired one keeps its due moment."""
    for one in standing(step):
        if one.status != "paused":
            continue
        if not one.left:
            move(step, one, Told(moment(one.due), False, one.steps))
            continue
        told = due_story.resumed(one.steps, step.now, one.left, one.kind, step.snapshot.calendar(one.calendar))
        move(step, one, told)
        step.record(
            "deadline.resumed", node=one.node, subject=one.id, clock=one.clock, due=stamp(told.at), left=one.left
        )
