"""Fairness guards: whether a finding may fairly be charged, each answer with the records it rests on.

They decide nothing. `exempt` proposes an exemption to the assessor (the failure was the system's), `ground` is
something an appeal may rest on, `passed` speaks for the charge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from engine.store import loads, moment, stamp
from engine.timeline import timeline
from engine.transactions import Row, Tx
from engine.wording import amount_text
from handlers.penalties import explain, facts, liability
from handlers.penalties.basis import Basis
from handlers.penalties.facts import Clocked, Work
from handlers.penalties.findings import FALSE_NEW, OVERTIME, Finding, timeline_of

PASSED, GROUND, EXEMPT = "passed", "ground", "exempt"
OUTCOMES = {PASSED: "通过", GROUND: "可作申诉理由", EXEMPT: "建议豁免"}
LATE_TIMER = timedelta(minutes=15)  # a warning or breach noticed this much working time too late is worth mention
ZERO = timedelta(0)

# By the index over a person's inbox: a case's notices have none of their own.
NOTICES = (
    "SELECT kind, subject, created_at, read_at, dedupe_key FROM notice WHERE person_id = ? AND channel = 'inbox'"
    " AND created_at >= ? AND created_at <= ? AND instance_id = ? ORDER BY created_at, id"
)
COPY = "SELECT status, attempts, last_error FROM notice WHERE dedupe_key = ?"
OUTAGES = "SELECT began_at, ended_at FROM outage WHERE began_at < ? AND ended_at > ? ORDER BY id"


@dataclass(frozen=True)
class Check:
    """One guard's answer; `outcome` is one of OUTCOMES, `evidence` the sentence with the records."""

    title: str
    outcome: str
    evidence: str


@dataclass(frozen=True)
class Told:
    """A notice in a person's inbox; `copy` is what became of the copy sent outside, "" when there was none."""

    kind: str
    subject: str
    at: datetime
    read_at: datetime | None
    copy: str


@dataclass(frozen=True)
class Known:
    """The records the guards look at: the case's events, what the payer was told, when the system stood still."""

    rows: Sequence[Row]
    told: Sequence[Told]
    outages: Sequence[tuple[datetime, datetime]]


def checks(tx: Tx, finding: Finding, basis: Basis) -> list[Check]:
    """The guards of a finding, in the order in which they are read; none for entry errors."""
    if finding.kind == OVERTIME:
        return list(_late(finding, basis, known(tx, finding)))
    return [_return_told(known(tx, finding))] if finding.kind == FALSE_NEW else []


def proposal(found: Sequence[Check]) -> str:
    """Why the guards propose an exemption; "" when they do not."""
    return "；".join(one.evidence for one in found if one.outcome == EXEMPT)


def known(tx: Tx, finding: Finding) -> Known:
    """The records of a finding."""
    case = next(iter(facts.of_cases(tx, [(finding.ref.case_id, None)])))
    deadline = finding.deadline
    since, until = (deadline.received_at, deadline.due) if deadline else (finding.at, finding.at + timedelta(days=1))
    outages = [(moment(a), moment(b)) for a, b in tx.all(OUTAGES, (stamp(until), stamp(since)))]
    return Known(case.rows, _told(tx, finding, since, until), outages)


def _told(tx: Tx, finding: Finding, since: datetime, until: datetime) -> list[Told]:
    rows = tx.all(NOTICES, (finding.payer.person or 0, stamp(since), stamp(until), finding.ref.case_id))
    return [
        Told(kind, subject, moment(at), moment(read) if read else None, _copy(tx, key))
        for kind, subject, at, read, key in rows
    ]


def _copy(tx: Tx, key: str) -> str:
    row = tx.one(COPY, (key.removesuffix("inbox") + "out",))
    return str(row[0]) if row else ""


# --- overtime -----------------------------------------------------------------------------------------------------


def _late(finding: Finding, basis: Basis, records: Known) -> Iterator[Check]:
    deadline = finding.deadline
    assert deadline is not None
    yield visible(deadline, basis)
    yield warned(finding, deadline, basis, records)
    yield covered(deadline, basis)
    yield timed(deadline, basis, records)
    yield up(finding, deadline, basis, records)
    yield handed_over(finding, deadline, basis)
    yield with_leader(finding, basis)
    yield stood_still(deadline)


def visible(deadline: Clocked, basis: Basis) -> Check:
    """Whether there was something to do in the payer's inbox, and long enough."""
    title, item = "待办可见", liability.primary(deadline, basis.people)
    if item is None:
        return Check(title, EXEMPT, "到期前该时限下没有任何人的待办，时间在系统手上")
    counted = timeline_of(deadline, basis)
    left, whole = counted.between(item.opened_at, deadline.due), counted.between(deadline.received_at, deadline.due)
    said = f"待办 {item.id} 于 {explain.clock_text(item.opened_at)} 送达，到期前有 {amount_text(left)}"
    if item.viewed_at is None or item.viewed_at > deadline.due:
        said += "；到期前没有人打开"
    else:
        said += f"；{explain.clock_text(item.viewed_at)} 首次打开"
    return Check(title, GROUND if left * 2 < whole else PASSED, said)


def warned(finding: Finding, deadline: Clocked, basis: Basis, records: Known) -> Check:
    """Whether the payer was told in time that it would fall due."""
    title = "通知送达"
    shares = basis.policies.version(deadline.policy).ladder.warn_at
    warnings = [data for _row, data in _events(records, "deadline.warned", deadline)]
    mine = [data for data in warnings if finding.payer.person in data["persons"]]
    notices = [one for one in records.told if one.kind == "warn"] or list(records.told)
    if not shares:
        return Check(title, PASSED, "制度没有规定到期前提醒，待办即为通知")
    if not mine:
        return Check(title, GROUND, "到期前没有向其发出提醒" + ("（提醒发给了当时持有的人）" if warnings else ""))
    said = "限时用去 " + "、".join(f"{data['share']}%" for data in mine) + " 时提醒"
    if failed := [one for one in notices if one.copy == "failed"]:
        return Check(title, GROUND, f"{said}；其中 {len(failed)} 份外发邮件没有发出，站内通知已送达")
    read = [one.read_at for one in notices if one.read_at]
    return Check(title, PASSED, said + (f"；{explain.clock_text(min(read))} 已读" if read else "；站内通知没有打开"))


def covered(deadline: Clocked, basis: Basis) -> Check:
    """Whether somebody could act for the holder: a deputy in office at the due moment."""
    title, people = "副岗", basis.people
    item = liability.primary(deadline, people)
    if item is None or item.post is None:
        return Check(title, PASSED, "与岗位无关")
    post = people.post_name(item.post)
    in_office = [one for one in people.appointments(item.post) if one.valid(deadline.due)]
    if not in_office:
        return Check(title, EXEMPT, f"到期时{post}岗位空缺，没有人可以办理")
    deputies = [people.person(one.person_id).name for one in in_office if one.rank > 0]
    if deputies:
        return Check(title, PASSED, f"到期时{post}有副岗 {'、'.join(deputies)}，可以代办")
    if item.holder(deadline.due) is None:
        return Check(title, GROUND, f"到期时无人签收，{post}也没有副岗；本人当时不在岗的，可以申诉")
    return Check(title, PASSED, f"{post}没有副岗；待办已由本人签收")


def timed(deadline: Clocked, basis: Basis, records: Known) -> Check:
    """Whether our own timers were on time: the warnings and the breach recorded when they fell due."""
    title, calendar = "提醒和计时准时", basis.calendar(deadline.calendar)
    found = []
    for row, data in _events(records, "deadline.warned", deadline):
        planned = _planned(deadline, basis, data["share"])
        if (late := calendar.between(planned, moment(row[4]))) > LATE_TIMER:
            found.append(f"{data['share']}% 的提醒晚了 {amount_text(late)}")
    for row, _data in _events(records, "deadline.breached", deadline):
        if (late := calendar.between(moment(row[3]), moment(row[4]))) > LATE_TIMER:
            found.append(f"超时晚 {amount_text(late)} 才记录，催办随之推迟")
    if found:
        return Check(title, GROUND, "；".join(found))
    return Check(title, PASSED, f"提醒和超时都在 {int(LATE_TIMER.total_seconds() // 60)} 分钟以内记录")


def _planned(deadline: Clocked, basis: Basis, share: int) -> datetime:
    """When a warning was to be given, of a deadline whose due moment never moved; else not later than it was."""
    line = timeline_of(deadline, basis)
    whole = line.between(deadline.received_at, deadline.due)
    at = line.back(deadline.due, whole * (100 - share) / 100)
    hours = basis.calendar(deadline.calendar)  # reminders wait for working hours
    return deadline.due if deadline.moved or deadline.pauses else max(at, hours.add(at, timedelta(seconds=1)))


def up(finding: Finding, deadline: Clocked, basis: Basis, records: Known) -> Check:
    """Whether the system ran while the limit did."""
    title = "系统可用"
    if finding.proposal:
        return Check(title, EXEMPT, finding.proposal)
    line = timeline("work", basis.calendar(deadline.calendar))
    down = [(a, b) for a, b in records.outages if line.between(max(a, deadline.received_at), min(b, deadline.due))]
    if not down:
        return Check(title, PASSED, "收到至到期之间没有停机记录")
    lost = sum((line.between(max(a, deadline.received_at), min(b, deadline.due)) for a, b in down), ZERO)
    spans = "、".join(f"{explain.clock_text(a)} 至 {explain.clock_text(b)}" for a, b in down)
    covers = any(a <= deadline.due <= b for a, b in down)
    return Check(title, EXEMPT if covers else GROUND, f"其间停机 {spans}，占用 {amount_text(lost)}")


def handed_over(finding: Finding, deadline: Clocked, basis: Basis) -> Check:
    """How much time was left when the payer got it from somebody else."""
    title, item = "转办时的余时", liability.primary(deadline, basis.people)
    taken = _handed_to(item, finding.payer.person) if item else None
    if taken is None or taken >= deadline.due:
        return Check(title, PASSED, "不是在办理中转给他的")
    line = timeline_of(deadline, basis)
    left, whole = line.between(taken, deadline.due), line.between(deadline.received_at, deadline.due)
    said = f"{explain.clock_text(taken)} 转到其手上，余 {amount_text(left)}（限时 {amount_text(whole)}）"
    return Check(title, GROUND if left * 2 < whole else PASSED, said)


def _handed_to(item: Work, person: int | None) -> datetime | None:
    """When a person took an item over from another holder; None when he had it first."""
    held = item.holdings
    return next((b.since for a, b in pairwise(held) if b.person == person != a.person), None)


def with_leader(finding: Finding, basis: Basis) -> Check:
    """How much of the overrun passed while the form lay before the leader (AMB-41)."""
    title, late = "超时在谁手上", [one for one in explain.hands(finding, basis) if one.late and one.counted]
    total = sum((one.counted for one in late), ZERO)
    led = [one for one in late if one.item and one.item.post is not None and _leads(one.item.post, basis)]
    amount = sum((one.counted for one in led), ZERO)
    if not amount:
        return Check(title, PASSED, f"超时 {amount_text(total)} 都不在主管领导手上")
    said = f"超时 {amount_text(total)} 中有 {amount_text(amount)} 表单在主管领导处待签"
    return Check(title, GROUND, f"{said}；按制度归口人员仍扣，可以申诉")


def _leads(post: int, basis: Basis) -> bool:
    return basis.people.post_by_id(post).kind in ("leader", "executive")


def stood_still(deadline: Clocked) -> Check:
    """What was taken off already: pauses, extensions, a changed calendar."""
    title, found = "暂停和延期", []
    for since, until in deadline.pauses:
        found.append(f"{explain.clock_text(since)} 至 {explain.clock_text(until) if until else '未恢复'} 暂停，不计时")
    for _at, before, after, why in deadline.moved:
        reason = f"（{why}）" if why else ""
        found.append(f"到期由 {explain.clock_text(before)} 改为 {explain.clock_text(after)}{reason}")
    return Check(title, PASSED, "；".join(found) or "没有暂停、延期或日历调整")


# --- 申报不实 -----------------------------------------------------------------------------------------------------


def _return_told(records: Known) -> Check:
    """Whether the return reached the applicant: from its delivery on it counts (AMB-20)."""
    told = [one for one in records.told if one.kind == "not_new"]
    if not told:
        return Check("退回单送达", GROUND, "没有查到送给申请人的退回通知")
    read = f"，{explain.clock_text(told[0].read_at)} 已读" if told[0].read_at else "，尚未打开"
    return Check("退回单送达", PASSED, f"{explain.clock_text(told[0].at)} 送达{read}")


def _events(records: Known, kind: str, deadline: Clocked) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """The events of a kind about a deadline, under any of its ids."""
    for row in records.rows:
        if row[2] == kind and row[7] in deadline.keys:
            yield row, loads(row[8])
