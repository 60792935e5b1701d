"""紧急处理: which cases are urgent by the policy (SD-010 3.2), and what changes when that changes on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine import deadlines, due_story, limits, statements
from engine.deadlines import Standing
from engine.definitions import Definition
from engine.due_story import Told
from engine.errors import CountersignError, FieldProblem, FormInvalid, NotPossible
from engine.policy import ClockRule, Policy
from engine.store import moment, stamp

if TYPE_CHECKING:
    from engine.step import Step

NORMAL = "normal"  # the reason of a case that is not urgent


def demanded(definition: Definition, policy: Policy, form: Mapping[str, Any]) -> bool:
    """Whether the reason given makes the case urgent: it then must be marked, nobody chooses the mark itself (E-60).

    The diagram names the field of the reason with `cs:urgent`. Raises FormInvalid for a kind of case that has no
    urgent procedure (E-62) and for a reason that the policy does not know (E-58).
    """
    field = definition.model.extensions.get("urgent", "")
    reason = form.get(field)
    if not field or reason in (None, "", NORMAL):
        return False
    label = definition.catalogue.fields[field].label
    if not policy.may_be_urgent(definition.model.extensions.get("kind", "")):
        text = "这类申请没有紧急程序（SD-010 3.2 只许修改和冻结）；请按正常程序提交，急需的写在申请原因中"
        raise FormInvalid([FieldProblem(field, text, label)], form)
    if reason not in policy.urgent.reasons:
        text = "只有法律纠纷或客户（不是我方）内部人员变更可以紧急处理（SD-010 3.2）；请改选，或按正常程序提交"
        raise FormInvalid([FieldProblem(field, text, label)], form)
    return True


def mark(step: Step) -> None:
    """Make a case urgent or normal by the reason its form gives now, and put on record that this has changed."""
    urgent = demanded(step.definition, step.policy.policy, step.case.form)
    if urgent != step.case.urgent:
        step.case.urgent = urgent
        step.record("case.marked", urgent=urgent)


def change(step: Step, urgent: bool, reason: str, ground: str) -> None:
    """Up- or downgrade a running case with all it waits for (E-59, E-61); on record with the reason.

    Up: each open step is due at the earlier of its due moment and the urgent limit from now. Down: the normal limit
    from the original receipt, never earlier than before.
    """
    case = step.case
    if case.urgent == urgent:
        raise NotPossible(what="改变紧急程度", why=f"{case.number} 已经是{'紧急' if urgent else '正常'}处理")
    kind = step.definition.model.extensions.get("kind", "")
    if urgent and not step.policy.policy.may_be_urgent(kind):
        raise CountersignError("这类申请没有紧急程序（SD-010 3.2 只许修改和冻结）；请按正常程序办理。")
    if urgent and ground not in step.policy.policy.urgent.reasons:
        raise CountersignError("只有法律纠纷或客户内部人员变更可以紧急处理（SD-010 3.2）；请选明是哪一种。")
    case.urgent = urgent
    step.record("case.upgraded" if urgent else "case.downgraded", reason=reason, ground=ground)
    for one in deadlines.standing(step):
        _move(step, one)
    step.tx.run(statements.MARK_ITEMS, (urgent, case.id))


def _move(step: Step, one: Standing) -> None:
    rule = step.policy.policy.limit(one.clock, step.case.urgent)
    if rule is None or rule.limit is None:
        return
    if one.status == "paused":
        _move_paused(step, one, rule)
        return
    before = moment(one.due)
    if one.breached or before < step.now:  # what is overdue stays overdue
        return
    start = step.now if step.case.urgent else moment(one.received)
    found = limits.due(start, rule.limit, rule.kind, step.snapshot.calendar(one.calendar))
    after = min(before, found.at) if step.case.urgent else max(before, found.at)
    step.tx.run(statements.PRIORITISE, (step.case.urgent, step.case.id, one.id))
    if after == before:
        return
    move = {"urgent": step.case.urgent, "from": stamp(start), "amount": str(rule.limit), "due": stamp(after)}
    deadlines.move(step, one, Told(after, found.provisional, due_story.moved(one.steps, move)))
    why = "升为紧急处理" if step.case.urgent else "改为正常处理"
    step.record(
        "deadline.moved", node=one.node, subject=one.id, clock=one.clock, before=one.due, due=stamp(after), reason=why
    )


def _move_paused(step: Step, one: Standing, rule: ClockRule) -> None:
    """A clock that stands still: an upgrade leaves it at most the urgent limit; a downgrade takes nothing away."""
    assert rule.limit is not None
    left = one.left or 0
    if step.case.urgent and rule.limit.unit != "d":
        left = min(left, int(rule.limit.span.total_seconds()))
    step.tx.run(statements.PRIORITISE_PAUSED, (step.case.urgent, left, step.case.id, one.id))
