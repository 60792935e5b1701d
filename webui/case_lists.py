"""已办 and 我发起的: the same table of cases seen from two sides."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import casefile, inbox, worklists
from engine.casefile import Deadline
from engine.inbox import Entry
from engine.snapshots import Snapshot
from engine.transactions import Tx
from engine.wording import moment_text
from engine.worklists import Started, Waiting
from webui import texts
from webui.here import link, me, my_departments, now, services
from webui.inbox_rows import Kinds
from webui.paging import pager, sought
from webui.pills import UNTIMED, overrun, pill, used_text

PAGE = 50
DEPARTMENT = "department"
WHICH = {"": "全部", "open": "办理中", "closed": "已结束", DEPARTMENT: "本部门在办"}


def done(tx: Tx, known: Snapshot, page: int) -> dict[str, Any]:
    """What the person has done, newest first."""
    total = worklists.count_done(tx, me())
    entries = inbox.done_by(tx, me(), PAGE, PAGE * (max(page, 1) - 1))
    kinds = Kinds(tx, services().engine.definitions, (entry.process for entry in entries))
    deadlines = casefile.deadlines_of(tx, [e.deadline_id for e in entries if e.deadline_id])
    query = sought()
    shown = [entry for entry in entries if query.casefold() in f"{entry.number} {entry.title}".casefold()]
    return {
        "rows": [_done_row(entry, kinds, known, deadlines.get(entry.deadline_id or "")) for entry in shown],
        "filters": [{"label": _("全部"), "count": total, "url": url_for("inbox.done"), "current": True}],
        "query": query,
        "pager": pager(page, _pages(total), total, lambda number: url_for("inbox.done", page=number)),
        "empty": {"title": _("还没有办过的事项"), "text": _("办完的待办会列在这里。"), "links": []},
    }


def _done_row(entry: Entry, kinds: Kinds, known: Snapshot, deadline: Deadline | None) -> dict[str, Any]:
    late = deadline is not None and deadline.late
    assert entry.done_at is not None
    return {
        "id": entry.id,
        "url": url_for("cases.show", case_id=entry.case_id),
        "number": entry.number,
        "kind": kinds.label(entry.process),
        "customer": entry.title,
        "urgent": entry.urgent,
        "summary": entry.summary,
        "step": entry.name,
        "spent": "" if deadline is None else used_text(deadline, entry.done_at, known).rpartition("，")[2],
        "status": texts.tag((overrun(deadline, known, now()), "late")) if late and deadline else None,
        "at": moment_text(entry.done_at, now()),
    }


def started(tx: Tx, known: Snapshot, which: str, page: int) -> dict[str, Any]:
    """What the person, or the department, has started, with the steps each case waits for."""
    which, begin = which if which in WHICH else "", PAGE * (max(page, 1) - 1)
    ours = sorted(my_departments(known.people))
    private = sorted(services().engine.registry.readers)  # a colleague's appeal is his own affair (E-99)
    counts = worklists.count_started(tx, me()) | {DEPARTMENT: worklists.count_open_of(tx, ours, private)}
    if which == DEPARTMENT:
        cases = worklists.open_of(tx, ours, PAGE, begin, private)
    else:
        cases = worklists.started_by(tx, me(), which, PAGE, begin)
    kinds = Kinds(tx, services().engine.definitions, (case.process for case in cases))
    waiting = worklists.waiting(tx, (case.id for case in cases))
    ids = [one.deadline_id for group in waiting.values() for one in group if one.deadline_id]
    deadlines = casefile.deadlines_of(tx, ids)
    query = sought()
    shown = [case for case in cases if query.casefold() in f"{case.number} {case.title}".casefold()]
    return {
        "rows": [_started_row(case, kinds, known, waiting[case.id], deadlines) for case in shown],
        "filters": [
            {
                "label": _(label),
                "count": counts[code],
                "url": url_for("inbox.started", which=code or None),
                "current": which == code,
            }
            for code, label in WHICH.items()
        ],
        "query": query,
        "pager": pager(
            page,
            _pages(counts[which]),
            counts[which],
            lambda number: url_for("inbox.started", which=which or None, page=number),
        ),
        "empty": {"title": _("还没有发起过申请"), "text": _("发起的申请会列在这里，随时可看办到哪一步。"), "links": []},
        "apply_url": link("apply.choose"),
    }


def _started_row(
    case: Started, kinds: Kinds, known: Snapshot, waiting: list[Waiting], deadlines: dict[str, Deadline]
) -> dict[str, Any]:
    running = case.status in ("open", "suspended")
    waiting = [one for one in waiting if not kinds.duty(case.process, one.node)]
    timed = next((deadlines[one.deadline_id] for one in waiting if one.deadline_id in deadlines), None)
    names = list(dict.fromkeys(one.name for one in waiting))
    return {
        "id": str(case.id),
        "url": url_for("cases.show", case_id=case.id),
        "number": case.number,
        "kind": kinds.label(case.process),
        "customer": case.title,
        "urgent": case.urgent,
        "summary": _("第 %(n)s 次送审", n=case.round) if case.round > 1 else "",
        "step": "、".join(names) or "–",
        "holder": "、".join(dict.fromkeys(filter(None, (holder(known, one) for one in waiting)))),
        "deadline": (pill(timed, now(), known) if timed else UNTIMED) if running and waiting else None,
        "status": texts.status_tag(case.status, case.outcome),
        "at": moment_text(case.started_at, now()),
    }


def holder(known: Snapshot, one: Waiting) -> str:
    """In whose hands a step is: who has claimed it, else who acts in its post."""
    if claimant := known.people.claimant(one.holder_id, one.post_id, now()):
        return known.people.person(claimant).name
    executor = known.people.executor(one.post_id, now()) if one.post_id else None
    return executor.acting.person.name if executor else ""


def _pages(total: int) -> int:
    return -(-total // PAGE)
