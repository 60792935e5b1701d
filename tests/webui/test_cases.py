"""A case to look at: who may, what is masked, how the log reads, what the paper says, and the case-wide verbs."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest

from tests.handlers.office import ACCOUNTING
from tests.webui.desk import Desk, press, text
from tests.webui.office import token

ACCOUNT = "4000021209200012345"


@pytest.mark.parametrize("who", ["孙倩", "马国栋", "李志强", "赵磊", "黄雅琴", "何晓雯"])
def test_whoever_has_to_do_with_a_case_sees_it(desk: Desk, who: str) -> None:
    case = desk.routed()

    assert desk.browser_of(who).get(f"/cases/{case}").status_code == 200


def test_other_departments_do_not(desk: Desk) -> None:
    """财务部 has not been sent the case yet."""
    case = desk.apply()
    stranger = desk.browser_of("黄雅琴")

    pages = [
        stranger.get(f"/cases/{case}{rest}") for rest in ("", "/print", "/signed.json", "/diagram.bpmn", "?tab=log")
    ]

    assert {page.status_code for page in pages} == {403}
    assert all("华为" not in page.get_data(as_text=True) for page in pages)


def test_account_numbers_are_masked_for_those_who_neither_entered_nor_own_them(desk: Desk) -> None:
    case = desk.routed()

    pages = {
        who: desk.browser_of(who).get(f"/cases/{case}").get_data(as_text=True) for who in ("孙倩", "李志强", "周敏")
    }

    assert ACCOUNT in pages["孙倩"]
    assert ACCOUNT in pages["李志强"]
    assert ACCOUNT not in pages["周敏"]
    assert "•••• 2345" in pages["周敏"]


def test_what_was_changed_is_masked_alike(desk: Desk) -> None:
    case = desk.apply()
    desk.do(case, "Task_approve", "马国栋", "refuse", "换账户")
    banks = [desk.form(case)["banks"][0] | {"account_no": "4000021209200099999"}]
    desk.do(case, "Task_revise", "孙倩", "submit", banks=banks)
    desk.do(case, "Task_approve", "马国栋", "approve")
    departments = [str(desk.cast.department("MKT"))]
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=departments)

    own = text(desk.browser_of("孙倩").get(f"/cases/{case}?tab=changes"))
    other = text(desk.browser_of("周敏").get(f"/cases/{case}?tab=changes"))

    assert ACCOUNT in own
    assert "4000021209200099999" in own
    assert ACCOUNT not in other
    assert "•••• 9999" in other


def test_the_log_reads_as_office_chinese(desk: Desk) -> None:
    case = desk.routed()

    log = text(desk.browser_of("孙倩").get(f"/cases/{case}?tab=log"))

    for sentence in (
        "孙倩 填写申请表 提交申请，第 1 次送审",
        "马国栋 主管领导审批 同意并签字盖章 请尽快建档",
        "签字，加盖部门电子印章",
        "“维护员审核”开始计时，限 4 小时，今天 14:30 到期",
        "系统 完善视图（财务部） 送达财务部归口人员",
    ):
        assert sentence in log
    told, _details, hashes = log.partition("逐条校验值")
    assert not re.search(r"\b(item|deadline|job|case|timer)\.[a-z]", told)
    assert len(re.findall(r"\b[0-9a-f]{64}\b", hashes)) == len(desk.log(case))


def test_the_timeline_tells_what_was_late_and_who_was_told(desk: Desk) -> None:
    case = desk.approved()
    desk.at("2026-11-16", "15:00")
    desk.do(case, "Task_check", "李志强", "complete", reason_code="ok")

    page = text(desk.browser_of("李志强").get(f"/cases/{case}"))

    assert "核对与分发 超时办结" in page
    assert "“维护员审核”到期未办，登记超时事件，待确认 今天 14:30" in page
    assert "催办与上报函送达郭建国" in page


def test_parallel_departments_have_boxes_and_what_follows_is_foretold(desk: Desk) -> None:
    case = desk.routed()
    desk.do(case, "Task_complete_view", "黄雅琴", "complete", **ACCOUNTING)

    page = text(desk.browser_of("周敏").get(f"/work/{next(i for i in desk.items(case, 'Task_complete_view'))}"))

    assert "各部门完善 并行 2 个部门" in page
    assert "财务部 主管领导签字盖章 黄雅琴 送主管领导签字，今天 09:00" in page
    assert "随后 林建平 主管领导签字盖章，同一时限" in page
    assert "维护 限 4 小时 预计 李志强" in page
    assert "本部门计时结束；全部部门转回后送李志强，限 4 小时" in page


def test_the_diagram_knows_where_the_case_stands(desk: Desk) -> None:
    case = desk.routed()
    browser = desk.browser_of("李志强")

    page = browser.get(f"/cases/{case}?tab=diagram").get_data(as_text=True)
    drawn = browser.get(f"/cases/{case}/diagram.bpmn")

    found = re.search(r'id="k-marks">(.*?)</script>', page, flags=re.DOTALL)
    assert found is not None
    marks = json.loads(found.group(1))
    assert {marks["nodes"][node] for node in ("Start_apply", "Task_approve", "Job_reserve", "Task_check")} == {"done"}
    assert marks["nodes"]["Task_complete_view"] == "now"
    assert marks["nodes"]["Task_release"] == "fut"
    assert marks["tokens"]["Task_complete_view"] == 2
    assert drawn.mimetype == "application/xml"
    assert b"<bpmn:definitions" in drawn.data


def test_a_deadline_is_explained_in_a_sentence_and_a_sum(desk: Desk) -> None:
    case = desk.approved()

    page = text(desk.browser_of("李志强").get(f"/work/{desk.item(case, 'Task_check')}?tab=limits"))

    assert "当日 09:00–12:00 计 3 小时、13:30–14:30 计 1 小时，于 11月16日 14:30 到期" in page
    assert "合计 4 小时" in page
    assert "依据 SD-010（2004-04 版" in page


def test_the_paper_carries_signatures_and_seals(desk: Desk) -> None:
    case = desk.approved()

    paper = text(desk.browser_of("孙倩").get(f"/cases/{case}/print"))

    assert "客户主数据维护（创建）申请表" in paper
    assert "制度编号：SD-010 单号：CJ-2026-0001" in paper
    assert "经营一部 主管领导审批 同意并签字盖章：请尽快建档 所签栏目：申请事项、" in paper
    assert "签字 马国栋 2026-11-16 09:00 经营一部 电子印章 2026-11-16" in paper
    assert "填写：孙倩 2026-11-16 09:00" in paper
    assert "处理结果 办理中" in paper
    assert re.search(r"校验码 ([0-9A-F]{4}-){3}[0-9A-F]{4}", paper)


def test_a_changed_form_voids_the_signature_on_paper_and_on_the_page(desk: Desk) -> None:
    case = desk.routed()
    form = desk.form(case) | {"city": "广州"}
    desk.do(case, "Task_complete_view", "周敏", "complete", **{k: form[k] for k in ("city",)})

    browser = desk.browser_of("孙倩")
    changes, paper = (text(browser.get(f"/cases/{case}{rest}")) for rest in ("?tab=changes", "/print"))

    assert "马国栋 今天 09:00 的签字和印章已失效" in changes
    assert "城市 深圳 广州 周敏，今天 09:00" in changes
    assert "（签后有改动，已失效）" in paper
    assert 'class="k-seal is-void"' in browser.get(f"/cases/{case}/print").get_data(as_text=True)


def test_the_applicant_takes_a_case_back_with_a_reason(desk: Desk) -> None:
    case = desk.apply()
    applicant, page = desk.browser_of("孙倩"), f"/cases/{case}"

    without = press(applicant, page, f"{page}/withdraw")
    answer = press(applicant, page, f"{page}/withdraw", reason="客户改变主意")

    assert "请填写理由" in text(without)
    assert answer.status_code == 303
    assert "已撤回" in text(applicant.get(page))
    assert "撤回申请：客户改变主意" in text(applicant.get(page))


def test_the_maintainer_suspends_and_resumes_and_the_administrator_voids(desk: Desk) -> None:
    case = desk.approved()
    page, maintainer, admin = f"/cases/{case}", desk.browser_of("李志强"), desk.browser_of("赵磊")

    press(maintainer, page, f"{page}/suspend", category="补正材料", reason="等客户补件")
    suspended = text(maintainer.get(page))
    press(maintainer, page, f"{page}/resume")
    refused = press(maintainer, page, f"{page}/cancel", reason="重复")
    press(admin, page, f"{page}/cancel", reason="重复录入")

    assert "挂起流程（补正材料）：等客户补件；时限暂停" in suspended
    assert refused.status_code == 403
    assert desk.column("instance", "status", case) == "cancelled"


def test_there_is_no_such_verb_and_no_such_case(desk: Desk) -> None:
    case = desk.apply()
    browser = desk.browser_of("孙倩")

    verb, page = press(browser, f"/cases/{case}", f"/cases/{case}/destroy"), browser.get("/cases/4711")

    assert verb.status_code == 404
    assert page.status_code == 404
    assert "没有找到这件流程" in text(page)


def test_a_finished_case_tells_its_end_and_foretells_nothing(desk: Desk) -> None:
    case = desk.routed()
    desk.do(case, "Task_complete_view", "黄雅琴", "complete", **ACCOUNTING)
    desk.do(case, "Task_sign_view", "陈立", "approve")
    desk.do(case, "Task_complete_view", "周敏", "complete")
    desk.do(case, "Task_sign_view", "林建平", "approve")
    desk.do(case, "Task_release", "李志强", "post", entry_checked="1")
    desk.do(case, "Task_confirm", "孙倩", "confirm")

    page = desk.browser_of("孙倩").get(f"/cases/{case}")
    log = text(desk.browser_of("孙倩").get(f"/cases/{case}?tab=log"))
    diagram = desk.browser_of("孙倩").get(f"/cases/{case}?tab=diagram").get_data(as_text=True)

    assert "已建档" in text(page)
    assert "is-future" not in page.get_data(as_text=True)
    assert "/withdraw" not in page.get_data(as_text=True)
    assert "写入客户主数据，客户编码 1000000" in log
    assert "流程办结：已建档" in log
    assert '"Task_release": "done"' in diagram
    assert '"fut"' not in diagram


def test_the_applicant_urges_with_a_button_and_the_next_one_is_told_when(desk: Desk) -> None:
    case = desk.routed()
    browser, page = desk.browser_of("孙倩"), f"/cases/{case}"

    offered = text(browser.get(page))
    answer = press(browser, page, f"{page}/urge", reason="客户下周签约")
    again = press(browser, page, f"{page}/urge", reason="再催")

    assert "催办" in offered
    assert answer.status_code == 303
    assert "一小时内只催一次" in text(again)
    assert "催办，提醒" in text(browser.get(f"{page}?tab=log"))
    assert "客户下周签约" in text(desk.browser_of("周敏").get("/notices"))


def test_a_reason_no_log_should_hold_is_refused_and_leaves_no_trace(desk: Desk) -> None:
    """The log keeps what it is told for good; 孙倩 and 李志强 paste a whole book, or something invisible."""
    case = desk.approved()
    check = desk.item(case, "Task_check")
    before = len(desk.log(case))
    pages = [("孙倩", f"/cases/{case}/{verb}") for verb in ("urge", "withdraw")]
    pages += [("李志强", f"/cases/{case}/suspend"), ("李志强", f"/work/{check}/transfer")]
    other = desk.cast.person("吴晓东")

    said = [
        text(press(desk.browser_of(who), "/", address, reason=reason, category="等待客户", to=other))
        for who, address in pages
        for reason in ("长" * 10_000, "\u202e反")
    ]

    assert all("最多 2000 个字，现有 10000 个字" in one for one in said[::2])
    assert all("看不见的控制字符" in one for one in said[1::2])
    assert len(desk.log(case)) == before


def test_a_file_whose_name_holds_braces_is_refused_like_any_other(desk: Desk) -> None:
    case = desk.approved()
    browser = desk.browser_of("李志强")
    evidence = (BytesIO(b"MZ"), "{证据}.pdf")
    form = {"csrf_token": token(browser.get("/")), "category": "等待客户", "reason": "等补章", "evidence": evidence}

    answer = browser.post(f"/cases/{case}/suspend", data=form)

    assert answer.status_code == 400
    assert "“{证据}.pdf”不是可以上传的文件" in text(answer)


def test_a_department_that_is_asked_cannot_urge(desk: Desk) -> None:
    case = desk.routed()

    page = text(desk.browser_of("周敏").get(f"/cases/{case}"))

    assert "催办" not in page
