"""表一 to 表七 as the page draws them: the same cells as the files, with links to what is behind each figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from handlers.penalties import queries
from handlers.penalties.month import Assessed
from handlers.penalties.queries import Effect
from handlers.reporting import Cell, Column, Link, Table, money_text, share_text
from webui.assessment.lists import finding_lists
from webui.assessment.month_view import MonthView
from webui.report_page import address as elsewhere

GROUPS = (
    ("", 2), ("环节时效", 3), ("4.1 处理超时", 4), ("4.2 申报不实", 3), ("4.3 录入错误", 2), ("", 1), ("扣款小计", 3),
)  # fmt: skip
SHORT = 8  # characters that stay on one line, as moments do
SHORT_TITLES = (  # of 表一 under its groups; empty: as in the files
    "序", "责任部门", "处理", "按时", "及时率", "次数 n", "", "", "", "次数", "扣责任人", "扣部门", "条数 k", "",
    "豁免次数", "个人", "部门", "合计",
)  # fmt: skip


def shown_table(view: MonthView, table: Table) -> dict[str, Any]:
    """A table of the report with its cells as the page draws them."""
    return {
        "title": table.title,
        "note": table.note,
        "empty": table.empty,
        "columns": [{"title": one.title, "number": _numeric(one)} for one in table.columns],
        "rows": [drawn(table.columns, row, view.assessed) for row in table.rows],
        "total": drawn(table.columns, table.total, view.assessed) if table.total and table.rows else [],
    }


def drawn(columns: Sequence[Column], row: Iterable[Cell], of: Assessed) -> list[dict[str, Any]]:
    """Cells as the template shows them: zero and 不适用 told apart, links to what is behind."""
    return [_cell(column, cell, of) for column, cell in zip(columns, row, strict=True)]


def _cell(column: Column, cell: Cell, of: Assessed) -> dict[str, Any]:
    text = cell_text(column, cell)
    return {
        "text": text,
        "number": _numeric(column),
        "quiet": text in ("0", "–"),
        "nowrap": column.kind != "text" or len(text) <= SHORT or text[:1].isdigit(),
        "note": cell.note,
        "url": _address(cell.link, of) if cell.link else None,
        "title": column.title,
    }


def cell_text(column: Column, cell: Cell) -> str:
    """What stands in a cell; whole yuan without noughts, as in the files."""
    if cell.value is None:
        return "–"
    if column.kind == "share" and isinstance(cell.value, int):
        return share_text(cell.value)
    return str(cell.value)


def _numeric(column: Column) -> bool:
    return column.kind in ("count", "share", "money")


def _address(link: Link, of: Assessed) -> str | None:
    """Where a link leads; the findings of a figure are those of this month."""
    if link.target == "findings":
        return url_for("assessment.listed", month=str(of.month), **dict(link.key))  # type: ignore[arg-type]
    return elsewhere(link)


def sheet(view: MonthView, opened: int | None) -> dict[str, Any]:
    """表一 with its two-storey head, and the findings of the department that is open."""
    table, month = view.report.tables[0], str(view.assessed.month)
    rows = []
    for department, row in zip(view.departments, table.rows, strict=True):
        is_open = department == opened
        rows.append({
            "cells": drawn(table.columns, row, view.assessed),
            "open": is_open,
            "maintains": view.assessed.basis.people.department(department).kind == "maintaining",
            "toggle_url": url_for("assessment.show", which=month, open=0 if is_open else department, _anchor="tables"),
            "lists": _behind(view, department) if is_open else [],
        })  # fmt: skip
    long = [column.title for column in table.columns]
    titles = [_split(short_ or title) for short_, title in zip(SHORT_TITLES, long, strict=True)]
    starts, at = [], 0
    for _name, width in GROUPS:
        starts.append(at)
        at += width
    return {
        "groups": [{"title": _(group), "width": width, "at": at}
                   for (group, width), at in zip(GROUPS, starts, strict=True)],
        "starts": starts[1:], "titles": titles, "rows": rows,
        "total": drawn(table.columns, table.total, view.assessed), "empty": table.empty,
    }  # fmt: skip


def _behind(view: MonthView, department: int) -> list[dict[str, Any]]:
    return finding_lists(view.tx, view.assessed, queries.behind(view.assessed, "", department))


def _split(title: str) -> list[str]:
    """A title with its formula below: 归口人员扣50×n."""
    at = next((at for at, sign in enumerate(title) if sign.isdigit() or sign == "⌊"), 0)
    if title.startswith("满") and "扣" in title:
        at = title.index("扣") + 1
    return [title[:at] if at else title, *([title[at:]] if at else [])]


def effect_text(view: MonthView, one: Effect) -> str:
    """What an open appeal would change, in one sentence."""
    before, after = one.extra
    told = ""
    if before != after:
        told = _("（部门另扣由 %(a)s 元变为 %(b)s 元）", a=money_text(before), b=money_text(after))
    elif before:
        told = _("（部门另扣 %(a)s 元不变）", a=money_text(before))
    return _(
        "%(name)s 正在申诉；若成立，%(department)s次数由 %(n)s 变为 %(m)s，合计由 %(a)s 元变为 %(b)s 元%(told)s。",
        name=one.finding.name, department=view.name(one.department), n=one.times[0], m=one.times[1],
        a=money_text(one.amounts[0]), b=money_text(one.amounts[1]), told=told,
    )  # fmt: skip
