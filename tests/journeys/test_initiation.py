"""Who may raise an application, and who then has to answer (SD-010 2.1, 3.1, 3.3.1)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from engine import company as changes
from engine import drafts
from engine.clock import local
from engine.engine import Completion
from engine.errors import AlreadyDone, FormInvalid, Misconfigured, NotAllowed
from tests.cast import moment
from tests.journeys.company import ACCOUNTING, TERMINAL, Company, firm


def appoint(company: Company, who: str, department: str, kind: str, **more: object) -> None:
    person = company.cast.person(who)
    company.changed(changes.appoint, department_id=company.cast.department(department), kind=kind, person_id=person,
                    **more)  # fmt: skip


def leave(company: Company, who: str) -> None:
    company.changed(changes.deactivate_person, person_id=company.cast.person(who))


def test_finance_cannot_file_a_create(company: Company) -> None:
    """E-19."""
    with pytest.raises(NotAllowed) as error:
        company.apply("黄雅琴", "FIN")

    assert "财务部请联系相关经营单位的归口人员" in error.value.message


def test_a_salesperson_drafts_and_the_focal_person_submits(company: Company) -> None:
    """E-21."""
    values = company.filled_in("孙倩")
    with company.transactions.write() as tx:
        drafts.save(tx, company.clock.now(), company.cast.person("何晓雯"), "start:customer_create:k1", values)

    with pytest.raises(NotAllowed) as error:
        company.hand_in("何晓雯", "U1", values)
    with company.transactions.read() as tx:
        draft = drafts.read(tx, company.cast.person("何晓雯"), "start:customer_create:k1")
    case = company.hand_in("孙倩", "U1", dict(draft.data) if draft else {})

    assert "经营一部归口人员" in error.value.message
    assert company.case(case)["applicant_id"] == company.cast.person("孙倩")


def test_nobody_approves_his_own_form(company: Company) -> None:
    """E-22: 马国栋, by way of exception also focal person, applies; his deputy as leader has to approve."""
    leave(company, "孙倩")
    appoint(company, "马国栋", "U1", "focal", exception="韩志远批准：部门仅两人")
    with pytest.raises(Misconfigured) as alone:
        company.apply("马国栋", "U1")
    appoint(company, "何晓雯", "U1", "leader", rank=1)
    case = company.apply("马国栋", "U1")

    with pytest.raises(NotAllowed, match="不相容岗位分离"):
        company.do(case, "Task_approve", "马国栋", "approve")
    company.do(case, "Task_approve", "何晓雯", "approve")

    assert "无人可以审核" in alone.value.message
    assert company.items(case, "Task_approve")[0]["on_behalf_of"] == company.cast.person("马国栋")


def test_without_a_leader_nothing_is_submitted_and_nothing_approves_itself(company: Company) -> None:
    """E-23."""
    leave(company, "马国栋")

    with pytest.raises(Misconfigured) as error:
        company.apply("孙倩", "U1")

    assert "主管领导" in error.value.message
    assert company.read("SELECT count(*) FROM instance")[0][0] == 0
    assert "no_leader" in [problem.code for problem in company.cast.people.problems(company.clock.now())]


def test_a_vacant_focal_post_is_answered_by_the_leader_and_is_on_record(company: Company) -> None:
    """E-24: finance has nobody at the focal post; T2 runs from the delivery to the leader."""
    leave(company, "黄雅琴")
    case = company.sent()

    company.route(case, "FIN")

    assert company.inbox("陈立") == ["CJ-2026-0001 完善视图"]
    assert company.deadline(case, "T2")["received_at"] == company.clock.now()
    assert company.events(case, "post.vacant")[0]["node"] == "Task_complete_view"


def test_what_somebody_had_claimed_who_is_gone_is_taken_over(each_company: Company) -> None:
    """E-26: 李志强 has claimed the check and leaves the company; his deputy 吴晓东 finds it and does it, on record."""
    company = each_company
    case = company.sent()
    item = company.item(case, "Task_check")
    company.engine.claim(item, company.cast.person("李志强"))
    hidden = company.inbox("吴晓东")

    leave(company, "李志强")
    found = company.inbox("吴晓东")
    finance = [str(company.cast.department("FIN"))]
    company.do(case, "Task_check", "吴晓东", "route", reason_code="views", departments=finance)

    assert "CJ-2026-0001 核对与分发" not in hidden
    assert "CJ-2026-0001 核对与分发" in found
    taken = company.events(case, "item.transferred")[0]["data"]
    assert (taken["before"], taken["to"]) == (company.cast.person("李志强"), company.cast.person("吴晓东"))
    assert "已不在这个岗位" in taken["reason"]


def stand_in(company: Company) -> int:
    """Finance has nobody at the focal post; its leader 陈立 has completed the view himself."""
    leave(company, "黄雅琴")
    case = company.sent()
    company.route(case, "FIN")
    company.do(case, "Task_complete_view", "陈立", "complete", department="FIN", **ACCOUNTING)
    return case


def test_a_leader_who_stood_in_does_not_sign_his_own_view_and_the_administrator_hears_of_it(company: Company) -> None:
    """E-24."""
    case = stand_in(company)

    with pytest.raises(NotAllowed):
        company.sign_view(case, "FIN")

    assert "须由另一人办理" in company.told("赵磊", "alarm")[0].subject
    assert company.events(case, "post.alone")[0]["node"] == "Task_sign_view"
    assert company.open_nodes(case).count("Task_sign_view") == 1


def test_a_deputy_of_the_leader_signs_what_the_leader_completed(company: Company) -> None:
    """E-24."""
    case = stand_in(company)
    appoint(company, "何晓雯", "FIN", "leader", rank=1)

    company.do(case, "Task_sign_view", "何晓雯", "approve", department="FIN")

    assert company.open_nodes(case).count("Task_release") == 1


def test_once_the_focal_post_is_filled_the_leader_sends_it_back_and_signs(company: Company) -> None:
    """E-24."""
    case = stand_in(company)
    appoint(company, "何晓雯", "FIN", "focal")

    company.sign_view(case, "FIN", "revise", "由归口人员完善")
    company.do(case, "Task_complete_view", "何晓雯", "complete", department="FIN", **ACCOUNTING)
    company.sign_view(case, "FIN")

    assert company.open_nodes(case).count("Task_release") == 1


def test_two_focal_persons_at_once_are_refused(company: Company) -> None:
    """E-25."""
    with pytest.raises(FormInvalid):
        appoint(company, "何晓雯", "U1", "focal")

    case = company.apply("孙倩", "U1")
    assert company.case(case)["applicant_id"] == company.cast.person("孙倩")


def test_a_deputy_from_tomorrow_has_no_say_today(company: Company) -> None:
    """E-26."""
    case = company.apply()
    company.do(case, "Task_approve", "马国栋", "refuse", "写清来源")
    appoint(company, "何晓雯", "U1", "focal", rank=1, valid_from=moment("2026-09-17"))

    today = company.inbox("何晓雯")
    with pytest.raises(NotAllowed):
        company.engine.claim(company.item(case, "Task_revise"), company.cast.person("何晓雯"))
    company.clock.advance(days=1)
    company.revise(case, "何晓雯")

    assert today == []
    done = company.items(case, "Task_revise")[0]
    assert done["done_by"] == company.cast.person("何晓雯")
    assert done["on_behalf_of"] == company.cast.person("孙倩")


def test_handing_over_five_minutes_before_the_due_moment_is_visible(company: Company) -> None:
    """E-27: allowed, on record with what was left, and the letter names who held it at the due moment."""
    case = company.sent()
    due = company.deadline(case, "T1")["due"]
    company.clock.move_to(due - timedelta(minutes=5))

    company.engine.transfer(
        company.item(case, "Task_check"), company.cast.person("李志强"), company.cast.person("吴晓东"), "出差"
    )
    company.clock.move_to(due + timedelta(minutes=1))
    company.engine.sweep()

    handed = company.events(case, "item.transferred")[0]["data"]
    assert (handed["left"], handed["to"], handed["reason"]) == (300, company.cast.person("吴晓东"), "出差")
    assert company.deadline(case, "T1")["due"] == due
    assert "吴晓东" in company.told("郭建国", "escalate")[0].body
    assert "李志强" not in company.told("郭建国", "escalate")[0].body


@pytest.mark.slow
def test_twenty_clicks_start_one_case(each_company: Company) -> None:
    """E-31: double click, browser back, an impatient proxy."""
    company = each_company
    values = company.filled_in()
    started: list[int] = []
    barrier = threading.Barrier(20)

    def click() -> None:
        barrier.wait()
        started.append(company.hand_in("孙倩", "U1", values, key="page-1"))

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == 20
    assert len(set(started)) == 1
    assert company.read("SELECT count(*), max(number) FROM instance")[0] == (1, "CJ-2026-0001")
    assert company.engine.verify() == []


def test_of_two_who_complete_at_once_one_wins_and_the_other_is_told_who_and_when(each_company: Company) -> None:
    company = each_company
    case = company.sent()
    item = company.item(case, "Task_check")
    barrier = threading.Barrier(2)
    results: dict[str, object] = {}

    def complete(who: str) -> None:
        values = {"reason_code": "views", "departments": [str(company.cast.department("FIN"))]}
        barrier.wait()
        try:
            results[who] = company.engine.complete(item, company.cast.person(who), Completion("route", values))
        except AlreadyDone as error:
            results[who] = error

    threads = [threading.Thread(target=complete, args=(who,)) for who in ("李志强", "吴晓东")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    losers = [who for who, result in results.items() if isinstance(result, AlreadyDone)]
    assert len(losers) == 1, results
    (winner,) = set(results) - set(losers)
    told = results[losers[0]].message  # type: ignore[attr-defined]
    assert winner in told
    assert f"{local(company.clock.now()):%m-%d %H:%M}" in told
    assert company.kinds(case).count("item.completed") == 2, "the leader's approval and one check"
    assert len(company.deadlines(case, "T2")) == 1


def test_a_create_cannot_be_urgent(company: Company) -> None:
    """E-62: the form has no such mark, whatever a page may post, and the ordinary four hours apply."""
    case = company.sent(urgent="true")

    deadline = company.deadline(case, "T1")
    assert not company.case(case)["urgent"]
    assert (deadline["amount"], deadline["urgent"]) == ("4h", False)
    assert "urgent" not in company.form(case)


def test_a_company_without_a_second_maintainer_is_told_so_and_with_one_work_goes_on(company: Company) -> None:
    """E-87."""
    leave(company, "李志强")
    case = company.sent()
    company.route(case, "FIN", who="吴晓东")

    problems = company.cast.people.problems(company.clock.now())

    assert "single_maintainer" in [problem.code for problem in problems if problem.level == "error"]
    assert company.inbox("黄雅琴") == ["CJ-2026-0001 完善视图"]


def test_the_applicant_cannot_release_his_own_application(company: Company) -> None:
    """E-88: 李志强 stands in as focal person of U2 and is a maintainer; 吴晓东 has to post."""
    leave(company, "郑凯")
    appoint(company, "李志强", "U2", "focal")
    case = company.sent("李志强", "U2", form=TERMINAL)
    company.route(case, "FIN", who="吴晓东")
    company.answer(case, "FIN")

    with pytest.raises(NotAllowed, match="不相容岗位分离"):
        company.release(case, "李志强")
    company.release(case, "吴晓东")

    assert company.case(case)["outcome"] == "posted"


def test_the_focal_person_of_the_applicant_department_cannot_release_what_his_deputy_applied_for(
    company: Company,
) -> None:
    """E-88."""
    leave(company, "郑凯")
    appoint(company, "李志强", "U2", "focal")
    appoint(company, "高远", "U2", "focal", rank=1)
    case = company.sent("高远", "U2", form=TERMINAL)
    company.route(case, "FIN", who="吴晓东")
    company.answer(case, "FIN")

    company.release(case, "李志强")

    assert company.findings(case) == ["released_by"]
    assert company.customers() == []


def test_files_belong_to_the_case_with_the_submission_and_not_to_a_second_one(company: Company) -> None:
    """E-31: also when a colleague of the department has prepared them (E-21)."""
    form = company.filled_in()
    form["attachments"] = [company.attach("何晓雯")]
    case = company.hand_in("孙倩", "U1", form)
    other = company.filled_in(form=firm(1))
    other["attachments"] = form["attachments"]

    with pytest.raises(FormInvalid) as error:
        company.hand_in("孙倩", "U1", other)

    with company.transactions.read() as tx:
        assert tx.one("SELECT instance_id FROM attachment WHERE id = ?", (form["attachments"][0],)) == (case,)
    assert [problem.field for problem in error.value.problems] == ["attachments"]
