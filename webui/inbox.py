"""我的待办: what a person and a department owe; 已办 and 我发起的; handing several steps over at once."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui import case_lists, handing_over, inbox_page, more_time
from webui.here import now, services, snapshot

inbox = Blueprint("inbox", __name__)


@inbox.get("/")
def mine() -> str:
    with services().transactions.read() as tx:
        known, moment = snapshot(tx), now()
        wanted = inbox_page.asked(known.people, moment)
        asked_for = more_time.of_inbox(tx, known, moment)
        return render_template("inbox/list.html", **inbox_page.whole(tx, known, wanted, moment), extensions=asked_for)


@inbox.get("/inbox/rows")
def rows() -> ResponseReturnValue:
    """The lines alone, for the page that polls; 204 while nothing on it has changed."""
    with services().transactions.read() as tx:
        known, moment = snapshot(tx), now()
        wanted = inbox_page.asked(known.people, moment)
        if request.args.get("version") == inbox_page.version(tx, wanted, moment):
            return "", 204
        return render_template("inbox/_rows.html", **inbox_page.rows(tx, known, wanted, moment))


@inbox.get("/done")
def done() -> str:
    with services().transactions.read() as tx:
        page = case_lists.done(tx, snapshot(tx), request.args.get("page", 1, type=int))
    return render_template("cases/done.html", **page)


@inbox.get("/started")
def started() -> str:
    with services().transactions.read() as tx:
        known = snapshot(tx)
        page = case_lists.started(tx, known, request.args.get("which", ""), request.args.get("page", 1, type=int))
    return render_template("cases/started.html", **page)


@inbox.post("/inbox/transfer")
def transfer() -> ResponseReturnValue:
    """Hand several steps over: first to whom and why, then one result per step."""
    chosen = list(dict.fromkeys(request.form.getlist("item")))[:200]
    if not chosen:
        return redirect(url_for("inbox.mine"))
    with services().transactions.read() as tx:
        page = handing_over.page(tx, snapshot(tx), chosen, now())
    to, reason = request.form.get("to", 0, type=int), request.form.get("reason", "").strip()
    page |= {"to": to, "reason": reason}
    if "to" not in request.form:
        return render_template("inbox/transfer.html", **page)
    if not to or not reason:
        return render_template("inbox/transfer.html", **page, error=_("请选择转给谁，并写明理由。")), 422
    results = handing_over.hand_over(chosen, to, reason)
    return render_template("inbox/transfer.html", **page, results=results)
