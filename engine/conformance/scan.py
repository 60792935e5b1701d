"""Many cases judged one after another, so that a month of any size fits in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from engine.conformance.judging import judge
from engine.conformance.ruleset import RuleSet
from engine.conformance.verdicts import Verdict
from engine.history import Recorded
from engine.store import loads, moment, placeholders, stamp
from engine.transactions import Row, Tx

AT_ONCE = 500  # cases read together
CASES = (
    "SELECT id FROM instance WHERE id > ? AND started_at < ? AND (ended_at IS NULL OR ended_at >= ?)"
    " ORDER BY id LIMIT ?"
)
EVENTS = (
    "SELECT instance_id, seq, kind, occurred_at, recorded_at, actor_id, node, subject, data FROM event"
    " WHERE instance_id BETWEEN ? AND ? AND recorded_at <= ? AND kind IN ({kinds}) ORDER BY instance_id, seq"
)
# Whatever the rules look at, a log is not understood without these.
ALWAYS = (
    "case.started", "case.ended", "case.withdrawn", "case.cancelled", "case.upgraded", "case.downgraded", "case.marked",
)  # fmt: skip


class Judged(NamedTuple):
    """A verdict with the case it is about."""

    case_id: int
    verdict: Verdict


def scan(tx: Tx, rules: RuleSet, begin: datetime, end: datetime, as_of: datetime) -> Iterator[Judged]:
    """What was obeyed, violated or undecided in [begin, end), by what is recorded until `as_of`; cases in order.

    A demand that is still undecided counts where it was called for. A violation that is recorded later than it
    happened, as a breach found at a restart is, counts where it happened.
    """
    kinds = sorted({*rules.kinds, *ALWAYS})
    sql = EVENTS.format(kinds=placeholders(kinds))
    last = 0
    while ids := [row[0] for row in tx.all(CASES, (last, stamp(end), stamp(begin), AT_ONCE))]:
        wanted, last = set(ids), ids[-1]
        rows = tx.all(sql, (ids[0], last, stamp(as_of), *kinds))
        for case_id, events in groupby(rows, key=itemgetter(0)):
            if case_id in wanted:
                for verdict in judge(map(_recorded, events), rules):
                    if begin <= verdict.at < end:
                        yield Judged(case_id, verdict)


def _recorded(row: Row) -> Recorded:
    _case, seq, kind, occurred, recorded, actor, node, subject, data = row
    return Recorded(
        kind, moment(occurred), actor, node, subject, loads(data), seq=seq, recorded_at=moment(recorded), hash=""
    )  # the chain is proved elsewhere
