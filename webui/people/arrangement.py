"""设置 · 工作日历: publishing the national arrangement of a year from a file, with what it moves."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from engine import company
from engine.clock import local
from engine.company.sheets import ARRANGEMENT
from engine.errors import NotPossible
from engine.recompute import Moved
from engine.recompute import publish_year as publish
from webui.here import now, services
from webui.people.calendar import provisional, year_page
from webui.people.imports import sheet_file
from webui.people.pages import moved_text, people


@people.get("/calendar/arrangement.xlsx")
def arrangement_template() -> ResponseReturnValue:
    title = _("放假安排导入模板")
    return sheet_file(company.template(now(), ARRANGEMENT, title), title)


@people.post("/calendar/<int:year>/publish")
def publish_year(year: int) -> ResponseReturnValue:
    """Put the arrangement in force and list what moved, or show a finding per cell and write nothing."""
    if not provisional(year):
        why = _("%(year)s 年的放假安排已经公布；个别日子的变化请作为公司调整录入", year=year)
        raise NotPossible(what=_("导入放假安排"), why=why)
    file = request.files.get("file")
    if file is None or not file.filename:
        return year_page(year, error=_("请先选择要导入的文件。")), 422
    try:
        found = company.read_arrangement(file.read(), file.filename, year)
    except company.ImportRejected as rejected:
        return year_page(year, error=rejected.message, findings=rejected.findings), 422
    moved = publish(services().engine, current_user.id, year, found.days, found.reason)
    text = _("%(year)s 年放假安排已发布，%(moved)s。", year=year, moved=moved_text(len(moved)))
    return year_page(year, published={"note": text, "moved": [_row(one) for one in moved]})


def _row(moved: Moved) -> dict[str, Any]:
    return {
        "number": moved.number,
        "url": url_for("cases.show", case_id=moved.case_id),
        "name": moved.name,
        "before": f"{local(moved.before):%Y-%m-%d %H:%M}",
        "due": f"{local(moved.due):%Y-%m-%d %H:%M}",
    }
