"""What operators owe: incidents of cases, messages that did not go out, posts that nobody fills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.people_check import ConfigProblem
from engine.store import moment
from engine.transactions import Tx
from engine.wording import moment_text
from handlers.notices import queries as notices
from webui.here import holds, link, now, services, snapshot
from webui.paging import pager

PAGE = 50
WHICH = {"": "待处理", "resolved": "已处理", "notices": "通知未送达", "posts": "岗位空缺"}
NOTHING = {
    "": ("没有待处理的异常", "系统运行正常。"),
    "resolved": ("没有处理过的异常", ""),
    "notices": ("没有未送达的通知", "外发通知都已送出。"),
    "posts": ("没有岗位空缺", "必设的岗位都有人任职。"),
}
KINDS = {"job": ("自动步骤", "late"), "timer": ("定时器", "late"), "step": ("流程步骤", "late")}
NOTICE, POST = ("通知", "warn"), ("岗位", "warn")

_READ = (
    "SELECT x.id, x.instance_id, i.number, i.title, i.definition_id, x.kind, x.subject, x.node, x.what, x.detail,"
    " x.status, x.opened_at, x.resolved_at, x.resolved_by, coalesce(j.attempts, t.attempts, 0)"
    " FROM incident x JOIN instance i ON i.id = x.instance_id"
    " LEFT JOIN job j ON j.instance_id = x.instance_id AND j.id = x.subject AND x.kind = 'job'"
    " LEFT JOIN timer t ON t.instance_id = x.instance_id AND t.id = x.subject AND x.kind = 'timer'"
)


@dataclass(frozen=True)
class Incident:
    """Something the system could not do by itself; `subject` is the job, timer or step."""

    id: int
    case_id: int
    number: str
    title: str
    definition_id: int
    kind: str
    subject: str
    node: str
    what: str
    detail: str
    status: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: int | None
    attempts: int

    @property
    def open(self) -> bool:
        return self.status == "open"


def find(tx: Tx, incident_id: int) -> Incident | None:
    row = tx.one(f"{_READ} WHERE x.id = ?", (incident_id,))
    return _incident(row) if row else None


def open_ones(tx: Tx) -> list[Incident]:
    """Everything that waits for an operator, oldest first."""
    return [_incident(row) for row in tx.all(f"{_READ} WHERE x.status = 'open' ORDER BY x.id")]


def node_name(tx: Tx, incident: Incident) -> str:
    """The step of the diagram it happened on; empty when it is about none."""
    node = services().engine.definitions.get(tx, incident.definition_id).model.nodes.get(incident.node)
    return node.name if node and node.name else ""


def vacancies(tx: Tx) -> list[ConfigProblem]:
    """What is missing so that no case gets stuck."""
    return [one for one in snapshot(tx).people.problems(now()) if one.level == "error"]


def listed(tx: Tx, which: str, query: str, page: int) -> dict[str, Any]:
    """The variables of incidents/list.html."""
    counts, missing = _counts(tx), vacancies(tx)
    counts |= {"notices": notices.failed_count(tx), "posts": len(missing)}
    if which == "notices":
        rows = [_notice_row(one) for one in notices.failed(tx, PAGE)]
    elif which == "posts":
        rows = [_vacancy_row(tx, one) for one in missing]
    else:
        rows = [_row(tx, one) for one in _found(tx, "resolved" if which else "open", query, page)]
    return {
        "rows": rows,
        "which": which,
        "filters": [_chip(code, label, counts.get(code, 0), which) for code, label in WHICH.items()],
        "query": query,
        "pager": None if query or which in ("notices", "posts") else _pager(which, page, counts.get(which, 0)),
        "retry_url": _retry_url(which) if counts.get(which) and administers(tx) else None,
        "empty": dict(zip(("title", "text"), map(_, NOTHING[which]), strict=True)),
    }


def _retry_url(which: str) -> str | None:
    """Where 全部重试 posts to."""
    return {"": url_for("incidents.retry_all"), "notices": url_for("incidents.resend")}.get(which)


def administers(tx: Tx) -> bool:
    """Whether the person signed in is an administrator; others may look but not act."""
    return holds(snapshot(tx).people, "admin")


def _found(tx: Tx, status: str, query: str, page: int) -> list[Incident]:
    order = "x.resolved_at DESC, x.id DESC" if status == "resolved" else "x.id"
    rows = tx.all(
        f"{_READ} WHERE x.status = ? AND (? = '' OR i.number = ? OR i.title LIKE ? OR x.what LIKE ?)"
        f" ORDER BY {order} LIMIT ? OFFSET ?",
        (status, query, query.upper(), f"%{query}%", f"%{query}%", PAGE, PAGE * (max(page, 1) - 1)),
    )
    return [_incident(row) for row in rows]


def _incident(row: Any) -> Incident:
    return Incident(*row[:11], moment(row[11]), moment(row[12]) if row[12] else None, *row[13:])


def _counts(tx: Tx) -> dict[str, int]:
    found = {row[0]: int(row[1]) for row in tx.all("SELECT status, count(*) FROM incident GROUP BY status")}
    return {"": found.get("open", 0), "resolved": found.get("resolved", 0)}


def _row(tx: Tx, one: Incident) -> dict[str, Any]:
    kind, tone = KINDS[one.kind]
    return {
        "id": str(one.id),
        "url": url_for("incidents.show", incident_id=one.id),
        "at": moment_text(one.opened_at, now()),
        "kind": {"text": _(kind), "tone": tone if one.open else "hold"},
        "title": node_name(tx, one) or one.what,
        "what": one.what,
        "number": one.number,
        "case_url": url_for("cases.show", case_id=one.case_id),
        "attempts": one.attempts,
        "status": status_tag(one),
    }


def status_tag(one: Incident) -> dict[str, str]:
    return {"text": _("待处理"), "tone": "late"} if one.open else {"text": _("已处理"), "tone": "ok"}


def _notice_row(one: notices.Undelivered) -> dict[str, Any]:
    case_url = url_for("cases.show", case_id=one.instance_id) if one.instance_id else None
    return {
        "id": f"n{one.id}",
        "url": case_url,
        "at": moment_text(one.created_at, now()),
        "kind": {"text": _(NOTICE[0]), "tone": NOTICE[1]},
        "title": one.subject,
        "what": _(
            "给%(who)s的外发通知没有送出：%(why)s。站内通知已送达，以其为准。", who=one.person, why=one.last_error
        ),
        "number": one.number,
        "case_url": case_url,
        "attempts": one.attempts,
        "status": {"text": _("未送达"), "tone": "warn"},
    }


def _vacancy_row(tx: Tx, one: ConfigProblem) -> dict[str, Any]:
    return {
        "id": one.code,
        "url": link("people.index") if administers(tx) else None,
        "at": "",
        "kind": {"text": _(POST[0]), "tone": POST[1]},
        "title": one.what,
        "what": one.remedy,
        "number": "",
        "attempts": None,
        "status": {"text": _("待任命"), "tone": "warn"},
    }


def _chip(code: str, label: str, count: int, which: str) -> dict[str, Any]:
    address = url_for("incidents.index", which=code or None)
    return {"label": _(label), "count": count, "url": address, "current": code == which}


def _pager(which: str, page: int, total: int) -> dict[str, Any] | None:
    def address(number: int) -> str:
        return url_for("incidents.index", which=which or None, page=number)

    return pager(page, -(-total // PAGE), total, address)
