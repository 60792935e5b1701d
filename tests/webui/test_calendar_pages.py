"""设置 · 工作日历: a changed day moves the open limits at once, and a published year replaces the estimate."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import insert
from werkzeug.test import TestResponse

from engine.clock import local
from engine.people import Department, People
from engine.store import calendar
from engine.store import moment as stored
from tests.governed import second_administrator
from tests.webui.desk import Desk, press, text
from tests.webui.office import post, token

FESTIVALS = """日期,类别,名称,调整原因
2027-01-01,放假,元旦,国办发明电〔2026〕7 号
2027-01-04,放假,元旦,
2027-01-09,调休上班,元旦调休上班,
2027-02-06,放假,春节,
2027-04-05,放假,清明节,
2027-05-01,放假,劳动节,
2027-06-09,放假,端午节,
2027-09-15,放假,中秋节,
2027-10-01,放假,国庆节,
"""
HALF_DAY = {"kind": "workday", "name": "台风停工", "hours": "08:30–12:00", "reason": "集团通知 12 号"}


@pytest.fixture
def admin(desk: Desk) -> FlaskClient:
    return desk.browser_of("赵磊")


@pytest.fixture
def second(desk: Desk) -> FlaskClient:
    """吴晓东, an administrator too."""
    second_administrator(desk.engine, desk.cast)
    return desk.browser_of("吴晓东")


def approved(second: FlaskClient, answer: TestResponse) -> str:
    """The other administrator approves what was proposed; the page that says what moved."""
    assert answer.status_code == 302, text(answer)
    return text(press(second, answer.location, f"{answer.location}/approve"))


def due(desk: Desk, case: int) -> str:
    """When 李志强's check of a case is due."""
    with desk.transactions.read() as tx:
        rows = tx.all("SELECT due FROM deadline WHERE instance_id = ? AND clock = 'T1'", (case,))
        items = tx.all("SELECT due FROM work_item WHERE instance_id = ? AND node = 'Task_check'", (case,))
    assert {row[0] for row in rows} == {row[0] for row in items}
    return f"{local(stored(rows[0][0])):%m-%d %H:%M}"


def department(desk: Desk, number: int) -> Department:
    with desk.transactions.read() as tx:
        return People.load(tx).department(number)


def upload(browser: FlaskClient, page_url: str, url: str, content: str, name: str = "放假.csv") -> TestResponse:
    """Choose a file on a page and send it."""
    data: dict[str, Any] = {"csrf_token": token(browser.get(page_url)), "file": (BytesIO(content.encode()), name)}
    return browser.post(url, data=data, content_type="multipart/form-data")


def publish(browser: FlaskClient, content: str, year: int = 2027) -> TestResponse:
    return upload(browser, "/settings/calendar?year=2027", f"/settings/calendar/{year}/publish", content)


def test_a_half_day_off_is_previewed_approved_by_another_and_then_moves_what_is_open(
    desk: Desk, admin: FlaskClient, second: FlaskClient
) -> None:
    """E-10."""
    case = desk.approved()
    before = due(desk, case)

    answer = post(admin, "/settings/calendar/2026-11-16", **HALF_DAY)
    mine, theirs = text(admin.get(answer.location)), text(second.get(answer.location))
    waiting = due(desk, case)
    told = approved(second, answer)

    assert (before, waiting, due(desk, case)) == ("11-16 14:30", "11-16 14:30", "11-17 09:30")
    assert "1 件未到期的时限将变动" in mine
    assert "须由另一位系统管理员批准：吴晓东" in mine
    assert "批准并重算时限" not in mine
    assert "CJ-2026-0001 维护员审核 2026-11-16 14:30 2026-11-17 09:30" in theirs
    assert "已批准，1 件未到期的时限随之改动。" in told
    moved = next(event for event in desk.log(case) if event.kind == "deadline.moved")
    assert moved.data["reason"] == "2026-11-16 改为工作日（台风停工，08:30-12:00）"


def test_nobody_approves_his_own_change(desk: Desk, admin: FlaskClient, second: FlaskClient) -> None:
    case = desk.approved()
    answer = post(admin, "/settings/calendar/2026-11-16", **HALF_DAY)

    refused = press(admin, answer.location, f"{answer.location}/approve")

    assert refused.status_code == 403
    assert due(desk, case) == "11-16 14:30"
    assert "待批准的调整 1" in text(second.get("/settings/calendar?year=2026"))


def test_a_single_administrator_is_told_to_appoint_a_second(desk: Desk, admin: FlaskClient) -> None:
    case = desk.approved()

    page = post(admin, "/settings/calendar/2026-11-16", **HALF_DAY)

    assert page.status_code == 409
    assert "请先在“岗位任职”为另一人任命系统管理员" in text(page)
    assert 'value="台风停工"' in page.get_data(as_text=True), "what was typed stays"
    assert due(desk, case) == "11-16 14:30"


def test_a_change_that_is_refused_or_taken_back_leaves_the_calendar(
    desk: Desk, admin: FlaskClient, second: FlaskClient
) -> None:
    case = desk.approved()
    first = post(admin, "/settings/calendar/2026-11-16", **HALF_DAY).location
    press(second, first, f"{first}/refuse", reason="没有收到集团通知")
    other = post(admin, "/settings/calendar/2026-11-16", **HALF_DAY).location
    press(admin, other, f"{other}/withdraw")

    assert "未同意 吴晓东" in text(admin.get(first))
    assert "没有收到集团通知" in text(admin.get(first))
    assert "已撤回" in text(admin.get(other))
    assert due(desk, case) == "11-16 14:30"


def test_a_day_taken_back_moves_it_back(desk: Desk, admin: FlaskClient, second: FlaskClient) -> None:
    case = desk.approved()
    approved(second, post(admin, "/settings/calendar/2026-11-16", **HALF_DAY))

    answer = post(admin, "/settings/calendar/2026-11-16/clear", "/settings/calendar/2026-11-16", reason="台风转向")
    told = approved(second, answer)

    assert due(desk, case) == "11-16 14:30"
    assert "2026-11-16 恢复为公共日历" in told
    assert "1 件未到期的时限随之改动" in told


def test_a_day_that_touches_nothing_says_so(desk: Desk, admin: FlaskClient, second: FlaskClient) -> None:
    desk.approved()

    answer = post(admin, "/settings/calendar/2026-12-25", kind="holiday", name="厂庆", hours="", reason="总办 38 号")

    assert "没有未到期的时限会变动" in text(second.get(answer.location))
    assert "没有未到期的时限受影响" in approved(second, answer)


def test_a_department_counts_on_another_calendar_once_another_administrator_approves(
    desk: Desk, admin: FlaskClient, second: FlaskClient
) -> None:
    """财务部 is to work in the shifts of the factory; its name is changed along, which takes nobody else."""
    desk.approved()
    finance = desk.cast.department("FIN")
    with desk.transactions.write() as tx:
        shifts = {"code": "shift", "name": "工厂班", "tz": "Asia/Shanghai", "hours": ["06:00-14:00"]}
        tx.core(insert(calendar).values(**shifts, duty_hours=["00:00-24:00"]))
    page = f"/settings/departments/{finance}"

    answer = press(admin, page, page, name="财务中心", kind="finance", calendar="shift")
    waiting = department(desk, finance)
    told = approved(second, answer)

    assert (waiting.name, waiting.calendar) == ("财务中心", None)
    assert "财务部改用“工厂班”" in told
    assert department(desk, finance).calendar == "shift"


def test_imported_days_wait_for_approval_too(desk: Desk, admin: FlaskClient, second: FlaskClient) -> None:
    case = desk.approved()
    content = "日期,类别,名称,工作时间,调整原因\n2026/11/16,工作日,台风停工,08:30-12:00,集团通知 12 号\n"

    answer = upload(admin, "/settings/import", "/settings/import", content)
    told, waiting = text(admin.get(answer.location)), due(desk, case)
    approved(second, answer)

    assert (waiting, due(desk, case)) == ("11-16 14:30", "11-17 09:30")
    assert "工作日历：新增 1，修改 0，未变 0。" in told
    assert "工作日历的改动已提请" in told
    assert "人员：" not in told


def test_a_single_administrator_cannot_import_days(desk: Desk, admin: FlaskClient) -> None:
    case = desk.approved()
    content = "日期,类别,名称,工作时间,调整原因\n2026/11/16,工作日,台风停工,08:30-12:00,集团通知 12 号\n"

    page = upload(admin, "/settings/import", "/settings/import", content)

    assert page.status_code == 422
    assert "任命系统管理员" in text(page)
    assert due(desk, case) == "11-16 14:30"


def test_an_import_without_days_leaves_the_limits_alone(desk: Desk, admin: FlaskClient) -> None:
    case = desk.approved()

    answer = upload(admin, "/settings/import", "/settings/import", "登录名,姓名,部门编码\nqinyu,秦宇,U1\n")

    assert "工作日历" not in text(admin.get(answer.location)).split("配置检查", 1)[0]
    assert due(desk, case) == "11-16 14:30"
    assert "deadline.moved" not in {event.kind for event in desk.log(case)}


@pytest.mark.parametrize("noticed", [True, False])
def test_what_is_overdue_stays_overdue(desk: Desk, admin: FlaskClient, second: FlaskClient, noticed: bool) -> None:
    """E-11: a holiday declared in the afternoon does not save the morning, whether or not a sweep has been by."""
    case = desk.approved()
    desk.clock.advance(hours=6)
    if noticed:
        desk.app.extensions["countersign"].tick()

    answer = post(admin, "/settings/calendar/2026-11-16", kind="holiday", name="补假", hours="", reason="补")
    told = approved(second, answer)
    desk.app.extensions["countersign"].tick()

    assert due(desk, case) == "11-16 14:30"
    assert "没有未到期的时限受影响" in told
    with desk.transactions.read() as tx:
        assert [bool(row[0]) for row in tx.all("SELECT breached FROM deadline WHERE clock = 'T1'")] == [True]


def test_a_published_year_lists_what_moves_from_when_to_when(desk: Desk) -> None:
    """E-08, E-09."""
    desk.clock.advance(days=45, hours=7)
    second_administrator(desk.engine, desk.cast)
    second = desk.browser_of("吴晓东")
    case = desk.approved()
    before = due(desk, case)

    answer = publish(desk.browser_of("赵磊"), FESTIVALS)
    foreseen = second.get(answer.location)
    told = approved(second, answer)

    assert (before, due(desk, case)) == ("01-04 11:00", "01-05 11:00")
    for page in (text(foreseen), told):
        assert "CJ-2026-0001 维护员审核 2027-01-04 11:00 2027-01-05 11:00" in page
    assert "已批准，1 件未到期的时限随之改动" in told
    assert f'href="/cases/{case}"' in foreseen.get_data(as_text=True)
    assert "导入 2027 年放假安排" not in text(second.get("/settings/calendar?year=2027"))


def test_only_an_estimated_year_asks_for_its_arrangement(desk: Desk, admin: FlaskClient) -> None:
    estimated = text(admin.get("/settings/calendar?year=2027"))
    known = text(admin.get("/settings/calendar?year=2026"))
    refused = publish(admin, FESTIVALS.replace("2027", "2026"), 2026)

    assert "导入 2027 年放假安排" in estimated
    assert "放假安排" not in known
    assert refused.status_code == 409
    assert "2026 年的放假安排已经公布" in text(refused)


def test_a_faulty_arrangement_is_shown_cell_by_cell_and_nothing_is_kept(desk: Desk, admin: FlaskClient) -> None:
    faulty = FESTIVALS.replace("2027-01-09", "2027-01-08").replace("2027-04-05,放假", "2026-04-05,休假")

    page = publish(admin, faulty)

    told = text(page)
    assert page.status_code == 422
    assert "文件有 3 处需要更正，什么都没有写入" in told
    assert "工作日历 4 日期 2027-01-08 是星期五" in told
    assert "工作日历 6 类别 “休假”不在可选范围" in told
    assert "导入 2027 年放假安排" in told
    with desk.transactions.read() as tx:
        assert tx.all("SELECT day FROM calendar_day WHERE source = 'published'") == []


def test_a_form_without_a_file_asks_for_one(admin: FlaskClient) -> None:
    page = press(admin, "/settings/calendar?year=2027", "/settings/calendar/2027/publish")

    assert page.status_code == 422
    assert "请先选择要导入的文件" in text(page)


def test_nobody_but_an_administrator_publishes_a_year(desk: Desk) -> None:
    maintainer = desk.browser_of("李志强")

    answer = maintainer.post(
        "/settings/calendar/2027/publish",
        data={"csrf_token": token(maintainer.get("/")), "file": (BytesIO(FESTIVALS.encode()), "放假.csv")},
    )

    assert answer.status_code == 403
    with desk.transactions.read() as tx:
        assert tx.all("SELECT day FROM calendar_day WHERE source = 'published'") == []


def test_the_audit_list_names_the_year_its_days_and_its_notice(desk: Desk, admin: FlaskClient) -> None:
    publish(admin, FESTIVALS)

    told = text(admin.get("/settings/audit"))

    assert re.search(r"发布放假安排 2027 年 放假和调休 9 天；原因 国办发明电〔2026〕7 号", told)


def test_the_template_of_an_arrangement_has_no_working_hours(admin: FlaskClient) -> None:
    answer = admin.get("/settings/calendar/arrangement.xlsx")

    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_name("工作日历").to_python()
    assert rows[0] == ["日期", "类别", "名称", "调整原因"]
