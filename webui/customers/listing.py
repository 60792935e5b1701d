"""The list of customers: rows, chips, saved searches, pages, and what to do when nothing is found."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine.people import People
from engine.transactions import Tx
from engine.wording import moment_text
from handlers.customers.matching.score import Candidate
from handlers.customers.matching.search import find
from handlers.customers.reports import listing, saved_queries
from handlers.customers.reports.grams import like
from handlers.customers.reports.listing import Page, Row
from handlers.customers.tables import ACCOUNT_STATUS
from webui.customers.filters import ORDERS, Filters
from webui.here import me, now
from webui.paging import pager

TONES = {"active": "ok", "frozen": "late", "archived": "hold", "merged": "hold"}
MOST_CASES = 5
CASES = (
    "SELECT id, number, title FROM instance WHERE status IN ('open', 'suspended') AND process LIKE 'customer%'"
    " AND (title LIKE ? ESCAPE '!' OR number LIKE ? ESCAPE '!') ORDER BY id DESC LIMIT ?"
)


def listed(tx: Tx, people: People, filters: Filters) -> dict[str, Any]:
    """The variables of customers/list.html."""
    page = listing.customers(tx, filters.criteria, request.args.get("page", 1, type=int), order=filters.order)
    query = filters.criteria.text
    return {
        "rows": [_row(row, filters) for row in page.rows],
        "statuses": _statuses(page, filters),
        "narrowed": filters.narrowed(),
        "controls": filters.controls(),
        "orders": [{"value": key, "label": _(label), "current": key == filters.order} for key, label in ORDERS.items()],
        "query": query,
        "kept": {name: value for name, value in filters.parameters().items() if name != "q"},
        "asked": filters.parameters(),
        "clear_url": url_for("customers.index"),
        "saved": _saved(tx, people),
        "total": page.total,
        "pager": _pager(page, filters),
        "empty": None if page.rows else _empty(tx, filters),
        "may_export": bool(people.posts_of(me(), now())) and page.total > 0,
    }


def status_tag(row: Row) -> dict[str, str]:
    return {"text": row.status_text, "tone": TONES[row.status]}


def group_text(code: str, names: dict[str, str]) -> str:
    return f"{code} {names.get(code, '')}".strip()


def _row(row: Row, filters: Filters) -> dict[str, Any]:
    return {
        "code": row.code,
        "url": url_for("customers.show", code=row.code),
        "name": row.name,
        "tax_id": row.tax_id,
        "group": filters.label("group", row.group),
        "place": place_text(row, filters),
        "industry": filters.label("industry", row.industry[:1]),
        "mode": "、".join(filters.label("mode", mode) for mode in row.modes),
        "salesperson": "、".join(row.salespersons),
        "department": row.department,
        "status": status_tag(row),
        "abc_class": filters.label("abc_class", row.abc_class) if row.abc_class else "",
        "under_way": _("在办 %(n)s", n=row.under_way) if row.under_way else "",
        "changed": moment_text(row.changed_at, now()),
    }


def place_text(row: Row, filters: Filters) -> str:
    """Province and city; a municipality once."""
    province = filters.label("region", row.region[:2])
    return province if not row.city or row.city == province else f"{province} {row.city}".strip()


def _statuses(page: Page, filters: Filters) -> list[dict[str, Any]]:
    """One chip per status that occurs among what the other criteria leave, the chosen one always."""
    chosen = filters.criteria.status
    counted = {"": sum(page.statuses.values()), **page.statuses}
    return [
        {
            "label": _(label),
            "count": counted.get(status, 0),
            "url": filters.address(status=status),
            "current": status == chosen,
        }
        for status, label in {"": "全部", **ACCOUNT_STATUS}.items()
        if status in ("", chosen) or counted.get(status)
    ]


def _saved(tx: Tx, people: People) -> list[dict[str, Any]]:
    home = people.person(me()).department_id
    return [
        {
            "name": one.name,
            "url": url_for("customers.index", **one.query),  # type: ignore[arg-type]
            "note": "" if one.own else _("%(by)s 共享", by=one.by),
            "shared": one.shared,
            "forget_url": url_for("customers.forget_query", query_id=one.id) if one.own else None,
        }
        for one in saved_queries.listed(tx, me(), home)
    ]


def _pager(page: Page, filters: Filters) -> dict[str, Any] | None:
    return pager(page.number, page.pages, page.total, lambda number: filters.address(page=str(number)))


def _empty(tx: Tx, filters: Filters) -> dict[str, Any]:
    """Nothing found: perhaps the customer is written differently, or being applied for."""
    query = filters.criteria.text
    if filters.criteria.without("text").given():
        return {"title": _("没有符合筛选条件的客户"), "text": _("请去掉一些筛选条件再找。")}
    if not query:
        return {"title": _("还没有客户"), "text": _("办结的新增申请会在这里建档。")}
    return {"title": _("没有找到“%(query)s”", query=query), **_instead(tx, query)}


def _instead(tx: Tx, query: str) -> dict[str, Any]:
    """Customers with names like it, applications that name it, or what else to try."""
    pattern = like(query)
    cases = tx.all(CASES, (pattern, pattern, MOST_CASES))
    links = [{"label": f"{case[1]} {case[2]}", "url": url_for("cases.show", case_id=case[0])} for case in cases]
    if links:
        return {"text": _("在办申请中有："), "links": links}
    near = [hit for hit in find(tx, Candidate(query), None) if hit.instance_id is None][:MOST_CASES]
    links = [
        {"label": f"{hit.candidate} {hit.name}", "url": url_for("customers.show", code=hit.candidate)} for hit in near
    ]
    if links:
        return {"text": _("名称相近的客户："), "links": links}
    hint = _("换个写法试试：编码、税号、名称的一部分或拼音首字母。要新增请从“发起”开始。")
    return {"text": hint, "links": []}
