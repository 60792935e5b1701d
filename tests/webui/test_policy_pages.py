"""制度: everybody reads it, one owner writes the next version, another publishes; the report cites its clauses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine import company, policy_tables, policy_texts
from tests.engine.test_policy import changed
from tests.webui.desk import Desk, text
from tests.webui.office import post

NEXT = changed("clocks.T2.normal", "6h", changed("policy.effective_from", date(2026, 12, 1)))
NEXT = changed("policy.version", "2026-12", NEXT)


@pytest.fixture
def owned(desk: Desk) -> Desk:
    """The desk with the texts of SD-010; 郭建国 is an administrator beside 赵磊."""
    with desk.transactions.write() as tx:
        policy_texts.lay_down(tx, desk.clock.now(), Path("processes/policies"))
    second, department = desk.cast.person("郭建国"), desk.cast.department("MDM")
    desk.change(company.appoint, department_id=department, kind="admin", person_id=second)
    return desk


def versions(desk: Desk) -> list[str]:
    with desk.transactions.read() as tx:
        return [one.policy.version for one in policy_tables.history(tx, "SD-010")]


def test_everybody_reads_the_clauses_and_who_carries_them_out(owned: Desk) -> None:
    browser = owned.browser_of("何晓雯")

    page = browser.get("/policies/SD-010").get_data(as_text=True)

    assert 'id="c3.1"' in page
    assert "数据不完整不得维护" in page
    assert "主管领导审批" in page
    assert "tab=draft" not in page
    assert "每满 3 次另扣一次" in text(browser.get("/policies/SD-010?tab=parameters"))


def test_a_version_goes_from_draft_over_proposal_to_publication(owned: Desk) -> None:
    """
    Given a version that gives departments six hours, which 赵磊 saves and proposes
    When 郭建国 reads the difference in words and publishes
    Then it stands under 版本 with both names and the reason
    """
    author, second = owned.browser_of("赵磊"), owned.browser_of("郭建国")
    page = "/policies/SD-010?tab=draft"
    post(author, "/policies/SD-010/draft", page, text=NEXT, revision="0")
    post(author, "/policies/SD-010/propose", page, revision="1", reason="经办公会同意")

    seen = text(second.get(page))
    own = post(author, "/policies/SD-010/publish", page, revision="1", opinion="好")
    post(second, "/policies/SD-010/publish", page, revision="1", opinion="已核对")

    assert "时限 T2 正常 限" in seen
    assert "经办公会同意" in seen
    assert own.status_code == 403
    told = text(second.get("/policies/SD-010?tab=versions"))
    assert versions(owned) == ["2026-12", "2004-04"]
    assert all(one in told for one in ("未到生效日", "赵磊", "郭建国", "经办公会同意", "已核对"))


def test_a_mistake_is_named_with_its_remedy_and_the_text_stays(owned: Desk) -> None:
    browser = owned.browser_of("赵磊")
    page = "/policies/SD-010?tab=draft"
    post(browser, "/policies/SD-010/draft", page, text=changed("clocks.T2.normal", "six", NEXT), revision="0")

    seen = text(browser.get(page))
    refused = post(browser, "/policies/SD-010/propose", page, revision="1", reason="修订")
    overtaken = post(browser, "/policies/SD-010/draft", page, text="另一段文字", revision="9")

    assert "clocks.T2.normal" in seen
    assert refused.status_code == 422
    assert (overtaken.status_code, "另一段文字" in text(overtaken)) == (409, True)
    assert versions(owned) == ["2004-04"]


def test_the_page_of_a_case_cites_its_clauses(owned: Desk) -> None:
    case = owned.approved()

    page = owned.browser_of("李志强").get(f"/cases/{case}").get_data(as_text=True)

    assert 'href="/policies/SD-010#c3.1"' in page


def test_a_missed_call_is_counted_under_its_clause_and_leads_to_the_case(owned: Desk) -> None:
    """
    Given an application sent on Monday without a call to the maintainer
    When 郭建国 opens 条款符合性 the next day and follows the count
    Then the case stands there with the events that show it
    """
    case = owned.approved()
    owned.clock.advance(days=1)
    owned.engine.sweep()
    browser = owned.browser_of("郭建国")

    whole = browser.get("/reports/RP-19?month=2026-11").get_data(as_text=True)
    listed = browser.get("/reports/RP-19?month=2026-11&rule=phone-maintainer&outcome=violated")

    assert "数据不完整不得维护" in whole
    assert "rule=phone-maintainer" in whole
    assert "没有在宽限时间内电话通知维护员：2026-11-16 09:00 起，至 2026-11-16 09:30 没有" in text(listed)
    assert f'href="/cases/{case}"' in listed.get_data(as_text=True)
    assert owned.browser_of("何晓雯").get("/reports/RP-19").status_code == 403


def test_a_version_is_written_in_fields_and_a_wrong_one_is_marked_with_what_was_typed(owned: Desk) -> None:
    """
    Given 赵磊, who types six hours and a fee of fifty in words, as fields of the page
    When he mends the fee
    Then the draft says both and is no longer wrong; the raw text keeps its comments
    """
    browser, page = owned.browser_of("赵磊"), "/policies/SD-010?tab=draft"
    typed = {
        "p.policy.version": "2026-12", "p.policy.effective_from": "2026-12-01", "p.clocks.T2.normal": "6h",
        "p.penalty.overtime.focal": "五十",
    }  # fmt: skip
    post(browser, "/policies/SD-010/draft/parameters", page, revision="0", **typed)

    wrong = browser.get(page).get_data(as_text=True)
    post(browser, "/policies/SD-010/draft/parameters", page, revision="1", **{"p.penalty.overtime.focal": "60"})
    mended = browser.get(page)

    assert 'name="p.penalty.overtime.focal" value="五十"' in wrong
    assert wrong.count("has-error") == 1
    assert "has-error" not in mended.get_data(as_text=True)
    assert "时限 T2 正常 限" in text(mended)
    assert "# AMB-12 送达即收到" in mended.get_data(as_text=True)


def test_fields_typed_over_a_draft_that_another_has_saved_are_kept_on_the_page(owned: Desk) -> None:
    first, second = owned.browser_of("赵磊"), owned.browser_of("郭建国")
    page = "/policies/SD-010?tab=draft"
    post(first, "/policies/SD-010/draft", page, text=NEXT, revision="0")

    late = post(second, "/policies/SD-010/draft/parameters", page, revision="0", **{"p.clocks.T1.normal": "8h"})

    assert late.status_code == 409
    assert 'name="p.clocks.T1.normal" value="8h"' in late.get_data(as_text=True)
    assert "刚被别人保存" in text(late)
