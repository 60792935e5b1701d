"""客户: finding customers, one customer whole, and sensitive values in full for a stated purpose."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.company.administration import record
from engine.definitions import Definition
from engine.errors import FieldProblem, NotAllowed, NotFound
from engine.excel.writing import XLSX
from engine.forms import Catalogue
from engine.transactions import Tx
from handlers.customers import queries
from handlers.customers.export import customer_file
from handlers.customers.queries import Customer
from handlers.customers.search import PROCESS
from webui.customer_list import listed
from webui.customer_page import CustomerPage
from webui.here import me, now, services, snapshot
from webui.paging import sought

customers = Blueprint("customers", __name__, url_prefix="/customers")

SHORTEST_PURPOSE = 4
LONGEST_PURPOSE = 200
CASE = "SELECT id FROM instance WHERE number = ?"


@customers.get("")
def index() -> ResponseReturnValue:
    """The list; a case number or customer code typed in full leads straight to what it names."""
    query = sought()
    with services().transactions.read() as tx:
        if query and (address := _named(tx, query)):
            return redirect(address)
        return render_template("customers/list.html", **listed(tx, query))


@customers.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """What the list shows for this search and these filters, on one sheet."""
    status, group = request.args.get("status", ""), request.args.get("group", "")
    with services().transactions.read() as tx:
        content = customer_file(tx, now(), sought(), status, group)
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=_("客户清单") + ".xlsx")


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


def catalogue(tx: Tx) -> Catalogue | None:
    """What coded values mean: as the newest form says; None while no procedure is published."""
    definition: Definition
    try:
        _id, definition = services().engine.definitions.newest(tx, PROCESS)
    except NotFound:
        return None
    return definition.catalogue


def _named(tx: Tx, query: str) -> str | None:
    """The address of what a number names."""
    text = query.upper()
    if case := tx.one(CASE, (text,)):
        return url_for("cases.show", case_id=case[0])
    found = queries.customers(tx, text, size=1)
    exact = found.total == 1 and found.rows[0].code == text
    return url_for("customers.show", code=text) if exact else None


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
