"""Signing on paper: the scan goes in with the step and is shown wherever the signature is."""

from __future__ import annotations

from io import BytesIO

from tests.webui.desk import LICENCE, Desk, press, text

PAPER = b"%PDF-1.4 signed and sealed by hand"


def signed_on_paper(desk: Desk) -> int:
    """马国栋 approves with the scan of the paper he has signed and sealed."""
    case = desk.apply()
    item, browser = desk.item(case, "Task_approve"), desk.browser_of("马国栋")
    upload = (BytesIO(PAPER), "审批页扫描件.pdf")

    answer = press(browser, f"/work/{item}", f"/work/{item}/complete/approve", scan=upload)

    assert answer.status_code == 303, text(answer)
    return case


def test_the_leader_may_hand_in_a_scan_and_is_not_urged_to(desk: Desk) -> None:
    item = desk.item(desk.apply(), "Task_approve")

    page = desk.browser_of("马国栋").get(f"/work/{item}")

    assert "纸质签字盖章 选填；不上传即加盖电子印章" in text(page)
    assert 'type="file" multiple id="f-scan"' in page.get_data(as_text=True)


def test_the_timeline_names_the_scan_and_leads_to_it(desk: Desk) -> None:
    case = signed_on_paper(desk)
    browser = desk.browser_of("孙倩")

    page = browser.get(f"/cases/{case}")
    with desk.transactions.read() as tx:
        [(scan,)] = tx.all("SELECT id FROM attachment WHERE name = '审批页扫描件.pdf'")

    assert "纸质签字盖章，扫描件“审批页扫描件.pdf”由马国栋上传" in text(page)
    assert f'href="/attachments/{scan}"' in page.get_data(as_text=True)
    assert browser.get(f"/attachments/{scan}").data == PAPER


def test_the_log_tells_that_it_was_sealed_on_paper(desk: Desk) -> None:
    case = signed_on_paper(desk)

    log = text(desk.browser_of("孙倩").get(f"/cases/{case}?tab=log"))

    assert "签字，附纸质签字盖章扫描件" in log
    assert "加盖部门电子印章" not in log


def test_the_files_of_an_application_lead_to_their_content(desk: Desk) -> None:
    case = desk.apply()
    browser = desk.browser_of("孙倩")

    page = browser.get(f"/cases/{case}").get_data(as_text=True)
    [licence] = desk.form(case)["attachments"]

    assert f'<a href="/attachments/{licence}">{LICENCE.name}</a>' in page
