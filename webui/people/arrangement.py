"""设置 · 工作日历: publishing the national arrangement of a year from a file, for another administrator to approve."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import company
from engine.company.sheets import ARRANGEMENT
from engine.errors import CountersignError, NotPossible
from webui.here import now
from webui.people.calendar import provisional, year_page
from webui.people.imports import sheet_file
from webui.people.pages import people
from webui.people.proposals import propose


@people.get("/calendar/arrangement.xlsx")
def arrangement_template() -> ResponseReturnValue:
    title = _("放假安排导入模板")
    return sheet_file(company.template(now(), ARRANGEMENT, title), title)


@people.post("/calendar/<int:year>/publish")
def publish_year(year: int) -> ResponseReturnValue:
    """Propose the arrangement, or show a finding per cell and write nothing."""
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
    days = {day.isoformat(): list(special) for day, special in sorted(found.days.items())}
    try:
        return propose({"year": {"year": year, "days": days}}, found.reason)
    except CountersignError as refused:
        return year_page(year, error=refused.message), refused.status
