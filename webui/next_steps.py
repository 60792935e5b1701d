"""After a step: in whose hands the case is now, and by when."""

from __future__ import annotations

from flask_babel import gettext as _

from engine import worklists
from engine.snapshots import Snapshot
from engine.store import NEVER
from engine.transactions import Tx
from engine.wording import moment_text
from engine.worklists import Waiting
from webui.case_lists import holder
from webui.here import now


def next_steps(tx: Tx, known: Snapshot, case_id: int) -> str:
    """`CJ-2026-0007 已提交，送马国栋“主管领导审批”，不计时。`"""
    row = tx.one("SELECT number FROM instance WHERE id = ?", (case_id,))
    waiting = worklists.waiting(tx, [case_id])[case_id]
    steps = "；".join(_told(known, one) for one in waiting)
    number = row[0] if row else ""
    return _("%(number)s 已提交，%(steps)s。", number=number, steps=steps or _("正在办理"))


def _told(known: Snapshot, one: Waiting) -> str:
    due = _("不计时") if one.due >= NEVER else _("%(due)s 到期", due=moment_text(one.due, now()))
    who = holder(known, one) or _("（岗位空缺）")
    return _("送%(who)s“%(step)s”，%(due)s", who=who, step=one.name, due=due)
