"""设置 · 导入: departments, persons and posts from one workbook, all or nothing."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import company
from engine.company.workbook import SHEETS
from webui.here import now
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
        if counts := (summary.added[name], summary.changed[name], summary.unchanged[name]):
            text = _(
                "%(sheet)s：新增 %(a)s，修改 %(c)s，未变 %(u)s。", sheet=name, a=counts[0], c=counts[1], u=counts[2]
            )
            flash(text)
    return redirect(url_for("people.index"))


@people.get("/import/template.xlsx")
def template() -> ResponseReturnValue:
    name = _("组织与岗位导入模板") + ".xlsx"
    return send_file(BytesIO(company.template(now())), XLSX, as_attachment=True, download_name=name)


def _page(findings: tuple[company.Finding, ...], error: str = "") -> str:
    sheets = [{"name": name, "columns": columns} for name, columns in SHEETS.items()]
    return render_template("admin/import.html", findings=findings, error=error, sheets=sheets)
