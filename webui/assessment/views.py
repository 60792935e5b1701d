"""考核: the month's report, the findings behind every figure, one finding with its evidence, what is one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.company.administration import record
from engine.errors import NotAllowed, NotFound, NotPossible
from engine.transactions import Tx
from handlers.penalties import access, hr_file, ledger, queries
from handlers.penalties.access import Viewer
from handlers.penalties.period import Month
from handlers.reporting import Report
from webui.assessment.finding_page import finding_page
from webui.assessment.list_page import findings_page
from webui.assessment.mine_page import mine_page
from webui.assessment.month_page import MonthView, assessment_page, standard_row
from webui.here import download, me, now, services, snapshot
from webui.report_files import CSV, XLSX, csv_bytes, xlsx_bytes

assessment = Blueprint("assessment", __name__, url_prefix="/assessment")


FILES: Mapping[str, tuple[str, Callable[[Report], bytes]]] = {
    "xlsx": (XLSX, xlsx_bytes),
    "csv": (CSV, csv_bytes),
}


@assessment.get("")
def index() -> ResponseReturnValue:
    """The newest month for those who see all of it, one's own for everybody else."""
    with services().transactions.read() as tx:
        if not _viewer(tx).everything:
            return redirect(url_for("assessment.mine"))
        return redirect(url_for("assessment.show", which=str(queries.latest(tx, now()))))


@assessment.get("/mine")
def mine() -> str:
    with services().transactions.read() as tx:
        return render_template("assessment/mine.html", **mine_page(tx, _viewer(tx)))


@assessment.get("/findings")
def listed() -> str:
    """What is behind a figure: `month`, `kind`, `department`, `person`."""
    asked: dict[str, Any] = {name: request.args.get(name, type=int) for name in ("department", "person")}
    with services().transactions.read() as tx:
        which = Month.parse(request.args["month"]) if "month" in request.args else queries.latest(tx, now())
        viewer, of = _viewer(tx), queries.assessed(tx, which, snapshot(tx), now())
        found = queries.behind(of, request.args.get("kind", ""), **asked)
        for one in found:
            access.must_see(viewer, one)
        page = findings_page(tx, of, found, request.args.get("kind", ""), whole=viewer.everything, **asked)
        return render_template("assessment/findings.html", **page)


@assessment.get("/findings/<name>")
def finding(name: str) -> str:
    with services().transactions.read() as tx:
        placed = queries.finding(tx, name, snapshot(tx), now(), me())
        return render_template("assessment/finding.html", **finding_page(tx, placed))


@assessment.get("/<which>")
def show(which: str) -> str:
    """RP-06 of a month; `tab` is the table shown, `open` the department whose row is."""
    with services().transactions.read() as tx:
        view = _month(tx, which)
        opened = request.args.get("open", type=int)
        opened = standard_row(view) if opened is None else opened
        return render_template("assessment/report.html", **assessment_page(view, request.args.get("tab", ""), opened))


@assessment.post("/<which>/<suffix>")
def export(which: str, suffix: str) -> Response:
    """The month as a file; who took it goes on record first."""
    if suffix not in FILES:
        raise NotFound(what=_("文件格式 %(suffix)s", suffix=suffix))
    media, write = FILES[suffix]
    with services().transactions.write() as tx:
        view = _month(tx, which)
        _on_record(tx, view, sum(len(table.rows) for table in view.report.tables))
    return download(write(view.report), f"RP-06 {view.report.title} {view.assessed.month}.{suffix}", media)


@assessment.post("/<which>/payroll")
def payroll(which: str) -> Response:
    """人资导入文件: one amount per employee, of a locked month only."""
    with services().transactions.write() as tx:
        view = _month(tx, which)
        month = view.assessed.month
        if view.stage.locked_at is None:
            why = _("该月还没有锁定，金额可能因申诉改变；锁定以后再导入")
            raise NotPossible(what=_("导出%(month)s人资导入文件", month=month.title), why=why)
        content = hr_file.persons(tx, month, view.assessed.basis.people)
        _on_record(tx, view, content.count(b"\r\n") - 1, _("人资导入文件"))
    return download(content, f"主数据考核-{month}-个人.csv", CSV)


def _on_record(tx: Tx, view: MonthView, rows: int, what: str = "") -> None:
    said = {"rows": rows, "query": view.assessed.month.title}
    record(tx, now(), me(), "report.exported", f"RP-06 {what or view.report.title}", said)


def _viewer(tx: Tx) -> Viewer:
    return access.viewer(snapshot(tx).people, me(), now())


def _month(tx: Tx, which: str) -> MonthView:
    """The month for somebody who may see all of it; raises NotAllowed."""
    month = Month.parse(which)
    if not _viewer(tx).everything:
        why = _("整份月报只给考核人员、财务部和管理员；本人的和本部门的在“我的考核建议”里")
        raise NotAllowed(what=_("查看%(month)s考核月报", month=month.title), why=why)
    assessed, report = ledger.build(tx, month, snapshot(tx), now())
    return MonthView(tx, assessed, report, queries.stage(tx, month))
