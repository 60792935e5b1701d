"""延期申请: more time asked for before a limit has run out, granted or refused by somebody else.

Both due moments are kept: in the request, in the event and in the story of the deadline. What has run out is not
extended any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine import deadlines, due_story, items, reasons, statements
from engine.clock import local
from engine.deadlines import Standing
from engine.due_story import Told
from engine.errors import NotAllowed, NotFound, NotPossible
from engine.items import Item
from engine.limits import Limit
from engine.people import People
from engine.policy_rules import Extension as Rule
from engine.snapshots import Snapshot
from engine.store import moment, placeholders, stamp
from engine.transactions import Row, Tx

if TYPE_CHECKING:
    from engine.step import Step

ASK = (
    "INSERT INTO extension (instance_id, deadline_id, item_id, amount, reason, asked_by, asked_at, before, status)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'asked') ON CONFLICT DO NOTHING RETURNING id"
)
_COLUMNS = "e.id, e.instance_id, e.deadline_id, e.item_id, e.amount, e.reason, e.asked_by, e.asked_at, e.before"
# Only what can still be granted: a request about a limit that was met, has run out or was moved away is void.
PENDING = (
    f"SELECT {_COLUMNS}, d.department_id, d.policy_id FROM extension e JOIN deadline d ON d.instance_id = e.instance_id"
    " AND d.id = e.deadline_id WHERE e.status = 'asked' AND d.status = 'open' AND d.due >= ?"
)
DECIDE = (
    "UPDATE extension SET status = ?, decided_by = ?, decided_at = ?, answer = ?, after = ?"
    " WHERE id = ? AND status = 'asked'"
)
CASE_OF = "SELECT instance_id FROM extension WHERE id = ?"
NUMBERS = "SELECT id, number, title FROM instance WHERE id IN ({marks})"


@dataclass(frozen=True)
class Request:
    """An extension that waits for a decision; `amount` is a limit such as `2h`, `before` the due moment now."""

    id: int
    case_id: int
    deadline_id: str
    item_id: str
    amount: str
    reason: str
    asked_by: int
    asked_at: datetime
    before: datetime
    department: int | None
    policy_id: int | None


def ask(step: Step, item: Item, actor: int, amount: str, reason: str) -> int:
    """Ask for more time for a step one owes; tells those who may decide. Returns the id of the request."""
    items.must_act(step, item, actor, "申请延期")
    if "duty" in step.node(item.node).extensions:
        raise NotPossible(what="申请延期", why="电话等附带的事不影响流程，不设延期")
    one = _standing(step, item.deadline_id)
    rule = deadlines.policy_of(step, one).extension
    limit = _within(amount, rule)
    if due_story.extensions(one.steps) >= rule.times:
        raise NotPossible(what="申请延期", why=f"这个时限已延期 {rule.times} 次，制度不许再延")
    deciders = who_decides(step.people, rule, one.department, actor, step.now)
    if not deciders:
        raise NotPossible(what="申请延期", why="没有另一位领导可以批准：本人不能批准自己的申请")
    values = (step.case.id, one.id, item.id, str(limit), reason, actor, step.stamped, one.due)
    row = step.tx.one(ASK, values)
    if row is None:
        raise NotPossible(what="申请延期", why="这一步已有一份延期申请在等批准")
    node, due = step.node(item.node), f"{local(moment(one.due)):%Y-%m-%d %H:%M}"
    step.record(
        "deadline.extension_asked", node=node.id, subject=one.id, clock=one.clock, amount=str(limit), reason=reason,
        due=one.due, persons=deciders,
    )  # fmt: skip
    who = step.people.person(actor).name
    body = (
        f"{who}申请把“{item.name}”的时限（{due} 到期）延长 {due_story.length(str(limit))}。\n理由：{reason}\n"
        "请在到期前到流程页面批准或不同意；到期前没有决定的，时限不变。"
    )
    _tell(step, deciders, f"ask:{row[0]}", f"延期申请：{step.case.number} {step.case.title} 的“{item.name}”", body)
    return int(row[0])


def decide(step: Step, request_id: int, actor: int, granted: bool, reason: str) -> None:
    """Grant or refuse a request; whoever asked hears of it. Refused when the limit has run out meanwhile."""
    found = next((one for one in pending(step.tx, step.now, step.case.id) if one.id == request_id), None)
    if found is None:
        raise NotPossible(what="批准延期", why="时限已到期、已办结或已有决定，这份申请不再有效")
    one = _standing(step, found.deadline_id)
    rule = deadlines.policy_of(step, one).extension
    if actor not in who_decides(step.people, rule, found.department, found.asked_by, step.now):
        raise NotAllowed(what="决定这份延期申请", why="由经办部门的主管领导决定，申请人本人不能批准")
    if not granted:
        reasons.must_give(reason, "不同意延期时请写明理由，申请人会看到。")
    due = _extended(step, one, found) if granted else None
    values = ("granted" if granted else "refused", actor, step.stamped, reason, due, request_id)
    step.tx.run(DECIDE, values)
    kind = "deadline.extended" if granted else "deadline.extension_refused"
    step.record(
        kind, node=one.node, subject=one.id, clock=one.clock, before=one.due, due=due or one.due, by=actor,
        asked_by=found.asked_by, amount=found.amount, reason=found.reason, answer=reason,
    )  # fmt: skip
    word = f"改于 {_minute(due)} 到期" if due else f"仍于 {_minute(one.due)} 到期"
    verdict = "准予延期" if granted else "不同意延期"
    subject = f"{verdict}：{step.case.number} {step.case.title}，{word}"
    body = f"{step.people.person(actor).name}{verdict} {due_story.length(found.amount)}，{word}。"
    body += f"\n意见：{reason}" if reason.strip() else ""
    _tell(step, [found.asked_by], f"decided:{request_id}", subject, body)


def _extended(step: Step, one: Standing, request: Request) -> str:
    calendar = step.snapshot.calendar(one.calendar)
    before = Told(moment(one.due), calendar.provisional(moment(one.received), moment(one.due)), one.steps)
    told = due_story.extended(before, request.amount, request.reason, one.kind, calendar)
    deadlines.move(step, one, told)
    return stamp(told.at)


def _within(amount: str, rule: Rule) -> Limit:
    limit = Limit.parse(amount)
    if limit.unit == "d" or limit.span > rule.max.span:
        raise NotPossible(
            what="申请延期", why=f"制度最多许延 {due_story.length(str(rule.max))}；更长的请挂起并说明理由"
        )
    return limit


def _standing(step: Step, deadline_id: str | None) -> Standing:
    row = step.tx.one(statements.STANDING_DEADLINE, (step.case.id, deadline_id)) if deadline_id else None
    if row is None:
        raise NotPossible(what="申请延期", why="这一步没有在计的时限")
    one = Standing(*row)
    if moment(one.due) < step.now:
        raise NotPossible(what="申请延期", why="时限已经到期，到期之后不能再延；确有原因的，在考核申诉中说明")
    return one


def who_decides(people: People, rule: Rule, department: int | None, asker: int, now: datetime) -> list[int]:
    """Who may decide: those acting on the policy's post of the department, else its executive; never who asks."""
    for kind in dict.fromkeys((rule.decides, "leader", "executive")):
        post = people.post(kind, department) if department is not None else None
        acting = people.acting(post.id, now) if post else ()
        if persons := [one.person.id for one in acting if one.person.id != asker]:
            return persons
    return []


# --- what waits for a decision ----------------------------------------------------------------------------------


def pending(tx: Tx, now: datetime, case_id: int | None = None) -> list[Request]:
    """The requests that can still be granted, of one case or of all, oldest first."""
    values = (stamp(now),) if case_id is None else (stamp(now), case_id)
    where = "" if case_id is None else " AND e.instance_id = ?"
    return [_request(row) for row in tx.all(f"{PENDING}{where} ORDER BY e.id", values)]


def rule_of(snapshot: Snapshot, policy_id: int | None) -> Rule | None:
    """What the policy of a deadline says about extensions."""
    version = snapshot.version(policy_id)
    return version.policy.extension if version else None


def case_of(tx: Tx, request_id: int) -> int:
    row = tx.one(CASE_OF, (request_id,))
    if row is None:
        raise NotFound(what="这份延期申请")
    return int(row[0])


def titles(tx: Tx, requests: list[Request]) -> dict[int, str]:
    """Number and title of the cases of these requests."""
    ids = sorted({one.case_id for one in requests})
    marks = placeholders(ids)
    return {row[0]: f"{row[1]} {row[2]}" for row in (tx.all(NUMBERS.format(marks=marks), ids) if ids else ())}


def _request(row: Row) -> Request:
    values: list[Any] = [*row[:7], moment(row[7]), moment(row[8]), *row[9:]]
    return Request(*values)


def _tell(step: Step, persons: list[int], fact: str, subject: str, body: str) -> None:
    for tell in step.engine.registry.tellers:
        tell(step.tx, step.now, step.people, persons, fact, subject, body, step.case.id)


def _minute(stored: str) -> str:
    return f"{local(moment(stored)):%Y-%m-%d %H:%M}"
