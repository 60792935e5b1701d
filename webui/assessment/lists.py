"""Findings in tables, one per kind: behind a figure, in an open row of the report, among one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.transactions import Tx
from handlers.penalties import queries
from handlers.penalties.basis import Basis
from handlers.penalties.findings import ENTRY_ERROR, FALSE_NEW, OVERTIME, Finding
from handlers.penalties.liability import Payer
from handlers.penalties.month import Assessed
from webui.assessment.time_bar import length
from webui.assessment.words import STATUS_TAGS, short, tag

HEADS = {
    OVERTIME: ("处理超时 %(n)s 次", "按应完成时间归月；超时合计 %(sum)s（工作时:分）"),
    FALSE_NEW: ("申报不实 %(n)s 次", "按退回单送达时间归月"),
    ENTRY_ERROR: ("录入错误 %(n)s 条", "按确认时间归月"),
}


def finding_lists(tx: Tx, of: Assessed, found: Sequence[Finding]) -> list[dict[str, Any]]:
    """What assessment/_lists.html draws: the findings kind by kind, those that do not count among them."""
    titles = queries.titles(tx, of)
    lists = []
    for kind, (head, note) in HEADS.items():
        some = [one for one in found if one.kind == kind]
        if some:
            over = length(sum((one.overrun for one in some), timedelta(0)))
            rows = [_row(one, of, titles[one.ref.case_id]) for one in some]
            lists.append({"kind": kind, "title": _(head, n=len(some)), "note": _(note, sum=over), "rows": rows})
    return lists


def _row(one: Finding, of: Assessed, case: tuple[str, str]) -> dict[str, Any]:
    basis, deadline = of.basis, one.deadline
    row = {
        "name": one.name,
        "url": url_for("assessment.finding", name=one.name),
        "number": case[0],
        "title": case[1],
        "department": basis.people.department(one.department).name if one.department is not None else "–",
        "payer": _who(one.payer, basis),
        "leader": _who(one.leader, basis),
        "status": tag(STATUS_TAGS[of.status(one.name)]),
        "amount": sum(line.amount for line in of.lines if one.name in line.findings and line.role != "extra"),
        "evidence": len(one.seqs),
        "at": short(one.at),
    }
    if deadline is not None:
        done = short(deadline.closed_at) if deadline.closed_at else _("未完成")
        row |= {"step": deadline.clock, "urgent": deadline.urgent, "received": short(deadline.received_at),
                "due": short(deadline.due), "done": done, "overrun": length(one.overrun)}  # fmt: skip
    elif one.kind == FALSE_NEW:
        row |= {"code": one.data["existing_code"], "ordinal": of.ordinal(one.name) or None}
    else:
        fields = "、".join(str(each.get("label", each.get("field"))) for each in one.data.get("fields") or [])
        row |= {"code": one.data["customer_code"], "fields": fields}
    return row


def _who(payer: Payer | None, basis: Basis) -> str:
    return basis.people.person(payer.person).name if payer is not None and payer.person is not None else "–"
