"""A month's ledger: assessed from the log, locked, recomputed to the byte; later events only adjust."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import company as administration
from engine.errors import NotPossible
from engine.transactions import Tx
from handlers.penalties import explain, ledger
from handlers.penalties.basis import live
from handlers.penalties.findings import found
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from handlers.report_csv import table_text
from tests.cast import moment
from tests.journeys.company import Company, firm

SEPTEMBER = Month(2026, 9)


def assessed(company: Company, which: Month = SEPTEMBER) -> Assessed:
    with company.transactions.read() as tx:
        return ledger.build(tx, which, company.engine.snapshots.at(tx), company.clock.now())[0]


def lock(company: Company, which: Month = SEPTEMBER) -> ledger.Locked:
    with company.transactions.write() as tx:
        ledger.begin(tx, which, company.clock.now(), None)
        return ledger.lock(tx, which, company.engine.snapshots.at(tx), company.clock.now())


def difference(company: Company, which: Month = SEPTEMBER) -> ledger.Difference | str | None:
    with company.transactions.read() as tx:
        kept = ledger.locked(tx, which)
        assert kept is not None
        return ledger.recompute(tx, kept)


def late_check(company: Company, hours: int = 6, number: int = 1) -> int:
    """李志强 has claimed the application of the n-th firm and routes it so many hours after it came."""
    case = company.sent(form=firm(number))
    company.engine.claim(company.item(case, "Task_check"), company.cast.person("李志强"))
    company.clock.advance(hours=hours)
    company.engine.sweep()
    company.route(case, "FIN")
    return case


def test_a_late_check_is_charged_to_who_held_it_and_to_the_leader_in_office(each_company: Company) -> None:
    late_check(each_company)

    month = assessed(each_company)

    one = month.late[0]
    people = each_company.cast
    assert one.payer.person == people.person("李志强")
    assert one.leader is not None
    assert one.leader.person == people.person("郭建国")
    assert one.overrun == timedelta(minutes=30)
    assert [(line.role, int(line.amount)) for line in month.lines] == [("focal", 50), ("leader", 20)]


def test_the_slices_of_a_deadline_add_up_to_the_whole(company: Company) -> None:
    case = company.sent()
    item = company.item(case, "Task_check")
    company.clock.advance(hours=1)
    company.engine.claim(item, company.cast.person("李志强"))
    company.clock.advance(hours=1)
    company.engine.transfer(item, company.cast.person("李志强"), company.cast.person("吴晓东"), "开会")
    company.clock.advance(hours=6)
    company.engine.sweep()
    company.do(
        case, "Task_check", "吴晓东", "route", reason_code="views", departments=[str(company.cast.department("FIN"))]
    )

    month = assessed(company)

    one = month.late[0]
    hands = explain.hands(one, month.basis)
    assert [company.cast.people.person(each.person or 0).name for each in hands] == [
        "李志强",
        "李志强",
        "吴晓东",
        "吴晓东",
    ]
    assert explain.total(hands) == timedelta(hours=4) + one.overrun
    assert one.payer.person == company.cast.person("吴晓东")


def test_a_locked_month_recomputes_to_the_same_bytes_whatever_comes_later(each_company: Company) -> None:
    case = late_check(each_company)
    each_company.clock.move_to(moment("2026-10-08", "09:00"))
    kept = lock(each_company)

    each_company.answer(case, "FIN")
    each_company.release(case)
    each_company.clock.advance(days=40)
    late_check(each_company, number=2)
    each_company.changed(rename, department=each_company.cast.department("MDM"))

    assert difference(each_company) is None
    assert kept.report.decode("utf-8-sig").count("CS-") == 1


def rename(tx: Tx, now: object, actor: int, department: int) -> None:
    tx.run("UPDATE department SET name = '数字化部' WHERE id = ?", (department,))
    tx.run("UPDATE config SET people = people + 1")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM event WHERE kind = 'deadline.breached'",
        "DELETE FROM event WHERE seq = 1",
        "UPDATE event SET actor_id = actor_id + 1 WHERE kind = 'item.claimed'",
        "UPDATE event SET occurred_at = '2026-09-16T04:00:00.000+00:00' WHERE kind = 'deadline.closed'",
        "UPDATE event SET data = replace(data, 'T1', 'T2'), hash = 'forged' WHERE kind = 'deadline.opened'",
    ],
)
def test_an_event_deleted_or_altered_after_the_lock_is_detected(company: Company, damage: str) -> None:
    late_check(company)
    company.clock.move_to(moment("2026-10-08", "09:00"))
    lock(company)

    with company.transactions.write() as tx:
        tx.run(damage)

    assert difference(company) is not None


def test_a_month_is_locked_once_and_only_when_it_is_over(company: Company) -> None:
    with pytest.raises(NotPossible, match="还没有结束"):
        lock(company)
    company.clock.move_to(moment("2026-10-08", "09:00"))
    lock(company)

    with pytest.raises(NotPossible, match="已经锁定"):
        lock(company)


def test_a_finding_is_explained_with_its_arithmetic(company: Company) -> None:
    late_check(company)
    month = assessed(company)

    with company.transactions.read() as tx:
        basis = live(tx, company.engine.snapshots.at(tx), company.clock.now())
        told = "\n".join(explain.told(tx, found(tx, month.late[0].name, basis), basis, month.lines))

    assert "9月16日（周三）09:00 收到，限 4 工时" in told
    assert "超时 0:30:00" in told
    assert "维护员（归口人员） 李志强：50×1＝50 元" in told


def test_the_department_table_re_adds(company: Company) -> None:
    for number in range(3):
        late_check(company, hours=24, number=number)
    with company.transactions.read() as tx:
        _, report = ledger.build(tx, SEPTEMBER, company.engine.snapshots.at(tx), company.clock.now())

    rows = [row.split(",") for row in table_text(report.tables[0]).splitlines()]

    maintaining = next(row for row in rows if row[1] == company.cast.people.maintaining().name)
    assert maintaining[5:9] == ["3", "150", "60", "200"]
    assert maintaining[-3:] == ["210", "200", "410"]
    assert sum(int(row[-1]) for row in rows[1:-1]) == int(rows[-1][-1])


def test_work_done_in_the_evening_after_its_due_moment_is_late_by_no_working_time(company: Company) -> None:
    """AMB-33: the instant decides; the sentence says that nothing of it was working time."""
    case = company.sent(form=firm(1))
    company.clock.move_to(moment("2026-09-16", "13:30"))
    late = company.sent(form=firm(2))
    company.clock.move_to(moment("2026-09-16", "19:00"))
    company.engine.sweep()
    company.route(late, "FIN")
    company.route(case, "FIN")

    month = assessed(company)

    one = next(each for each in month.late if each.ref.case_id == late)
    assert one.overrun == timedelta(0)
    assert explain.overran(one, month.basis).endswith("已过应完成时刻，其间没有工作时间。")


def test_a_deputy_leader_signs_and_the_leader_in_office_is_charged(company: Company) -> None:
    """E-96: 何晓雯 deputises for 陈立 and signs late for finance; the 20 falls on 陈立."""
    finance, deputy = company.cast.department("FIN"), company.cast.person("何晓雯")
    company.changed(administration.appoint, department_id=finance, kind="leader", person_id=deputy, rank=1)
    case = company.sent(form=firm(1))
    company.route(case, "FIN")
    company.complete_view(case, "FIN")
    company.clock.advance(hours=6)
    company.engine.sweep()

    company.do(case, "Task_sign_view", "何晓雯", "approve", department="FIN")

    one = assessed(company).late[0]
    assert one.deadline is not None
    assert one.deadline.work[-1].on_behalf_of == company.cast.person("陈立")
    assert one.leader is not None
    assert one.leader.person == company.cast.person("陈立")
    assert one.payer.person == company.cast.person("黄雅琴")
