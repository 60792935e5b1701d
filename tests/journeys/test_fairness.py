"""The fairness guards of a late finding: what speaks for the charge, what against, what proposes an exemption."""

from __future__ import annotations

from engine import outages
from handlers.penalties import fairness
from handlers.penalties.access import viewer
from handlers.penalties.fairness import EXEMPT, GROUND, PASSED, Check
from handlers.penalties.findings import Finding
from tests.cast import moment
from tests.journeys.company import Company, firm
from tests.journeys.test_ledger import assessed, late_check


def guards(company: Company) -> dict[str, Check]:
    month = assessed(company)
    with company.transactions.read() as tx:
        return {one.title: one for one in fairness.checks(tx, month.late[0], month.basis)}


def finding(company: Company) -> Finding:
    return assessed(company).late[0]


def test_a_late_check_in_plain_view_passes_every_guard(each_company: Company) -> None:
    case = each_company.sent(form=firm(1))
    each_company.engine.claim(each_company.item(case, "Task_check"), each_company.cast.person("李志强"))
    for _ in range(48):
        each_company.clock.advance(minutes=10)
        each_company.engine.sweep()
    each_company.route(case, "FIN")

    found = guards(each_company)

    assert {one.outcome for one in found.values()} == {PASSED}, found
    assert "50%、80%" in found["通知送达"].evidence
    assert "吴晓东" in found["副岗"].evidence


def test_a_system_that_stood_still_over_the_due_moment_proposes_an_exemption(company: Company) -> None:
    outages.beat(company.engine)
    company.clock.advance(hours=1)
    case = company.sent(form=firm(1))
    company.clock.advance(hours=8)
    outages.beat(company.engine)
    company.engine.sweep()
    company.route(case, "FIN")

    found = guards(company)

    assert found["系统可用"].outcome == EXEMPT
    assert "停机" in found["系统可用"].evidence
    assert found["提醒和计时准时"].outcome == GROUND
    assert fairness.proposal(list(found.values()))


def test_whoever_got_the_work_at_the_last_moment_may_say_so(company: Company) -> None:
    case = company.sent(form=firm(1))
    item, people = company.item(case, "Task_check"), company.cast
    company.engine.claim(item, people.person("李志强"))
    company.clock.move_to(moment("2026-09-16", "13:50"))
    company.engine.transfer(item, people.person("李志强"), people.person("吴晓东"), "外出")
    company.clock.move_to(moment("2026-09-16", "15:00"))
    company.engine.sweep()
    company.do(case, "Task_check", "吴晓东", "route", reason_code="views", departments=[str(people.department("FIN"))])

    found = guards(company)

    assert found["转办时的余时"].outcome == GROUND
    assert "余 40 分" in found["转办时的余时"].evidence


def test_the_overrun_before_the_leader_is_told_apart(company: Company) -> None:
    case = company.sent(form=firm(1))
    company.route(case, "FIN")
    company.complete_view(case, "FIN")
    company.clock.advance(hours=8)
    company.engine.sweep()
    company.sign_view(case, "FIN")

    found = guards(company)

    assert found["超时在谁手上"].outcome == GROUND
    assert "主管领导处待签" in found["超时在谁手上"].evidence


def test_everybody_sees_his_own_and_who_answers_for_it_his_departments(company: Company) -> None:
    late_check(company)
    one, people, now = finding(company), company.cast.people, company.clock.now()

    def sees(name: str) -> bool:
        return viewer(people, company.cast.person(name), now).sees(one)

    assert sees("李志强"), "it is charged to him"
    assert sees("郭建国"), "the leader of his department"
    assert sees("黄雅琴"), "finance confirms the month"
    assert sees("赵磊"), "the administrator"
    assert not sees("孙倩"), "the applicant of the case, of another department"
    assert not sees("马国栋"), "the leader of another department"
    assert not sees("吴晓东"), "a colleague of the same department without its focal or leader's post"
