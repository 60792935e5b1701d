"""RP-05P 时限暂停: who made which case stand still, why, on what evidence, and how much working time that took out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from engine.calendar import Calendar
from engine.calendar_tables import load_calendars
from engine.clock import local
from engine.people import People
from engine.store import loads, moment, placeholders, stamp
from engine.timeline import ClockKind, timeline
from engine.transactions import Tx
from engine.wording import amount_text
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-05P", "时限暂停"
_SUSPENDED = (
    "SELECT instance_id FROM event WHERE kind = 'case.suspended' AND occurred_at <= ? GROUP BY instance_id"
    " ORDER BY instance_id"
)
_EVENTS = (
    "SELECT e.instance_id, e.kind, e.occurred_at, e.actor_id, e.subject, e.data, i.number, i.ended_at FROM event e"
    " JOIN instance i ON i.id = e.instance_id WHERE e.instance_id IN ({marks}) AND e.occurred_at <= ? AND e.kind IN"
    " ('case.suspended', 'case.resumed', 'deadline.paused', 'case.ended', 'case.withdrawn', 'case.cancelled')"
    " ORDER BY e.instance_id, e.seq"
)
_DEADLINES = "SELECT id, department_id, calendar, kind FROM deadline WHERE instance_id IN ({marks})"
# What the log holds where no person chose a category of the policy, and the codes of the first release.
_NAMES = {
    "overtaken": "被另一件流程取代",
    "evidence": "补正材料",
    "dispute": "争议待裁定",
    "system": "系统故障",
    "other": "其他",
}
_OVER = ("case.resumed", "case.ended", "case.withdrawn", "case.cancelled")
_MANY = 500  # cases asked for at once


class Pause(NamedTuple):
    """One stretch of standing still; `excluded` is the time it took out of each deadline that ran, by department."""

    case_id: int
    number: str
    who: str
    category: str
    reason: str
    evidence: str
    since: datetime
    until: datetime | None
    excluded: Mapping[str, timedelta]

    @property
    def total(self) -> timedelta:
        return sum(self.excluded.values(), timedelta())


def pauses(tx: Tx, as_of: datetime, category: str = "") -> Report:
    """The pauses begun until the moment, newest first, of one category or of all; time counts until that moment."""
    found = [one for one in found_until(tx, as_of) if category in ("", one.category)]
    notes = (
        "扣除的时间按各时限自己的时钟和工作日历计，从挂起算到恢复；还没有恢复的算到本表的时点。",
        "一次挂起停下几个部门的时限的，各部门各算各的，因此合计可以大于一次挂起的长度。",
    )
    tables = (_by_department(found), _by_category(found), _list(found))
    asked = {"category": category} if category else {}
    return Report(NUMBER, TITLE, as_of, (("类别", category or "全部"),), tables, notes, asked)


def found_until(tx: Tx, as_of: datetime) -> list[Pause]:
    """Every pause begun until the moment, newest first."""
    ids = [row[0] for row in tx.all(_SUSPENDED, (stamp(as_of),))]
    found: list[Pause] = []
    calendars, people = load_calendars(tx), People.load(tx)
    for start in range(0, len(ids), _MANY):
        some = ids[start : start + _MANY]
        marks = placeholders(some)
        clocks = {row[0]: tuple(row[1:]) for row in tx.all(_DEADLINES.format(marks=marks), some)}
        rows = tx.all(_EVENTS.format(marks=marks), (*some, stamp(as_of)))
        found += _Reader(people, calendars, clocks, as_of).read(rows)
    return sorted(found, key=lambda one: (one.since, one.case_id), reverse=True)


class _Reader:
    """Reads pauses out of the events of some cases: the deadlines that stop, then the case, then what ends it."""

    def __init__(
        self, people: People, calendars: Mapping[str, Calendar], clocks: Mapping[str, tuple[Any, ...]], as_of: datetime
    ) -> None:
        self.people, self.calendars, self.clocks, self.as_of = people, calendars, clocks, as_of

    def read(self, rows: list[Any]) -> list[Pause]:
        found: list[Pause] = []
        stopped: list[str] = []
        begun: Any = None
        for row in rows:
            if begun is not None and (row[0] != begun[0] or row[1] in _OVER):
                until = moment(row[2]) if row[0] == begun[0] else None
                found.append(self._pause(begun, stopped, until))
                begun, stopped = None, []
            if row[1] == "deadline.paused":
                stopped.append(row[4])
            elif row[1] == "case.suspended":
                begun = row
        return [*found, self._pause(begun, stopped, None)] if begun is not None else found

    def _pause(self, row: Any, stopped: list[str], until: datetime | None) -> Pause:
        case_id, _kind, since, actor, _subject, data, number, _ended = row
        said = loads(data)
        excluded: dict[str, timedelta] = {}
        for key in stopped:
            name, length = self._excluded(key, moment(since), until or self.as_of)
            excluded[name] = excluded.get(name, timedelta()) + length
        who = self.people.person(actor).name if actor else "系统"
        files = "、".join(one["name"] for one in said.get("evidence", ()))
        return Pause(
            case_id,
            number,
            who,
            _NAMES.get(said["category"], said["category"]),
            said["reason"],
            files,
            moment(since),
            until,
            excluded,
        )

    def _excluded(self, key: str, since: datetime, until: datetime) -> tuple[str, timedelta]:
        department, code, kind = self.clocks.get(key, (None, "company", "work"))
        clock: ClockKind = kind
        length = timeline(clock, self.calendars.get(code) or self.calendars["company"]).between(since, until)
        return self.people.department(department).name if department else "", length


def _by_department(found: list[Pause]) -> Table:
    counts: Counter[str] = Counter()
    times: dict[str, timedelta] = {}
    for one in found:
        for name, length in one.excluded.items():
            counts[name] += 1
            times[name] = times.get(name, timedelta()) + length
    lines = tuple(cells(name, counts[name], amount_text(times[name])) for name in sorted(times))
    total = cells("合计", sum(counts.values()), amount_text(sum(times.values(), timedelta()))) if lines else ()
    heads = columns("时限所属部门", ("暂停次数", "count"), "扣除的工作时间")
    return Table("按部门", heads, lines, total, empty="截至这一时点没有暂停过时限", bar=1)


def _by_category(found: list[Pause]) -> Table:
    counts = Counter(one.category for one in found)
    lines = tuple(
        cells(name, count, sum(1 for one in found if one.category == name and one.evidence))
        for name, count in sorted(counts.items())
    )
    total = cells("合计", len(found), sum(1 for one in found if one.evidence)) if lines else ()
    return Table("按类别", columns("类别", ("挂起次数", "count"), ("附有依据", "count")), lines, total, bar=1)


def _list(found: list[Pause]) -> Table:
    lines = tuple(
        cells(
            Cell(one.number, Link("case", one.case_id)),
            one.who,
            one.category,
            Cell(one.reason, note=one.evidence and f"依据：{one.evidence}"),
            f"{local(one.since):%Y-%m-%d %H:%M}",
            f"{local(one.until):%Y-%m-%d %H:%M}" if one.until else "未恢复",
            Cell(amount_text(one.total), note="、".join(one.excluded)),
        )
        for one in found
    )
    heads = columns("单号", "谁挂起", "类别", "理由与依据", "自", "至", "扣除的工作时间")
    return Table("明细", heads, lines, note=f"{len(found)} 次", empty="截至这一时点没有挂起过流程")
