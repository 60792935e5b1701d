"""延期申请 on the pages: asked for beside the step, decided on the case; the evidence of a pause."""

from __future__ import annotations

from io import BytesIO

from tests.webui.desk import Desk, press, text
from tests.webui.office import token


def test_a_leader_finds_the_request_over_his_inbox_and_grants_it(desk: Desk) -> None:
    case = desk.approved()
    page = f"/work/{desk.item(case, 'Task_check')}"
    maintainer, leader = desk.browser_of("李志强"), desk.browser_of("郭建国")

    assert "申请延期" in text(maintainer.get(page))
    press(maintainer, page, f"{page}/extend", amount="2h", reason="核对外方执照")
    waiting, shown = text(leader.get("/")), text(leader.get(f"/cases/{case}"))
    press(leader, f"/cases/{case}", "/extensions/1/grant", reason="同意")

    assert "待您决定的延期申请 1" in waiting
    assert "李志强申请延期 2 小时，原 今天 14:30 到期：核对外方执照" in waiting
    assert "准予延期" in shown
    assert "待您决定的延期申请" not in text(leader.get("/"))
    after = text(maintainer.get(f"{page}?tab=limits"))
    assert "准予延期 2 小时，理由：核对外方执照，改于 2026-11-16 16:30 到期" in after
    assert "准予“维护员审核”延期 2 小时" in text(maintainer.get(f"{page}?tab=log"))
    assert 'do-extend"' not in maintainer.get(page).get_data(as_text=True), "once is all the policy allows"


def test_who_asked_cannot_decide_and_sees_that_it_waits(desk: Desk) -> None:
    case = desk.approved()
    page = f"/work/{desk.item(case, 'Task_check')}"
    maintainer = desk.browser_of("李志强")
    press(maintainer, page, f"{page}/extend", amount="1h", reason="核对外方执照")

    refused = press(maintainer, page, "/extensions/1/grant")
    shown = text(maintainer.get(page))

    assert refused.status_code == 403
    assert "李志强申请把“核对与分发”延期 1 小时" in shown
    assert "准予延期" not in shown


def test_who_opens_the_step_has_seen_the_warning(desk: Desk) -> None:
    case = desk.approved()
    desk.at("2026-11-16", "11:01")
    maintainer = desk.browser_of("李志强")

    before = text(maintainer.get("/notices"))
    maintainer.get(f"/work/{desk.item(case, 'Task_check')}")
    after = text(maintainer.get("/notices"))

    assert "未读 1" in before
    assert "时限提醒：CJ-2026-0001" in before
    assert "未读 1" not in after
    assert "今天 11:01 已读" in after


def test_a_pause_takes_its_evidence_along(desk: Desk) -> None:
    case = desk.approved()
    page, maintainer = f"/cases/{case}", desk.browser_of("李志强")
    letter = (BytesIO(b"%PDF-1.4 ruling"), "法院通知.pdf")
    data = {
        "csrf_token": token(maintainer.get(page)),
        "category": "等待法院或外部机关",
        "reason": "等裁定",
        "evidence": letter,
    }

    maintainer.post(f"{page}/suspend", data=data, content_type="multipart/form-data")

    assert "挂起流程（等待法院或外部机关）：等裁定，附“法院通知.pdf”；时限暂停" in text(maintainer.get(page))
    report = text(maintainer.get("/reports/RP-05P"))
    assert "等裁定 依据：法院通知.pdf" in report
