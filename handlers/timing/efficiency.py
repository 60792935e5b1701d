"""RP-14 流程效率: from door to door, where cases wait, and how old what is open has become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from engine.calendar import Calendar
from engine.store import stamp
from engine.transactions import Tx
from handlers.reporting import Cell, Report, Table, cells, columns, shares
from handlers.timing.months import mean, percentile, shown, spent

NUMBER, TITLE = "RP-14", "流程效率"
ENDED = "SELECT process, started_at, ended_at FROM instance WHERE ended_at >= ? AND ended_at < ? AND status = 'ended'"
STEPS = (
    "SELECT i.process, w.node, w.name, w.opened_at, coalesce(w.claimed_at, w.viewed_at, w.done_at), w.done_at"
    " FROM instance i CROSS JOIN work_item w WHERE w.instance_id = i.id AND i.ended_at >= ? AND i.ended_at < ?"
    " AND i.status = 'ended' AND w.status = 'done'"
)
OPEN = "SELECT process, started_at FROM instance WHERE status IN ('open', 'suspended') AND started_at < ?"
NAMES = "SELECT process, name FROM definition ORDER BY version"
AGES = ((1, "1 个工作日内"), (3, "1–3 个工作日"), (10, "3–10 个工作日"), (0, "10 个工作日以上"))
Spans = list[timedelta]


def efficiency(
    tx: Tx, calendars: Mapping[str, Calendar], as_of: datetime, title: str, begin: datetime, end: datetime
) -> Report:
    """The cases ended within [begin, end), and what is open at the end of that span (or now)."""
    names = dict[str, str]((row[0], row[1]) for row in tx.all(NAMES))
    span = stamp(begin), stamp(end)
    at = min(end, as_of)
    tables = (_doors(tx, names, calendars, span), _steps(tx, names, calendars, span), _ages(tx, names, calendars, at))
    notes = (
        "时间都是公司日历的工作时间。等待：从送达到首次签收或打开；办理：从那时到办完。占比：该环节用时占同一业务全部人工环节用时的千分数折算。",
        "瓶颈是占比最大的环节；在办的以期末（本月则为现在）为准。",
    )
    return Report(NUMBER, TITLE, as_of, (("办结月份", title),), tables, notes)


def _doors(tx: Tx, names: dict[str, str], calendars: Mapping[str, Calendar], span: tuple[str, str]) -> Table:
    took: dict[str, Spans] = defaultdict(list)
    for process, started, ended in tx.all(ENDED, span):
        took[process].append(spent(calendars, "company", "work", started, ended))
    rows = tuple(
        cells(names.get(one, one), len(took[one]), shown(mean(took[one])),
              *(shown(percentile(took[one], share)) for share in (50, 80, 95)), shown(max(took[one])))
        for one in sorted(took)
    )  # fmt: skip
    titled = columns("业务", ("办结", "count"), "平均", "中位", "八成以内", "九五成以内", "最长")
    return Table("从报送到办结", titled, rows, empty="这个月没有办结的流程。", bar=1 if rows else None)


def _steps(tx: Tx, names: dict[str, str], calendars: Mapping[str, Calendar], span: tuple[str, str]) -> Table:
    waits: dict[tuple[str, str], Spans] = defaultdict(list)
    works: dict[tuple[str, str], Spans] = defaultdict(list)
    titles: dict[tuple[str, str], str] = {}
    for process, node, name, opened, taken, done in tx.all(STEPS, span):
        key = process, node
        titles[key] = name
        waits[key].append(spent(calendars, "company", "work", opened, taken))
        works[key].append(spent(calendars, "company", "work", taken, done))
    rows: list[tuple[Cell, ...]] = []
    for process in sorted({key[0] for key in titles}):
        keys = [key for key in titles if key[0] == process]
        whole = {key: sum(waits[key] + works[key], timedelta(0)) for key in keys}
        parts = dict(zip(keys, shares([int(whole[key].total_seconds()) for key in keys]), strict=True))
        for key in sorted(keys, key=lambda one: -whole[one]):
            most = key == max(keys, key=lambda one: whole[one]) and whole[key]
            rows.append(cells(
                names.get(process, process), Cell(titles[key], note="瓶颈" if most else ""), len(waits[key]),
                shown(percentile(waits[key], 50)), shown(percentile(works[key], 50)),
                shown(percentile([a + b for a, b in zip(waits[key], works[key], strict=True)], 90)), parts[key],
            ))  # fmt: skip
    titled = columns("业务", "环节", ("次数", "count"), "等待中位", "办理中位", "用时九成以内", ("占比", "share"))
    return Table("环节：等待与办理", titled, tuple(rows), empty="这个月没有办完的人工环节。")


def _ages(tx: Tx, names: dict[str, str], calendars: Mapping[str, Calendar], at: datetime) -> Table:
    day = _day_of(calendars["company"])
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(AGES))
    for process, started in tx.all(OPEN, (stamp(at),)):
        age = spent(calendars, "company", "work", started, stamp(at))
        place = next((n for n, (days, _) in enumerate(AGES) if days and age <= days * day), len(AGES) - 1)
        found[process][place] += 1
    rows = tuple(cells(names.get(one, one), sum(found[one]), *found[one]) for one in sorted(found))
    titled = columns("业务", ("在办", "count"), *((title, "count") for _, title in AGES))
    return Table("在办的已有多久", titled, rows, empty="没有在办的流程。")


def _day_of(calendar: Calendar) -> timedelta:
    """How long a usual working day is."""
    spans = (
        timedelta(hours=end.hour or 24, minutes=end.minute) - timedelta(hours=start.hour, minutes=start.minute)
        for start, end in calendar.hours
    )
    return sum((one if one > timedelta(0) else one + timedelta(days=1) for one in spans), timedelta(0))
