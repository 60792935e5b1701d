"""批量: files of customers and of figures — handed in, checked line by line, submitted, watched, downloaded."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.clock import local
from engine.company.administration import record
from engine.engine import Application
from engine.errors import CountersignError, NotAllowed, NotFound, NotPossible
from engine.excel.findings import ImportRejected
from engine.excel.writing import XLSX
from engine.forms import Context
from engine.transactions import Tx
from handlers.customers.batch import figures_import, queries, sheets, staging
from handlers.customers.batch.columns import columns_of
from handlers.customers.batch.guards import facts
from handlers.customers.batch.queries import Batch
from handlers.customers.batch.staging import Upload, newest_catalogue, receive
from handlers.customers.batch.tables import PROCESSES
from webui.batch_pages import BatchPage, listing, sees_every
from webui.here import me, my_departments, now, services, snapshot, toast

batches = Blueprint("batches", __name__, url_prefix="/batches")

MEGABYTES = 64  # 50,000 lines of eighty columns
SUFFIXES = (".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".txt")


@batches.url_value_preprocessor
def _larger_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Files here may be larger than attachments; said before anything reads the form."""
    request.max_content_length = MEGABYTES * 1024 * 1024


@batches.get("")
def index() -> str:
    return _index()


@batches.post("")
def upload() -> ResponseReturnValue:
    """Take the file in; the background reads and checks it."""
    file, kind = request.files.get("file"), request.form.get("kind", "new")
    if file is None or not file.filename:
        return _index(_("请先选择要导入的文件。"), kind), 422
    if not file.filename.lower().endswith(SUFFIXES):
        return _index(_("“%(name)s”不是表格文件；请上传 .xlsx、.xls 或 .csv。", name=file.filename), kind), 422
    try:
        batch_id = _receive(kind, file.filename, file.read())
    except ImportRejected as rejected:
        return _index("；".join(one.message for one in rejected.findings), kind), 422
    except CountersignError as error:
        return _index(error.message, kind), error.status
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@batches.get("/template.xlsx")
def template() -> ResponseReturnValue:
    """An empty workbook of a kind, for an account group."""
    kind, group = request.args.get("kind", "new"), request.args.get("group", "C001")
    with services().transactions.read() as tx:
        pages = listing(tx)
        if kind not in pages.kinds or (kind != "figures" and group not in pages.groups):
            raise NotFound(what=_("这种模板"))
        _id, definition = newest_catalogue(services().engine, tx)
        context = Context(tx, now(), snapshot(tx).people, snapshot(tx).people.person(me()).department_id)
        columns = columns_of(kind, definition.catalogue)
        content = sheets.template(kind, group, columns, context, local(now()))
    return _file(content, f"{queries.KINDS[kind]}模板{group if kind != 'figures' else ''}")


@batches.get("/<int:batch_id>")
def show(batch_id: int) -> ResponseReturnValue:
    """The batch whole; asked by htmx, the part that moves, or nothing when it has not moved."""
    with services().transactions.read() as tx:
        page = BatchPage(tx, _seen(tx, batch_id))
        if request.headers.get("HX-Request"):
            return _moving(page)
        return render_template("batches/show.html", **page.shown())


@batches.get("/<int:batch_id>/findings.xlsx")
def findings(batch_id: int) -> ResponseReturnValue:
    """The lines with what was found, as comments on coloured cells."""
    with services().transactions.read() as tx:
        found = _seen(tx, batch_id)
        columns = queries.columns(services().engine, tx, found)
        content = sheets.findings_file(tx, found, columns, request.args.get("which", ""), now())
    return _file(content, _("批次 %(n)s 校验结果", n=batch_id))


@batches.post("/<int:batch_id>/submit")
def submit(batch_id: int) -> ResponseReturnValue:
    """Hand the staged batch in as an application; engine.start checks everything."""
    with services().transactions.read() as tx:
        found = _seen(tx, batch_id)
        if found.kind not in PROCESSES:
            raise NotFound(what=_("这个批次"))
        reason = " ".join(request.form.get("apply_reason", "").split())
        if not reason:
            return _drawn(tx, found, _("请写明申请原因。")), 422
        values = {**facts(tx, batch_id), "apply_reason": reason, "outcome": "submit"}
    try:
        application = Application(PROCESSES[found.kind], me(), found.department_id, values, f"batch-{batch_id}")
        stepped = services().engine.start(application)
    except CountersignError as error:
        problems = getattr(error, "problems", ())
        with services().transactions.read() as tx:
            text = "；".join(one.message for one in problems) or error.message
            return _drawn(tx, _seen(tx, batch_id), text), error.status
    services().engine.settle(stepped.case_id)
    toast(_("已提交 %(number)s，等待审批。", number=stepped.number))
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@batches.post("/<int:batch_id>/confirm")
def confirm(batch_id: int) -> ResponseReturnValue:
    """Let the staged figures be written."""
    with services().transactions.write() as tx:
        found = _seen(tx, batch_id)
        _must_import_figures(tx)
        figures_import.confirm(tx, batch_id)
        record(
            tx, now(), me(), "figures.imported", f"{batch_id} {found.filename}", {"rows": found.counts.get("ready", 0)}
        )
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@batches.post("/<int:batch_id>/discard")
def discard(batch_id: int) -> ResponseReturnValue:
    """Give a batch up that nobody has submitted."""
    with services().transactions.write() as tx:
        _must_own(tx, _seen(tx, batch_id))
        staging.discard(tx, batch_id)
    toast(_("批次 %(n)s 已放弃，什么都没有写入。", n=batch_id))
    return redirect(url_for("batches.index"), 303)


# --- what the views share -------------------------------------------------------------------------------------------


def _receive(kind: str, filename: str, content: bytes) -> int:
    with services().transactions.write() as tx:
        pages = listing(tx)
        if kind not in pages.kinds:
            raise NotAllowed(what=_("上传这种文件"), why=_("请联系相关经营单位的归口人员、维护员或系统管理员"))
        group = request.form.get("group", "") if kind != "figures" else None
        if group is not None and group not in pages.groups:
            raise NotPossible(what=_("上传"), why=_("没有选择账户组"))
        as_of = _day(request.form.get("as_of", "")) if kind == "figures" else None
        definition_id = newest_catalogue(services().engine, tx)[0] if kind != "figures" else None
        department = snapshot(tx).people.person(me()).department_id or 0
        return receive(tx, now(), Upload(kind, filename, content, department, me(), group, as_of), definition_id)


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotPossible(what=_("上传"), why=_("没有填写截止日期")) from None
    if day > local(now()).date():
        raise NotPossible(what=_("上传"), why=_("截止日期不能晚于今天"))
    return day.isoformat()


def _index(error: str = "", kind: str = "") -> str:
    with services().transactions.read() as tx:
        return render_template("batches/list.html", **listing(tx).shown(error, kind))


def _drawn(tx: Tx, found: Batch, error: str) -> str:
    return render_template("batches/show.html", **BatchPage(tx, found, error).shown())


def _moving(page: BatchPage) -> ResponseReturnValue:
    """The part that moves; when the batch has come to another state the whole page is drawn anew."""
    if request.args.get("state") not in ("", None, page.batch.status):
        return Response(status=204, headers={"HX-Refresh": "true"})
    return render_template("batches/_progress.html", **page.shown())


def _seen(tx: Tx, batch_id: int) -> Batch:
    """The batch, for its own department and for those who judge or maintain."""
    found = queries.batch(tx, batch_id)
    if found is None:
        raise NotFound(what=_("批次 %(n)s", n=batch_id))
    people = snapshot(tx).people
    if found.department_id not in my_departments(people) and not sees_every(people):
        why = _("只有提交部门、财务部、维护员、考核人员和系统管理员可以查看")
        raise NotAllowed(what=_("查看这个批次"), why=why)
    return found


def _must_own(tx: Tx, found: Batch) -> None:
    if found.department_id not in my_departments(snapshot(tx).people):
        raise NotAllowed(what=_("放弃这个批次"), why=_("只有提交部门可以放弃"))


def _must_import_figures(tx: Tx) -> None:
    if not figures_import.may_import(snapshot(tx).people, me(), now()):
        raise NotAllowed(what=_("导入余额与交易数据"), why=_("只有维护员、系统管理员和财务部可以导入"))


def _file(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=f"{name}.xlsx")
