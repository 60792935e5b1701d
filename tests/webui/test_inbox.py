"""我的待办: whose turn it is, what is pressing, what a department owes, and several steps at once."""

from __future__ import annotations

import re

from engine import company
from tests.handlers.office import ACCOUNTING
from tests.webui.desk import Desk, press, text
from tests.webui.office import token


def test_an_inbox_holds_what_its_owner_owes_and_nobody_elses(desk: Desk) -> None:
    desk.apply()

    leader, finance = text(desk.browser_of("马国栋").get("/")), text(desk.browser_of("黄雅琴").get("/"))

    assert "主管领导审批" in leader
    assert "华为技术有限公司" in leader
    assert "没有待办" in finance


def test_lines_stand_in_bands_with_the_working_time_left(desk: Desk) -> None:
    """Delivered on Monday at 09:00, the check is due at 14:30: at 14:10 twenty minutes of four hours are left."""
    desk.approved()
    desk.at("2026-11-16", "14:10")

    page = desk.browser_of("李志强").get("/").get_data(as_text=True)

    assert "今日到期" in page
    assert "k-pill is-soon" in page
    assert "剩 20 分" in page
    assert 'class="p92"' in page


def test_an_overdue_step_says_by_how_much_working_time(desk: Desk) -> None:
    desk.approved()
    desk.at("2026-11-17", "09:00")

    page = desk.browser_of("李志强").get("/")

    assert "已超时" in text(page)
    assert "已超 3 小时 30 分" in text(page)
    assert "k-pill is-over" in page.get_data(as_text=True)


def test_a_suspended_case_waits_without_a_running_clock(desk: Desk) -> None:
    case = desk.approved()
    desk.at("2026-11-16", "10:00")
    desk.engine.suspend(case, desk.cast.person("李志强"), "补正材料", "等客户补件")

    page = text(desk.browser_of("李志强").get("/"))

    assert "已暂停，余 3 小时" in page
    assert "恢复后计" in page


def test_a_deputy_sees_for_whom_the_work_is(desk: Desk) -> None:
    desk.approved()

    page = text(desk.browser_of("吴晓东").get("/"))

    assert "其中 1 件代李志强办理" in page
    assert "领取" in page


def test_a_step_that_somebody_else_must_do_says_so_until_there_is_somebody(desk: Desk) -> None:
    """E-24: 陈立 stood in for the vacant focal post of 财务部, so he may not sign; then 徐明 becomes his deputy."""
    cast = desk.cast
    focal = cast.people.appointments(cast.post("FIN", "focal"))[0]
    desk.change(company.end_appointment, focal.id)
    case = desk.approved()
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=[str(cast.department("FIN"))])
    desk.do(case, "Task_complete_view", "陈立", "complete", **ACCOUNTING)

    alone = text(desk.browser_of("陈立").get("/"))
    deputy = {"department_id": cast.department("FIN"), "kind": "leader", "person_id": cast.person("何晓雯"), "rank": 1}
    desk.change(company.appoint, **deputy)
    accompanied = text(desk.browser_of("陈立").get("/"))

    assert "须由另一人办理" in alone
    assert "须由另一人办理" not in accompanied


def test_a_department_sees_its_steps_and_who_has_them(desk: Desk) -> None:
    desk.apply()

    page = text(desk.browser_of("孙倩").get("/?scope=department"))

    assert "主管领导审批" in page
    assert "马国栋" in page


def test_a_stranger_asking_for_a_department_is_shown_the_own_one(desk: Desk) -> None:
    desk.apply()
    unit = desk.cast.department("U1")

    page = text(desk.browser_of("黄雅琴").get(f"/?scope=department&department={unit}"))

    assert "华为技术有限公司" not in page


def test_the_maintainer_sees_what_every_department_owes(desk: Desk) -> None:
    desk.routed()

    page = text(desk.browser_of("李志强").get(f"/?scope=department&department={desk.cast.department('FIN')}"))

    assert "各部门" not in page
    assert "财务部 1 无超时" in page
    assert "完善视图" in page


def test_the_poll_answers_nothing_while_nothing_has_changed(desk: Desk) -> None:
    case = desk.apply()
    leader = desk.browser_of("马国栋")
    page = leader.get("/").get_data(as_text=True)
    rows = re.search(r'hx-get="([^"]+)"', page)
    assert rows is not None
    address = rows.group(1).replace("&amp;", "&")

    quiet = leader.get(address)
    desk.engine.withdraw(case, desk.cast.person("孙倩"), "客户改变主意")
    moved = leader.get(address)

    assert (quiet.status_code, quiet.data) == (204, b"")
    assert moved.status_code == 200
    assert "华为技术有限公司" not in text(moved)
    assert "<html" not in moved.get_data(as_text=True)


def test_words_and_chips_narrow_the_list(desk: Desk) -> None:
    desk.apply()
    leader = desk.browser_of("马国栋")

    found, missed, urgent = (text(leader.get(f"/?{query}")) for query in ("q=华为 0001", "q=腾讯", "kind=urgent"))

    assert "华为技术有限公司" in found
    assert "没有符合条件的待办" in missed
    assert "没有符合条件的待办" in urgent


def test_the_page_asks_the_database_the_same_number_of_times_however_long_it_is(desk: Desk) -> None:
    leader, asked, seen = desk.browser_of("马国栋"), [], desk.count_statements()
    for name, number in (
        ("华为技术有限公司", "914403001922038216"),
        ("深圳市腾讯计算机系统有限公司", "9144030071526726XG"),
    ):
        desk.apply(legal_name=name, tax_id=number)
        leader.get("/")
        seen.clear()
        leader.get("/")
        asked.append(len(seen))

    assert 0 < asked[0] == asked[1]


def test_a_leader_hands_several_steps_over_and_sees_what_became_of_each(desk: Desk) -> None:
    first, second = desk.approved(), desk.apply(legal_name="深圳市腾讯计算机系统有限公司", tax_id="9144030071526726XG")
    desk.do(second, "Task_approve", "马国栋", "approve")
    chosen = [desk.item(case, "Task_check") for case in (first, second)]
    chief = desk.browser_of("郭建国")
    whom = chief.post("/inbox/transfer", data={"csrf_token": token(chief.get("/")), "item": chosen})
    desk.do(first, "Task_check", "李志强", "complete", reason_code="ok")

    answer = chief.post(
        "/inbox/transfer",
        data={"csrf_token": token(whom), "item": chosen, "to": desk.cast.person("吴晓东"), "reason": "休假"},
    )

    assert "吴晓东" in text(whom)
    assert "这一步已由李志强于 11-16 09:00 办理" in text(answer)
    assert "已转办" in text(answer)
    assert desk.column("work_item", "holder_id", chosen[1]) == desk.cast.person("吴晓东")


def test_nobody_hands_over_what_is_none_of_their_business(desk: Desk) -> None:
    item = desk.item(desk.apply(), "Task_approve")
    finance = desk.browser_of("黄雅琴")

    answer = finance.post("/inbox/transfer", data={"csrf_token": token(finance.get("/")), "item": item})

    assert answer.status_code == 403
    assert "华为" not in text(answer)


def test_an_act_in_place_offers_to_take_it_back(desk: Desk) -> None:
    item = desk.item(desk.approved(), "Task_check")
    deputy = desk.browser_of("吴晓东")

    answer = press(deputy, "/", f"/work/{item}/claim")

    page = deputy.get(answer.location).get_data(as_text=True)
    assert answer.location == "/"
    assert f'action="/work/{item}/release"' in page
    assert "已签收。" in page


def test_what_one_has_done_and_started_is_listed(desk: Desk) -> None:
    desk.approved()

    done, started = text(desk.browser_of("马国栋").get("/done")), text(desk.browser_of("孙倩").get("/started"))

    assert "主管领导审批" in done
    assert "核对与分发" in started
    assert "李志强" in started


def test_the_head_of_the_page_tells_working_time(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")

    morning = text(browser.get("/"))
    desk.at("2026-11-16", "12:30")
    lunch = text(browser.get("/"))
    desk.at("2026-11-20", "18:00")
    evening = text(desk.browser_of("孙倩").get("/"))

    assert "11月16日 周一 09:00 工作时间 · 距下班 8 小时 30 分" in morning
    assert "午休 · 13:30 上班" in lunch
    assert "已下班 · 11-23 周一 08:30 上班" in evening
