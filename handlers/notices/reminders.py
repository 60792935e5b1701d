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
def tell_owing(tx: Tx, now: datetime, people: People, told: Reminder) -> None:
    """Queue the reminder to everybody it names, with what is owed and, when overdue, since when."""
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
    note = Note("remind", told.fact, subject, "\n".join(lines), told.case_id)
    outbox.queue(tx, now, people, list(told.persons), note)
