"""维护员时效登记 as a page: tick and confirm, dispute with a reason."""

from __future__ import annotations

import re

from tests.webui.desk import Desk, press, text

PAGE = "/assessment/times"


def test_the_applicant_department_confirms_and_disputes(desk: Desk) -> None:
    """
    Given 李志强 has routed an application of 孙倩's
    When 孙倩 opens the register and disputes the line
    Then it waits for the assessor, and she cannot tick it any more.
    """
    case = desk.approved()
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=[str(desk.cast.department("FIN"))])
    browser = desk.browser_of("孙倩")
    page = browser.get(PAGE).get_data(as_text=True)
    line = re.findall(r'name="line" value="([^"]+)"', page)[0]

    answer = press(browser, PAGE, f"{PAGE}/dispute", line=line, reason="10 点才送达", month="2026-11")
    after = browser.get(PAGE).get_data(as_text=True)

    assert answer.status_code == 302
    assert "有异议，待复核" in after
    assert "10 点才送达" in after
    assert 'name="line"' not in after


def test_who_speaks_for_nobody_sees_no_lines(desk: Desk) -> None:
    assert "这个月没有涉及本部门的维护员处理" in text(desk.browser_of("何晓雯").get(PAGE))
