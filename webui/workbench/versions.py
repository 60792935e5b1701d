"""版本: what was published when, by whom, why, and by whose approval; any of it can be compared and restored."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from engine import workbench as bench
from engine.errors import NotFound
from engine.people import People
from webui.here import services, snapshot
from webui.workbench.pages import may_publish, person_name, said_when, workbench
from webui.workbench.shared_steps import drawing_rows


@workbench.get("/<process>/versions")
def history(process: str) -> str:
    with services().transactions.read() as tx:
        known, draft = bench.versions(tx, process), bench.find(tx, process)
        steps = None if known else bench.find_shared(tx, process)
        if steps is not None:
            rows = drawing_rows(process, bench.drawings(tx, steps), snapshot(tx).people)
            return _history(process, steps.name, rows, draft, shared=True)
        if not known:
            raise NotFound(what=_("流程 %(process)s 的版本", process=process))
        people, running = snapshot(tx).people, bench.running(tx).get(process, {})
        decides = may_publish(tx)
    earlier = {one.id: before for one, before in pairwise(known)}
    rows = [_row(one, people, running.get(one.id, 0), earlier.get(one.id)) for one in known]
    for row, one in zip(rows, known, strict=True):
        if decides and row["running"] and one is not known[0]:
            row["migrate"] = url_for("workbench.migrate", process=process, **{"from": one.id, "to": known[0].id})
    migrations = url_for("workbench.migrations", process=process) if decides else ""
    return _history(process, known[0].name, rows, draft, migrations=migrations)


def _history(process: str, name: str, rows: list[dict[str, Any]], draft: bench.Draft | None, **more: Any) -> str:
    page = {"name": name, "rows": rows, "drafted": draft is not None, "revision": draft.revision if draft else 0}
    return render_template("workbench/versions.html", process=process, **page, **more)


def _row(one: bench.Version, people: People, running: int, before: bench.Version | None) -> dict[str, Any]:
    evidence = one.evidence or {}
    against = url_for("workbench.compare", process=one.process, **{"from": before.id, "to": one.id}) if before else ""
    return {
        "label": _("第 %(n)s 版", n=one.version),
        "version": one.version,
        "when": said_when(one.published_at),
        "author": person_name(people, one.author_id),
        "approver": person_name(people, one.approver_id) if one.approver_id else _("随系统安装"),
        "reason": one.reason,
        "opinion": one.opinion,
        "fingerprint": one.fingerprint,
        "running": running,
        "changes": list(evidence.get("changes", ())),
        "compare": against,
        "proof": url_for("workbench.version_evidence", process=one.process, version=one.id) if evidence else "",
        "restore": url_for("workbench.restore", process=one.process, version=one.id),
    }
