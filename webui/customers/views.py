"""客户: finding customers, one customer whole, and sensitive values in full for a stated purpose."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.clock import local
from engine.company.administration import record
from engine.errors import FieldProblem, FormInvalid, NotAllowed, NotFound
from engine.transactions import Tx
from handlers.customers import queries
from handlers.customers.queries import Customer
from handlers.customers.reports import listing, saved_queries
from webui.customers.files import as_report
from webui.customers.filters import Filters
from webui.customers.listing import listed
from webui.customers.page import CustomerPage
from webui.here import back, me, now, services, snapshot, toast
from webui.paging import sought
from webui.report_files import XLSX, xlsx_bytes
from webui.shown_codes import catalogue

customers = Blueprint("customers", __name__, url_prefix="/customers")

SHORTEST_PURPOSE = 4
LONGEST_PURPOSE = 200
CASE = "SELECT id FROM instance WHERE number = ?"


@customers.get("")
def index() -> ResponseReturnValue:
    """The list; a case number or customer code typed in full leads straight to what it names."""
    with services().transactions.read() as tx:
        query = sought()
        if query and (address := _named(tx, query)):
            return redirect(address)
        people = snapshot(tx).people
        return render_template("customers/list.html", **listed(tx, people, Filters.asked(tx, catalogue(tx), people)))


@customers.post("/export")
def export() -> ResponseReturnValue:
    """The list that was asked for as a workbook; who took how much of what goes on record first."""
    with services().transactions.write() as tx:
        people = snapshot(tx).people
        if not people.posts_of(me(), now()):
            why = _("成批的客户资料只供任职人员办理业务时导出，请找本部门归口人员")
            raise NotAllowed(what=_("导出客户清单"), why=why)
        who = people.person(me())
        report = as_report(tx, Filters.asked(tx, catalogue(tx), people), now(), f"{who.name}（{who.login}）")
        asked = "，".join(f"{label} {value}" for label, value in report.filters)
        record(tx, now(), me(), "customer.exported", report.title, {"rows": len(report.tables[0].rows), "query": asked})
    name = f"{report.title} {local(report.as_of):%Y-%m-%d}.xlsx"
    return send_file(io.BytesIO(xlsx_bytes(report)), XLSX, as_attachment=True, download_name=name)


@customers.post("/queries")
def keep_query() -> ResponseReturnValue:
    """Keep the search of this page under a name, for oneself or for the department."""
    with services().transactions.write() as tx:
        people = snapshot(tx).people
        asked = Filters.asked(tx, catalogue(tx), people).parameters()
        home = people.person(me()).department_id if request.form.get("shared") else None
        try:
            saved_queries.save(tx, now(), me(), request.form.get("name", ""), asked, home)
        except FormInvalid as error:
            toast(error.problems[0].message)
        else:
            toast(_("已保存查询“%(name)s”", name=request.form["name"].strip()))
    return redirect(url_for("customers.index", **asked), 303)  # type: ignore[arg-type]


@customers.post("/queries/<int:query_id>/forget")
def forget_query(query_id: int) -> ResponseReturnValue:
    with services().transactions.write() as tx:
        saved_queries.forget(tx, me(), query_id)
    toast(_("已删去这个查询"))
    return redirect(back(url_for("customers.index")), 303)


@customers.get("/<code>")
def show(code: str) -> str:
    with services().transactions.read() as tx:
        page = CustomerPage.of(tx, code, catalogue(tx), tab=request.args.get("tab", ""), day=request.args.get("at", ""))
        return render_template("customers/show.html", **page.shown())


@customers.get("/<code>/reveal")
def purpose(code: str) -> str:
    """Asks what the values are needed for."""
    with services().transactions.read() as tx:
        return _ask(_allowed(tx, code))


@customers.post("/<code>/reveal")
def reveal(code: str) -> ResponseReturnValue:
    """The customer with nothing masked, this once; who, when and what for goes on record first."""
    stated = " ".join(request.form.get("purpose", "").split())[:LONGEST_PURPOSE]
    with services().transactions.write() as tx:
        found = _allowed(tx, code)
        if len(stated) < SHORTEST_PURPOSE:
            return _ask(found, stated), 422
        data = {"purpose": stated, "version": found.row.version}
        record(tx, now(), me(), "customer.revealed", f"{code} {found.row.name}", data)
    with services().transactions.read() as tx:
        page = CustomerPage.of(tx, code, catalogue(tx), purpose=stated)
        return render_template("customers/show.html", **page.shown())


def _named(tx: Tx, query: str) -> str | None:
    """The address of what a number names."""
    text = query.upper()
    if case := tx.one(CASE, (text,)):
        return url_for("cases.show", case_id=case[0])
    return url_for("customers.show", code=text) if listing.one(tx, text) else None


def _allowed(tx: Tx, code: str) -> Customer:
    """The customer, for whoever holds a post: the others have no work that needs the full values."""
    found = queries.customer(tx, code)
    if found is None:
        raise NotFound(what=_("客户 %(code)s", code=code))
    if not snapshot(tx).people.posts_of(me(), now()):
        why = _("完整的证件号、账号和手机号只供任职人员办理业务时查看，请找本部门归口人员")
        raise NotAllowed(what=_("查看敏感信息"), why=why)
    return found


def _ask(found: Customer, stated: str | None = None) -> str:
    problem = FieldProblem("purpose", _("请写明用途，至少 %(n)s 个字，例如“核对打款账号”", n=SHORTEST_PURPOSE))
    field: dict[str, Any] = {
        "id": "purpose",
        "name": "purpose",
        "label": _("用途"),
        "kind": "text",
        "width": 6,
        "max": LONGEST_PURPOSE,
        "required": True,
        "value": stated or "",
        "help": _("例如：核对付款账号、联系客户对账"),
        "error": "" if stated is None else problem.message,
    }
    back = url_for("customers.show", code=found.row.code)
    return render_template("customers/reveal.html", customer=found.row, field=field, back_url=back)
