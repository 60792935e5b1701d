"""自检: each invariant of a month's report holds, and says so when the records or the report are damaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.store import stamp
from engine.transactions import Tx
from handlers.penalties import checks, ledger, queries
from handlers.penalties.checks import Invariant
from handlers.penalties.month import Assessed
from handlers.penalties.pricing import Line
from handlers.reporting import Cell, Report
from tests.journeys.company import Company
from tests.journeys.test_ledger import SEPTEMBER, late_check, lock

Damage = Callable[[Assessed, Report], tuple[Assessed, Report]]


def invariants(company: Company, damage: Damage = lambda *as_is: as_is) -> dict[str, Invariant]:
    with company.transactions.read() as tx:
        assessed, report = ledger.build(tx, SEPTEMBER, company.engine.snapshots.at(tx), company.clock.now())
        assessed, report = damage(assessed, report)
        found = checks.invariants(tx, assessed, report, company.clock.now(), ledger.locked(tx, SEPTEMBER))
    return {one.title: one for one in found}


def failing(found: dict[str, Invariant]) -> set[str]:
    return {title for title, one in found.items() if not one.holds}


def cell(column: int, value: str | int) -> Damage:
    """A cell of the first row of 表一 says something else."""

    def damaged(assessed: Assessed, report: Report) -> tuple[Assessed, Report]:
        first, *others = report.tables
        row = tuple(Cell(value) if at == column else one for at, one in enumerate(first.rows[0]))
        return assessed, replace(report, tables=(replace(first, rows=(row, *first.rows[1:])), *others))

    return damaged


@pytest.fixture
def month(company: Company) -> Company:
    """In September 李志强 was late three times, so that 信息中心 pays too, and 财务部 with the first two, twice."""
    for number in (1, 2, 3):
        late_check(company, number=number)
        company.clock.advance(hours=18)  # to the same hour of the next day
        company.engine.sweep()
    return company


def test_an_undamaged_month_holds_in_every_respect(month: Company) -> None:
    found = invariants(month)

    assert failing(found) == set()
    assert found["部门合计＝个人＋部门"].shown.endswith("＝550")
    assert found["处理＝按时＋超时"].shown.endswith("＋5")
    assert found["事件与台账分录一致"].shown == "事件 5，分录 11，550 元"
    assert found["无负时长，分段之和＝用时"].shown == "5 / 5"
    assert found["到期计时无漏发"].shown.startswith("漏发 0")
    assert not found["重算逐字节一致"].applies


def test_amounts_that_do_not_re_add_are_seen(month: Company) -> None:
    assert failing(invariants(month, cell(checks.WHOLE, "400"))) == {"部门合计＝个人＋部门"}


def test_steps_that_do_not_re_add_are_seen(month: Company) -> None:
    assert failing(invariants(month, cell(checks.IN_TIME, 99))) == {"处理＝按时＋超时"}


def test_a_finding_without_its_line_is_seen(month: Company) -> None:
    def dropped(assessed: Assessed, report: Report) -> tuple[Assessed, Report]:
        return replace(assessed, lines=assessed.lines[1:]), report

    assert "事件与台账分录一致" in failing(invariants(month, dropped))


def test_slices_that_do_not_add_up_are_seen(month: Company) -> None:
    def stretched(assessed: Assessed, report: Report) -> tuple[Assessed, Report]:
        one, *others = assessed.late
        return replace(assessed, late=(replace(one, overrun=one.overrun + timedelta(minutes=1)), *others)), report

    found = invariants(month, stretched)

    assert failing(found) == {"无负时长，分段之和＝用时"}
    assert found["无负时长，分段之和＝用时"].shown == "4 / 5"


def test_a_late_deadline_whose_event_was_deleted_is_seen(month: Company) -> None:
    with month.transactions.write() as tx:
        name = tx.all("SELECT instance_id, seq FROM event WHERE kind = 'deadline.breached' ORDER BY instance_id")[0]
        tx.run("DELETE FROM event WHERE instance_id = ? AND seq = ?", tuple(name))

    found = invariants(month)

    assert "超时事件与时限一致" in failing(found)
    assert "1 个到期的时限没有事件" in found["超时事件与时限一致"].shown


def test_an_expired_deadline_that_no_sweep_has_seen_is_seen(month: Company) -> None:
    """
    Given a case that waits for its check and for the phone call
    When both deadlines lie an hour back, and nothing has recorded that
    Then the check says that two were overlooked.
    """
    case = month.sent()
    past = stamp(month.clock.now() - timedelta(hours=1))
    with month.transactions.write() as tx:
        tx.run("UPDATE deadline SET due = ?, next_at = ? WHERE instance_id = ? AND status = 'open'", (past, past, case))

    found = invariants(month)

    assert failing(found) == {"到期计时无漏发"}
    assert found["到期计时无漏发"].shown.startswith("漏发 2")


@pytest.fixture
def locked(month: Company) -> Company:
    month.clock.advance(days=40)
    month.engine.sweep()
    lock(month)
    return month


def test_a_locked_month_is_recomputed_to_the_byte(locked: Company) -> None:
    found = invariants(locked)

    assert failing(found) == set()
    assert found["重算逐字节一致"].applies
    assert found["重算逐字节一致"].shown.startswith("CSV ")


def _line(tx: Tx) -> None:
    tx.run("UPDATE penalty_line SET amount = '5' WHERE role = 'focal'", ())


def _event(tx: Tx) -> None:
    tx.run("UPDATE event SET data = replace(data, '4h', '9h') WHERE kind = 'deadline.opened'", ())


@pytest.mark.parametrize(("damage", "title"), [(_line, "事件与台账分录一致"), (_event, "重算逐字节一致")])
def test_damage_to_a_locked_month_is_seen(locked: Company, damage: Callable[[Tx], None], title: str) -> None:
    with locked.transactions.write() as tx:
        damage(tx)

    assert title in failing(invariants(locked))


def _alone_and_within(company: Company) -> list[tuple[list[Line], list[Line]]]:
    """The lines of every finding as its own page reads them, and as the whole month has them."""
    chen, now = company.cast.person("陈立"), company.clock.now()
    with company.transactions.read() as tx:
        snapshot = company.engine.snapshots.at(tx)
        whole = queries.assessed(tx, SEPTEMBER, snapshot, now)
        return [
            (
                [
                    line
                    for line in queries.finding(tx, one.name, snapshot, now, chen).month.lines
                    if one.name in line.findings
                ],
                [line for line in whole.lines if one.name in line.findings],
            )
            for one in whole.findings
        ]


def test_a_finding_read_by_itself_costs_what_it_costs_in_its_month(month: Company) -> None:
    """
    Given five late findings, of which three make 信息中心 pay too
    When each is opened by itself, then the sixth too, once the month is locked
    Then its lines are those of the whole month.
    """
    before = _alone_and_within(month)
    month.clock.advance(days=40)
    month.engine.sweep()
    lock(month)
    after = _alone_and_within(month)

    assert (len(before), len(after)) == (5, 6)  # 财务部 never answered the third
    assert any(line.role == "extra" for alone, _ in before for line in alone)
    for alone, within in [*before, *after]:
        assert alone == within
