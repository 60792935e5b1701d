"""What people do with a work item: claim, release, transfer, complete, send back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from engine import cases, filling, reasons, signing, spiff, statements, trail, urgency
from engine.cases import case_of, task_of
from engine.clock import local
from engine.deadlines import due_of
from engine.errors import AlreadyDone, NotAllowed, NotFound, NotPossible
from engine.forms import Submission, digest, handed_in, stored
from engine.operations import GuardContext
from engine.posts import Acting
from engine.step import Step
from engine.store import UNTIMED, dumps, loads, moment
from engine.transactions import Row, Tx

if TYPE_CHECKING:
    from engine.engine import Engine


class Item(NamedTuple):
    """A work item's row."""

    id: str
    instance_id: int
    node: str
    name: str
    form: str | None
    post_id: int | None
    department_id: int | None
    item: Any
    deadline_id: str | None
    due: str
    urgent: bool
    round: int
    status: str
    holder_id: int | None
    opened_at: str
    viewed_at: str | None
    claimed_at: str | None
    done_at: str | None
    done_by: int | None
    outcome: str | None
    comment: str | None
    submission: Mapping[str, Any] | None
    signature: Mapping[str, Any] | None

    @property
    def live(self) -> bool:
        return self.status in ("open", "claimed")


@dataclass(frozen=True)
class Completion:
    """What a person hands in: the chosen outcome, the posted fields, a comment."""

    outcome: str
    values: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""


LEFT = "签收的人已不在这个岗位，由接任者接手"  # why a step went to whoever did it in his place
READ = f"SELECT {statements.ITEM} FROM work_item w WHERE w.instance_id = ? AND w.id = ?"
# Case and item in one query; on PostgreSQL both are locked, the case first as everywhere, so that neither is stale.
OPEN = (
    f"SELECT {cases.COLUMNS}, {statements.ITEM} FROM instance i, work_item w, config c"
    " WHERE i.id = ? AND w.instance_id = i.id AND w.id = ?"
)


def open_(engine: Engine, tx: Tx, item_id: str, actor: int) -> tuple[Step, Item]:
    """Begin a step of the case an item belongs to; raises NotFound."""
    row = tx.one(OPEN + " FOR UPDATE OF i, w" if tx.postgres else OPEN, (case_of(item_id), item_id))
    if row is None:
        raise NotFound(what="这项待办")
    case, versions = cases.of_row(tx, row)
    return Step(engine, tx, case, versions, actor), _of_row(tx, row[cases.WIDTH :])


def read(tx: Tx, item_id: str) -> Item:
    """The item for reading only; raises NotFound."""
    row = tx.one(READ, (case_of(item_id), item_id))
    if row is None:
        raise NotFound(what="这项待办")
    return _of_row(tx, row)


def _of_row(tx: Tx, row: Row) -> Item:
    item, submission, signature = (None if row[i] is None else loads(tx.vault.reveal(row[i])) for i in (7, 21, 22))
    values: list[Any] = [*row[:7], item, *row[8:10], bool(row[10]), *row[11:21], submission, signature]
    return Item(*values)


def must_be_live(step: Step, item: Item) -> None:
    """Tell the one who came second who won and when."""
    if item.status == "done":
        who = step.people.person(item.done_by).name if item.done_by else "系统"
        when = f"{local(moment(item.done_at or item.opened_at)):%m-%d %H:%M}"
        raise AlreadyDone(who=who, when=when, did="办理")
    if item.status == "cancelled":
        raise NotPossible(what="办理", why="这一步已随流程的撤回、退回或办结而取消")


def acting(step: Step, item: Item, actor: int) -> Acting | None:
    """In which capacity the actor may work the item now: as holder of its post or as deputy; None: not at all."""
    return step.people.may(actor, item.post_id, step.now) if item.post_id is not None else None


def must_act(step: Step, item: Item, actor: int, doing: str) -> Acting:
    capacity = acting(step, item, actor)
    if capacity is None:
        post = step.people.post_name(item.post_id) if item.post_id else "系统"
        raise NotAllowed(what=doing, why=f"这一步由{post}办理")
    if item.holder_id not in (None, actor):
        if step.people.claimant(item.holder_id, item.post_id, step.now) is None:
            _hand_over(step, item, actor, LEFT)
            return capacity
        holder = step.people.person(item.holder_id or 0).name
        raise NotAllowed(what=doing, why=f"{holder}已签收；请其退回公共待办，或由其转办给您")
    return capacity


# --- claim, release, transfer ---------------------------------------------------------------------------------


def claim(step: Step, item: Item, actor: int) -> None:
    must_act(step, item, actor, "签收")
    if step.tx.run(statements.CLAIM_ITEM, (actor, step.stamped, step.case.id, item.id, actor)) != 1:
        raise NotPossible(what="签收", why="别人刚刚签收了这一步")
    step.record("item.claimed", node=item.node, subject=item.id)


def release(step: Step, item: Item, actor: int) -> None:
    if step.tx.run(statements.RELEASE_ITEM, (step.case.id, item.id, actor)) != 1:
        raise NotPossible(what="退回公共待办", why="这一步不在您手上")
    step.record("item.released", node=item.node, subject=item.id)


def transfer(step: Step, item: Item, actor: int, to: int, reason: str) -> None:
    """The holder, somebody entitled or the department's leader hands over to another person on the post."""
    reasons.must_give(reason, "请填写转办理由，超时责任按转办记录划分。")
    leader = step.people.post("leader", item.department_id or 0)
    steers = leader is not None and step.people.may(actor, leader.id, step.now) is not None
    if not steers:
        must_act(step, item, actor, "转办")
    if item.post_id is None or step.people.may(to, item.post_id, step.now) is None:
        post = step.people.post_name(item.post_id) if item.post_id else "系统"
        raise NotAllowed(what="转办给此人", why=f"此人现在不是{post}或其副岗")
    if to == item.holder_id:
        raise NotPossible(what="转办", why="这一步已在此人手上")
    _hand_over(step, item, to, reason)


def _hand_over(step: Step, item: Item, to: int, reason: str) -> None:
    if step.tx.run(statements.HAND_OVER_ITEM, (to, step.stamped, step.case.id, item.id)) != 1:
        raise NotPossible(what="转办", why="这一步刚被办理")
    left = None if item.due == UNTIMED else int((moment(item.due) - step.now).total_seconds())
    step.record(
        "item.transferred",
        node=item.node,
        subject=item.id,
        before=item.holder_id,
        to=to,
        reason=reason,
        left=left,
    )


def resume_all(step: Step) -> None:
    """Give the paused items of a case back to the inboxes, with the due moments of their deadlines."""
    rows = step.tx.all(
        "SELECT id, deadline_id FROM work_item WHERE instance_id = ? AND status = 'paused'", (step.case.id,)
    )
    for item_id, deadline in rows:
        due = due_of(step, deadline) if deadline else UNTIMED
        step.tx.run(statements.RESUME_ITEM, (due, step.case.id, item_id))


# --- complete -------------------------------------------------------------------------------------------------


def complete(step: Step, item: Item, actor: int, completion: Completion) -> None:
    """Finish the item: rights, four eyes, form, guards, signature; then the case goes on."""
    wait = step.wait(item.id, "work")
    capacity = must_act(step, item, actor, "办理")
    if not _sends_back(step, item, completion):
        must_be_separate(step, item, actor)
    submission = _submission(step, item, actor, completion)
    step.case.form = dict(submission.values)
    node = step.node(item.node)
    signature = signing.sign(step, node, item, capacity, submission)
    _finish(step, item, actor, capacity, completion, submission, signature)
    step.finished = wait.task
    if node.extensions.get("rework") == "true":
        step.case.round += 1
    if step.definition.model.extensions.get("urgent", "") in submission.changed:
        urgency.mark(step)
    if title := step.definition.title(step.case.form):
        step.case.title = title
    step.run.complete(wait.task, submission.decisions)


def _submission(step: Step, item: Item, actor: int, completion: Completion) -> Submission:
    if item.form is None:
        reasons.must_fit(completion.comment)
        return filling.without_form(item.node, completion.outcome, completion.values, step.case.form)
    who = GuardContext(
        step.tx, step.now, step.people, actor, item.department_id or 0, step.case.id, item.node, step.case.subject,
        step.case.base or {}, step.definition,
    )  # fmt: skip
    posted = {**completion.values, "outcome": completion.outcome, "comment": completion.comment}
    form = step.definition.forms[item.form]
    registry, applicant = step.engine.registry, step.case.department_id
    submission = filling.submit(form, posted, step.case.form, who, registry, applicant, item.item)
    filling.claim_files(who, step.case.id, form, submission)
    return submission


def _finish(
    step: Step, item: Item, actor: int, capacity: Acting, completion: Completion, submission: Submission,
    signature: Mapping[str, Any] | None,
) -> None:  # fmt: skip
    behalf = capacity.on_behalf_of.id if capacity.on_behalf_of else None
    changed = {name: new for name, (_, new) in submission.changed.items()}
    replaced = {name: old for name, (old, _) in submission.changed.items()}
    kept, before = (stored(step.tx.vault, step.definition.sensitive, one) for one in (changed, replaced))
    finished = step.tx.run(
        statements.FINISH_ITEM,
        (
            step.stamped, actor, behalf, submission.outcome, completion.comment or None, kept,
            before, None if signature is None else dumps(signature), step.case.id, item.id, actor,
        ),
    )  # fmt: skip
    if not finished:
        raise NotPossible(what="办理", why="这一步刚被别人办理")
    step.known_due = (item.deadline_id, item.due) if item.deadline_id else None
    step.record(
        "item.completed",
        node=item.node,
        subject=item.id,
        outcome=submission.outcome,
        fields=sorted(changed),
        form=digest(step.case.form),
        **handed_in(step.definition.sensitive, changed, step.case.form),
        comment=completion.comment,
        on_behalf_of=behalf,
        round=step.case.round,
        **filling.told(submission),
    )
    if signature is not None:
        told = {name: signature[name] for name in ("hash", "seal", "scan") if name in signature}
        step.record("item.signed", node=item.node, subject=item.id, **told)


def _sends_back(step: Step, item: Item, completion: Completion) -> bool:
    """Whether the outcome is a return: sending one's own work back approves nothing, so four eyes do not forbid it."""
    form = step.definition.forms.get(item.form or "")
    outcome = form.outcome(completion.outcome) if form else None
    return outcome is not None and outcome.skip_validation and not outcome.signs


def must_be_separate(step: Step, item: Item, actor: int) -> None:
    """Four eyes (E-22, E-88): whoever did one of the named steps last may not do this one."""
    for other in step.node(item.node).extensions.get("separate", "").split():
        if _last_done_by(step, item, other) == actor:
            name = step.node(other).name
            raise NotAllowed(what="办理这一步", why=f"“{name}”是您办的，这一步须由另一人办理（不相容岗位分离）")


def _last_done_by(step: Step, item: Item, node: str) -> int | None:
    if step.node(node).kind == "start":
        return step.case.applicant_id
    own = item.item is not None and step.node(node).scope == step.node(item.node).scope
    department = item.department_id if own else None
    row = step.tx.one(statements.LAST_DONE_BY, (step.case.id, node, department, department, step.case.id))
    assert row is not None
    done_by, moved = row
    return _done_by_any_name(step, node, department) if moved else done_by


def _done_by_any_name(step: Step, node: str, department: int | None) -> int | None:
    """Who did a step last in a case that has been moved, whatever it was called in the version of that time."""
    passed, done = trail.moves(step.tx, step.case.id), step.tx.all(statements.DONE_BY, (step.case.id,))
    same = (row for row in done if department in (None, row[3]))
    return next((row[2] for row in same if passed.now(row[1], row[0]) == node), None)


# --- send back ------------------------------------------------------------------------------------------------


def send_back(step: Step, item: Item, actor: int, to: str, reason: str) -> None:
    """Put the token on an earlier step of the same stretch; the item ends, the target opens with a new deadline."""
    reasons.must_give(reason, "请填写退回理由，对方要据此补正。")
    wait = step.wait(item.id, "work")
    capacity = must_act(step, item, actor, "退回")
    submission = filling.without_form(item.node, "returned", {}, step.case.form)
    _finish(step, item, actor, capacity, Completion("returned", {}, reason), submission, None)
    step.finished = wait.task
    step.case.round += 1
    step.record("item.returned", node=item.node, subject=item.id, to=to, reason=reason)
    try:
        step.run.jump(task_of(item.id), to, {})
    except spiff.NotPossible as error:  # a choice that cannot be, nothing an administrator could mend
        raise NotPossible(what="退回到这一步", why=str(error)) from None
