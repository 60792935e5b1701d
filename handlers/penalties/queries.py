"""What the pages of the assessment ask: how far a month is, which findings stand behind a figure, whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from engine.snapshots import Snapshot
from engine.transactions import Tx
from handlers.penalties import access, decisions, findings, ledger, month, pricing, rp06
from handlers.penalties import basis as bases
from handlers.penalties.access import Viewer
from handlers.penalties.basis import Basis
from handlers.penalties.decisions import Decision
from handlers.penalties.findings import ENTRY_ERROR, FALSE_NEW, OVERTIME, Finding
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from handlers.penalties.pricing import Line
from handlers.penalties.tables import penalty_month

ZERO = Decimal(0)


@dataclass(frozen=True)
class Stage:
    """How far the assessment of a month has come; `status` is one of MONTH_STATUS, None before its draft."""

    status: str | None
    drafted_at: datetime | None = None
    published_at: datetime | None = None
    appeal_until: datetime | None = None
    confirmed_at: datetime | None = None
    locked_at: datetime | None = None
    case_id: int | None = None


def stage(tx: Tx, which: Month) -> Stage:
    """How far a month is; without a status when nobody has begun it."""
    row = tx.core(select(penalty_month).where(penalty_month.c.month == str(which))).mappings().first()
    if row is None:
        return Stage(None)
    return Stage(
        row["status"], row["drafted_at"], row["published_at"], row["appeal_until"], row["confirmed_at"],
        row["locked_at"], row["instance_id"],
    )  # fmt: skip


def latest(tx: Tx, now: datetime) -> Month:
    """The month whose assessment began last; before any has, the one that runs."""
    newest = tx.core(select(penalty_month.c.month).order_by(penalty_month.c.month.desc()).limit(1)).scalar()
    return Month.parse(newest) if newest else Month.of(now)


def assessed(tx: Tx, which: Month, snapshot: Snapshot, now: datetime) -> Assessed:
    """The month without its steps in time: as it was locked, else as it stands now."""
    kept = ledger.locked(tx, which)
    if kept is not None:
        return month.assess(tx, which, kept.basis, kept.positions, steps=False)
    return month.assess(tx, which, bases.live(tx, snapshot, now), steps=False)


# --- the findings behind a figure ---------------------------------------------------------------------------------

BEHIND: Mapping[str, Callable[[Assessed, Finding], bool]] = {
    "late": lambda of, one: one.kind == OVERTIME and of.counts(one),
    "untrue": lambda of, one: one.kind == FALSE_NEW and of.counts(one),
    "wrong": lambda of, one: one.kind == ENTRY_ERROR and of.counts(one),
    "exempt": lambda of, one: not of.counts(one),
    "appeal": lambda of, one: appealed(of, one),
}


def behind(of: Assessed, kind: str = "", department: int | None = None, person: int | None = None) -> list[Finding]:
    """Exactly the findings a figure of the report counts: by kind, by department, or those a person is charged with."""
    charged = {name for line in of.lines if line.person == person for name in line.findings}
    return [
        one
        for one in of.findings
        if (kind not in BEHIND or BEHIND[kind](of, one))
        and (department is None or one.department == department)
        and (person is None or one.name in charged)
    ]


def appealed(of: Assessed, one: Finding) -> bool:
    """Whether there is an appeal that was not withdrawn."""
    return one.name in of.decided and bool(of.decided[one.name].appeals)


def appeals(of: Assessed) -> dict[str, int]:
    """How many appeals stand how: appealed, upheld, rejected."""
    found = [of.status(one.name) for one in of.findings if appealed(of, one)]
    return {status: found.count(status) for status in ("appealed", "rejected", "upheld")}


@dataclass(frozen=True)
class Effect:
    """What an open appeal would change for its department if it were upheld: how often, how much in all."""

    finding: Finding
    department: int
    times: tuple[int, int]  # before, after
    amounts: tuple[Decimal, Decimal]
    extra: tuple[Decimal, Decimal]


def effects(tx: Tx, of: Assessed) -> list[Effect]:
    """The month priced once more without each finding that is under appeal."""
    open_ = [one for one in of.findings if of.status(one.name) == "appealed" and one.department is not None]
    return [_effect(of, one, month.assess(tx, of.month, of.basis, steps=False, upheld=(one.name,))) for one in open_]


def _effect(of: Assessed, one: Finding, without: Assessed) -> Effect:
    assert one.department is not None
    kind = next(kind for kind, of_kind in BEHIND.items() if of_kind(of, one))
    pair = (of, without)
    return Effect(
        one, one.department,
        tuple(len(behind(each, kind, one.department)) for each in pair),  # type: ignore[arg-type]
        tuple(_of_department(each.lines, one.department) for each in pair),  # type: ignore[arg-type]
        tuple(_of_department(each.lines, one.department, "extra") for each in pair),  # type: ignore[arg-type]
    )  # fmt: skip


def _of_department(lines: Iterable[Line], department: int, role: str = "") -> Decimal:
    return sum((one.amount for one in lines if one.department == department and role in ("", one.role)), ZERO)


# --- one finding --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placed:
    """A finding in its month; `decision` is what has become of it up to now, also after the month was locked."""

    finding: Finding
    month: Assessed
    stage: Stage
    decision: Decision

    @property
    def basis(self) -> Basis:
        return self.month.basis


def finding(tx: Tx, name: str, snapshot: Snapshot, now: datetime, person: int) -> Placed:
    """The finding as that person may see it; raises NotFound, NotAllowed (E-99).

    Only what concerns it is read: of the month's other findings no more than how many its department has.
    """
    one = findings.found(tx, name, bases.live(tx, snapshot, now))
    access.must_see(access.viewer(snapshot.people, person, now), one)
    which = Month.of(one.at)
    kept = ledger.locked(tx, which)
    basis = kept.basis if kept else bases.live(tx, snapshot, now)
    decided = decisions.read(tx, month.first(which, basis))
    decision = decided.get(one.name, Decision())
    if kept is not None and one.ref.seq <= kept.positions.get(one.ref.case_id, 0):
        one = findings.found(tx, name, basis, kept.positions)
        lines = ledger.kept_lines(tx, which)
    else:
        lines = _lines(tx, one, which, basis, decided)
    late, wrong = ((one,) if one.kind == kind else () for kind in (OVERTIME, ENTRY_ERROR))
    untrue = ((one, _ordinal(tx, one, which, basis, decided)),) if one.kind == FALSE_NEW else ()
    of = Assessed(which, basis, late, untrue, wrong, decided, tuple(lines), {})
    return Placed(one, of, stage(tx, which), decision)


def _lines(tx: Tx, one: Finding, which: Month, basis: Basis, decided: Mapping[str, Decision]) -> list[Line]:
    """What a finding of an open month comes to, with what its department pays for the month."""
    if one.name in decided and not decided[one.name].counts:
        return []
    lines = pricing.alone(one, _ordinal(tx, one, which, basis, decided), basis)
    if one.kind != OVERTIME or one.department is None:
        return lines
    late = findings.late_of(tx, which, basis, one.department)
    counted = [name for name in late if name not in decided or decided[name].counts]
    return [*lines, *pricing.extras(which, basis, one.department, counted)]


def _ordinal(tx: Tx, one: Finding, which: Month, basis: Basis, decided: Mapping[str, Decision]) -> int:
    """Which of its window a false-new is; 0 for other kinds and for what does not count."""
    if one.kind != FALSE_NEW:
        return 0
    untrue = findings.false_new(tx, month.first(which, basis), which.end, basis)
    counted = [each for each in untrue if each.name not in decided or decided[each.name].counts]
    return next((ordinal for each, ordinal in pricing.ordinals(counted, basis) if each.name == one.name), 0)


# --- whose --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """What a month charges a person with, or what it charges to the departments he answers for."""

    month: Assessed
    stage: Stage
    findings: tuple[Finding, ...]
    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal:
        return sum((one.amount for one in self.lines), ZERO)


def own(of: Assessed, at: Stage, person: int) -> Share:
    """A person's share: findings charged to him, also those that do not count."""
    found = [one for one in of.findings if person in access.charged(one)]
    return Share(of, at, tuple(found), tuple(line for line in of.lines if line.person == person))


def of_departments(of: Assessed, at: Stage, viewer: Viewer) -> Share:
    """The share of the departments somebody answers for."""
    found = [one for one in of.findings if one.department in viewer.departments]
    return Share(of, at, tuple(found), tuple(line for line in of.lines if line.department in viewer.departments))


def months(now: datetime, count: int = 12) -> list[Month]:
    """The last months, the running one first."""
    return [Month.of(now).plus(-back) for back in range(count)]


def titles(tx: Tx, of: Assessed) -> dict[int, tuple[str, str]]:
    """Number and title of every case with a finding of the month."""
    return rp06.titles(tx, of)
