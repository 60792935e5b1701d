"""The lines of 我的待办: entries with their time left, in bands, filtered and sorted; no query per line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import casefile, inbox, worklists
from engine.definitions import Definitions
from engine.errors import CountersignError
from engine.inbox import Entry
from engine.people import POST_KINDS, People
from engine.snapshots import Snapshot
from engine.transactions import Tx
from engine.wording import moment_text
from webui import texts
from webui.pills import due_text, pill

BANDS = (
    (inbox.OVERDUE, "over", "已超时", "按超出时间排列"),
    (inbox.TODAY, "soon", "今日到期", "下班前须办完"),
    (inbox.LATER, "fine", "未到期", "含暂停与不计时"),
)
SORTS = {"": "剩余时限", "received": "接收时间", "number": "单号"}


@dataclass(frozen=True)
class Wanted:
    """What of an inbox is asked for; it comes from the address of the page."""

    kind: str = ""  # a kind of cases, or 'urgent'
    query: str = ""
    sort: str = ""

    def keeps(self, entry: Entry, kind: str) -> bool:
        if self.kind and not (entry.urgent if self.kind == "urgent" else self.kind == kind):
            return False
        text = f"{entry.title} {entry.number} {entry.name}".casefold()
        return all(word in text for word in self.query.casefold().split())

    def order(self, entry: Entry) -> Any:
        return {"received": entry.opened_at, "number": entry.number}.get(self.sort, entry.due)


class Kinds:
    """What kind of case each procedure carries: 创建, 修改, 冻结."""

    def __init__(self, tx: Tx, definitions: Definitions, processes: Iterable[str]) -> None:
        self.codes: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.duties: set[tuple[str, str]] = set()
        for process in set(processes):
            try:
                model = definitions.newest(tx, process)[1].model
            except CountersignError:
                continue
            self.codes[process] = model.extensions.get("kind", process)
            self.duties |= {(process, node.id) for node in model.nodes.values() if "duty" in node.extensions}
            self.labels[self.codes[process]] = texts.KINDS.get(self.codes[process], model.name)

    def code(self, process: str) -> str:
        return self.codes.get(process, process)

    def duty(self, process: str, node: str) -> bool:
        """Whether a step is a duty beside the flow, such as a phone call."""
        return (process, node) in self.duties

    def label(self, process: str) -> str:
        return self.labels.get(self.code(process), process)


class Lines:
    """Draws entries as rows of the template."""

    def __init__(self, tx: Tx, entries: Sequence[Entry], known: Snapshot, kinds: Kinds, me: int, now: datetime) -> None:
        self.known, self.kinds, self.me, self.now = known, kinds, me, now
        self.deadlines = casefile.deadlines_of(tx, [e.deadline_id for e in entries if e.deadline_id])
        self.items = worklists.items_of(tx, [entry.id for entry in entries])
        posts = {entry.post_id for entry in entries}
        self.acting = {post: known.people.acting(post, now) for post in posts}
        lone = {entry.case_id for entry in entries if len(self.acting[entry.post_id]) == 1}
        self.alone = worklists.alone(tx, lone)

    def row(self, entry: Entry) -> dict[str, Any]:
        deadline = self.deadlines.get(entry.deadline_id or "")
        mine = next((one for one in self.acting[entry.post_id] if one.person.id == self.me), None)
        claimant = self.known.people.claimant(entry.holder_id, entry.post_id, self.now)
        others = claimant not in (None, self.me)
        free = mine is not None and entry.status == "open" and len(self.acting[entry.post_id]) > 1
        applicant = self.known.people.person(entry.applicant_id).name if entry.applicant_id else ""
        home = entry.applicant_department
        return {
            "id": entry.id,
            "url": url_for("work.show", item_id=entry.id),
            "number": entry.number,
            "kind": self.kinds.label(entry.process),
            "step": entry.name,
            "customer": entry.title,
            "urgent": entry.urgent,
            "deadline": pill(deadline, self.now, self.known),
            "summary": self._summary(entry, mine.on_behalf_of.name if mine and mine.on_behalf_of else ""),
            "from_name": applicant,
            "from_department": self.known.people.department(home).name if home else "",
            "received": moment_text(entry.opened_at, self.now),
            "due": due_text(deadline, self.now),
            "mine": mine is not None,
            "verbs": ["transfer"]
            if may_steer(self.known.people, entry.post_id, entry.department_id, self.me, self.now)
            else [],
            "claim_url": url_for("work.claim", item_id=entry.id) if free else None,
            "holder": self._holder(entry, others, mine is not None),
        }

    def _barred(self, entry: Entry) -> bool:
        """Whether the only person in the post has done the step before: a deputy must do this one."""
        barred = self.alone.get((entry.case_id, entry.node, entry.opened_at))
        return [one.person.id for one in self.acting[entry.post_id]] == [barred]

    def _whom(self, entry: Entry) -> str:
        """The department a step concerns when that is another one: a call to it."""
        whose = self.items.get(entry.id)
        if not isinstance(whose, int) or whose == entry.department_id:
            return ""
        return _("对%(department)s", department=self.known.people.department(whose).name)

    def _summary(self, entry: Entry, behalf: str) -> str:
        parts = [_("须由另一人办理") if self._barred(entry) else "", self._whom(entry), entry.summary]
        parts += [_("第 %(n)s 次送审", n=entry.round)] if entry.round > 1 else []
        parts += [_("代%(name)s办理", name=behalf)] if behalf else []
        return "；".join(part for part in parts if part)

    def _holder(self, entry: Entry, others: bool, mine: bool) -> str | None:
        people = self.known.people
        if others and entry.holder_id:
            return _("%(name)s已签收", name=people.person(entry.holder_id).name)
        if not mine:
            executor = people.executor(entry.post_id, self.now)
            kind = POST_KINDS[people.post_by_id(entry.post_id).kind]
            return executor.acting.person.name if executor else _("%(post)s空缺", post=kind)
        return None


def may_steer(people: People, post: int | None, department: int | None, person: int, now: datetime) -> bool:
    """Whether a person may hand a step over: whoever acts in its post, or leads its department."""
    leader = people.post("leader", department) if department else None
    posts = [*([post] if post else []), *([leader.id] if leader else [])]
    return any(people.may(person, one, now) is not None for one in posts)


def bands(entries: Sequence[Entry], lines: Lines, now: datetime) -> list[dict[str, Any]]:
    """The entries in their bands, each in the order given."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(inbox.band(entry, now), []).append(entry)
    return [
        {
            "state": state,
            "title": _(title),
            "hint": _(hint),
            "count": len(found.get(band, ())),
            "rows": [lines.row(entry) for entry in found.get(band, ())],
        }
        for band, state, title, hint in BANDS
    ]


def filters(entries: Sequence[Entry], kinds: Kinds, wanted: Wanted, address: Any) -> list[dict[str, Any]]:
    """The chips over the list: 全部, 紧急, then each kind of case that occurs."""
    counts = Counter(kinds.code(entry.process) for entry in entries)
    urgent = sum(entry.urgent for entry in entries)
    chips = [("", _("全部"), len(entries))]
    chips += [("urgent", _("紧急"), urgent)] if urgent else []
    chips += [(code, kinds.labels.get(code, code), count) for code, count in sorted(counts.items())]
    return [
        {"label": label, "count": count, "url": address(kind=code), "current": wanted.kind == code}
        for code, label, count in chips
    ]
