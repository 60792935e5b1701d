"""Cases, people, moments and decisions as the tables write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.clock import local
from engine.store import moment as instant
from engine.transactions import Tx
from handlers.penalties.basis import Basis
from handlers.penalties.decisions import APPEALED, EXEMPTED, STATUS, WITHDRAWN
from handlers.penalties.month import Assessed

Titles = Mapping[int, tuple[str, str]]  # case → its number and title


def titles(tx: Tx, assessed: Assessed, others: Iterable[int] = ()) -> dict[int, tuple[str, str]]:
    """Number and title of every case with a finding, and of others: as pinned, else as they are now."""
    found = dict(assessed.basis.titles)
    for case in {*others, *(one.ref.case_id for one in assessed.findings)} - set(found):
        row = tx.one("SELECT number, title FROM instance WHERE id = ?", (case,))
        assert row is not None, f"events of case {case} without the case"
        found[case] = (row[0], row[1])
    return found


def department_name(department: int | None, basis: Basis) -> str | None:
    return basis.people.department(department).name if department is not None else None


def who(person: int | None, basis: Basis) -> str:
    return basis.people.person(person).name if person is not None else "（空缺）"


def time_text(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M:%S}" if moment.second else f"{local(moment):%Y-%m-%d %H:%M}"


def month_text(posted_at: str | None) -> str | None:
    return f"{local(instant(posted_at)):%Y-%m}" if posted_at else None


def history(name: str, assessed: Assessed) -> str | None:
    """What was said about a finding: 申诉 10-09，申诉不成立 10-12."""
    decision = assessed.decided.get(name)
    if decision is None:
        return None
    return "，".join(f"{_said(kind, data)} {local(at):%m-%d}" for at, kind, _actor, data, _case in decision.steps)


def _said(kind: str, data: Mapping[str, object]) -> str:
    if kind == EXEMPTED:
        return "豁免" if data.get("exempt", True) else "撤销豁免"
    if kind in WITHDRAWN:
        return "撤回申诉"
    return "申诉" if kind == APPEALED else STATUS[str(data["outcome"])]
