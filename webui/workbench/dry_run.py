"""The dry run of a migration as its page shows it: totals, elements to be mapped, what becomes of each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine import due_story, migration
from engine import workbench as bench
from engine.errors import NotFound
from engine.migration import DECIDE, MOVES, STAYS, Counterparts, Effect, Verdict
from engine.store import moment
from engine.transactions import Tx
from engine.workbench.facts import TAGS
from webui.here import me, now, services, snapshot
from webui.paging import pager
from webui.workbench.pages import said_when

PAGE = 100  # cases
RESULTS: Mapping[str, tuple[str, str]] = {
    MOVES: ("可迁移", "ok"), DECIDE: ("须人工判断", "warn"), STAYS: ("不迁移", "hold"),
}  # fmt: skip
INTO = ">"  # in an address: old id > new id, or old id > for "nothing takes its place"; no id contains it


@dataclass(frozen=True)
class Asked:
    """What a dry run is asked for. `mapping` is None until somebody has looked at it: then it is proposed.

    `undo` is the migration whose cases are to go back. `seen` (case → revision), `chosen` and `reason` come with
    the button that performs it.
    """

    sources: frozenset[int]
    target: int
    mapped: Counterparts | None
    undo: int
    seen: Mapping[int, int] = field(default_factory=dict)
    chosen: frozenset[int] = frozenset()
    reason: str = ""

    @classmethod
    def read(cls, values: MultiDict[str, str]) -> Asked:
        seen = dict(_pairs(values.get("seen", "")))
        ticked = frozenset(values.getlist("case", type=int)) & seen.keys()
        return cls(
            frozenset(values.getlist("from", type=int)),
            values.get("to", 0, type=int),
            _mapping(values.getlist("map")) if "mapped" in values else None,
            values.get("undo", 0, type=int),
            seen,
            frozenset(seen) if values.get("scope") == "all" else ticked,
            values.get("reason", ""),
        )

    @property
    def mapping(self) -> Counterparts:
        return self.mapped or {}


def _pairs(text: str) -> list[tuple[int, int]]:
    found = [one.partition(":") for one in text.split()]
    return [(int(case), int(revision)) for case, _colon, revision in found if case.isdecimal() and revision.isdecimal()]


def _mapping(pairs: list[str]) -> dict[str, str | None]:
    return {old: new or None for old, into, new in (one.partition(INTO) for one in pairs) if old and into}


def pair(old: str, new: str | None) -> str:
    """An element with what has taken its place, as an address holds it."""
    return f"{old}{INTO}{new or ''}"


class DryRun:
    """A dry run over all running cases of the chosen versions, one page of them told in full."""

    def __init__(self, tx: Tx, process: str, asked: Asked) -> None:
        self.tx, self.process, self.asked = tx, process, asked
        self.known = bench.versions(tx, process)
        self.versions = {one.id: one.version for one in self.known}
        if not self.known or (asked.target and asked.target not in self.versions):
            raise NotFound(what=_("要迁移到的版本"))
        self.target = asked.target or self.known[0].id
        self.running = bench.running(tx).get(process, {})
        there = {one for one in self.running if one != self.target}
        self.sources = (asked.sources & self.versions.keys()) - {self.target} or there
        self.new = services().engine.definitions.get(tx, self.target)

    @cached_property
    def gone(self) -> list[migration.Gone]:
        definitions = services().engine.definitions
        return migration.gone([definitions.get(self.tx, one) for one in sorted(self.sources)], self.new)

    @cached_property
    def mapping(self) -> Counterparts:
        """What was chosen, or what is proposed."""
        if self.asked.mapped is not None:
            return self.asked.mapped
        return {one.node.id: one.proposal for one in self.gone if one.proposal}

    @cached_property
    def verdicts(self) -> list[Verdict]:
        undo = self.asked.undo
        back = frozenset(migration.origins(self.tx, undo).get(self.target, ())) if undo else None
        return migration.survey(
            services().engine, self.tx, self.process, self.target, self.new, self.mapping, self.sources, back
        )

    def shown(self) -> dict[str, Any]:
        """The variables of workbench/migrate.html."""
        counts = Counter(one.result for one in self.verdicts)
        which = request.args.get("show", "")
        listed = [one for one in self.verdicts if which in ("", one.result)]
        number, pages = max(1, request.args.get("page", 1, type=int)), -(-len(listed) // PAGE)
        number = min(number, max(pages, 1))
        return {
            "name": self.known[0].name,
            "drafted": bench.find(self.tx, self.process) is not None,
            "target": {"id": self.target, "version": self.versions[self.target]},
            "versions": [self._version(one) for one in self.known],
            "undo": self.asked.undo,
            "total": len(self.verdicts),
            "parts": [
                {"label": _(label), "tone": tone, "count": counts[one]} for one, (label, tone) in RESULTS.items()
            ],
            "filters": self._filters(counts, which),
            "gone": [self._gone(one) for one in self.gone],
            "mapping": [pair(*one) for one in self.mapping.items()],
            "rows": [self._row(one) for one in listed[(number - 1) * PAGE : number * PAGE]],
            "pager": pager(number, pages, len(listed), lambda n: self._url(show=which or None, page=n)),
            "seen": " ".join(f"{one.case_id}:{one.revision}" for one in self.verdicts if one.moves),
            "moves": counts[MOVES],
            "undecided": counts[DECIDE],
            "reason": self.asked.reason or (_("撤销第 %(n)s 次迁移：", n=self.asked.undo) if self.asked.undo else ""),
        }

    def _url(self, **more: Any) -> str:
        asked = {"from": sorted(self.sources), "to": self.target, "undo": self.asked.undo or None}
        asked |= {"map": [pair(*one) for one in self.mapping.items()], "mapped": 1}
        return url_for("workbench.migrate", process=self.process, **asked, **more)

    def _version(self, one: bench.Version) -> dict[str, Any]:
        return {
            "id": one.id,
            "version": one.version,
            "running": self.running.get(one.id, 0),
            "from": one.id in self.sources,
            "to": one.id == self.target,
            "newest": one is self.known[0],
            "compare": url_for("workbench.compare", process=self.process, **{"from": one.id, "to": self.target}),
        }

    def _filters(self, counts: Counter[str], which: str) -> list[dict[str, Any]]:
        chips = [("", _("全部"), len(self.verdicts)), *((one, _(RESULTS[one][0]), counts[one]) for one in RESULTS)]
        return [
            {"label": label, "count": count, "url": self._url(show=one or None), "current": one == which}
            for one, label, count in chips
        ]

    def _gone(self, one: migration.Gone) -> dict[str, Any]:
        chosen = self.mapping.get(one.node.id, "")
        without, by_hand = migration.dropped(self.mapping), one.node.kind == "user"
        return {
            "name": one.node.name or one.node.id,
            "id": one.node.id,
            "kind": _(TAGS.get(one.node.element, one.node.element)),
            "options": [
                {
                    "value": pair(one.node.id, node.id),
                    "label": f"{node.name or node.id}（{node.id}）",
                    "chosen": node.id == chosen,
                }
                for node in one.candidates
            ],
            "none": {"value": pair(one.node.id, None), "chosen": one.node.id in without} if by_hand else None,
            "proposed": bool(one.proposal) and one.proposal == chosen and self.asked.mapped is None,
        }

    def _row(self, one: Verdict) -> dict[str, Any]:
        label, tone = RESULTS[one.result]
        return {
            "id": one.case_id,
            "number": one.number,
            **named(self.tx, self.process, one.case_id, one.title),
            "version": self.versions.get(one.from_id),
            "steps": [f"{name}（{n}）" if n > 1 else name for name, n in Counter(one.steps).items()],
            "tag": {"text": _(label), "tone": tone},
            "moves": one.moves,
            "ticked": one.moves and (not self.asked.seen or one.case_id in self.asked.chosen),
            "told": [*map(str, one.obstacles), *map(_dropped_told, one.dropped.values())],
            "limits": list(dict.fromkeys(limit_told(effect) for effect in one.effects)),
        }


def _dropped_told(name: str) -> str:
    return _("“%(name)s”已办，在新版里没有对应：迁移后记录在案", name=name)


def named(tx: Tx, process: str, case_id: int, title: str) -> dict[str, str]:
    """A case's title and address; where a procedure says who may read its cases, its number must do for the others."""
    reads = services().engine.registry.readers.get(process)
    if reads is not None and not reads(tx, snapshot(tx).people, now(), me(), case_id):
        return {"title": _("（只有当事人和有权的人可以查看）"), "url": ""}
    return {"title": title, "url": url_for("cases.show", case_id=case_id)}


def _due(one: Effect, at: datetime) -> str:
    """The due moment; a breach already on record stays on record."""
    due = moment(one.due)
    text = _("%(when)s 到期", when=said_when(due))
    return text + _("（已超时）") if at > due else text


def limit_told(one: Effect, at: datetime | None = None) -> str:
    """What becomes of an open limit, looked at now or `at`; one already received is never moved by a migration."""
    due = _("恢复后接着计") if one.paused else _due(one, at or now())
    if one.kept == one.fresh:
        return _("%(clock)s：%(due)s，不变", clock=one.name, due=due)
    fresh = due_story.length(one.fresh) if one.fresh else _("不计时")
    return _("%(clock)s：%(due)s，不变；新版限 %(fresh)s，此后进入才适用", clock=one.name, due=due, fresh=fresh)
