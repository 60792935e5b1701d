"""Signing on paper: the scan goes in with the step and is shown wherever the signature is."""

from __future__ import annotations

from io import BytesIO

import orjson

from engine.engine import Application
from engine.signed_check import check
from handlers.notices import formal
from tests.webui.desk import LICENCE, Desk, press, text
from tests.webui.test_masked_forms import settle

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


def test_the_paper_shows_no_electronic_seal_but_names_the_scan(desk: Desk) -> None:
    case = signed_on_paper(desk)

    paper = desk.browser_of("孙倩").get(f"/cases/{case}/print")

    assert "以纸质签字盖章代替电子印章，扫描件：审批页扫描件.pdf（sha256 " in text(paper)
    assert "k-seal" not in paper.get_data(as_text=True)


def test_the_files_of_an_application_lead_to_their_content(desk: Desk) -> None:
    case = desk.apply()
    browser = desk.browser_of("孙倩")

    page = browser.get(f"/cases/{case}").get_data(as_text=True)
    [licence] = desk.form(case)["attachments"]

    assert f'<a href="/attachments/{licence}">{LICENCE.name}</a>' in page


# --- letters --------------------------------------------------------------------------------------------------


def issued(desk: Desk) -> str:
    """The address of the letter of an urgent modification that 马国栋 has approved."""
    settle(desk)
    person, unit = desk.cast.person("孙倩"), desk.cast.department("U1")
    values = {
        "change_kind": "ordinary", "change_reason": "客户来函", "city": "东莞", "urgent_reason": "legal_dispute",
        "urgent_note": "法院已受理", "letter_facts": "客户已被起诉。", "letter_request": "请停止发货。",
        "letter_to": [str(desk.cast.department("FIN"))], "outcome": "submit",
    }  # fmt: skip
    case = desk.engine.start(Application("customer_modify", person, unit, values, None, "1000000")).case_id
    desk.engine.settle(case)
    desk.do(case, "Task_approve", "马国栋", "approve")
    with desk.transactions.read() as tx:
        [letter] = formal.of_case(tx, case)
    return f"/letters/{case}/{letter.id}"


def test_a_letter_shows_its_seal_and_gives_its_proof_away(desk: Desk) -> None:
    """And says nothing of the application to whoever checks it."""
    url, browser = issued(desk), desk.browser_of("孙倩")

    page, file = browser.get(url), browser.get(f"{url}/signed.json")
    verdict = check(file.data)

    assert "经营一部 签发：马国栋 2026-11-16" in text(page)
    assert 'class="k-seal"' in page.get_data(as_text=True)
    assert verdict.fault == ""
    assert "经营一部马国栋发出的 经营一部函〔2026〕1 号，盖经营一部印章，主送 财务部" in "".join(verdict.lines)
    assert orjson.loads(file.data)["sections"] == {}


def test_a_letter_that_was_rewritten_shows_a_void_seal(desk: Desk) -> None:
    url = issued(desk)
    with desk.transactions.write() as tx:
        tx.run("UPDATE formal_letter SET body = '请恢复发货。'")

    page = desk.browser_of("孙倩").get(url).get_data(as_text=True)
    verdict = check(desk.browser_of("孙倩").get(f"{url}/signed.json").data)

    assert 'class="k-seal is-void"' in page
    assert "的文字与盖章时不同，印章不成立" in verdict.fault
