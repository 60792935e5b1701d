"""异常办理迹象: what is noticed about the way of working, from the events alone; a quiet month shows nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine import company as administration
from handlers.penalties.period import Month as Period
from handlers.reporting import Report
from handlers.signs import rules
from handlers.signs.reading import Company as Known
from handlers.signs.reading import stories
from handlers.signs.report import signs_report
from handlers.signs.rules import Sign
from handlers.signs.thresholds import Thresholds
from tests.journeys.company import Company, firm

SEPTEMBER = Period(2026, 9)


def noticed(company: Company, limits: Thresholds | None = None) -> list[Sign]:
    """The signs of September 2026 so far."""
    with company.transactions.read() as tx:
        known = company.engine.snapshots.at(tx)
        since, until = SEPTEMBER.begin, company.clock.now()
        listed = list(stories(Known(tx, company.engine.definitions, known.calendars), since, until))
        month = rules.Month(listed, since, until, limits or Thresholds())

        def focal(who: int, department: int, at: datetime) -> bool:
            post = known.people.post("focal", department)
            return post is not None and any(one.person_id == who for one in known.people.appointments(post.id))

        return rules.all_signs(month, focal)


def report(company: Company) -> Report:
    with company.transactions.read() as tx:
        known = company.engine.snapshots.at(tx)
        return signs_report(
            tx, company.engine.definitions, known.people, known.calendars, company.clock.now(), SEPTEMBER, Thresholds()
        )


def names(company: Company, sign: Sign) -> list[str]:
    return [company.cast.people.person(one).name for one in sign.persons]


def due_of(company: Company, case: int) -> datetime:
    """When the newest deadline of a case is due."""
    found: datetime = company.rows("deadline", case, "received_at")[-1]["due"]
    return found


def read(company: Company, case: int, node: str, who: str, department: str | None = None, minutes: int = 2) -> None:
    """Open a step and take the time to read it."""
    company.engine.view(company.item(case, node, department), company.cast.person(who))
    company.clock.advance(minutes=minutes)


def read_and_approved(company: Company, case: int) -> None:
    read(company, case, "Task_approve", "马国栋")
    company.approve(case)


def before_the_leader(company: Company, department: str = "FIN", **form: object) -> int:
    """An application whose department has filled in its view: it lies before the leader of that department."""
    case = company.apply(**form)  # type: ignore[arg-type]
    read_and_approved(company, case)
    company.route(case, department)
    company.complete_view(case, department)
    return case


def test_a_quiet_month_shows_none(each_company: Company) -> None:
    """
    Given an application that everybody reads, works at leisure and signs, on each database
    When September is looked at
    Then there is nothing to tell, and the report says so.
    """
    company = each_company
    case = before_the_leader(company)
    read(company, case, "Task_sign_view", "陈立", "FIN")
    company.sign_view(case, "FIN")
    company.clock.advance(minutes=10)
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")
    company.clock.advance(hours=1)

    assert noticed(company) == []
    told = report(company)
    assert [row[1].value for row in told.tables[0].rows] == [0] * len(rules.TITLES)
    assert len(told.tables) == 1


def test_a_signature_seconds_after_opening_and_one_without_opening_are_told(company: Company) -> None:
    """
    Given 马国栋 who signs four seconds after opening, and 陈立 who signs what he never opened
    When September is looked at
    Then both are told with their figures; the maintainer, who signs nothing, is not.
    """
    case = company.apply()
    company.engine.view(company.item(case, "Task_approve"), company.cast.person("马国栋"))
    company.clock.advance(seconds=4)
    company.approve(case)
    company.route(case, "FIN")
    company.answer(case, "FIN")
    company.clock.advance(hours=1)

    found = noticed(company)

    assert [(one.kind, names(company, one), one.figures) for one in found] == [
        ("quick", ["马国栋"], "首次打开后 4 秒签字"),
        ("quick", ["陈立"], "没有打开过就签字"),
    ]
    assert {one.case for one in found} == {case}
    assert noticed(company, Thresholds(quick_seconds=3))[0].figures == "没有打开过就签字"


def test_a_step_handed_over_in_its_last_minutes_is_told_with_all_three(company: Company) -> None:
    """
    Given 李志强 who claimed a check at 09:02 with four hours for it
    When he hands it to his deputy 吴晓东 at 14:22, ten minutes before it is due
    Then it is told; handed over an hour earlier, it would not have been.
    """
    early, case = company.apply(form=firm(1)), company.apply()
    for one in (early, case):
        read_and_approved(company, one)
        company.engine.claim(company.item(one, "Task_check"), company.cast.person("李志强"))
    company.clock.advance(hours=3)
    company.engine.transfer(
        company.item(early, "Task_check"), company.cast.person("李志强"), company.cast.person("吴晓东"), "外出"
    )
    company.clock.move_to(due_of(company, case) - timedelta(minutes=10))
    company.engine.transfer(
        company.item(case, "Task_check"), company.cast.person("李志强"), company.cast.person("吴晓东"), "请假"
    )
    company.clock.advance(minutes=1)

    [sign] = noticed(company)

    assert (sign.kind, sign.case, sign.step) == ("handover", case, "核对与分发")
    assert names(company, sign) == ["李志强", "吴晓东"]
    assert sign.figures == "距到期 10 分转办"


def sent_back_late(company: Company, number: int, minutes: int) -> int:
    """A check that 李志强 sends back so many working minutes before it is due."""
    case = company.apply(form=firm(number))
    read_and_approved(company, case)
    received = company.clock.now()
    with company.transactions.read() as tx:
        calendar = company.engine.snapshots.at(tx).calendar(None)
    company.clock.move_to(calendar.add(received, timedelta(minutes=240 - minutes)))
    company.do(case, "Task_check", "李志强", "incomplete", "缺开户证明", missing_items=["bank"], reason_code="data")
    return case


def test_returns_at_the_last_moment_are_told_from_the_second_on(company: Company) -> None:
    """
    Given 李志强 who sends one application back with 12 of 240 minutes left
    When he does so a second time, and a third one goes back early
    Then the two late ones are told, each with its place, and neither was told while it was the only one.
    """
    first = sent_back_late(company, 1, 12)
    company.clock.advance(minutes=1)
    alone = noticed(company)
    second = sent_back_late(company, 2, 20)
    sent_back_late(company, 3, 200)
    company.clock.advance(minutes=1)

    found = noticed(company)

    assert alone == []
    assert [(one.kind, one.case, names(company, one)) for one in found] == [
        ("ping_pong", first, ["李志强"]),
        ("ping_pong", second, ["李志强"]),
    ]
    assert [one.figures for one in found] == [
        "用去限期 95% 时退回，本月第 1 次，共 2 次",
        "用去限期 91% 时退回，本月第 2 次，共 2 次",
    ]


def test_a_case_suspended_just_before_it_is_due_is_told(company: Company) -> None:
    """
    Given a check that is due at 14:32
    When 李志强 suspends the case at 14:22 and resumes it the next morning
    Then the pause is told with what was left, and with the share of its time that the case stood still.
    """
    case = company.apply()
    read_and_approved(company, case)
    company.clock.advance(hours=5, minutes=20)
    company.engine.suspend(case, company.cast.person("李志强"), "等待客户", "等客户")
    company.clock.advance(hours=18)
    company.engine.resume(case, company.cast.person("李志强"), "已到")
    company.clock.advance(minutes=1)

    [sign] = noticed(company)

    assert (sign.kind, names(company, sign)) == ("pauses", ["李志强"])
    assert "距到期 10 分挂起" in sign.figures
    assert "76% 的时间在挂起" in sign.figures


def test_many_pauses_by_one_person_are_told_though_each_came_early(company: Company) -> None:
    cases = [company.apply(form=firm(number)) for number in range(1, 4)]
    for case in cases:
        read_and_approved(company, case)
        company.engine.suspend(case, company.cast.person("李志强"), "其他", "另有要事")
        company.clock.advance(minutes=1)
        company.engine.resume(case, company.cast.person("李志强"), "继续")
    company.clock.advance(hours=1)

    assert noticed(company) == []
    found = noticed(company, Thresholds(pauses=3))
    assert [one.figures for one in found] == ["此人本月挂起 3 次"] * 3


def test_a_deputy_who_prepares_the_forms_signs_for_the_leader(company: Company) -> None:
    """
    Given 唐薇 as second focal person of 经营一部 and deputy of its leader 马国栋
    When 孙倩 applies and 唐薇 signs on his behalf
    Then it is told with both names.
    """
    both(company, "U1", "马国栋")
    case = company.apply()
    read(company, case, "Task_approve", "唐薇")
    company.do(case, "Task_approve", "唐薇", "approve")
    company.clock.advance(minutes=5)

    [sign] = noticed(company)

    assert (sign.kind, names(company, sign)) == ("deputy", ["唐薇", "马国栋"])
    assert sign.figures == "代签人是本部门归口人员"


def both(company: Company, code: str, leader: str) -> None:
    """唐薇, deputy focal person of a department and deputy of its leader."""
    whose = company.cast.department(code)
    new = {"login": "tangwei", "name": "唐薇", "department_id": whose, "password_hash": "", "must_change": False}
    person = company.changed(administration.add_person, **new)
    for kind in ("focal", "leader"):
        company.changed(
            administration.appoint, department_id=whose, kind=kind, person_id=person, rank=1, exception="人手不足"
        )


def test_two_leaders_who_sign_for_each_other_are_told(company: Company) -> None:
    """
    Given 陈立 and 马国栋, each the other's deputy
    When 陈立 signs for 马国栋 and 马国栋 for 陈立 in one month
    Then both signatures are told.
    """
    for code, who in (("U1", "陈立"), ("FIN", "马国栋")):
        company.changed(
            administration.appoint, department_id=company.cast.department(code), kind="leader",
            person_id=company.cast.person(who), rank=1,
        )  # fmt: skip
    case = company.apply()
    read(company, case, "Task_approve", "陈立")
    company.do(case, "Task_approve", "陈立", "approve")
    company.route(case, "FIN")
    company.complete_view(case, "FIN")
    read(company, case, "Task_sign_view", "马国栋", "FIN")
    company.do(case, "Task_sign_view", "马国栋", "approve", department="FIN")
    company.clock.advance(minutes=5)

    found = noticed(company)

    assert [(one.kind, names(company, one), one.figures) for one in found] == [
        ("deputy", ["陈立", "马国栋"], "两人本月互相代签"),
        ("deputy", ["马国栋", "陈立"], "两人本月互相代签"),
    ]


def test_signatures_heaped_up_in_the_last_minutes_of_a_day_are_told(company: Company) -> None:
    """
    Given three views that 陈立 has read, all due between 14:32 and 14:40
    When he signs all of them at 14:22, and next day one more at its last minute
    Then the three are told as a heap, the single one is not.
    """
    cases = [before_the_leader(company, form=firm(number)) for number in range(1, 4)]
    for case in cases:
        read(company, case, "Task_sign_view", "陈立", "FIN", minutes=0)
    company.clock.move_to(due_of(company, cases[0]) - timedelta(minutes=10))
    for case in cases:
        company.sign_view(case, "FIN")
        company.clock.advance(seconds=90)

    found = noticed(company)

    assert [(one.kind, one.case) for one in found] == [("last_minute", case) for case in cases]
    assert all(names(company, one) == ["陈立"] for one in found)
    assert found[0].figures == "距到期 10 分签字，当日共 3 件"


def test_signatures_one_right_after_the_other_are_told_as_in_bulk(company: Company) -> None:
    cases = [company.apply(form=firm(number)) for number in range(1, 6)]
    for case in cases:
        read(company, case, "Task_approve", "马国栋", minutes=1)
    for case in cases:
        company.approve(case)
        company.clock.advance(seconds=20)

    found = noticed(company)

    assert [(one.kind, one.case) for one in found] == [("burst", case) for case in cases]
    assert found[0].figures == "1 分内连续签字 5 件"
    assert noticed(company, Thresholds(burst=6)) == []


def test_the_report_tells_each_line_with_its_case_people_moment_and_event(company: Company) -> None:
    case = company.sent()
    company.clock.advance(hours=1)

    told = report(company)

    [line] = next(table for table in told.tables if table.title == "秒批").rows
    number = company.case(case)["number"]
    assert [cell.value for cell in line][:4] == [number, "华为技术有限公司", "主管领导审批", "马国栋"]
    assert line[0].link is not None
    assert line[0].link.key == case
    assert line[4].value == "2026-09-16 09:00:00"
    assert any("不计价、不扣款" in note for note in told.notes)
    assert told.tables[0].total[1].value == sum(int(row[1].value or 0) for row in told.tables[0].rows)


def test_another_month_tells_nothing_of_this_one(company: Company) -> None:
    company.sent()
    company.clock.advance(days=20)

    with company.transactions.read() as tx:
        known = company.engine.snapshots.at(tx)
        october = signs_report(
            tx, company.engine.definitions, known.people, known.calendars, company.clock.now(), Period(2026, 10),
            Thresholds(),
        )  # fmt: skip

    assert len(october.tables) == 1
    assert len(noticed(company)) == 1
