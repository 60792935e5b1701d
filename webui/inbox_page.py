"""The page of an inbox: whose and what of it is asked for, its lines, and what stands around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine import inbox as items
from engine import worklists
from engine.clock import local
from engine.inbox import Entry
from engine.people import People
from engine.snapshots import Snapshot
from engine.transactions import Tx
from engine.worklists import Burden
from webui.clock_text import end_of_day
from webui.here import holds, link, me, services
from webui.inbox_rows import SORTS, Kinds, Lines, Wanted, bands, filters

OVERSEERS = ("maintainer", "assessor", "admin", "executive")  # posts that see what every department owes
MINE, DEPARTMENT = "mine", "department"


@dataclass(frozen=True)
class Asked:
    """Which inbox: of which posts, and what of it."""

    scope: str
    department: int | None
    posts: tuple[int, ...]
    wanted: Wanted

    def address(self, endpoint: str = "inbox.mine", **changed: Any) -> str:
        wanted = self.wanted
        parts = {"kind": wanted.kind, "q": wanted.query, "sort": wanted.sort} | changed
        if "scope" not in changed and self.scope == DEPARTMENT:
            parts |= {"scope": DEPARTMENT, "department": self.department}
        return url_for(endpoint, **{name: value for name, value in parts.items() if value})


def asked(people: People, moment: datetime) -> Asked:
    args = request.args
    sort = args.get("sort", "")
    wanted = Wanted(args.get("kind", "")[:40], args.get("q", "").strip()[:80], sort if sort in SORTS else "")
    own = tuple(post.id for post in people.posts_of(me(), moment))
    departments = _departments(people, moment)
    if args.get("scope") != DEPARTMENT or not departments:
        return Asked(MINE, None, own, wanted)
    department = args.get("department", departments[0], type=int)
    if department not in departments and not holds(people, *OVERSEERS):
        department = departments[0]
    return Asked(DEPARTMENT, department, tuple(post.id for post in people.posts(department)), wanted)


def _departments(people: People, moment: datetime) -> list[int]:
    """The departments whose inbox the person sees: those of their posts, then their own."""
    found = [post.department_id for post in people.posts_of(me(), moment)]
    home = people.person(me()).department_id
    return list(dict.fromkeys([*found, *([home] if home else [])]))


def _entries(tx: Tx, people: People, asked: Asked, moment: datetime) -> list[Entry]:
    found = items.of_posts(tx, asked.posts)
    return items.mine(found, me(), people, moment) if asked.scope == MINE else found


def version(tx: Tx, asked: Asked, moment: datetime) -> str:
    """Changes with the lines, and each minute, for the time left does."""
    return f"{items.version(tx, asked.posts)}.{int(moment.timestamp()) // 60}"


def rows(
    tx: Tx, known: Snapshot, asked: Asked, moment: datetime, entries: Sequence[Entry] | None = None
) -> dict[str, Any]:
    found = _entries(tx, known.people, asked, moment) if entries is None else entries
    kinds = Kinds(tx, services().engine.definitions, (entry.process for entry in found))
    shown = [entry for entry in found if asked.wanted.keeps(entry, kinds.code(entry.process))]
    shown.sort(key=asked.wanted.order)
    lines = Lines(tx, shown, known, kinds, me(), moment)
    return {
        "rows_url": asked.address("inbox.rows", version=version(tx, asked, moment)),
        "updated": f"{local(moment):%H:%M}",
        "total": len(shown),
        "bands": bands(shown, lines, moment),
        "empty": _empty(tx, asked, bool(found)),
        "filters": filters(found, kinds, asked.wanted, asked.address),
    }


def whole(tx: Tx, known: Snapshot, asked: Asked, moment: datetime) -> dict[str, Any]:
    entries = _entries(tx, known.people, asked, moment)
    own = (
        entries
        if asked.scope == MINE
        else _entries(tx, known.people, Asked(MINE, None, _own(known, moment), Wanted()), moment)
    )
    page = rows(tx, known, asked, moment, entries)
    overseer = holds(known.people, *OVERSEERS)
    burdens = {one.department_id: one for one in worklists.burdens(tx, moment, end_of_day(moment))}
    return page | {
        "scopes": _scopes(known, asked, len(own), burdens, moment),
        "hint": _hint(known, own, moment),
        "apply_url": link("apply.choose"),
        "departments": _strip(known, asked, burdens, moment) if overseer else [],
        "query": asked.wanted.query,
        "keep": _keep(asked),
        "sorts": [
            {"label": _(label), "url": asked.address(sort=code), "current": asked.wanted.sort == code}
            for code, label in SORTS.items()
        ],
        "bulk": [_bulk_transfer()],
    }


def _own(known: Snapshot, moment: datetime) -> tuple[int, ...]:
    return tuple(post.id for post in known.people.posts_of(me(), moment))


def _scopes(
    known: Snapshot, asked: Asked, own: int, burdens: Mapping[int, Burden], moment: datetime
) -> list[dict[str, Any]]:
    scopes = [{"label": _("个人"), "count": own, "url": url_for("inbox.mine"), "current": asked.scope == MINE}]
    departments = _departments(known.people, moment)
    if asked.department and asked.department not in departments:
        departments.append(asked.department)
    for department in departments:
        burden = burdens.get(department)
        scopes.append(
            {
                "label": known.people.department(department).name,
                "count": burden.total if burden else 0,
                "url": url_for("inbox.mine", scope=DEPARTMENT, department=department),
                "current": asked.scope == DEPARTMENT and asked.department == department,
            }
        )
    return scopes


def _strip(known: Snapshot, asked: Asked, burdens: Mapping[int, Burden], moment: datetime) -> list[dict[str, Any]]:
    """Every department that owes something, with its share overdue and due today."""
    found = [d for d in known.people.departments(now=moment) if d.id in burdens]
    return [
        {
            "name": department.name,
            "url": url_for("inbox.mine", scope=DEPARTMENT, department=department.id),
            "count": burdens[department.id].total,
            "over": burdens[department.id].overdue,
            "soon": burdens[department.id].today,
            "current": asked.scope == DEPARTMENT and asked.department == department.id,
        }
        for department in found
    ]


def _hint(known: Snapshot, entries: Sequence[Entry], moment: datetime) -> str:
    """How many of the lines are another person's whom one stands in for."""
    acting = [known.people.may(me(), entry.post_id, moment) for entry in entries]
    behalf = Counter(one.on_behalf_of.name for one in acting if one and one.on_behalf_of)
    told = [_("%(n)s 件代%(name)s办理", n=count, name=name) for name, count in behalf.items()]
    return _("其中 %(told)s", told="、".join(told)) if told else ""


def _keep(asked: Asked) -> dict[str, Any]:
    kept = {"kind": asked.wanted.kind, "sort": asked.wanted.sort}
    if asked.scope == DEPARTMENT:
        kept |= {"scope": DEPARTMENT, "department": str(asked.department)}
    return {name: value for name, value in kept.items() if value}


def _bulk_transfer() -> dict[str, str]:
    return {
        "verb": "transfer",
        "label": _("转办"),
        "icon": "transfer",
        "url": url_for("inbox.transfer"),
        "reason": _("所选含您不能转办的件"),
    }


def _empty(tx: Tx, asked: Asked, filtered: bool) -> dict[str, Any]:
    if filtered:
        links = [{"label": _("显示全部"), "url": asked.address(kind="", q="")}]
        return {"title": _("没有符合条件的待办"), "text": _("换个条件，或显示全部。"), "links": links}
    count = worklists.count_done(tx, me())
    return {
        "title": _("没有待办"),
        "text": _("您已办过 %(n)s 件。新任务送达时会自动显示在这里。", n=count),
        "links": [
            {"label": _("已办"), "url": url_for("inbox.done")},
            {"label": _("我发起的"), "url": url_for("inbox.started")},
        ],
    }
