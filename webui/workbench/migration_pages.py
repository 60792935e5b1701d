"""What the pages of past migrations show: the list, and one of them with what became of its cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine import migration
from engine import workbench as bench
from engine.errors import NotFound
from engine.transactions import Tx
from webui.here import services, snapshot
from webui.paging import pager
from webui.workbench.dry_run import PAGE, named, pair
from webui.workbench.pages import person_name, said_when

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "moved": ("已迁移", "ok"), "stayed": ("留在原版", "warn"), "waiting": ("等待迁移", "accent"),
}  # fmt: skip


def listed(tx: Tx, process: str) -> dict[str, Any]:
    """The variables of workbench/migrations.html."""
    known = bench.versions(tx, process)
    if not known:
        raise NotFound(what=_("流程 %(process)s 的版本", process=process))
    people, versions = snapshot(tx).people, {one.id: one.version for one in known}
    running = bench.running(tx).get(process, {})
    return {
        "name": known[0].name,
        "drafted": bench.find(tx, process) is not None,
        "older": sum(count for version, count in running.items() if version != known[0].id),
        "rows": [
            {
                "id": one.id,
                "url": url_for("workbench.migration_result", process=process, batch=one.id),
                "version": versions[one.to_id],
                "who": person_name(people, one.person_id),
                "when": said_when(one.begun_at),
                "reason": one.reason,
                "moved": one.moved,
                "stayed": one.stayed,
                "waiting": one.waiting,
            }
            for one in migration.batches(tx, process)
        ],
    }


class Outcome:
    """One migration with what became of its cases."""

    def __init__(self, tx: Tx, process: str, batch: int) -> None:
        self.tx, self.process = tx, process
        self.batch = migration.batch_of(tx, process, batch)
        self.known = bench.versions(tx, process)
        self.versions = {one.id: one.version for one in self.known}
        self.counts = {"moved": self.batch.moved, "stayed": self.batch.stayed, "waiting": self.batch.waiting}

    def totals(self) -> dict[str, Any]:
        """The variables of workbench/_migration_totals.html."""
        total = sum(self.counts.values())
        return {
            "batch": self.batch.id,
            "total": total,
            "done": total - self.batch.waiting,
            "parts": [
                {"label": _(label), "tone": tone, "count": self.counts[one]}
                for one, (label, tone) in OUTCOMES.items()
                if self.counts[one] or one != "waiting"
            ],
            "poll": self._url() if self.batch.waiting else "",
        }

    def shown(self) -> dict[str, Any]:
        """The variables of workbench/migration.html."""
        which = request.args.get("show", "")
        which = which if which in OUTCOMES else ""
        total = self.counts[which] if which else sum(self.counts.values())
        pages = -(-total // PAGE)
        number = min(max(1, request.args.get("page", 1, type=int)), max(pages, 1))
        rows = migration.results(self.tx, self.batch.id, which, PAGE, (number - 1) * PAGE)
        return self.totals() | {
            "name": self.known[0].name,
            "drafted": bench.find(self.tx, self.process) is not None,
            "version": self.versions[self.batch.to_id],
            "facts": self._facts(),
            "filters": self._filters(which),
            "rows": [self._row(one) for one in rows],
            "pager": pager(number, pages, total, lambda n: self._url(show=which or None, page=n)),
            "undo": [] if self.batch.waiting else self._undo(),
        }

    def _url(self, **more: Any) -> str:
        return url_for("workbench.migration_result", process=self.process, batch=self.batch.id, **more)

    def _facts(self) -> list[dict[str, Any]]:
        who = person_name(snapshot(self.tx).people, self.batch.person_id)
        nodes = services().engine.definitions.get(self.tx, self.batch.to_id).model.nodes
        names = {new: nodes[new].name if new in nodes else "" for new in self.batch.mapping.values() if new}
        mapping = "；".join(
            f"{names[new]} {old} → {new}".strip() if new else f"{old} → {_('没有对应')}"
            for old, new in self.batch.mapping.items()
        )
        facts = [
            {"label": _("迁移到"), "value": _("第 %(n)s 版", n=self.versions[self.batch.to_id])},
            {"label": _("何人何时"), "value": f"{who} {said_when(self.batch.begun_at)}"},
            {"label": _("原因"), "value": self.batch.reason, "wide": True},
        ]
        return [*facts, {"label": _("节点对照"), "value": mapping, "wide": True}] if mapping else facts

    def _filters(self, which: str) -> list[dict[str, Any]]:
        chips = [("", _("全部"), sum(self.counts.values()))]
        chips += [(one, _(label), self.counts[one]) for one, (label, _tone) in OUTCOMES.items() if self.counts[one]]
        return [
            {"label": label, "count": count, "url": self._url(show=one or None), "current": one == which}
            for one, label, count in chips
        ]

    def _row(self, one: migration.Result) -> dict[str, Any]:
        label, tone = OUTCOMES[one.status]
        return {
            "number": one.number,
            **named(self.tx, self.process, one.case_id, one.title),
            "version": self.versions.get(one.from_id),
            "tag": {"text": _(label), "tone": tone},
            "told": one.told,
        }

    def _undo(self) -> list[dict[str, Any]]:
        """The way back for each version the cases came from: another migration, with a dry run of its own."""
        back = [pair(new, old) for old, new in self.batch.mapping.items() if new]
        asked = {"from": self.batch.to_id, "undo": self.batch.id, "map": back, "mapped": 1}
        return [
            {
                "version": self.versions[origin],
                "count": len(cases),
                "url": url_for("workbench.migrate", process=self.process, to=origin, **asked),
            }
            for origin, cases in migration.origins(self.tx, self.batch.id).items()
        ]
