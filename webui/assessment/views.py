"""考核: the month's report, the findings behind every figure, one finding with its evidence, what is one's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.company.administration import record
from engine.errors import NotAllowed, NotFound
from engine.transactions import Tx
from handlers.penalties import access, ledger, payroll, queries
from handlers.penalties.access import Viewer
from handlers.penalties.period import Month
from handlers.report_csv import table_text
from handlers.reporting import Report
from webui.assessment.finding_page import finding_page
from webui.assessment.list_page import findings_page
from webui.assessment.mine_page import mine_page
from webui.assessment.month_page import MonthView, assessment_page, standard_row
from webui.here import me, now, services, snapshot
from webui.report_files import CSV, XLSX, csv_bytes, xlsx_bytes

assessment = Blueprint("assessment", __name__, url_prefix="/assessment")


def _payroll_file(report: Report) -> bytes:
    """Nothing but the table, so that a payroll takes it in as it is."""
    return b"\xef\xbb\xbf" + table_text(report.tables[0]).replace("\n", "\r\n").encode()


FILES: Mapping[str, tuple[str, str, Callable[[Report], bytes]]] = {
    "xlsx": ("xlsx", XLSX, xlsx_bytes),
    "csv": ("csv", CSV, csv_bytes),
    "payroll": ("csv", CSV, _payroll_file),
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


@assessment.post("/<which>/<form>")
def export(which: str, form: str) -> ResponseReturnValue:
    """The month as a file; who took it goes on record first."""
    if form not in FILES:
        raise NotFound(what=_("文件格式 %(form)s", form=form))
    suffix, media, write = FILES[form]
    with services().transactions.write() as tx:
        view = _month(tx, which)
        report = _payroll(tx, view) if form == "payroll" else view.report
        rows = sum(len(table.rows) for table in report.tables)
        said = {"rows": rows, "query": view.assessed.month.title, "form": form}
        record(tx, now(), me(), "report.exported", f"RP-06 {report.title}", said)
    name = f"RP-06 {report.title} {view.assessed.month}.{suffix}"
    return send_file(io.BytesIO(write(report)), media, as_attachment=True, download_name=name)


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


def _payroll(tx: Tx, view: MonthView) -> Report:
    month = view.assessed.month
    kept = ledger.locked(tx, month)
    extra = ledger.adjustments(tx, month, kept.positions if kept else None)
    return payroll.payroll(view.assessed, extra, dict(view.report.filters)["编号"])
