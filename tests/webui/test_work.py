"""办理: the page of one step: what it shows, how it is handed in, and that nothing typed is ever lost."""

from __future__ import annotations

from io import BytesIO

from tests.handlers.office import ACCOUNTING
from tests.webui.desk import Desk, controls, press, text
from tests.webui.office import token


def test_a_leader_signs_and_is_told_who_is_next(desk: Desk) -> None:
    case = desk.apply()
    item, leader = desk.item(case, "Task_approve"), desk.browser_of("马国栋")

    answer = press(leader, f"/work/{item}", f"/work/{item}/complete/approve", **{"comment-approve": "请尽快建档"})

    told = text(leader.get(answer.location))
    assert answer.status_code == 303
    assert "CJ-2026-0001 已办：同意并签字盖章。下一步：核对与分发（李志强）。" in told
    assert desk.column("work_item", "comment", item) == "请尽快建档"


def test_a_button_says_what_it_does_to_the_clock(desk: Desk) -> None:
    """The outcome leads to 李志强, whose four hours would begin now and end at 14:30 after lunch."""
    case = desk.apply()

    page = text(desk.browser_of("马国栋").get(f"/work/{desk.item(case, 'Task_approve')}"))

    assert "送李志强，限 4 小时，今天 14:30 前" in page
    assert "送孙倩，不计时" in page


def test_a_step_sent_back_without_a_reason_keeps_what_was_typed(desk: Desk) -> None:
    case = desk.approved()
    item, maintainer = desk.item(case, "Task_check"), desk.browser_of("李志强")

    answer = press(maintainer, f"/work/{item}", f"/work/{item}/complete/incomplete", reason_code="data",
                   missing_items="bank")  # fmt: skip

    assert answer.status_code == 422
    assert "选择“资料不全，退回申请部门”时须写明原因" in text(answer)
    assert controls(answer)["reason_code"] == "data"
    assert desk.item(case, "Task_check") == item


def test_a_field_that_is_wrong_is_named_beside_itself_and_in_the_summary(desk: Desk) -> None:
    case = desk.routed()
    finance = desk.browser_of("黄雅琴")
    item = next(i for i in desk.items(case, "Task_complete_view") if desk._acts("黄雅琴", i))

    answer = press(
        finance, f"/work/{item}", f"/work/{item}/complete/complete", **(ACCOUNTING | {"credit_limit": "很多"})
    )

    assert answer.status_code == 422
    assert "不是数字；请只填数字，如 50000.00" in text(answer)
    assert controls(answer)["credit_limit"] == ["很多"]
    assert controls(answer)["payment_terms"] == "Z030"


def test_a_double_click_is_harmless(desk: Desk) -> None:
    case = desk.apply()
    item, leader = desk.item(case, "Task_approve"), desk.browser_of("马国栋")
    first = press(leader, f"/work/{item}", f"/work/{item}/complete/approve")

    again = leader.post(f"/work/{item}/complete/approve", data={"csrf_token": token(leader.get("/"))})

    assert (first.status_code, again.status_code) == (303, 303)
    assert again.location == f"/cases/{case}"
    assert len(desk.items(case, "Task_check")) == 1


def test_who_comes_second_learns_who_was_first_and_keeps_the_text(desk: Desk) -> None:
    case = desk.approved()
    item, deputy = desk.item(case, "Task_check"), desk.browser_of("吴晓东")
    form = deputy.get(f"/work/{item}")
    desk.do(case, "Task_check", "李志强", "complete", reason_code="ok")

    answer = deputy.post(
        f"/work/{item}/complete/route",
        data={"csrf_token": token(form), "existing_code": "1000001", "comment-route": "已电话核实"},
    )

    assert answer.status_code == 409
    assert "这一步已由李志强于 11-16 09:00 办理" in text(answer)
    assert controls(answer)["existing_code"] == ["1000001"]
    assert "您写的意见：已电话核实" in text(answer)
    assert "/complete/" not in answer.get_data(as_text=True)


def test_whoever_applied_may_not_approve(desk: Desk) -> None:
    case = desk.apply()
    item, applicant = desk.item(case, "Task_approve"), desk.browser_of("孙倩")

    answer = applicant.post(f"/work/{item}/complete/approve", data={"csrf_token": token(applicant.get("/"))})

    assert answer.status_code == 403
    assert "这一步由经营一部主管领导办理" in text(answer)


def test_the_first_look_at_a_step_is_on_record(desk: Desk) -> None:
    case = desk.apply()
    item = desk.item(case, "Task_approve")

    desk.browser_of("孙倩").get(f"/work/{item}")
    before = desk.column("work_item", "viewed_at", item)
    desk.browser_of("马国栋").get(f"/work/{item}")

    assert before is None
    assert desk.column("work_item", "viewed_at", item) is not None


def test_whoever_may_only_look_is_shown_the_case(desk: Desk) -> None:
    case = desk.apply()

    answer = desk.browser_of("孙倩").get(f"/work/{desk.item(case, 'Task_approve')}")

    assert (answer.status_code, answer.location) == (302, f"/cases/{case}")


def test_a_draft_comes_back_and_goes_away_when_the_step_is_done(desk: Desk) -> None:
    case = desk.approved()
    item, maintainer = desk.item(case, "Task_check"), desk.browser_of("李志强")

    typed = {"existing_code": "1000001", "comment-not_new": "已在册"}

    saved = press(maintainer, f"/work/{item}", f"/work/{item}/draft", **typed)
    restored = maintainer.get(f"/work/{item}")
    press(maintainer, f"/work/{item}", f"/work/{item}/complete/complete", reason_code="ok")

    assert saved.status_code == 303
    assert controls(restored)["existing_code"] == ["1000001"]
    assert ">已在册</textarea>" in restored.get_data(as_text=True)
    assert "已恢复 今天 09:00 保存的草稿" in text(restored)
    with desk.transactions.read() as tx:
        assert tx.all("SELECT subject FROM draft") == []


def test_the_page_saves_drafts_by_itself(desk: Desk) -> None:
    case = desk.approved()
    item, maintainer = desk.item(case, "Task_check"), desk.browser_of("李志强")
    form = maintainer.get(f"/work/{item}")

    answer = maintainer.post(
        f"/work/{item}/draft", data={"csrf_token": token(form)}, headers={"Accept": "application/json"}
    )

    assert answer.json == {"saved": "09:00 已保存"}


def test_claiming_can_be_taken_back(desk: Desk) -> None:
    """李志强 and 吴晓东 share the post: what one has claimed the other cannot finish."""
    case = desk.approved()
    item, deputy, maintainer = desk.item(case, "Task_check"), desk.browser_of("吴晓东"), desk.browser_of("李志强")

    press(deputy, "/", f"/work/{item}/claim")
    refused = maintainer.post(f"/work/{item}/complete/complete", data={"csrf_token": token(maintainer.get("/"))})
    press(deputy, "/", f"/work/{item}/release")

    assert refused.status_code == 403
    assert "吴晓东已签收" in text(refused)
    assert desk.column("work_item", "holder_id", item) is None


def test_handing_over_needs_a_reason_and_somebody_of_the_post(desk: Desk) -> None:
    case = desk.approved()
    item, maintainer = desk.item(case, "Task_check"), desk.browser_of("李志强")
    deputy, stranger = desk.cast.person("吴晓东"), desk.cast.person("黄雅琴")

    without = press(maintainer, f"/work/{item}", f"/work/{item}/transfer", to=deputy)
    outside = press(maintainer, f"/work/{item}", f"/work/{item}/transfer", to=stranger, reason="请帮忙")
    right = press(maintainer, f"/work/{item}", f"/work/{item}/transfer", to=deputy, reason="外出")

    assert "请填写转办理由" in text(without)
    assert outside.status_code == 403
    assert right.status_code == 303
    assert desk.column("work_item", "holder_id", item) == deputy


def test_a_posted_form_that_no_page_gave_out_is_refused(desk: Desk) -> None:
    case = desk.apply()
    item, leader = desk.item(case, "Task_approve"), desk.browser_of("马国栋")

    answer = leader.post(f"/work/{item}/complete/approve")

    assert answer.status_code == 400
    assert desk.item(case, "Task_approve") == item


def test_the_maintainer_sees_why_the_gate_stayed_shut(desk: Desk) -> None:
    """财务部 has only the maintainer's word: nobody there has signed, so SD-010 2.3 keeps the gate shut."""
    case = desk.approved()
    desk.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    maintainer = desk.browser_of("李志强")
    item = desk.item(case, "Task_release")

    answer = press(maintainer, f"/work/{item}", f"/work/{item}/complete/post", entry_checked="1")

    again = text(maintainer.get(f"/work/{desk.item(case, 'Task_release')}"))
    assert answer.status_code == 303
    assert desk.column("instance", "outcome", case) is None
    assert "请选“退回部门补充”" in again


def test_a_reworked_form_is_searched_for_anew_on_its_own_page(desk: Desk) -> None:
    case = desk.apply()
    desk.do(case, "Task_approve", "马国栋", "refuse", "名称有误")
    applicant, item = desk.browser_of("孙倩"), desk.item(case, "Task_revise")
    desk.at("2026-11-16", "10:00")
    form = controls(applicant.get(f"/work/{item}"))

    stale = applicant.post(f"/work/{item}/complete/submit", data=form)
    searched = applicant.post(f"/work/{item}/search", data=form)
    page = applicant.get(f"/work/{item}")
    handed_in = applicant.post(f"/work/{item}/complete/submit", data=controls(page))

    assert stale.status_code == 422
    assert "已超过 30 分钟" in text(stale)
    assert searched.status_code == 303
    assert "10:00 按“华为技术有限公司”查过，没有相近的客户" in text(page)
    assert handed_in.status_code == 303, text(handed_in)
    assert desk.items(case, "Task_approve")


def test_files_sent_along_belong_to_the_case_afterwards(desk: Desk) -> None:
    case = desk.apply()
    desk.do(case, "Task_approve", "马国栋", "refuse", "缺开票资料")
    applicant, item = desk.browser_of("孙倩"), desk.item(case, "Task_revise")
    form = controls(applicant.get(f"/work/{item}"))
    applicant.post(f"/work/{item}/search", data=form)
    form = controls(applicant.get(f"/work/{item}"))
    paper = (BytesIO(b"%PDF-1.4 invoice data"), "开票资料.pdf")

    answer = applicant.post(
        f"/work/{item}/complete/submit",
        data=form | {"attachments": [*form["attachments"], paper]},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 303, text(answer)
    assert len(desk.form(case)["attachments"]) == 2
    with desk.transactions.read() as tx:
        names = tx.all("SELECT name FROM attachment WHERE instance_id = ? ORDER BY name", (case,))
    assert ("开票资料.pdf",) in [tuple(row) for row in names]


def test_posting_without_routing_goes_on_under_the_same_clock(desk: Desk) -> None:
    """Received at 09:00 and due at 14:30; T3 only continues T1, so the button promises no new four hours."""
    case = desk.approved()
    desk.at("2026-11-16", "11:00")

    page = text(desk.browser_of("李志强").get(f"/work/{desk.item(case, 'Task_check')}"))

    assert "送李志强，时限接着计，今天 14:30 前" in page
    assert "送各部门完善，限 4 小时，今天 16:30 前" in page
