"""Mutual assessment (SD-010 3.3.3): what the register says of the applications and of the maintainer."""

from __future__ import annotations

from handlers.penalties.basis import live
from handlers.penalties.compliance import compliance
from handlers.penalties.maintaining import maintaining
from handlers.penalties.period import Month
from handlers.penalties.quality import quality
from handlers.reporting import Report, Table
from tests.journeys.company import Company, firm
from tests.journeys.test_entry_errors import disputed, judge, with_assessor

SEPTEMBER = Month(2026, 9)


def row(table: Table, who: str) -> dict[str, object]:
    """The line of a table that begins with a name, by the titles of its columns; the first of equal titles."""
    cells = next(one for one in table.rows if one[0].value == who)
    found: dict[str, object] = {}
    for column, cell in zip(table.columns, cells, strict=True):
        found.setdefault(column.title, cell.value)
    return found


def of_applications(company: Company, *own: str) -> Report:
    with company.transactions.read() as tx:
        seen = [company.cast.department(code) for code in own] or None
        return quality(tx, SEPTEMBER, company.clock.now(), company.cast.people, seen)


def of_maintainers(company: Company, *own: str) -> Report:
    with company.transactions.read() as tx:
        seen = [company.cast.department(code) for code in own] or None
        basis = live(tx, company.engine.snapshots.at(tx), company.clock.now())
        return maintaining(tx, SEPTEMBER, basis, own=seen)


def returned(company: Company, number: int, after: int) -> int:
    """孙倩's application goes back as incomplete so many minutes after it came."""
    case = company.sent(form=firm(number))
    company.clock.advance(minutes=after)
    company.do(case, "Task_check", "李志强", "incomplete", "缺开户证明", reason_code="data", missing_items=["bank"])
    return case


def test_returns_and_errors_of_the_form_are_counted_for_who_applied(each_company: Company) -> None:
    company = with_assessor(each_company)
    returned(company, 1, after=30)
    case = disputed(company, {"field": "general.city", "should_be": "东莞市"})
    judge(company, case, "form")

    report = of_applications(company)

    found = row(report.tables[0], "经营一部")
    assert (found["提出"], found["资料不全退回"], found["申请表差错"]) == (2, 1, 1)
    assert found["退回率"] == 500
    assert [one[5].value for one in report.tables[2].rows] == ["资料不全，退回", "申请表差错"]


def test_a_department_sees_its_own_lines_only(company: Company) -> None:
    """E-99."""
    returned(company, 1, after=30)

    assert of_applications(company, "U2").tables[0].rows == ()
    assert of_maintainers(company, "U2").tables[1].rows == ()
    assert len(of_maintainers(company, "U1").tables[1].rows) == 1


def test_a_return_near_the_limit_is_shown_against_the_maintainer(company: Company) -> None:
    """221 of 240 minutes are used: the clock starts anew for him, and 孙倩 waits."""
    returned(company, 1, after=221 + 90)  # with the noon break
    returned(company, 2, after=10)

    found = row(of_maintainers(company).tables[0], "李志强")

    assert (found["退回"], found["临期退回"], found["同单再次退回"]) == (2, 1, 0)


def test_disputes_and_entry_errors_are_counted_for_who_entered(each_company: Company) -> None:
    company = with_assessor(each_company)
    case = disputed(company, {"field": "general.city", "should_be": "深圳市", "found": "苏州市"})

    judge(company, case, "entry", handling="upheld")

    found = row(of_maintainers(company).tables[0], "李志强")
    assert (found["被提异议"], found["时效异议成立"], found["录入错误"]) == (1, 1, 1)


def test_duties_that_fell_due_add_up(company: Company) -> None:
    """RP-05: what was done, late and missed is what was due; the lines are what is amiss."""
    company.phone_maintainer(company.sent(form=firm(1)))
    late = company.sent(form=firm(2))
    company.sent(form=firm(3))
    company.clock.advance(minutes=40)
    company.engine.sweep()
    company.phone_maintainer(late)

    with company.transactions.read() as tx:
        report = compliance(tx, SEPTEMBER, company.clock.now(), company.cast.people, duty="phone")

    found = row(report.tables[0], "经营一部")
    assert [found[name] for name in ("应做", "做到", "迟做", "未做")] == [3, 1, 1, 1]
    assert len(report.tables[1].rows) == 2
