"""A form about a customer that exists never carries its secrets: they go out masked and stay what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.definitions import build, publish, read_folder
from engine.forms import digest
from handlers.customers.changes.differences import current
from tests.handlers.office import FORM
from tests.journeys.test_sensitive import CARD, ID, MOBILE, PERSON
from tests.webui.desk import LICENCE, Desk, controls, press, text
from tests.webui.office import token
from webui import uploads

NEW = "6222021234567890123"
CODE = "1000000"
TABS = ("form", "diagram", "log", "changes", "limits")
NUMBER, PHONE = FORM["banks"][0]["account_no"], "138 0013 8000"
SECRETS = (NUMBER, PHONE, PHONE.replace(" ", ""))


def settle(desk: Desk, **form: Any) -> Desk:
    """A customer in the store, posted by 李志强; the modify procedure is published."""
    with desk.transactions.write() as tx:
        process = "customer_modify"
        publish(tx, desk.clock.now(), None, build(process, read_folder(Path("processes") / process)), "test")
    desk.posted(**form)
    return desk


@pytest.fixture
def posted(desk: Desk) -> Desk:
    return settle(desk)


class Reader:
    """A browser that keeps every page it was sent."""

    def __init__(self, desk: Desk, name: str, pages: list[str]) -> None:
        self.desk, self.browser, self.pages = desk, desk.browser_of(name), pages

    def get(self, url: str) -> Any:
        answer = self.browser.get(url, follow_redirects=True)
        self.pages.append(answer.get_data(as_text=True))
        return answer

    def open_case(self, case: int) -> None:
        """Every tab of the case, and the sheet for the printer."""
        for url in (f"/cases/{case}", f"/work/{self.items(case)}", f"/cases/{case}/print"):
            for tab in TABS:
                self.get(f"{url}?tab={tab}")

    def items(self, case: int) -> str:
        with self.desk.transactions.read() as tx:
            return str(tx.all("SELECT max(id) FROM work_item WHERE instance_id = ?", (case,))[0][0])

    def work(self, case: int, node: str, outcome: str, comment: str = "", **typed: Any) -> None:
        """Open a step, change these controls, press a button."""
        item = next(one for one in self.desk.items(case, node))
        page = self.get(f"/work/{item}")
        data = {**controls(page), **typed, f"comment-{outcome}": comment, "csrf_token": token(page)}
        answer = self.browser.post(f"/work/{item}/complete/{outcome}", data=data)
        self.pages.append(answer.get_data(as_text=True))
        assert answer.status_code == 303, text(answer)


def evidence(desk: Desk) -> str:
    with desk.transactions.write() as tx:
        return uploads.keep(tx, desk.clock.now(), desk.cast.person("孙倩"), LICENCE)


def begin(browser: FlaskClient, code: str = CODE) -> Any:
    return browser.get(f"/apply/customer_modify?customer={code}", follow_redirects=True)


def hand_in(desk: Desk, page: Any, browser: FlaskClient, **typed: Any) -> Any:
    """Send the page back with these controls changed; None takes one away."""
    data = {**controls(page), "change_reason": "客户来函", "evidence": [evidence(desk)], **typed}
    data = {name: value for name, value in data.items() if value is not None}
    return browser.post(page.request.path, data=data | {"csrf_token": token(page)})


def stored(desk: Desk) -> dict[str, Any]:
    """What the customer holds now."""
    with desk.transactions.read() as tx:
        return current(tx, CODE)


def finish(desk: Desk, case: int) -> None:
    """All in order; finance signs a change of accounts, and the customer was called."""
    desk.do(case, "Task_approve", "马国栋", "approve")
    departments = [str(desk.cast.department("FIN"))]
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=departments)
    desk.do(case, "Task_complete_view", "黄雅琴", "complete")
    desk.do(case, "Task_sign_view", "陈立", "approve")
    if desk.items(case, "Task_callback"):
        called = {"callback_number": "0755 2878 0808", "callback_person": "王会计", "callback_note": "属实"}
        desk.do(case, "Task_callback", "李志强", "verified", **called)
    desk.do(case, "Task_release", "李志强", "post", entry_checked=True)


def test_no_page_of_a_modification_holds_a_secret_of_the_customer(posted: Desk) -> None:
    """
    Given 华为 with a mobile and an account in the store
    When 孙倩 files a change of the city, 马国栋 refuses it, she revises it, and all who handle it look at every tab
    Then neither number was on any page that anybody was sent, and both are still what the customer holds.
    """
    pages: list[str] = []
    sun, ma, li, huang = (Reader(posted, name, pages) for name in ("孙倩", "马国栋", "李志强", "黄雅琴"))
    page = sun.get(f"/apply/customer_modify?customer={CODE}")
    refused = hand_in(posted, page, sun.browser, city="东莞", change_reason="")
    answer = hand_in(posted, refused, sun.browser, city="东莞")
    pages += [one.get_data(as_text=True) for one in (refused, answer)]
    case = int(answer.location.rpartition("/")[2])

    ma.work(case, "Task_approve", "refuse", "请写明依据")
    sun.work(case, "Task_revise", "submit", change_reason="客户来函，附后")
    for reader in (sun, ma, li, huang):
        reader.open_case(case)
    finish(posted, case)
    for reader in (sun, ma, li, huang):
        reader.open_case(case)
        for tab in ("", "banks", "contacts", "history"):
            reader.get(f"/customers/{CODE}?tab={tab}")

    assert refused.status_code == 422
    assert len(pages) > 80
    assert [secret for secret in SECRETS if any(secret in page for page in pages)] == []
    now = stored(posted)
    assert (now["city"], now["banks"][0]["account_no"], now["contacts"][0]["mobile"]) == ("东莞", NUMBER, PHONE)


def test_a_number_typed_over_its_mask_replaces_it_and_is_masked_for_the_approver(posted: Desk) -> None:
    browser = posted.browser_of("孙倩")
    answer = hand_in(posted, begin(browser), browser, change_kind="bank", **{"banks-0-account_no": NEW})
    case = int(answer.location.rpartition("/")[2])

    leader = posted.browser_of("马国栋").get(f"/work/{posted.item(case, 'Task_approve')}").get_data(as_text=True)
    finish(posted, case)

    assert NEW not in leader
    assert NUMBER not in leader
    assert "•••• 2345" in leader
    assert "•••• 0123（已改）" in leader
    assert stored(posted)["banks"][0]["account_no"] == NEW


def test_rows_are_known_by_what_they_are_not_by_their_place(posted: Desk) -> None:
    """
    Given the only account of 华为
    When 孙倩 puts a new account before it and leaves the mask of the old one
    Then the customer has both numbers.
    """
    browser = posted.browser_of("孙倩")
    page = begin(browser)
    old = {name: value for name, value in controls(page).items() if name.startswith("banks-0-")}
    moved = {name.replace("banks-0-", "banks-7-"): value for name, value in old.items()}
    first = {**old, "banks-0-account_no": NEW, "banks-0-_row": None, "banks-0-is_default": None}
    answer = hand_in(posted, page, browser, change_kind="bank", **first, **moved)

    finish(posted, int(answer.location.rpartition("/")[2]))

    assert {row["account_no"] for row in stored(posted)["banks"]} == {NUMBER, NEW}


def test_a_persons_number_is_masked_too_and_a_draft_keeps_the_mask(desk: Desk) -> None:
    settle(desk, **PERSON)
    browser = desk.browser_of("孙倩")
    page = begin(browser)
    saved = browser.post(f"{page.request.path}/draft", data={**controls(page), "csrf_token": token(page)})
    again = browser.get(page.request.path)

    answer = hand_in(desk, again, browser, city="东莞")

    sent = page.get_data(as_text=True) + again.get_data(as_text=True)
    assert saved.status_code == 303
    assert [secret for secret in (ID, MOBILE, "13911586027", CARD) if secret in sent] == []
    assert answer.status_code == 303, text(answer)
    form = desk.form(int(answer.location.rpartition("/")[2]))
    assert (form["tax_id"], form["banks"][0]["account_no"]) == (ID, CARD)


def test_a_modification_first_asks_for_the_customer_and_then_names_it(posted: Desk) -> None:
    """
    Given 孙倩 opens 修改 from the page 发起
    When she searches for 华为 and takes it from what was found
    Then the form is headed by the customer's name, code and status, and leads to its page.
    """
    browser = posted.browser_of("孙倩")

    first = browser.get("/apply/customer_modify")
    found = browser.get("/apply/customer_modify?q=华为").get_data(as_text=True)
    form = begin(browser)

    assert "选定客户" in text(first)
    assert "change_reason" not in first.get_data(as_text=True)
    assert f'href="/apply/customer_modify?customer={CODE}"' in found
    assert "华为技术有限公司 1000000 正常" in text(form)
    assert f'href="/customers/{CODE}"' in form.get_data(as_text=True)


def test_a_page_does_not_carry_what_would_tell_a_guess_from_a_miss(posted: Desk) -> None:
    """What tells the server whether the customer has changed meanwhile is made with the key of the vault."""
    page = begin(posted.browser_of("孙倩")).get_data(as_text=True)

    assert digest(stored(posted)) not in page


def test_what_the_customer_held_is_kept_encrypted_in_the_case(posted: Desk) -> None:
    browser = posted.browser_of("孙倩")
    answer = hand_in(posted, begin(browser), browser, city="东莞")
    case = int(answer.location.rpartition("/")[2])

    kept = str(posted.column("instance", "base", case)) + str(posted.column("instance", "form", case))

    assert [secret for secret in SECRETS if secret in kept] == []


def test_a_returned_application_for_a_new_customer_is_revised_over_masks(desk: Desk) -> None:
    """
    Given 马国栋 has refused the application for 华为
    When 孙倩 opens it again, searches, and hands it in with the masks as they are
    Then she was sent no number, and the form holds what she typed at first.
    """
    case = desk.apply()
    desk.do(case, "Task_approve", "马国栋", "refuse", "请核对地址")
    item, browser = desk.item(case, "Task_revise"), desk.browser_of("孙倩")
    page = browser.get(f"/work/{item}")
    press(browser, f"/work/{item}", f"/work/{item}/search", **controls(page))

    page = browser.get(f"/work/{item}")
    answer = press(browser, f"/work/{item}", f"/work/{item}/complete/submit", **controls(page))

    assert NUMBER not in page.get_data(as_text=True)
    assert answer.status_code == 303, text(answer)
    assert desk.form(case)["banks"][0]["account_no"] == NUMBER
