"""Signing in: who may, how often one may try, how long a session lasts, and where one lands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import company
from tests.webui.office import PASSWORD, Office, post, sign_in, token
from webui.passwords import hashed


@pytest.fixture
def office(sqlite_database: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_database, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def demo(sqlite_database: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_database, tmp_path, demo=True)
    yield opened
    opened.close()


def test_the_right_password_opens_the_start_page(office: Office) -> None:
    browser = office.browser()

    answer = sign_in(browser, " SunQian ")

    assert (answer.status_code, answer.location) == (302, "/")
    assert "孙倩" in browser.get("/").get_data(as_text=True)


def test_no_page_is_shown_to_a_stranger(office: Office) -> None:
    browser = office.browser()
    open_to_all = {"static", "auth.login"}

    for rule in office.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in open_to_all:
            continue
        values = dict.fromkeys(rule.arguments, "1")
        with office.app.test_request_context():
            url = rule.build(values)[1]  # type: ignore[index]
        answer = browser.get(url)
        assert answer.status_code == 302, url
        assert answer.location.startswith("/login"), url


def test_a_page_asked_for_before_signing_in_is_reached_afterwards(office: Office) -> None:
    browser = office.browser()
    asked = browser.get("/settings/persons?q=孙")

    answer = post(browser, asked.location, username="zhaolei", password=PASSWORD)

    assert asked.location.startswith("/login?next=")
    assert answer.location.startswith("/settings/persons?q=")


@pytest.mark.parametrize(
    "trap", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_signing_in_never_leads_to_another_site(office: Office, trap: str) -> None:
    answer = sign_in(office.browser(), "sunqian", next=trap)

    assert answer.location == "/"


def test_unknown_login_wrong_password_and_deactivated_person_read_alike(office: Office) -> None:
    office.change(company.deactivate_person, office.cast.person("黄雅琴"))

    answers = [
        sign_in(office.browser(), "nobody"),
        sign_in(office.browser(), "sunqian", "wrong password"),
        sign_in(office.browser(), "huangyaqin"),
    ]

    texts = {re.findall(r"登录名或密码不对[^<]*", answer.get_data(as_text=True))[0] for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(texts) == 1


def test_the_name_typed_stays_and_the_password_does_not(office: Office) -> None:
    page = sign_in(office.browser(), "sunqian", "wrong password").get_data(as_text=True)

    assert 'value="sunqian"' in page
    assert "wrong password" not in page


def test_after_five_failures_even_the_right_password_must_wait(office: Office) -> None:
    for _attempt in range(5):
        sign_in(office.browser(), "sunqian", "guess")
        office.clock.advance(minutes=1)

    braked = sign_in(office.browser(), "sunqian")
    office.clock.advance(minutes=10)
    waited = sign_in(office.browser(), "sunqian")

    assert braked.status_code == 429
    assert "请 10 分钟后再试" in braked.get_data(as_text=True)
    assert waited.status_code == 302


def test_a_success_forgives_earlier_failures(office: Office) -> None:
    for attempts in (4, 4):
        for _attempt in range(attempts):
            assert sign_in(office.browser(), "sunqian", "guess").status_code == 422
        office.clock.advance(seconds=1)
        assert sign_in(office.browser(), "sunqian").status_code == 302
        office.clock.advance(seconds=1)


def test_one_address_trying_many_names_is_braked_too(office: Office) -> None:
    for number in range(20):
        assert sign_in(office.browser(), f"guess{number}", "guess").status_code == 422

    assert sign_in(office.browser(), "sunqian").status_code == 429


def test_a_form_without_its_token_is_refused(office: Office) -> None:
    browser = office.browser()

    answer = browser.post("/login", data={"username": "sunqian", "password": PASSWORD})

    assert answer.status_code in (302, 400)
    assert browser.get("/").location.startswith("/login")


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(office: Office) -> None:
    answer = sign_in(office.browser(), "sunqian")

    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_nothing_planted_in_the_session_survives_the_sign_in(office: Office) -> None:
    browser = office.browser()
    page = browser.get("/login")
    with browser.session_transaction() as session:
        session["planted"] = "by somebody at this computer before"

    browser.post("/login", data={"username": "sunqian", "password": PASSWORD, "csrf_token": token(page)})

    with browser.session_transaction() as session:
        assert "planted" not in session


def test_a_session_nobody_uses_ends(office: Office) -> None:
    browser = office.browser()
    sign_in(browser, "sunqian")

    office.clock.advance(minutes=office.settings.session_minutes - 1)
    still_there = browser.get("/")
    office.clock.advance(minutes=office.settings.session_minutes + 1)
    gone = browser.get("/")

    assert still_there.status_code == 200
    assert gone.location.startswith("/login")


def test_a_page_that_polls_by_itself_keeps_no_session_alive(office: Office) -> None:
    browser = office.browser()
    sign_in(browser, "sunqian")

    for _hour in range(9):
        office.clock.advance(hours=1)
        answer = browser.get("/inbox/rows", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login"


def test_a_new_password_ends_the_sessions_on_all_other_devices(office: Office) -> None:
    desk, telephone = office.browser(), office.browser()
    sign_in(desk, "sunqian")
    sign_in(telephone, "sunqian")

    new = "a better battery staple"
    changed = post(desk, "/password", present=PASSWORD, password=new, repeated=new)

    assert changed.location == "/"
    assert desk.get("/").status_code == 200
    assert telephone.get("/").location.startswith("/login")
    assert sign_in(telephone, "sunqian").status_code == 422
    assert sign_in(telephone, "sunqian", new).status_code == 302


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"present": "wrong"}, "原密码不对"),
        ({"password": "short", "repeated": "short"}, "至少 10 位"),
        ({"password": "aaaaaaaaaaaa", "repeated": "aaaaaaaaaaaa"}, "太容易猜到"),
        ({"password": "sunqian-2026", "repeated": "sunqian-2026"}, "太容易猜到"),
        ({"repeated": "something else"}, "两次输入的密码不一样"),
    ],
)
def test_an_unfit_new_password_is_refused_with_the_reason(office: Office, fields: dict[str, str], message: str) -> None:
    browser = office.browser()
    sign_in(browser, "sunqian")
    good = {"present": PASSWORD, "password": "battery staple 9", "repeated": "battery staple 9"}

    answer = post(browser, "/password", **(good | fields))

    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)


def test_a_deactivated_person_is_out_at_the_next_click(office: Office) -> None:
    """E-110."""
    browser = office.browser()
    sign_in(browser, "huangyaqin")

    office.change(company.deactivate_person, office.cast.person("黄雅琴"))

    assert browser.get("/").location.startswith("/login")


def test_a_one_time_password_must_be_changed_before_anything_else(office: Office) -> None:
    person = office.cast.person("孙倩")
    office.change(company.set_password, person, hashed("one-time-pass"), must_change=True)
    browser = office.browser()

    entered = sign_in(browser, "sunqian", "one-time-pass")
    elsewhere = browser.get("/")
    new = "my own long sentence"
    post(browser, "/password", password=new, repeated=new)

    assert entered.location.startswith("/password")
    assert elsewhere.location.startswith("/password")
    assert browser.get("/").status_code == 200


def test_signing_out_needs_the_token_and_ends_the_session(office: Office) -> None:
    browser = office.browser()
    sign_in(browser, "sunqian")

    forged = browser.post("/logout")
    still_in = browser.get("/password").status_code
    post(browser, "/logout", form_page="/password")

    assert forged.status_code in (302, 400)
    assert still_in == 200
    assert browser.get("/").location.startswith("/login")


def test_the_demo_offers_its_people_by_department(demo: Office) -> None:
    browser = demo.browser()
    page = browser.get("/login").get_data(as_text=True)

    answer = post(browser, "/login", demo="lizhiqiang")

    assert page.index("经营一部") < page.index("孙倩")
    assert answer.status_code == 302
    assert "李志强" in browser.get("/").get_data(as_text=True)


def test_without_the_demo_nobody_enters_without_a_password(office: Office) -> None:
    browser = office.browser()

    answer = post(browser, "/login", demo="zhaolei")

    assert answer.status_code == 404
    assert "demo" not in browser.get("/login").get_data(as_text=True)
