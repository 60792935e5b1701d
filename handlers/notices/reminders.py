"""The notice that reminds somebody of a step he owes; the engine decides whom and when."""

from __future__ import annotations

from datetime import datetime

from engine.clock import local
from engine.operations import Reminder, reminder
from engine.people import People
from engine.transactions import Tx
from engine.wording import duration_text
from handlers.notices import outbox
from handlers.notices.outbox import Note


@reminder
def tell_owing(tx: Tx, now: datetime, people: People, told: Reminder) -> list[int]:
    """Queue the notice to everybody it names, with what is owed and until or since when; returns who was told."""
    if told.share:
        note = _warning(told)
    elif told.level:
        note = _escalation(now, told)
    else:
        note = _reminder(now, people, told)
    return outbox.queue(tx, now, people, list(told.persons), note)


def _warning(told: Reminder) -> Note:
    assert told.due is not None
    assert told.left is not None
    left, due = duration_text(told.left), f"{local(told.due):%Y-%m-%d %H:%M}"
    subject = f"时限提醒：{told.number} {told.title} 的“{told.step}”还剩 {left}"
    body = f"“{told.step}”的限期已用去 {told.share}%，{due} 到期，还剩 {left}。{told.note}"
    return Note("warn", told.fact, subject, body, told.case_id)


def _escalation(now: datetime, told: Reminder) -> Note:
    """The same kind and fact as the letter of the drawn timer: whoever has had that one is not told again."""
    assert told.due is not None
    late, due = duration_text(now - told.due), f"{local(told.due):%Y-%m-%d %H:%M}"
    subject = f"逾期上报：{told.number} {told.title} 的“{told.step}”已逾期"
    who = told.note or "（岗位空缺）"
    body = (
        f"“{told.step}”由{who}办理，{due} 到期，至今未办结，已逾期 {late}（自然时间）。\n"
        "超时事件已登记，待确认（SD-010 第 4.1 条）。请督促办理。"
    )
    return Note("escalate", told.fact, subject, body, told.case_id)


def _reminder(now: datetime, people: People, told: Reminder) -> Note:
    subject = f"催办：{told.number} {told.title} 的“{told.step}”"
    if told.due is not None:
        late = duration_text(now - told.due)
        subject += "已逾期"
        lines = [f"“{told.step}”于 {local(told.due):%Y-%m-%d %H:%M} 到期，至今未办结，已逾期 {late}（自然时间）。"]
        lines.append("超时事件已登记，待确认（SD-010 第 4.1 条）；办结之前，每个工作日提醒一次。")
    else:
        who = people.person(told.by).name if told.by else "申请部门"
        lines = [f"{who}请您尽快办理“{told.step}”。催办不改变时限。"]
    if told.note:
        lines.append(f"说明：{told.note}")
    return Note("remind", told.fact, subject, "\n".join(lines), told.case_id)
