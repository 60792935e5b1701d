"""事件: one finding with all that makes it one: why, who held it when, the events, the clause, the sum."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import casefile
from engine.clock import local
from engine.transactions import Tx
from engine.wording import WEEKDAYS, amount_text
from handlers.penalties import access, explain
from handlers.penalties.findings import FALSE_NEW, OVERTIME, TITLE, Finding
from handlers.penalties.pricing import Line
from handlers.penalties.queries import Placed
from handlers.reporting import money_text
from webui.assessment.appeal import appeal
from webui.assessment.evidence import chain, events, slices
from webui.assessment.grounds import clauses, fair, read_as, sums
from webui.assessment.time_bar import time_bar
from webui.assessment.words import MONTH_TAGS, STATUS_TAGS, short, tag
from webui.case_view import CaseView
from webui.here import me, now, services, snapshot
from webui.log import Teller

MARKS = re.compile(
    r"(?P<skip>[^，：；。]*不计)|(?<=计 )(?P<used>[\d.]+ (?:小时|分|秒)(?: \d+ (?:分|秒))*)"
    r"|(?P<bold>限 [^：，]+|于 [^，。（]+ 到期)|(?P<late>超时 [^。]+)|(?P<when>\d\d:\d\d(?::\d\d)?(?= 收到))"
)


def finding_page(tx: Tx, placed: Placed) -> dict[str, Any]:
    """The variables of assessment/finding.html."""
    one, basis = placed.finding, placed.basis
    file = casefile.read(tx, services().engine.definitions, one.ref.case_id)
    view = CaseView(tx, file, snapshot(tx), me(), now())
    teller = view.teller
    lines = [line for line in placed.month.lines if one.name in line.findings]
    late = one.kind == OVERTIME
    return {
        "active": "assessment",
        "name": one.name,
        "title": _title(one),
        "kind": one.kind,
        "tags": [tag(MONTH_TAGS[placed.stage.status]), tag(STATUS_TAGS[placed.decision.status])],
        "case": {
            "number": file.case.number,
            "title": file.case.title,
            "url": url_for("cases.show", case_id=one.ref.case_id) if view.allowed else None,
        },
        "step": _step(teller, one, placed),
        "payer": _payer(one, placed),
        "why": _why(tx, placed),
        "calendar": basis.calendar(one.deadline.calendar if one.deadline else "company").version,
        "figures": _figures(placed, lines),
        "bar": time_bar(one, basis) if late else None,
        "slices": slices(placed) if late else None,
        "fields": one.data.get("fields") or [],
        "events": events(teller, one),
        "chain": chain(tx, one.ref.case_id, len(file.events)),
        "clauses": [found for found in clauses(tx, placed) if found],
        "readings": read_as(placed),
        "policy": basis.policies.version(one.policy),
        "sums": sums(placed, lines),
        "checks": fair(tx, placed),
        "appeal": appeal(placed, tx),
        "crumbs": _crumbs(placed),
        "evidence_url": url_for("cases.evidence", case_id=one.ref.case_id) if view.may_prove else None,
        "printed": f"{local(now()):%Y-%m-%d %H:%M}　{snapshot(tx).people.person(me()).name}",
        "company": services().settings.company,
        "month": placed.month.month.title,
    }


def _title(one: Finding) -> str:
    if one.kind == OVERTIME:
        return _("处理超时 %(span)s", span=amount_text(one.overrun).replace("小时", _("工时")))
    if one.kind == FALSE_NEW:
        return _("申报不实：已有编码 %(code)s", code=one.data["existing_code"])
    return _("录入错误：客户 %(code)s", code=one.data["customer_code"])


def _step(teller: Teller, one: Finding, placed: Placed) -> str:
    people = placed.basis.people
    department = people.department(one.department).name if one.department is not None else ""
    if one.deadline is None:
        return f"{TITLE[one.kind]} {department}"
    deadline = teller.file.deadlines.get(one.deadline.keys[-1])
    node = teller.file.node_of(deadline) if deadline else None
    urgent = _("，紧急处理") if one.deadline.urgent else ""
    name = node.name if node else teller.clock(one.deadline.clock)
    return f"{one.deadline.clock} {department} {name}{urgent}"


def _payer(one: Finding, placed: Placed) -> str:
    people, payer = placed.basis.people, one.payer
    if payer.person is None:
        return _("（空缺）")
    post = f"（{people.post_name(payer.post)}）" if payer.post is not None else ""
    behalf = _("，代%(who)s", who=people.person(payer.on_behalf_of).name) if payer.on_behalf_of else ""
    return f"{people.person(payer.person).name}{post}{behalf}"


# --- why ----------------------------------------------------------------------------------------------------------


def _why(tx: Tx, placed: Placed) -> list[dict[str, Any]]:
    """The sentences in parts, the arithmetic in them marked."""
    one = placed.finding
    if one.deadline is not None:
        told = [*explain.due_sentences(tx, one.deadline), explain.overran(one, placed.basis)]
        return [part for sentence in told for part in marked(sentence)]
    said = explain.untrue(one) if one.kind == FALSE_NEW else explain.entered(one)
    ordinal = placed.month.ordinal(one.name)
    told = [said] + ([_("这是其部门本年第 %(n)s 次。", n=ordinal)] if ordinal else [])
    return [{"text": sentence, "mark": ""} for sentence in told]


def marked(sentence: str) -> Iterator[dict[str, str]]:
    """A sentence of `explain` in parts; put together again they are the sentence."""
    at = 0
    for found in MARKS.finditer(sentence):
        if found.start() > at:
            yield {"text": sentence[at : found.start()], "mark": ""}
        yield {"text": found[0], "mark": found.lastgroup or ""}
        at = found.end()
    if at < len(sentence):
        yield {"text": sentence[at:], "mark": ""}


def _figures(placed: Placed, lines: Sequence[Line]) -> list[dict[str, str]]:
    one, mine = placed.finding, [line for line in lines if line.person == me()]
    amount = sum((line.amount for line in (mine or [line for line in lines if line.role != "extra"])), 0)
    label = _("考核建议（本人）") if mine else _("考核建议（不含部门另扣）")
    paid = {
        "label": label,
        "value": money_text(amount) if amount else "0",
        "small": _("元"),
        "tone": "late" if amount else "",
    }
    if one.deadline is None:
        label = _("退回送达") if one.kind == FALSE_NEW else _("确认时间")
        return [_moment(label, one.at), paid]
    done = one.deadline.closed_at
    finished = (
        _moment(_("实际完成"), done)
        if done
        else {"label": _("实际完成"), "value": _("未完成"), "small": "", "tone": "late"}
    )
    return [_moment(_("收到"), one.deadline.received_at), _moment(_("应完成"), one.deadline.due), finished, paid]


def _moment(label: str, at: datetime) -> dict[str, str]:
    return {"label": label, "value": short(at), "small": WEEKDAYS[local(at).weekday()], "tone": ""}


def _crumbs(placed: Placed) -> list[dict[str, str | None]]:
    who = access.viewer(placed.basis.people, me(), now())
    whole = who.everything
    address = url_for("assessment.show", which=str(placed.month.month)) if whole else url_for("assessment.mine")
    label = placed.month.month.title if whole else _("我的考核建议")
    return [{"label": _("考核"), "url": url_for("assessment.index")}, {"label": label, "url": address}]
