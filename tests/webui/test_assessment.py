"""考核 pages: who sees what, every figure leads to its findings, files say what the page says."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from python_calamine import CalamineWorkbook

from engine import policy_texts
from engine.step import Step
from engine.store import stamp
from handlers.penalties import ledger
from handlers.penalties.period import Month
from tests.webui.desk import POLICY, Desk, press, text

MONTH = "/assessment/2026-11"


@pytest.fixture
def late(desk: Desk) -> Desk:
    """On Monday 李志强 routes at 16:00 what was due at 14:30; 财务部 is late on Tuesday."""
    with desk.transactions.write() as tx:
        policy_texts.lay_down(tx, desk.clock.now(), POLICY.parent)
    case = desk.approved()
    desk.at("2026-11-16", "16:00")
    departments = [str(desk.cast.department("FIN"))]
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=departments)
    desk.at("2026-11-17", "16:00")
    return desk


def html(desk: Desk, who: str, address: str) -> str:
    answer = desk.browser_of(who).get(address)
    assert answer.status_code == 200, text(answer)
    return answer.get_data(as_text=True)


def name_of(desk: Desk, department: str) -> str:
    """The finding of a department."""
    page = html(
        desk, "陈立", f"/assessment/findings?month=2026-11&kind=late&department={desk.cast.department(department)}"
    )
    return re.findall(r"/assessment/findings/(CS-\d+-\d+)\"", page)[0]


def test_the_month_shows_every_department_with_its_sums(late: Desk) -> None:
    page = text(late.browser_of("陈立").get(MONTH))

    assert "考核建议合计 140.00 元" in page
    assert "处理超时 2 次" in page
    assert "合计 2 0 0.0% 2 100 40 0" in page
    assert "6 项相符" in page
    assert "由人力资源部依法审定后执行" in page


def test_every_drill_leads_to_exactly_as_many_findings_as_its_figure(late: Desk) -> None:
    """
    Given a month with two findings
    When every figure of the page that leads somewhere is followed
    Then the list there holds as many findings as the figure says.
    """
    browser = late.browser_of("陈立")
    page = browser.get(MONTH).get_data(as_text=True)
    drills = re.findall(r'<a class="k-drill" href="([^"]+)">(\d+)</a>', page)

    assert len(drills) >= 3
    for address, figure in drills:
        listed = browser.get(unescape(address)).get_data(as_text=True)
        assert len(set(re.findall(r"/assessment/findings/([A-Z]+-\d+-\d+)\"", listed))) == int(figure), address


def test_a_row_opens_in_place_and_closes_again(late: Desk) -> None:
    department = late.cast.department("FIN")

    opened, closed = html(late, "陈立", f"{MONTH}?open={department}"), html(late, "陈立", f"{MONTH}?open=0")

    assert opened.count('class="k-sheet-inside') == 1
    assert 'aria-expanded="true" aria-label="收起财务部"' in opened
    assert 'class="k-sheet-inside' not in closed


def test_workbook_csv_and_page_hold_the_same_figures(late: Desk) -> None:
    browser = late.browser_of("陈立")
    page = browser.get(f"{MONTH}?open=0").get_data(as_text=True)
    csv_file = press(browser, MONTH, f"{MONTH}/csv").data.decode("utf-8-sig")
    book = CalamineWorkbook.from_filelike(io.BytesIO(press(browser, MONTH, f"{MONTH}/xlsx").data))

    body = page[page.index('id="sheet"') :]
    shown = [
        ["" if cell == "–" else cell for cell in _cells(row)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body[body.index("<tbody>") : body.index("</tbody>")], re.DOTALL)
    ]
    lines = list(csv.reader(io.StringIO(csv_file)))
    at = next(number for number, line in enumerate(lines) if line and line[0].startswith("表一")) + 2
    assert shown == lines[at : at + len(shown)]
    sheet = book.get_sheet_by_index(0).to_python()
    assert [str(row[-1]).removesuffix(".0") for row in sheet[-1 - len(shown) : -1]] == [row[-1] for row in shown]


def _cells(row: str) -> list[str]:
    """The cells of a row without their second lines."""
    found = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", re.sub(r"<small.*?</small>", "", row, flags=re.DOTALL), re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in found]


def test_the_payroll_file_waits_for_the_lock_and_has_one_amount_per_employee(late: Desk) -> None:
    early = press(late.browser_of("陈立"), MONTH, f"{MONTH}/payroll")
    late.at("2026-12-02", "09:00")
    with late.transactions.write() as tx:
        ledger.begin(tx, Month(2026, 11), late.clock.now(), None)
        ledger.lock(tx, Month(2026, 11), late.engine.snapshots.at(tx), late.clock.now())
    answer = press(late.browser_of("陈立"), MONTH, f"{MONTH}/payroll")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert early.status_code == 409
    assert "还没有锁定" in text(early)
    assert rows[0] == ["工号", "姓名", "期间", "项目", "金额", "依据编号"]
    assert [row[:5] for row in rows[1:]] == [
        ["chenli", "陈立", "2026-11", "主数据考核", "20.00"],
        ["guojianguo", "郭建国", "2026-11", "主数据考核", "20.00"],
        ["huangyaqin", "黄雅琴", "2026-11", "主数据考核", "50.00"],
        ["lizhiqiang", "李志强", "2026-11", "主数据考核", "50.00"],
    ]
    assert "7 项相符" in text(late.browser_of("陈立").get(MONTH))


def test_who_took_a_file_is_on_record(late: Desk) -> None:
    press(late.browser_of("陈立"), MONTH, f"{MONTH}/xlsx")

    with late.transactions.read() as tx:
        rows = tx.all("SELECT actor_id, subject FROM admin_log WHERE kind = 'report.exported'")
    assert [tuple(row) for row in rows] == [(late.cast.person("陈立"), "RP-06 客户主数据维护考核月报（考核建议）")]


def test_the_month_is_for_finance_assessors_and_administrators_only(late: Desk) -> None:
    browser = late.browser_of("李志强")

    refused = browser.get(MONTH)
    taken = press(browser, "/assessment/mine", f"{MONTH}/csv")
    index = browser.get("/assessment")

    assert refused.status_code == 403
    assert "我的考核建议" in text(refused)
    assert taken.status_code == 403
    assert index.location.endswith("/assessment/mine")


def test_a_person_sees_own_findings_and_nobody_elses(late: Desk) -> None:
    """E-99: 李志强 his own; 马国栋, who leads another department, neither; 郭建国 that of his department."""
    maintaining, finance = name_of(late, "MDM"), name_of(late, "FIN")

    def status(who: str, name: str) -> int:
        return late.browser_of(who).get(f"/assessment/findings/{name}").status_code

    assert status("李志强", maintaining) == status("郭建国", maintaining) == 200
    assert status("李志强", finance) == status("马国栋", maintaining) == status("何晓雯", finance) == 403
    listed = f"/assessment/findings?month=2026-11&department={late.cast.department('FIN')}"
    assert late.browser_of("李志强").get(listed).status_code == 403


def test_my_assessments_tell_what_is_proposed_for_me(late: Desk) -> None:
    mine = text(late.browser_of("李志强").get("/assessment/mine"))
    led = text(late.browser_of("郭建国").get("/assessment/mine"))
    nobody = text(late.browser_of("何晓雯").get("/assessment/mine"))

    assert "2026 年累计 50 元" in mine
    assert "4.1 维护员（归口人员） 50×1 50" in mine
    assert "黄雅琴" not in mine
    assert "2026 年累计 20 元" in led
    assert "本部门：信息中心" in led
    assert "没有您的考核建议" in nobody


def test_a_finding_tells_why_by_whom_and_by_which_events(late: Desk) -> None:
    name = name_of(late, "MDM")

    page = text(late.browser_of("李志强").get(f"/assessment/findings/{name}"))

    assert "处理超时 1.5 工时" in page
    assert "09:00收到，限4工时：当日09:00–12:00计3小时、13:30–14:30计1小时" in page.replace(" ", "")
    assert "超时 1:30:00" in page
    assert "合计 ＝ 时限内 4:00 ＋ 超时 1:30 5:30" in page
    assert "哈希链连续" in page
    assert "每次扣归口人员50元,扣处理部门分管领导20元" in page
    assert "本人 维护员（归口人员） 50×1 50" in page
    assert "公平性检查" in page


def test_a_broken_chain_is_said_on_the_page_of_the_finding(late: Desk) -> None:
    name = name_of(late, "MDM")
    with late.transactions.write() as tx:
        tx.run("UPDATE event SET recorded_at = ? WHERE seq = 2", (stamp(late.clock.now()),))

    page = text(late.browser_of("李志强").get(f"/assessment/findings/{name}"))

    assert "哈希链连续" not in page
    assert "第 2 条事件" in page


def test_an_open_appeal_says_what_it_would_change(late: Desk) -> None:
    """
    Given 黄雅琴 has appealed
    When 陈立 opens the month
    Then the appeal is counted and its effect on the department is told; the finding shows what she said.
    """
    name = name_of(late, "FIN")
    appealed(late, name, "黄雅琴", "出差，未指定副岗")

    page = text(late.browser_of("陈立").get(MONTH))
    finding = text(late.browser_of("黄雅琴").get(f"/assessment/findings/{name}"))

    assert "申诉 1 件 处理中 1 件" in page
    assert f"{name} 正在申诉；若成立，财务部次数由 1 变为 0，合计由 70 元变为 0 元。" in page
    assert "黄雅琴 提出申诉" in finding
    assert "出差，未指定副岗" in finding


def appealed(desk: Desk, name: str, who: str, reason: str) -> None:
    """The event an appeal leaves behind, in the log of the case itself."""
    case, person = int(name.split("-")[1]), desk.cast.person(who)
    with desk.transactions.write() as tx:
        step = Step.of(desk.engine, tx, case, person)
        step.record("penalty.appealed", finding=name, reason=reason)
        step.save()


def test_a_month_or_a_finding_that_is_none_is_told_so(late: Desk) -> None:
    browser = late.browser_of("陈立")

    for address in (
        "/assessment/2026-13",
        "/assessment/findings/CS-1-1",
        "/assessment/findings/XX",
        "/assessment/findings?month=x",
    ):
        answer = browser.get(address)
        assert 400 <= answer.status_code < 500, address
    assert browser.get("/assessment/2020-01").status_code == 200
    assert browser.get("/assessment/findings?kind=odd&department=x").status_code == 200
