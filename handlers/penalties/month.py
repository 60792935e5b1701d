"""A month assessed: its findings, what was decided of them, what they cost, and how many steps were done in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.store import stamp
from engine.transactions import Tx
from handlers.penalties import decisions, facts, findings, pricing
from handlers.penalties.basis import Basis
from handlers.penalties.decisions import Decision
from handlers.penalties.facts import Clocked
from handlers.penalties.findings import Finding, Positions
from handlers.penalties.period import Month
from handlers.penalties.pricing import Line

LONGEST = timedelta(days=60)  # no limit of the policy is longer; a deadline may fall due that long after its case ended
# The cases that can have a deadline due in a month: open ones, and those ended not long before it. The CROSS JOIN makes
# SQLite begin with them, by their indexes, instead of reading the deadlines of all the years.
RUNNING = (
    "(SELECT id FROM instance WHERE status IN ('open', 'suspended') AND started_at < ?"
    " UNION ALL SELECT id FROM instance WHERE ended_at >= ? AND started_at < ?) i"
    " CROSS JOIN deadline d"
)
_DUE = "d.instance_id = i.id AND d.due >= ? AND d.due < ?"
# Deadlines met: the rows tell how many, by the department that owed them; what is late is read from the log.
MET = (
    f"SELECT d.department_id, d.clock, d.policy_id, d.urgent, count(*) FROM {RUNNING}"
    f" WHERE {_DUE} AND d.status = 'met' AND NOT d.breached GROUP BY d.department_id, d.clock, d.policy_id, d.urgent"
)
CASES = f"SELECT DISTINCT i.id FROM {RUNNING} WHERE {_DUE} AND d.status <> 'continued'"
VERSION = "SELECT id, version FROM policy"
COUNT = "SELECT event_count FROM instance WHERE id = ?"


@dataclass(frozen=True)
class Assessed:
    """The month as the log shows it up to a position; `met` counts steps in time by department."""

    month: Month
    basis: Basis
    late: tuple[Finding, ...]
    untrue: tuple[tuple[Finding, int], ...]  # of the month, with the ordinal within its window
    wrong: tuple[Finding, ...]
    decided: Mapping[str, Decision]
    lines: tuple[Line, ...]
    met: Mapping[int | None, int]

    @property
    def findings(self) -> list[Finding]:
        """All of the month in the order of clause and time, those that do not count included."""
        return [*self.late, *(one for one, _ in self.untrue), *self.wrong]

    def status(self, finding: str) -> str:
        return self.decided[finding].status if finding in self.decided else "proposed"

    def counts(self, finding: Finding) -> bool:
        return finding.name not in self.decided or self.decided[finding.name].counts

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    def ordinal(self, finding: str) -> int:
        """Which of its window a false-new is; 0 when it does not count."""
        return next((ordinal for one, ordinal in self.untrue if one.name == finding), 0)


def assess(
    tx: Tx, month: Month, basis: Basis, positions: Positions | None = None, *, steps: bool = True,
    upheld: Collection[str] = (),
) -> Assessed:  # fmt: skip
    """Assess a month up to the positions (None: everything there is now).

    With positions the steps in time are counted from the events as well, so that what happened later does not matter.
    Without `steps` they are not counted at all. `upheld` are findings supposed not to stand, whatever was decided.
    """
    since = first(month, basis)
    decided = decisions.read(tx, since, positions) | {name: Decision("upheld") for name in upheld}
    late = findings.overtime(tx, month, basis, positions)
    untrue = findings.false_new(tx, since, month.end, basis, positions)
    wrong = findings.entry_errors(tx, month.begin, month.end, basis, positions)

    def counting(some: Iterable[Finding]) -> list[Finding]:
        return [one for one in some if one.name not in decided or decided[one.name].counts]

    counted = counting(untrue)
    ranked = {one.name: ordinal for one, ordinal in pricing.ordinals(counted, basis)}
    lines = pricing.price(month, basis, counting(late), counted, counting(wrong))
    met: Mapping[int | None, int] = {}
    if steps:
        met = _met(tx, month, basis) if positions is None else _met_by_events(tx, month, basis, positions)
    of_month = tuple((one, ranked.get(one.name, 0)) for one in untrue if one.at >= month.begin)
    return Assessed(month, basis, tuple(late), of_month, tuple(wrong), decided, tuple(lines), met)


def first(month: Month, basis: Basis) -> datetime:
    """Since when findings may matter for the ordinals of a month: the longest window of any version."""
    return min(findings.window(policy, month.begin) for policy in basis.policies.versions)


def span(month: Month) -> tuple[str, ...]:
    begin, end = stamp(month.begin), stamp(month.end)
    return end, stamp(month.begin - LONGEST), end, begin, end


def _met(tx: Tx, month: Month, basis: Basis) -> dict[int | None, int]:
    found: Counter[int | None] = Counter()
    versions = {row[0]: row[1] for row in tx.all(VERSION)}
    for department, clock, policy, urgent, count in tx.all(MET, span(month)):
        if _penalised(basis, versions[policy], clock, bool(urgent)):
            found[department] += count
    return dict(found)


def _met_by_events(tx: Tx, month: Month, basis: Basis, positions: Positions) -> dict[int | None, int]:
    found: Counter[int | None] = Counter()
    for case in facts.of_cases(tx, sorted(positions.items())):
        for one in case.deadlines:
            if _in_time(one, month) and _penalised(basis, one.policy, one.clock, one.urgent):
                found[one.department] += 1
    return dict(found)


def _in_time(one: Clocked, month: Month) -> bool:
    return one.status == "met" and one.breached_seq is None and month.begin <= one.due < month.end


def _penalised(basis: Basis, version: str, clock: str, urgent: bool) -> bool:
    rule = basis.policies.version(version).limit(clock, urgent)
    return rule is not None and rule.penalised


def positions(tx: Tx, month: Month, basis: Basis, *, steps: bool = True) -> Positions:
    """How far the log of every case that has a say in the month goes now; without `steps` only of those charged."""
    cases = [row[0] for row in tx.all(CASES, span(month))] if steps else []
    since = first(month, basis)
    others = [one.case_id for kind in findings.EVENT for one in findings.listed(tx, kind, since, month.end, None)]
    others += [row[4] for one in decisions.read(tx, since).values() for row in one.steps]
    return counted(tx, {*cases, *others})


def counted(tx: Tx, cases: Iterable[int]) -> Positions:
    """How far the logs of these cases go now."""
    found: Positions = {}
    for case in sorted(cases):
        row = tx.one(COUNT, (case,))
        assert row is not None, f"events of case {case} without the case"
        found[case] = row[0]
    return found
