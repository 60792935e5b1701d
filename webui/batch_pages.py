"""What the pages of imports show: the list with the upload, and one batch with its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine.clock import local
from engine.people import People
from engine.transactions import Tx
from engine.wording import moment_text
from handlers.customers.batch import queries
from handlers.customers.batch.figures_import import may_import
from handlers.customers.batch.lines import MOST_ROWS
from handlers.customers.batch.queries import Batch
from handlers.customers.batch.tables import KINDS, RESULTS, ROW_STATUS
from handlers.customers.reports.listing import group_names
from webui.case_view import OVERSEERS
from webui.here import holds, me, my_departments, now, services, snapshot
from webui.paging import pager

TONES = {
    "reading": "accent", "checking": "accent", "posting": "accent", "staged": "warn", "submitted": "accent",
    "done": "ok", "rejected": "late", "dropped": "hold",
}  # fmt: skip
ROW_TONES = {"ready": "ok", "faulty": "late", "duplicate": "warn", "skipped": "hold", "waiting": "hold"}
SELLING = ("marketing", "unit")
JUDGING = ("finance", "maintaining")  # departments through which every import goes
HINTS = {
    "new": "由营销部或经营单位上传；校验后提交，主管领导、维护员、财务部逐级签字盖章，才逐行建档。",
    "opening": "上线时装载原系统的客户，保留原有编码；由系统管理员上传，主数据维护部门主管领导批准。",
    "figures": "未清余额、未清单据、年度交易额和最后交易日期，供冻结和年度冻结判断；只读，不是客户主数据。",
}


@dataclass(frozen=True)
class Listing:
    """The list of imports as this person sees it, with the kinds of files they may hand in."""

    kinds: tuple[str, ...]
    groups: dict[str, str]
    rows: tuple[Batch, ...]
    total: int
    number: int

    def shown(self, error: str = "", kind: str = "") -> dict[str, Any]:
        """The variables of batches/list.html."""
        chosen = kind or request.args.get("kind", "")
        chosen = chosen if chosen in self.kinds else (self.kinds[0] if self.kinds else "")
        return {
            "error": error,
            "kinds": [
                {"label": _(KINDS[one]), "url": url_for("batches.index", kind=one), "current": one == chosen}
                for one in self.kinds
            ],
            "kind": chosen,
            "hint": _(HINTS[chosen]) if chosen else "",
            "groups": [{"value": code, "label": f"{code} {name}"} for code, name in self.groups.items()],
            "today": local(now()).date().isoformat(),
            "most": MOST_ROWS,
            "rows": [_listed(one) for one in self.rows],
            "pager": pager(
                self.number, -(-self.total // queries.PAGE), self.total, lambda n: url_for("batches.index", page=n)
            ),
        }


def listing(tx: Tx) -> Listing:
    people, number = snapshot(tx).people, max(1, request.args.get("page", 1, type=int))
    own = people.person(me()).department_id
    rows, total = queries.batches(tx, None if sees_every(people) else my_departments(people), number)
    kinds = []
    if own and people.department(own).kind in SELLING:
        kinds.append("new")
    if holds(people, "admin"):
        kinds.append("opening")
    if may_import(people, me(), now()):
        kinds.append("figures")
    return Listing(tuple(kinds), group_names(tx), tuple(rows), total, number)


def sees_every(people: People) -> bool:
    """Whether the batches of all departments are this person's business: who countersigns, maintains, judges, runs."""
    posts = people.posts_of(me(), now())
    judging = any(people.department(one.department_id).kind in JUDGING for one in posts)
    return judging or any(one.kind in OVERSEERS for one in posts)


def _listed(one: Batch) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": url_for("batches.show", batch_id=one.id),
        "file": one.filename,
        "kind": _(one.kind_text),
        "status": {"text": _(one.status_text), "tone": TONES[one.status]},
        "total": one.total,
        "ready": one.counts.get("ready", 0),
        "wrong": one.counts.get("faulty", 0) + one.counts.get("duplicate", 0),
        "posted": one.results.get("posted", 0),
        "who": f"{one.department} {one.uploader}",
        "when": moment_text(one.uploaded_at, now()),
    }


class BatchPage:
    """One batch: how far it is, the totals, the lines that a filter leaves, what can be done with it."""

    def __init__(self, tx: Tx, batch: Batch, error: str = "") -> None:
        self.tx, self.batch, self.error = tx, batch, error
        self.people = snapshot(tx).people

    def shown(self) -> dict[str, Any]:
        """The variables of batches/show.html and batches/_progress.html."""
        batch = self.batch
        which = request.args.get("which", "")
        number = max(1, request.args.get("page", 1, type=int))
        rows, total = self._rows(which, number)
        return {
            "batch": batch,
            "status": {"text": _(batch.status_text), "tone": TONES[batch.status]},
            "error": self.error,
            "problems": batch.problem.splitlines(),
            "totals": self._totals(),
            "progress": self._progress(),
            "facts": self._facts(),
            "filters": self._filters(which),
            "rows": rows,
            "row_tones": ROW_TONES,
            "pager": pager(number, -(-total // queries.PAGE), total, lambda n: self._url(which, n)),
            "which": which,
            "posting": batch.kind != "figures",
            "can": self._can(),
            "case_url": url_for("cases.show", case_id=batch.instance_id) if batch.instance_id else None,
            "poll_url": url_for("batches.show", batch_id=batch.id, state=batch.status),
        }

    def _url(self, which: str, number: int | None = None) -> str:
        return url_for("batches.show", batch_id=self.batch.id, which=which or None, page=number)

    def _rows(self, which: str, number: int) -> tuple[list[queries.Row], int]:
        if self.batch.status in ("reading", "rejected"):
            return [], 0
        columns = queries.columns(services().engine, self.tx, self.batch)
        return queries.rows(self.tx, self.batch, columns, which, number)

    def _totals(self) -> list[dict[str, Any]]:
        """Lines read = ready + faulty + duplicate + skipped, as an equation to read."""
        counts = self.batch.counts
        known = [
            {"label": _(text), "count": counts.get(one, 0), "tone": ROW_TONES[one]} for one, text in ROW_STATUS.items()
        ]
        return [one for one in known if one["label"] != _(ROW_STATUS["waiting"]) or one["count"]]

    def _progress(self) -> dict[str, Any] | None:
        batch = self.batch
        if not batch.under_way:
            return None
        done, whole = {
            "reading": (batch.staged, batch.total),
            "checking": (batch.checked, batch.total),
            "posting": (batch.written, batch.counts.get("ready", 0)),
        }[batch.status]
        return {"text": _(batch.status_text), "percent": batch.percent, "done": f"{done:,}", "whole": f"{whole:,}"}

    def _facts(self) -> list[dict[str, Any]]:
        batch = self.batch
        facts = [
            {"label": _("种类"), "value": _(batch.kind_text)},
            {
                "label": _("上传"),
                "value": f"{batch.department} {batch.uploader} {moment_text(batch.uploaded_at, now())}",
            },
            {"label": _("账户组"), "value": batch.account_group} if batch.account_group else None,
            {"label": _("截止日期"), "value": batch.as_of} if batch.as_of else None,
            {"label": _("文件摘要"), "value": f"SHA-256 {batch.sha256[:16]}…", "title": batch.sha256},
        ]
        return [one for one in facts if one]

    def _filters(self, which: str) -> list[dict[str, Any]]:
        counts, results = self.batch.counts, self.batch.results
        wrong = counts.get("faulty", 0) + counts.get("duplicate", 0)
        chips = [("", _("全部"), self.batch.total), ("wrong", _("有误或重复"), wrong)]
        chips += [("doubtful", _("可导入，有提醒"), self.batch.doubtful)]
        chips += [(one, _(text), counts.get(one, 0)) for one, text in ROW_STATUS.items() if one != "waiting"]
        written = {"posted": _("已导入")} if self.batch.kind == "figures" else RESULTS
        chips += [(one, _(text), results.get(one, 0)) for one, text in written.items()]
        return [
            {"label": label, "count": count, "url": self._url(one), "current": one == which}
            for one, label, count in chips
            if count or one in ("", which)
        ]

    def _can(self) -> dict[str, bool]:
        batch = self.batch
        own = batch.department_id in my_departments(self.people)
        staged = batch.status == "staged" and bool(batch.counts.get("ready"))
        return {
            "submit": staged and own and batch.kind != "figures",
            "confirm": staged and batch.kind == "figures" and may_import(self.people, me(), now()),
            "discard": own and batch.status in ("reading", "checking", "staged"),
        }
