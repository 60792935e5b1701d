"""Duties without a price (R-088): what is missed is named in 表六 with its events, and nobody pays for it."""

from __future__ import annotations

import pytest

from handlers.penalties import ledger
from handlers.penalties.basis import live
from handlers.penalties.duties import Duty, duties
from handlers.penalties.period import Month
from handlers.report_csv import csv_bytes, table_text
from tests.cast import moment
from tests.journeys.company import Company, firm

SEPTEMBER = Month(2026, 9)


def missed(company: Company, which: Month = SEPTEMBER) -> list[Duty]:
    with company.transactions.read() as tx:
        return duties(tx, which, live(tx, company.engine.snapshots.at(tx), company.clock.now()))


def told(company: Company, which: Month = SEPTEMBER) -> list[tuple[str, str, str]]:
    """Duty, department and person of each line."""
    people = company.cast.people
    return [
        (one.duty, people.department(one.department or 0).code, people.person(one.person or 0).name)
        for one in missed(company, which)
    ]  # fmt: skip


def test_a_call_that_came_too_late_is_a_duty_of_who_had_to_make_it(each_company: Company) -> None:
    """AMB-08: 孙倩 has thirty minutes to tell the maintainer by telephone."""
    case = each_company.sent()
    each_company.clock.advance(minutes=45)
    each_company.engine.sweep()

    each_company.phone_maintainer(case)

    assert told(each_company) == [("phone", "U1", "孙倩")]
    assert missed(each_company)[0].done
    assert missed(each_company)[0].name.startswith(f"YW-{case}-")


def test_a_call_that_was_never_made_falls_on_who_holds_the_post(company: Company) -> None:
    case = company.ready()
    company.clock.advance(hours=1)
    company.engine.sweep()
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")

    assert set(told(company)) == {("phone", "U1", "孙倩"), ("phone", "MDM", "李志强")}
    assert not any(one.done for one in missed(company))


def test_a_call_in_time_is_no_finding_also_when_nobody_answered(company: Company) -> None:
    """E-89: an attempt that is noted counts."""
    case = company.sent()

    company.do(case, "Task_phone_maintainer", "孙倩", "no_answer", called="李志强", called_number="8001",
               call_note="已发短信")  # fmt: skip
    company.clock.advance(hours=1)
    company.engine.sweep()

    assert told(company) == []


def test_a_form_sent_back_as_incomplete_is_counted_for_its_department(company: Company) -> None:
    case = company.sent()
    company.phone_maintainer(case)

    company.do(case, "Task_check", "李志强", "incomplete", "缺开户证明", reason_code="data", missing_items=["bank"])

    assert told(company) == [("incomplete", "U1", "孙倩")]


def test_an_urgency_marked_only_afterwards_is_a_missing_mark(company: Company) -> None:
    """R-062; the letter that had to go with it is missing too."""
    code = company.posted()
    case = company.modify(code, city="东莞市")
    company.approve(case)
    company.phone_maintainer(case)

    company.engine.reprioritise(case, company.cast.person("李志强"), True, "法院传票", "legal_dispute")

    assert ("urgent_mark", "U1", "孙倩") in told(company)


@pytest.mark.parametrize(("known_on", "late"), [("2026-08-20", True), ("2026-09-10", False)])
def test_a_change_known_for_long_is_raised_late(company: Company, known_on: str, late: bool) -> None:
    """AMB-03: reported, no clock and no price."""
    code = company.posted()
    case = company.modify(code, city="东莞市", known_on=known_on)
    company.approve(case)
    company.phone_maintainer(case)

    assert [one.duty for one in missed(company) if one.case_id == case] == (["raising"] if late else [])


def test_the_table_of_duties_recomputes_to_the_same_bytes(each_company: Company) -> None:
    """A call made after the lock changes nothing in the locked month; 表六 costs nothing."""
    company = each_company
    case = company.sent()
    company.clock.advance(minutes=45)
    company.engine.sweep()
    returned = company.sent(form=firm(1))
    company.do(returned, "Task_check", "李志强", "incomplete", "缺", reason_code="data", missing_items=["bank"])
    company.clock.move_to(moment("2026-10-08", "09:00"))
    with company.transactions.write() as tx:
        ledger.begin(tx, SEPTEMBER, company.clock.now(), None)
        kept = ledger.lock(tx, SEPTEMBER, company.engine.snapshots.at(tx), company.clock.now())

    company.phone_maintainer(case)
    company.revise(returned)

    with company.transactions.read() as tx:
        assert ledger.recompute(tx, kept) is None
        month, report = ledger.build(tx, SEPTEMBER, company.engine.snapshots.at(tx), company.clock.now())
    assert csv_bytes(report) == kept.report
    table = next(one for one in report.tables if one.title.startswith("表六"))
    assert [row[0].value for row in table.rows] == [one.name for one in missed(company)]
    assert table_text(table).count("YW-") == len(table.rows) > 1
    assert not [line for line in month.lines if any(name.startswith("YW") for name in line.findings)]
