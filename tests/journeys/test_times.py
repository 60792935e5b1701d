"""维护员时效登记 (3.3.3): departments confirm or dispute the maintainer's times; the assessor reviews disputes."""

from __future__ import annotations

import pytest

from engine import company as administration
from engine.errors import NotAllowed, NotPossible
from handlers.penalties import basis, times
from handlers.penalties.times import CONFIRMED, DISPUTED, Time
from tests.journeys.company import Company
from tests.journeys.test_ledger import SEPTEMBER


def lines(company: Company, *departments: str) -> list[Time]:
    """What concerns these departments; none named: all."""
    own = [company.cast.department(code) for code in departments] if departments else None
    with company.transactions.read() as tx:
        live = basis.live(tx, company.engine.snapshots.at(tx), company.clock.now())
        return times.times(tx, SEPTEMBER, live, own)


def status(line: Time, company: Company, department: str) -> str:
    return line.said[company.cast.department(department)][0]


@pytest.fixture
def handled(each_company: Company) -> Company:
    """华为 of 经营一部: 李志强 checked, 财务部 completed, 李志强 posted."""
    each_company.posted()
    return each_company


def test_those_who_applied_and_those_who_completed_have_the_same_lines(handled: Company) -> None:
    applied, completed, nobody = lines(handled, "U1"), lines(handled, "FIN"), lines(handled, "U2")

    assert [(one.clock, one.result) for one in applied] == [("T1", "route"), ("T3", "posted")]
    assert [one.job for one in completed] == [one.job for one in applied]
    assert nobody == []


def test_a_department_confirms_many_lines_once(handled: Company) -> None:
    jobs = [one.job for one in lines(handled, "U1")]
    sun, department = handled.cast.person("孙倩"), handled.cast.department("U1")

    counts = [times.confirm(handled.engine, sun, department, jobs) for _ in range(2)]

    assert counts == [2, 0]
    assert [status(one, handled, "U1") for one in lines(handled, "U1")] == [CONFIRMED, CONFIRMED]
    assert handled.engine.verify() == []


def test_a_dispute_is_reviewed_by_the_assessor_alone(handled: Company) -> None:
    first, engine, cast = lines(handled, "FIN")[0], handled.engine, handled.cast
    finance = cast.department("FIN")
    times.dispute(engine, cast.person("黄雅琴"), finance, first.job, "9:30 才转来")
    handled.changed(administration.appoint, department_id=finance, kind="assessor", person_id=cast.person("何晓雯"))

    with pytest.raises(NotAllowed, match="由考核人员复核"):
        times.review(engine, cast.person("李志强"), finance, first.job, False, "没有")
    before = status(lines(handled)[0], handled, "FIN")
    times.review(engine, cast.person("何晓雯"), finance, first.job, True, "电话记录为 9:30")

    assert before == DISPUTED
    assert status(lines(handled)[0], handled, "FIN") == "upheld"


def test_nobody_speaks_for_another_department_and_no_dispute_is_without_reason(handled: Company) -> None:
    job, engine, cast = lines(handled)[0].job, handled.engine, handled.cast

    with pytest.raises(NotAllowed, match="本部门的归口人员或主管领导"):
        times.confirm(engine, cast.person("郑凯"), cast.department("U1"), [job])
    with pytest.raises(NotPossible, match="没有写理由"):
        times.dispute(engine, cast.person("孙倩"), cast.department("U1"), job, "  ")
