"""Schedules: a timer start event starts a new case each time its moment comes.

A row per procedure and start event holds the next moment. Whoever moves it on starts the case in the same transaction,
so two schedulers start one. After a stand-still a missed moment is made up for once, not once per period.
"""

from __future__ import annotations

import calendar
import logging
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.clock import local
from engine.definitions import Definition
from engine.errors import CountersignError
from engine.starting import start_by_clock
from engine.store import moment, stamp
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)

CYCLE = re.compile(r"R(?P<times>\d*)/(?:(?P<start>[^/]+)/)?(?P<every>P.+)")
PERIOD = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
KEEP = (
    "INSERT INTO schedule (process, node, rule, next_at, active) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (process, node) DO UPDATE SET rule = excluded.rule, next_at = excluded.next_at,"
    " active = excluded.active WHERE schedule.rule <> excluded.rule OR schedule.active <> excluded.active"
)
RETIRE = "UPDATE schedule SET active = ? WHERE process = ? AND node = ?"
KNOWN = "SELECT node FROM schedule WHERE process = ?"
DUE = "SELECT id, process, node, rule, next_at FROM schedule WHERE active AND next_at <= ? ORDER BY next_at"
MOVE_ON = "UPDATE schedule SET next_at = ?, active = ? WHERE id = ? AND next_at = ? AND active"


def register(tx: Tx, now: datetime, definition: Definition) -> None:
    """Write down the timer start events of a newly published version; those it no longer has are retired."""
    drawn = {
        node.id: node.timer
        for node in definition.model.nodes.values()
        if node.kind == "start" and node.timer and node.process == definition.process
    }
    for (node,) in tx.all(KNOWN, (definition.process,)):
        if node not in drawn:
            tx.run(RETIRE, (False, definition.process, node))
    for node, rule in drawn.items():
        first = following(rule, now, now)
        if first is not None:
            tx.run(KEEP, (definition.process, node, rule, stamp(first), True))


def sweep(engine: Engine, now: datetime) -> int:
    """Start a case for every schedule whose moment has come; a broken one stops nobody else."""
    with engine.transactions.read() as tx:
        due = tx.all(DUE, (stamp(now),))
    return sum(_attempt(engine, now, *row) for row in due)


def _attempt(engine: Engine, now: datetime, row_id: int, process: str, node: str, rule: str, at: str) -> bool:
    try:
        with engine.transactions.write() as tx:
            after = following(rule, now, moment(at))
            if tx.run(MOVE_ON, (stamp(after or now), after is not None, row_id, at)) != 1:
                return False
            start_by_clock(engine, tx, process, node, key=f"{process}:{node}:{at}").save()
        return True
    except CountersignError as error:
        log.warning("scheduled start failed: %s", error, extra={"action": "schedule_failed", "process": process})
        _alarm(engine, now, f"schedule:{process}:{node}:{at}", error)
        return False


def _alarm(engine: Engine, now: datetime, fact: str, error: CountersignError) -> None:
    """Tell the administrators, once a moment, what keeps a case from being started; it is tried again."""
    with engine.transactions.write() as tx:
        engine.registry.raise_alarm(tx, now, fact, "定时的流程没能发起", error.message)


def following(rule: str, now: datetime, since: datetime) -> datetime | None:
    """The first moment of a rule after `now`; None when it has none left.

    A rule is `R[n]/[start/]period`, a single moment, or a single period from `since` on. Months and years are those of
    the local calendar: a cycle of the 31st falls on the last day of shorter months.
    """
    match = CYCLE.fullmatch(rule)
    if match is None:
        once = _later(since, rule, 1) if rule.startswith("P") else datetime.fromisoformat(rule)
        return once if once > now else None
    begin = datetime.fromisoformat(match["start"]) if match["start"] else _later(since, match["every"], 1)
    most = int(match["times"]) if match["times"] else None
    number = 0
    while (at := _later(begin, match["every"], number)) <= now:
        number += 1
        if most is not None and number > most:
            return None
    return at


def _later(begin: datetime, period: str, times: int) -> datetime:
    """`begin` plus so many periods, counted from the beginning so that days do not drift."""
    match = PERIOD.fullmatch(period)
    assert match is not None, f"the check lets no period like {period} pass"
    part = {name: int(value or 0) * times for name, value in match.groupdict().items()}
    start = local(begin)
    months = start.year * 12 + start.month - 1 + part["years"] * 12 + part["months"]
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    spans = {name: part[name] for name in ("weeks", "days", "hours", "minutes", "seconds")}
    return start.replace(year=year, month=month + 1, day=day) + timedelta(**spans)
