"""Why: a finding in sentences, with every figure in it and what it adds up from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.clock import local
from engine.due_story import explanation
from engine.people import People
from engine.transactions import Tx
from engine.wording import WEEKDAYS, amount_text, overrun_text
from handlers.penalties import findings, liability, stretches
from handlers.penalties.basis import Basis
from handlers.penalties.facts import Clocked
from handlers.penalties.findings import FALSE_NEW, OVERTIME, TITLE, Finding
from handlers.penalties.liability import Slice
from handlers.penalties.pricing import Line, role_name

STEPS = "SELECT steps FROM deadline WHERE instance_id = ? AND id = ?"
ZERO = timedelta(0)
STRETCHES = 4  # an overrun in more of them is not added up in the sentence


def told(tx: Tx, one: Finding, basis: Basis, lines: Sequence[Line]) -> list[str]:
    """The finding as text, line by line; `lines` are those of its month."""
    head = [f"{one.name} {TITLE[one.kind]}（SD-010 {one.clause}）"]
    if one.kind == OVERTIME:
        return [*head, *_late(tx, one, basis), *amounts(one, basis, lines)]
    said = untrue(one) if one.kind == FALSE_NEW else entered(one)
    return [*head, said, *amounts(one, basis, lines)]


def _late(tx: Tx, one: Finding, basis: Basis) -> list[str]:
    deadline = one.deadline
    assert deadline is not None
    counted = hands(one, basis)
    return [
        *due_sentences(tx, deadline), overran(one, basis),
        *(f"  {row}" for row in (slice_text(each, basis) for each in counted)),
        f"  合计 {amount_text(total(counted))} ＝ 时限内 {amount_text(total(counted, late=False))}"
        f" ＋ 超时 {amount_text(total(counted, late=True))}",
        f"事件：{'、'.join(map(str, one.seqs))}（第几条）",
    ]  # fmt: skip


def hands(one: Finding, basis: Basis) -> list[Slice]:
    """The slices of a late finding."""
    assert one.deadline is not None
    return liability.slices(one.deadline, basis.people, findings.timeline_of(one.deadline, basis), basis.as_of)


def total(counted: Sequence[Slice], late: bool | None = None) -> timedelta:
    return sum((one.counted for one in counted if late is None or one.late is late), ZERO)


def due_sentences(tx: Tx, deadline: Clocked) -> list[str]:
    """Why it was due when it was, as kept with the deadline."""
    row = tx.one(STEPS, (deadline.case_id, deadline.key))
    return explanation(row[0]) if row else []


def overran(one: Finding, basis: Basis) -> str:
    """When it was really done, and by how much that was late."""
    deadline = one.deadline
    assert deadline is not None
    if deadline.closed_at is None:
        return f"到 {clock_text(basis.as_of)} 仍未办完，已超时 {amount_text(one.overrun)}。"
    if not one.overrun:  # the instant decides (AMB-33), though no working time has passed since
        return f"实际于 {clock_text(deadline.closed_at)} 办完，已过应完成时刻，其间没有工作时间。"
    running = stretches.counted(deadline, basis, deadline.due, deadline.closed_at)
    sums = "＋".join(overrun_text(b - a) for a, b in running) + "＝" if 1 < len(running) <= STRETCHES else ""
    return f"实际于 {clock_text(deadline.closed_at)} 办完，{_apart(running)}超时 {sums}{overrun_text(one.overrun)}。"


def _apart(running: Sequence[stretches.Stretch]) -> str:
    """What of the time since the due moment does not count."""
    off = stretches.gaps(list(running))
    if not off:
        return ""
    if len(off) == 1 and local(off[0][0]).date() == local(off[0][1]).date():
        return f"其间 {local(off[0][0]):%H:%M}–{local(off[0][1]):%H:%M} 不计，"
    return f"其间非工作时间共 {amount_text(sum((b - a for a, b in off), ZERO))}不计，"


def hand(one: Slice, people: People) -> str:
    """In whose hands a slice lay."""
    if one.person is not None:
        return people.person(one.person).name
    return "系统" if one.item is None else "岗位空缺"


def slice_text(one: Slice, basis: Basis) -> str:
    who = hand(one, basis.people)
    how = "暂停" if one.paused else "超时" if one.late else "时限内"
    taken = "" if one.claimed or one.person is None else "（未签收）"
    return f"{clock_text(one.since)} 至 {clock_text(one.until)} {who}{taken}：{how} {amount_text(one.counted)}"


def untrue(one: Finding) -> str:
    return f"申报的新客户已有编码 {one.data['existing_code']}，退回单于 {clock_text(one.at)} 送达申报部门。"


def entered(one: Finding) -> str:
    fields = "、".join(str(each.get("label", each.get("field"))) for each in one.data.get("fields") or [])
    return f"客户 {one.data['customer_code']} 录入有误（{fields}），于 {clock_text(one.at)} 确认。"


def amounts(one: Finding, basis: Basis, lines: Sequence[Line]) -> list[str]:
    """Who pays what for it, and what the department's month comes to."""
    said = []
    for line in lines:
        if one.name in line.findings:
            who = basis.people.person(line.person).name if line.person is not None else _department(line, basis)
            share = f"，本事件为其中之一（共 {len(line.findings)} 次）" if len(line.findings) > 1 else ""
            said.append(f"{role_name(line, basis.people)} {who}：{line.formula}＝{line.amount} 元{share}")
    if one.kind == OVERTIME:
        said.append(f"为何由其承担：{one.payer.why}" + (f"；{one.leader.why}" if one.leader else ""))
    return said or ["不计扣款。"]


def _department(line: Line, basis: Basis) -> str:
    return basis.people.department(line.department).name if line.department is not None else ""


def clock_text(moment: datetime) -> str:
    at = local(moment)
    return f"{at:%Y-%m-%d} {WEEKDAYS[at.weekday()]} {at:%H:%M:%S}" if at.second else (
        f"{at:%Y-%m-%d} {WEEKDAYS[at.weekday()]} {at:%H:%M}")  # fmt: skip
