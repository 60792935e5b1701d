"""设置 · 导入: departments, persons, posts and company days from one workbook, all or nothing."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import calendar_changes, company
from engine.company.sheets import SHEETS
from webui.here import now, services
from webui.people.pages import change, people

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@people.get("/import")
def imports() -> str:
    return _page(())


@people.post("/import")
def import_company() -> ResponseReturnValue:
    """Write everything, or show a finding per cell and write nothing."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page((), _("请先选择要导入的文件。")), 422
    try:
        workbook = company.read_workbook(file.read(), file.filename)
        summary = change(company.import_company, workbook)
    except company.ImportRejected as rejected:
        return _page(rejected.findings, rejected.message), 422
    for name in SHEETS:
        if any(counts := (summary.added[name], summary.changed[name], summary.unchanged[name])):
            text = _(
                "%(sheet)s：新增 %(a)s，修改 %(c)s，未变 %(u)s。", sheet=name, a=counts[0], c=counts[1], u=counts[2]
            )
            flash(text)
    if summary.proposal is not None:
        with services().transactions.write() as tx:
            calendar_changes.announce(services().engine, tx, summary.proposal)
        flash(_("工作日历的改动已提请，由另一位系统管理员批准后生效。"))
        return redirect(url_for("people.proposal", number=summary.proposal))
    return redirect(url_for("people.index"))


@people.get("/import/template.xlsx")
def template() -> ResponseReturnValue:
    return sheet_file(company.template(now()), _("组织、岗位与工作日历导入模板"))


def sheet_file(content: bytes, name: str) -> ResponseReturnValue:
    """An .xlsx file to download."""
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=f"{name}.xlsx")


def _page(findings: tuple[company.Finding, ...], error: str = "") -> str:
    sheets = [{"name": name, "columns": columns} for name, columns in SHEETS.items()]
    return render_template("admin/import.html", findings=findings, error=error, sheets=sheets)
