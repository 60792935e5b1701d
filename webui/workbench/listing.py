"""流程工作台: all procedures with their newest version, their draft and how many cases run."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from engine import workbench as bench
from engine.people import People
from webui.here import services, snapshot
from webui.workbench.pages import may_publish, person_name, said_when, workbench


@workbench.get("")
def index() -> str:
    with services().transactions.read() as tx:
        people = snapshot(tx).people
        decides = may_publish(tx)
        rows = [_row(one, people) for one in bench.overview(tx)]
    waiting = sum(row["state"]["tone"] == "warn" for row in rows)
    return render_template("workbench/list.html", rows=rows, waiting=waiting, decides=decides)


def _row(one: bench.Overview, people: People) -> dict[str, Any]:
    newest = one.newest
    return {
        "process": one.process,
        "name": newest.name if newest else one.process,
        "url": url_for("workbench.show", process=one.process),
        "version": newest.version if newest else None,
        "published": said_when(newest.published_at) if newest else "",
        "by": person_name(people, newest.author_id) if newest else "",
        "state": _state(one),
        "draft": _draft(one, people),
        "running": sum(one.running.values()),
        "older": sum(count for version, count in one.running.items() if newest is None or version != newest.id),
    }


def _state(one: bench.Overview) -> dict[str, str]:
    if one.revision is None:
        return {"text": _("已发布"), "tone": "ok"}
    if one.proposed:
        return {"text": _("待复核发布"), "tone": "warn"}
    return {"text": _("修改中"), "tone": "accent"}


def _draft(one: bench.Overview, people: People) -> str:
    if one.saved_at is None:
        return ""
    return _("%(who)s %(when)s保存", who=person_name(people, one.saved_by), when=said_when(one.saved_at))
