"""流程工作台: all procedures with their newest version, their draft and how many cases run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from engine import workbench as bench
from engine.people import People
from engine.transactions import Tx
from engine.workbench.stories.names import procedure
from webui.here import services, snapshot
from webui.workbench.pages import may_publish, person_name, said_when, workbench


@workbench.get("")
def index() -> str:
    with services().transactions.read() as tx:
        people = snapshot(tx).people
        decides = may_publish(tx)
        rows = [_row(tx, one, people) for one in bench.overview(tx)]
        steps = [_shared(one, bench.find(tx, one.process), people) for one in bench.in_force(tx).values()]
    waiting = sum(row["state"]["tone"] == "warn" for row in (*rows, *steps))
    return render_template("workbench/list.html", rows=rows, steps=steps, waiting=waiting, decides=decides)


def _row(tx: Tx, one: bench.Overview, people: People) -> dict[str, Any]:
    newest = one.newest
    return {
        "process": one.process,
        "name": newest.name if newest else procedure(one.process, bench.read(tx, one.process).documents).name,
        "url": url_for("workbench.show", process=one.process),
        "version": newest.version if newest else None,
        "published": said_when(newest.published_at) if newest else "",
        "by": person_name(people, newest.author_id) if newest else "",
        "state": _state(one.revision is not None, one.proposed),
        "draft": _draft(one.saved_by, one.saved_at, people),
        "running": sum(one.running.values()),
        "older": sum(count for version, count in one.running.items() if newest is None or version != newest.id),
    }


def _shared(one: bench.SharedSteps, draft: bench.Draft | None, people: People) -> dict[str, Any]:
    return {
        "process": one.process,
        "name": one.name,
        "url": url_for("workbench.show", process=one.process),
        "state": _state(draft is not None, draft is not None and draft.proposed),
        "draft": _draft(draft.saved_by, draft.saved_at, people) if draft else "",
        "agreed": one.agreed,
        "callers": [version.name for version, _documents in one.callers.values()],
    }


def _state(drafted: bool, proposed: bool) -> dict[str, str]:
    if not drafted:
        return {"text": _("已发布"), "tone": "ok"}
    if proposed:
        return {"text": _("待复核发布"), "tone": "warn"}
    return {"text": _("修改中"), "tone": "accent"}


def _draft(saved_by: int | None, saved_at: datetime | None, people: People) -> str:
    if saved_at is None:
        return ""
    return _("%(who)s %(when)s保存", who=person_name(people, saved_by), when=said_when(saved_at))
