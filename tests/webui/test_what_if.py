"""制度试算 as a page: the rules in force as a form, the outcome below; for those who judge or write policies."""

from __future__ import annotations

from tests.webui.desk import Desk, text

PAGE = "/assessment/what-if"


def test_the_form_opens_with_the_rules_in_force(desk: Desk) -> None:
    page = desk.browser_of("赵磊").get(PAGE).get_data(as_text=True)

    assert 'name="clocks.T1.normal" value="4h"' in page
    assert "合计" not in page


def test_other_hours_are_replayed_and_named(desk: Desk) -> None:
    page = text(desk.browser_of("赵磊").get(f"{PAGE}?clocks.T1.normal=6h"))

    assert "时限 T1 正常 限 4h → 6h" in page
    assert "没有环节的结论改变" in page


def test_a_wrong_value_is_kept_and_told_at_its_field(desk: Desk) -> None:
    answer = desk.browser_of("赵磊").get(f"{PAGE}?clocks.T1.normal=vier")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'value="vier"' in page
    assert "看不懂限期" in page or "clocks.T1.normal" in page


def test_a_salesperson_is_told_who_may(desk: Desk) -> None:
    answer = desk.browser_of("孙倩").get(PAGE)

    assert answer.status_code == 403
    assert "只有考核人员和系统管理员可以" in text(answer)


def test_the_workbook_holds_the_same(desk: Desk) -> None:
    answer = desk.browser_of("赵磊").get(f"{PAGE}/whatif.xlsx?clocks.T1.normal=6h")

    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
