"""导出事件日志: the page for 考核人员 and administrators; every export is on record."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from tempfile import TemporaryFile

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_babel import gettext as _

from engine.clock import local
from engine.company.administration import record
from engine.errors import NotAllowed, NotFound
from webui import log_export
from webui.here import holds, me, now, services, snapshot

event_log = Blueprint("event_log", __name__, url_prefix="/event-log")

READERS = ("assessor", "admin")


def export_url() -> str | None:
    """The way to the page for those who may export, else None."""
    with services().transactions.read() as tx:
        return url_for("event_log.show") if holds(snapshot(tx).people, *READERS) else None


@event_log.get("")
def show() -> str:
    _must_be_reader()
    last = (local(now()).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    return render_template(
        "reports/event_log.html", month=last, formats=log_export.FORMATS, index_url=url_for("reports.index")
    )


@event_log.post("")
def export() -> Response:
    """The file; who took which month, and whether with names, goes on record first."""
    _must_be_reader()
    kind, text = request.form.get("format", ""), request.form.get("month", "").strip()
    if kind not in log_export.FORMATS:
        raise NotFound(what=_("文件格式 %(kind)s", kind=kind))
    named = request.form.get("names") == "1"
    with ExitStack() as unfinished:
        file = unfinished.enter_context(TemporaryFile())
        with services().transactions.read() as tx:
            cases = log_export.write(tx, services(), file, kind, text, not named)
        with services().transactions.write() as tx:
            told = {"cases": cases, "format": kind, "names": named}
            record(tx, now(), me(), log_export.EXPORTED, text, told)
        unfinished.pop_all()  # from here the response closes the file
    file.seek(0)
    name = _("事件日志 %(month)s", month=text) + f".{log_export.ENDINGS[kind]}"
    answer = send_file(file, "application/octet-stream", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _must_be_reader() -> None:
    with services().transactions.read() as tx:
        if not holds(snapshot(tx).people, *READERS):
            raise NotAllowed(what=_("导出事件日志"), why=_("只有考核人员和系统管理员可以导出"))
