"""The ledger of locked months. A locked month never changes; what comes later is an adjustment in an open one.

Locking keeps what the month rests on: the company as pinned, and how far the log of every case went. Recomputing it
from the events up to there gives the same bytes, at any time and on either database.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update

from engine.errors import NotPossible
from engine.snapshots import Snapshot
from engine.store import dumps, loads
from engine.transactions import Tx
from handlers.penalties import basis as bases
from handlers.penalties import decisions, findings, month, proof, rp06
from handlers.penalties.basis import Basis
from handlers.penalties.duties import duties
from handlers.penalties.findings import Positions
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from handlers.penalties.pricing import Line
from handlers.penalties.rp06 import Adjustment
from handlers.penalties.tables import penalty_line, penalty_month
from handlers.report_csv import csv_bytes
from handlers.reporting import Report

LOOK_BACK = 13  # months: an appeal in December may still change which of its year January's was


@dataclass(frozen=True)
class Locked:
    """A locked month with what it rests on."""

    month: Month
    locked_at: datetime
    basis: Basis
    positions: Positions
    report: bytes
    digest: str
    logs: str  # digest over the logs it rests on
    met: Mapping[int | None, int]  # steps in time by department, as they were counted


@dataclass(frozen=True)
class Difference:
    """The first place where a recomputation is not what was stored."""

    line: int
    stored: str
    recomputed: str

    def __str__(self) -> str:
        return f"第 {self.line} 行，锁定时是“{self.stored}”，重算为“{self.recomputed}”"


def locked(tx: Tx, which: Month) -> Locked | None:
    """The locked month; None while it is open."""
    row = tx.core(select(penalty_month).where(penalty_month.c.month == str(which))).mappings().first()
    if row is None or row["locked_at"] is None:
        return None
    told = loads(_plain(row["positions"]).decode())
    kept = {int(case): count for case, count in told["cases"].items()}
    pinned = bases.restored(_plain(row["basis"]).decode())
    return Locked(which, row["locked_at"], pinned, kept, _plain(row["report"]), row["digest"], told["logs"], _met(told))


def _met(told: Mapping[str, Any]) -> dict[int | None, int]:
    return {int(department) if department else None: count for department, count in told["met"].items()}


def build(tx: Tx, which: Month, snapshot: Snapshot, now: datetime, *, whole: bool = True) -> tuple[Assessed, Report]:
    """The month's report: as it was locked, else as it stands now; not `whole`: without the unpriced duties of 表六."""
    kept = locked(tx, which)
    if kept is not None:
        return _assessed(tx, which, kept.basis, kept.positions, "locked", whole, kept.met)
    status = tx.core(select(penalty_month.c.status).where(penalty_month.c.month == str(which))).scalar()
    return _assessed(tx, which, bases.live(tx, snapshot, now), None, status or "draft", whole)


def _assessed(
    tx: Tx, which: Month, basis: Basis, positions: Positions | None, status: str, whole: bool = True,
    met: Mapping[int | None, int] | None = None,
) -> tuple[Assessed, Report]:  # fmt: skip
    """`met`: the steps in time as counted before, so that a large month is not read again to be shown."""
    assessed = month.assess(tx, which, basis, positions, steps=met is None)
    if met is not None:
        assessed = replace(assessed, met=met)
    extra = adjustments(tx, which, positions)
    missed = duties(tx, which, basis, positions) if whole else []
    return assessed, rp06.report(tx, assessed, extra, before(tx, which), status, missed=missed)


def lock(tx: Tx, which: Month, snapshot: Snapshot, now: datetime) -> Locked:
    """Lock a month as it stands; raises NotPossible for one that is locked, not over, or whose predecessor is open."""
    _must_be_lockable(tx, which, now)
    basis = bases.live(tx, snapshot, now)
    assessed, report = _assessed(tx, which, basis, None, "locked")
    missed = duties(tx, which, basis)
    positions = month.positions(tx, which, basis) | month.counted(tx, {one.case_id for one in missed})
    for earlier in _locked_before(tx, which):
        positions |= month.positions(tx, earlier, basis, steps=False)
    content = csv_bytes(report)
    since = min([one.deadline.received_at for one in assessed.late if one.deadline] + [which.begin])
    pinned = bases.pinned(basis, since, rp06.titles(tx, assessed, [one.case_id for one in missed]))
    cases = {str(case): count for case, count in positions.items()}
    met = {str(department or ""): count for department, count in assessed.met.items()}
    values = {
        "status": "locked", "locked_at": now, "basis": zlib.compress(pinned.encode()),
        "positions": zlib.compress(dumps({"cases": cases, "logs": proof.digest(tx, positions), "met": met}).encode()),
        "report": zlib.compress(content), "digest": sha256(content).hexdigest(),
    }  # fmt: skip
    tx.core(update(penalty_month).where(penalty_month.c.month == str(which)).values(values))
    _keep(tx, which, assessed.lines, adjustments(tx, which, None))
    found = locked(tx, which)
    assert found is not None
    return found


def _must_be_lockable(tx: Tx, which: Month, now: datetime) -> None:
    if locked(tx, which) is not None:
        raise NotPossible(what=f"锁定{which.title}考核", why="该月已经锁定；此后的更正列在下一个未锁定月份的调整行")
    if now < which.end:
        raise NotPossible(what=f"锁定{which.title}考核", why="该月还没有结束")
    if (earlier := open_before(tx, which)) is not None:
        raise NotPossible(
            what=f"锁定{which.title}考核", why=f"{earlier.title}的考核还没有锁定；请先办完它，按月份先后锁定"
        )
    c = penalty_month.c
    later = tx.core(select(c.month).where(c.month > str(which), c.locked_at.is_not(None)).order_by(c.month)).scalar()
    if later is not None:
        why = f"{Month.parse(later).title}已经锁定，本年累计和调整行以它为准；该月的差错由以后的调整行更正"
        raise NotPossible(what=f"锁定{which.title}考核", why=why)


def open_before(tx: Tx, which: Month) -> Month | None:
    """The earliest month before this one whose assessment was begun and is not locked."""
    c = penalty_month.c
    row = tx.core(select(c.month).where(c.month < str(which), c.locked_at.is_(None)).order_by(c.month)).scalar()
    return None if row is None else Month.parse(row)


def _keep(tx: Tx, which: Month, lines: Iterable[Line], extra: Iterable[Adjustment]) -> None:
    rows = [_row(which, which, line) for line in lines]
    rows += [_row(which, one.of_month, one.line) for one in extra]
    if rows:
        tx.core(insert(penalty_line), rows)


def _row(which: Month, of_month: Month, line: Line) -> dict[str, object]:
    return {
        "month": str(which), "of_month": str(of_month), "clause": line.clause, "role": line.role,
        "department_id": line.department, "person_id": line.person, "amount": str(line.amount),
        "findings": dumps(list(line.findings)), "formula": line.formula,
    }  # fmt: skip


def begin(tx: Tx, which: Month, now: datetime, case_id: int | None) -> str:
    """Open the month's page of the ledger, once; returns its number."""
    number = f"KH-{which}-01"
    known = tx.core(select(penalty_month.c.number).where(penalty_month.c.month == str(which))).scalar()
    if known is None:
        values = {"month": str(which), "number": number, "status": "draft", "instance_id": case_id, "drafted_at": now}
        tx.core(insert(penalty_month).values(values))
    return known or number


# --- recomputation ------------------------------------------------------------------------------------------------


def recompute(tx: Tx, kept: Locked) -> Difference | str | None:
    """Compute a locked month anew from the events up to its position; None when it is the same to the byte.

    First the logs themselves are checked: a text names the first event that is not what it was.
    """
    if (wrong := proof.fault(tx, kept.positions, kept.logs)) is not None:
        return wrong
    _assessed_now, report = _assessed(tx, kept.month, kept.basis, kept.positions, "locked")
    return first_difference(kept.report, csv_bytes(report))


def first_difference(stored: bytes, recomputed: bytes) -> Difference | None:
    """The first line in which a report recomputed differs from the one that was locked; None when none does."""
    if stored == recomputed:
        return None
    a, b = stored.decode("utf-8-sig").splitlines(), recomputed.decode("utf-8-sig").splitlines()
    for number, (one, other) in enumerate(zip(a, b, strict=False), start=1):
        if one != other:
            return Difference(number, one, other)
    longer = max(len(a), len(b))
    at = min(len(a), len(b))
    return Difference(at + 1, a[at] if len(a) == longer else "（无）", b[at] if len(b) == longer else "（无）")


# --- adjustments --------------------------------------------------------------------------------------------------


def adjustments(tx: Tx, which: Month, positions: Positions | None) -> list[Adjustment]:
    """What events after their lock change in earlier months, as far as no earlier report has adjusted it yet."""
    return [one for earlier in _locked_before(tx, which) for one in _adjusted(tx, earlier, which, positions)]


def _adjusted(tx: Tx, earlier: Month, which: Month, positions: Positions | None) -> Iterator[Adjustment]:
    kept = locked(tx, earlier)
    assert kept is not None
    why = _changed(tx, kept, positions)
    if not why:
        return
    now = month.assess(tx, earlier, kept.basis, positions, steps=False)
    charged = _charged(tx, earlier, which)
    sums: dict[tuple[str, str, int | None, int | None], Decimal] = defaultdict(Decimal)
    for line in now.lines:
        sums[line.key] += line.amount
    for key in sorted({*sums, *charged}, key=str):
        delta = sums.get(key, Decimal(0)) - charged.get(key, Decimal(0))
        if delta:
            clause, role, department, person = key
            formula = f"应为 {sums.get(key, Decimal(0))}，已列 {charged.get(key, Decimal(0))}"
            yield Adjustment(earlier, Line(clause, role, department, person, delta, tuple(why), formula))


def _changed(tx: Tx, kept: Locked, positions: Positions | None) -> list[str]:
    """The findings that have come or been decided on since the month was locked."""
    first = month.first(kept.month, kept.basis)
    before_, after = decisions.read(tx, first, kept.positions), decisions.read(tx, first, positions)
    changed = {name for name, one in after.items()
               if one.counts != (name not in before_ or before_[name].counts)}  # fmt: skip
    of_month: set[str] = set()
    for kind, finding in findings.EVENT.items():
        # An earlier false-new that no longer counts ranks those of the month anew.
        since = first if finding == findings.FALSE_NEW else kept.month.begin
        refs = [findings.listed(tx, kind, since, kept.month.end, one) for one in (kept.positions, positions)]
        of_month |= {one.name for one in refs[1]}
        changed |= {one.name for one in set(refs[1]) - set(refs[0])}
    return sorted(changed & of_month)


def _charged(tx: Tx, earlier: Month, which: Month) -> dict[tuple[str, str, int | None, int | None], Decimal]:
    """What has been put on record for a month by the reports before `which`, adjustments included."""
    sums: dict[tuple[str, str, int | None, int | None], Decimal] = defaultdict(Decimal)
    c = penalty_line.c
    rows = tx.core(select(penalty_line).where(c.of_month == str(earlier), c.month < str(which))).mappings()
    for row in rows:
        sums[row["clause"], row["role"], row["department_id"], row["person_id"]] += Decimal(row["amount"])
    return sums


def _locked_before(tx: Tx, which: Month) -> list[Month]:
    c = penalty_month.c
    span = (c.month < str(which), c.month >= str(which.plus(-LOOK_BACK)), c.locked_at.is_not(None))
    return [Month.parse(row[0]) for row in tx.core(select(c.month).where(*span).order_by(c.month))]


def kept_lines(tx: Tx, which: Month) -> list[Line]:
    """The lines of a locked month as they were stored, its adjustments of earlier months left out."""
    c, key = penalty_line.c, str(which)
    rows = tx.core(select(penalty_line).where(c.month == key, c.of_month == key).order_by(c.id)).mappings()
    return [
        Line(row["clause"], row["role"], row["department_id"], row["person_id"], Decimal(row["amount"]),
             tuple(loads(row["findings"])), row["formula"])
        for row in rows
    ]  # fmt: skip


def before(tx: Tx, which: Month) -> dict[int, Decimal]:
    """What each person has been charged in the locked months of the same year before this one."""
    c = penalty_line.c
    span = (c.month >= f"{which.year}-01", c.month < str(which), c.person_id.is_not(None))
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row in tx.core(select(c.person_id, c.amount).where(*span)).mappings():
        sums[row["person_id"]] += Decimal(row["amount"])
    return dict(sums)


def _plain(kept: bytes) -> bytes:
    return zlib.decompress(kept)
