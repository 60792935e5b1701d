"""A report as its page draws it: links for drill-down, bars beside the counts, the way to its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.clock import local
from handlers.reporting import Cell, Column, Link, Report, Table, share_text
from webui.here import holds_any
from webui.here import link as to

NOTE = 40  # characters of a second line that may keep its cell on one line
SHORT = 16  # characters that stay on one line: dates, numbers of cases


def shown(
    report: Report, choices: Sequence[tuple[str, str, Mapping[str, str]]], asked: Mapping[str, str], *, dated: bool
) -> dict[str, Any]:
    """The variables of reports/show.html."""
    kept = {name: value for name, value in asked.items() if value}
    return {
        "report": {
            "number": report.number,
            "title": _(report.title),
            "as_of": f"{local(report.as_of):%Y-%m-%d %H:%M}",
            "filters": [{"label": label, "value": value} for label, value in report.filters],
            "notes": report.notes,
        },
        "tables": [_table(table) for table in report.tables],
        "controls": [
            {
                "name": name,
                "label": _(label),
                "value": asked.get(name) or report.asked.get(name, ""),
                "options": list(values.items()),
            }
            for name, label, values in choices
        ],
        "at": asked.get("at", "") if dated else None,
        "files": [
            {"label": label, "url": url_for("reports.export", number=report.number, suffix=suffix, **kept)}
            for suffix, label in (("xlsx", "Excel"), ("csv", "CSV"))
        ]
        if holds_any()
        else [],
        "index_url": url_for("reports.index"),
    }


def _table(table: Table) -> dict[str, Any]:
    most = max((row[table.bar].value or 0 for row in table.rows), default=0) if table.bar is not None else 0  # type: ignore[type-var]
    return {
        "title": _(table.title),
        "note": table.note,
        "empty": _(table.empty or "没有记录"),
        "columns": [{"title": _(one.title), "number": _numeric(one)} for one in table.columns],
        "rows": [_row(table, row, most) for row in table.rows],
        "total": [_cell(column, cell) for column, cell in zip(table.columns, table.total, strict=True)]
        if table.total
        else [],
        "bars": table.bar is not None,
        "wide": len(table.columns) > 5,
    }


def _row(table: Table, row: tuple[Cell, ...], most: Any) -> dict[str, Any]:
    bar = row[table.bar].value if table.bar is not None else None
    return {
        "cells": [_cell(column, cell) for column, cell in zip(table.columns, row, strict=True)],
        "bar": round(int(bar) * 100 / most, 1) if bar and most else 0,
    }


def _cell(column: Column, cell: Cell) -> dict[str, Any]:
    return {
        "text": _text(column, cell),
        "url": address(cell.link) if cell.link else None,
        "number": _numeric(column),
        "mono": column.kind == "code",
        "short": len(_text(column, cell)) <= SHORT and len(cell.note) <= NOTE,
        "title": column.title,
        "zero": column.kind == "count" and cell.value == 0,
        "note": cell.note,
    }


def _text(column: Column, cell: Cell) -> str:
    if cell.value is None:
        return "–"
    if isinstance(cell.value, int):
        return share_text(cell.value) if column.kind == "share" else f"{cell.value:,}"
    return f"{Decimal(cell.value):,.2f}" if column.kind == "money" else cell.value


def _numeric(column: Column) -> bool:
    return column.kind in ("count", "share", "money")


def address(link: Link) -> str | None:
    """Where a link of a report leads."""
    if link.target == "finding":
        return to("assessment.finding", name=link.key)
    if link.target == "findings":
        return to("assessment.listed", **dict(link.key))  # type: ignore[arg-type]
    if link.target == "customer":
        return url_for("customers.show", code=link.key)
    if link.target == "case":
        return url_for("cases.show", case_id=link.key)
    if link.target == "events":
        return url_for("cases.show", case_id=link.key, tab="log")
    if link.target == "clause":
        policy, _hash, number = str(link.key).partition("#")
        return url_for("policies.show", name=policy, _anchor=f"c{number}")
    if link.target == "report":
        return url_for("reports.show", **dict(link.key))  # type: ignore[arg-type]
    return url_for("customers.index", **dict(link.key))  # type: ignore[arg-type]
