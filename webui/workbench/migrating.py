"""迁移在办流程: the dry run of a migration, performing it, what became of each case, and the way back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import migration
from engine.errors import CountersignError, NotFound
from engine.transactions import Tx
from engine.workbench.rights import must_publish
from webui.here import me, now, services, snapshot
from webui.workbench.dry_run import Asked, DryRun
from webui.workbench.migration_pages import Outcome, listed
from webui.workbench.pages import workbench
from webui.workbench.publishing import reason_of

AT_ONCE = 100  # cases moved before the answer; the sweep carries on with the rest


@workbench.get("/<process>/migrate")
def migrate(process: str) -> str:
    """The dry run: what would become of each running case; nothing is written."""
    return _dry_run(process, Asked.read(request.args))


@workbench.post("/<process>/migrate")
def perform_migration(process: str) -> ResponseReturnValue:
    """Move the chosen cases; what is refused is said on the dry run, drawn anew with what was typed."""
    asked = Asked.read(request.form)
    try:
        batch = migration.begin(
            services().engine, me(), process, asked.target, asked.chosen, asked.mapping, asked.reason, asked.seen
        )
    except NotFound:
        raise
    except CountersignError as error:
        return _dry_run(process, asked, reason_of(error)), error.status
    migration.carry_on(services().engine, batch, AT_ONCE)
    flash(_("已登记为第 %(n)s 次迁移，逐件的结果见下。", n=batch))
    return redirect(url_for("workbench.migration_result", process=process, batch=batch), 303)


@workbench.get("/<process>/migrations")
def migrations(process: str) -> str:
    """All migrations of a procedure, newest first."""
    with services().transactions.read() as tx:
        _must(tx)
        page = listed(tx, process)
    return render_template("workbench/migrations.html", process=process, **page)


@workbench.get("/<process>/migrations/<int:batch>")
def migration_result(process: str, batch: int) -> ResponseReturnValue:
    """What became of each case; asked by htmx, the totals alone, until nothing waits any more."""
    with services().transactions.read() as tx:
        _must(tx)
        outcome = Outcome(tx, process, batch)
        if request.headers.get("HX-Request"):
            return _moving(process, outcome)
        return render_template("workbench/migration.html", process=process, **outcome.shown())


def _moving(process: str, outcome: Outcome) -> ResponseReturnValue:
    if not outcome.batch.waiting:
        return Response(status=204, headers={"HX-Refresh": "true"})
    return render_template("workbench/_migration_totals.html", process=process, **outcome.totals())


def _dry_run(process: str, asked: Asked, error: str = "") -> str:
    with services().transactions.read() as tx:
        _must(tx)
        page = DryRun(tx, process, asked).shown()
    return render_template("workbench/migrate.html", process=process, error=error, **page)


def _must(tx: Tx) -> None:
    """Who may not publish is told who decides."""
    must_publish(snapshot(tx).people, me(), now(), _("迁移在办流程"))
