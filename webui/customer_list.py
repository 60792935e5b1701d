"""The list of customers: rows, chips by status and account group, pages, and what to do when nothing is found."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine.transactions import Tx
from engine.wording import moment_text
from handlers.customers import queries
from handlers.customers.queries import Page, Row
from handlers.customers.tables import ACCOUNT_STATUS
from webui.here import now
from webui.paging import pager

TONES = {"active": "ok", "frozen": "late", "archived": "hold", "merged": "hold"}
MOST_CASES = 5
CASES = (
    "SELECT id, number, title FROM instance WHERE status IN ('open', 'suspended')"
    " AND (title LIKE ? ESCAPE '!' OR number LIKE ? ESCAPE '!') ORDER BY id DESC LIMIT ?"
)


def listed(tx: Tx, query: str) -> dict[str, Any]:
    """The variables of customers/list.html."""
    status, group = (request.args.get(name, "") for name in ("status", "group"))
    status = status if status in ACCOUNT_STATUS else ""
    counts, names = queries.counts(tx, query), queries.group_names(tx)
    group = group if group in names else ""
    page = queries.customers(tx, query, status, request.args.get("page", 1, type=int), group=group)
    kept = {"q": query or None, "status": status or None, "group": group or None}
    return {
        "rows": [_row(row, names) for row in page.rows],
        "filters": _chips({"": _("全部"), **ACCOUNT_STATUS}, "status", kept, _by(counts, 0, group)),
        "groups": _chips({"": _("全部账户组"), **_titled(names)}, "group", kept, _by(counts, 1, status)),
        "query": query,
        "keep": {name: value for name, value in kept.items() if value and name != "q"},
        "pager": _pager(page, kept),
        "export_url": url_for("customers.export", **kept),  # type: ignore[arg-type]
        "empty": _empty(tx, query, filtered=bool(status or group)),
    }


def status_tag(row: Row) -> dict[str, str]:
    return {"text": row.status_text, "tone": TONES[row.status]}


def _row(row: Row, names: dict[str, str]) -> dict[str, Any]:
    return {
        "code": row.code,
        "url": url_for("customers.show", code=row.code),
        "name": row.name,
        "tax_id": row.tax_id,
        "group": group_text(row.group, names),
        "department": row.department,
        "status": status_tag(row),
        "changed": moment_text(row.changed_at, now()),
    }


def group_text(code: str, names: dict[str, str]) -> str:
    return f"{code} {names.get(code, '')}".strip()


def _titled(names: dict[str, str]) -> dict[str, str]:
    return {code: group_text(code, names) for code in names}


def _by(counts: dict[tuple[str, str], int], place: int, other: str) -> dict[str, int]:
    """Counts by status (place 0) or group (1) among those that the other choice leaves; '' is their sum."""
    found = {"": 0}
    for key, count in counts.items():
        if other in ("", key[1 - place]):
            found[key[place]] = found.get(key[place], 0) + count
            found[""] += count
    return found


def _chips(labels: dict[str, str], name: str, kept: dict[str, str | None], counts: dict[str, int]) -> list[Any]:
    """One chip per value that occurs, the chosen one always."""
    chosen = kept[name] or ""
    return [
        {
            "label": label,
            "count": counts.get(value, 0),
            "url": url_for("customers.index", **(kept | {name: value or None})),  # type: ignore[arg-type]
            "current": value == chosen,
        }
        for value, label in labels.items()
        if value in ("", chosen) or counts.get(value)
    ]


def _pager(page: Page, kept: dict[str, str | None]) -> dict[str, Any] | None:
    def address(number: int) -> str:
        return url_for("customers.index", page=number, **kept)  # type: ignore[arg-type]

    return pager(page.number, page.pages, page.total, address)


def _empty(tx: Tx, query: str, filtered: bool) -> dict[str, Any]:
    """Nothing found: perhaps the customer is being applied for."""
    if filtered:
        return {"title": _("没有符合筛选条件的客户"), "text": _("请点“全部”去掉筛选后再找。")}
    if not query:
        return {"title": _("还没有客户"), "text": _("办结的新增申请会在这里建档。")}
    pattern = queries.like(query)
    cases = tx.all(CASES, (pattern, pattern, MOST_CASES))
    links = [{"label": f"{case[1]} {case[2]}", "url": url_for("cases.show", case_id=case[0])} for case in cases]
    hint = (
        _("在办申请中有：")
        if links
        else _("换个写法试试：编码、税号、名称的一部分或拼音首字母。要新增请从“发起”开始。")
    )
    return {"title": _("没有找到“%(query)s”", query=query), "text": hint, "links": links}
