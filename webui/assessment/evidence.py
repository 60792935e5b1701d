"""What a finding rests on: who had the work when, and the events with their place in the chain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from engine import history
from engine.history import Recorded
from engine.transactions import Tx
from engine.wording import amount_text
from handlers.penalties import explain
from handlers.penalties.findings import Finding
from handlers.penalties.liability import Slice
from handlers.penalties.queries import Placed
from webui.assessment.time_bar import length
from webui.assessment.words import short
from webui.log import Teller


def slices(placed: Placed) -> dict[str, Any]:
    """Who had the work when, how long by the clock of the deadline, adding up to the whole."""
    hands, people, one = explain.hands(placed.finding, placed.basis), placed.basis.people, placed.finding
    rows, total = [], explain.total([])
    for each in hands:
        before, total = total, total + each.counted
        who = explain.hand(each, people)
        post = people.post_name(each.item.post) if each.item and each.item.post is not None else ""
        rows.append({
            "who": who, "payer": each.person is not None and each.person == one.payer.person,
            "since": short(each.since), "until": short(each.until), "counted": length(whole(total) - whole(before)),
            "total": length(total), "late": each.late,
            "note": "，".join(part for part in (post, _how(each)) if part),
        })  # fmt: skip
    limit, over = explain.total(hands, late=False), explain.total(hands, late=True)
    return {
        "rows": rows,
        "sum": _("合计 ＝ 时限内 %(limit)s ＋ 超时 %(over)s", limit=length(limit), over=length(over)),
        "total": length(limit + over),
        "agrees": limit + over == total and over == one.overrun,
    }


def whole(span: timedelta) -> timedelta:
    """Whole seconds: what is shown is the difference of sums, so that the column adds up."""
    return span - span % timedelta(seconds=1)


def _how(each: Slice) -> str:
    if each.paused:
        return _("暂停，不计")
    return _("已签收") if each.claimed else _("未签收") if each.person is not None else ""


def events(teller: Teller, one: Finding) -> list[dict[str, Any]]:
    """The events the finding rests on, and what was said about the same deadline meanwhile."""
    subjects = {*one.deadline.keys, *(item.id for item in one.deadline.work)} if one.deadline else set[str]()
    told = [event for event in teller.file.events if event.seq in one.seqs or event.subject in subjects]
    return [_event(teller, event, one) for event in sorted(told, key=lambda event: (event.occurred_at, event.seq))]


def _event(teller: Teller, event: Recorded, one: Finding) -> dict[str, Any]:
    text = teller.sentence(event)
    if (late := event.recorded_at - event.occurred_at).total_seconds() >= 1 and event.seq == one.ref.seq:
        text += _("（%(span)s 后记录）", span=amount_text(late))
    return {
        "seq": event.seq, "time": short(event.occurred_at), "text": text, "who": teller.who(event),
        "hash": event.hash[:8], "is_it": event.seq == one.ref.seq, "rests": event.seq in one.seqs,
        "detail": teller.detail(event),
    }  # fmt: skip


def chain(tx: Tx, case_id: int, count: int) -> dict[str, str]:
    """Whether the chain of the case holds, in words."""
    fault = history.verify_case(tx, case_id)
    if fault is None:
        return {"text": _("哈希链连续 1–%(n)s", n=count), "tone": "ok"}
    return {"text": fault.what, "tone": "late"}
