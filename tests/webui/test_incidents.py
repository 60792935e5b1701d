"""异常: what the system could not do by itself, who sees it and how it is mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine import company
from handlers.customers.tables import number_range
from handlers.notices.channels import Smtp
from handlers.notices.outbox import PAUSE, TRIES, Note, Outbox, queue
from tests.webui.desk import Desk, press, text


def use_up(desk: Desk, used: int) -> None:
    """The last number that was given out of the range for external customers."""
    with desk.transactions.write() as tx:
        of_external = number_range.c.account_group == "C001"
        tx.core(update(number_range).where(of_external).values(used=used))


@pytest.fixture
def stuck(desk: Desk) -> Desk:
    """The posting of CJ-2026-0001 has failed for good: there is no number left."""
    use_up(desk, 1999999)
    case = desk.approved()
    desk.completed(case)
    desk.do(case, "Task_release", "李志强", "post", entry_checked=True)
    for _ in range(desk.settings.job_attempts):
        desk.clock.advance(minutes=10)
        desk.engine.sweep()
    return desk


def open_incidents(desk: Desk) -> int:
    with desk.transactions.read() as tx:
        return int(tx.all("SELECT count(*) FROM incident WHERE status = 'open'")[0][0])


def test_an_administrator_sees_what_failed_where_and_why(stuck: Desk) -> None:
    admin = stuck.browser_of("赵磊")

    row, page = text(admin.get("/incidents")), text(admin.get("/incidents/1"))

    assert "CJ-2026-0001" in row
    assert "待处理" in row
    assert f"试了 {stuck.settings.job_attempts} 次都没有成功" in page
    assert "C001" in page


def test_when_the_cause_is_gone_a_retry_lets_the_case_go_on(stuck: Desk) -> None:
    admin = stuck.browser_of("赵磊")
    use_up(stuck, 1000004)

    answer = press(admin, "/incidents/1", "/incidents/1/retry")

    told = text(admin.get(answer.location))
    assert "CJ-2026-0001 已重试，流程继续。" in told
    assert "已经处理" in told
    assert stuck.form(1)["customer_code"] == "1000005"
    assert open_incidents(stuck) == 0
    assert "CJ-2026-0001" in text(admin.get("/incidents?which=resolved"))


def test_a_retry_that_fails_again_says_so(stuck: Desk) -> None:
    admin = stuck.browser_of("赵磊")

    answer = press(admin, "/incidents/1", "/incidents/1/retry")

    assert "仍没有成功" in text(admin.get(answer.location))
    assert "customer_code" not in stuck.form(1)


def test_everything_can_be_tried_again_at_once(stuck: Desk) -> None:
    admin = stuck.browser_of("赵磊")
    use_up(stuck, 1000004)

    answer = press(admin, "/incidents", "/incidents/retry")

    assert "已重试 1 件，现有 0 件待处理" in text(admin.get(answer.location))


def test_a_second_click_is_told_that_it_is_done(stuck: Desk) -> None:
    admin = stuck.browser_of("赵磊")
    use_up(stuck, 1000004)
    press(admin, "/incidents/1", "/incidents/1/retry")

    again = press(admin, "/incidents", "/incidents/1/retry")

    assert again.status_code == 409
    assert "已有人处理" in text(again)


def test_a_maintainer_looks_but_only_administrators_act(stuck: Desk) -> None:
    maintainer, focal = stuck.browser_of("李志强"), stuck.browser_of("孙倩")
    use_up(stuck, 1000004)

    forced = [press(maintainer, "/incidents", f"/incidents/{verb}") for verb in ("1/retry", "retry", "resend")]

    assert "CJ-2026-0001" in text(maintainer.get("/incidents"))
    assert [answer.status_code for answer in forced] == [403, 403, 403]
    assert focal.get("/incidents").status_code == 403
    assert open_incidents(stuck) == 1


def test_a_post_that_nobody_fills_is_on_the_list(desk: Desk) -> None:
    desk.change(company.deactivate_person, desk.cast.person("陈立"))

    page = text(desk.browser_of("赵磊").get("/incidents?which=posts"))

    assert "财务部没有主管领导" in page
    assert "到“岗位任职”任命主管领导" in page


def undelivered(desk: Desk) -> None:
    """A copy of a notice to 孙倩 that every attempt failed to send."""
    person: Any = desk.cast.whole("孙倩")
    desk.change(company.edit_person, person.id, name=person.name, department_id=person.department_id,
                phone="", email="sunqian@example.com")  # fmt: skip
    now = desk.clock.now()
    with desk.transactions.write() as tx:
        people = desk.app.extensions["countersign"].people(tx)
        queue(tx, now, people, [person.id], Note("result", "1", "已建档：华为技术有限公司", "正文"))
    nobody_there = Smtp("127.0.0.1", 9, "countersign@example.com")
    outbox = Outbox(desk.transactions, {"smtp": nobody_there})
    for attempt in range(TRIES):
        outbox.deliver(now + attempt * PAUSE * 2**TRIES + timedelta(seconds=attempt))


def test_a_message_that_did_not_go_out_is_on_the_list_and_sent_again(desk: Desk) -> None:
    """E-83."""
    undelivered(desk)
    admin = desk.browser_of("赵磊")
    listed = text(admin.get("/incidents?which=notices"))

    press(admin, "/incidents?which=notices", "/incidents/resend")
    desk.app.extensions["countersign"].tick()

    assert "给孙倩的外发通知没有送出：ConnectionRefusedError" in listed
    assert "没有未送达的通知" in text(admin.get("/incidents?which=notices"))
    assert "已建档：华为技术有限公司" in text(desk.browser_of("孙倩").get("/notices"))
