"""设置: what administrators see and change, and that nobody else gets in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine import company, store
from engine.people import People
from tests.webui.office import Office, post, sign_in, token
from webui.db import db


@pytest.fixture
def office(sqlite_database: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_database, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def admin(office: Office) -> FlaskClient:
    """赵磊's browser."""
    browser = office.browser()
    sign_in(browser, "zhaolei")
    return browser


def people(office: Office) -> People:
    with office.transactions.read() as tx:
        return People.load(tx)


def proposed(office: Office) -> int:
    """A change of the calendar that waits for a second administrator."""
    day = {"day": "2026-11-20", "kind": "holiday", "name": "厂庆", "hours": []}
    row = {"content": {"days": [day]}, "reason": "总办 38 号", "proposed_at": office.clock.now(), "status": "open"}
    with office.transactions.write() as tx:
        made = insert(store.calendar_proposal).values(row | {"proposed_by": office.cast.person("赵磊")})
        return int(tx.core(made.returning(store.calendar_proposal.c.id)).scalar_one())


def settings_pages(office: Office) -> list[str]:
    rules = [r for r in office.app.url_map.iter_rules() if r.endpoint.startswith("people.")]
    values = {"department_id": 1, "person_id": 1, "appointment_id": 1, "day": "2026-11-20"}
    values |= {"name": "banks", "code": "102", "rule_id": "V-01", "number": proposed(office)}
    with office.app.test_request_context():
        built = [r.build({a: values[a] for a in r.arguments}) for r in rules if "GET" in (r.methods or ())]
    return [url[1] for url in built if url]


def test_every_page_of_the_settings_opens_for_an_administrator(office: Office, admin: FlaskClient) -> None:
    pages = settings_pages(office)

    assert len(pages) >= 14
    for url in pages:
        assert admin.get(url).status_code == 200, url


def test_nobody_else_gets_in_and_everybody_is_told_whom_to_ask(office: Office) -> None:
    browser = office.browser()
    sign_in(browser, "lizhiqiang")

    for url in settings_pages(office):
        refused = browser.get(url)
        assert refused.status_code == 403, url
        assert "赵磊" in refused.get_data(as_text=True)
    page = browser.get("/password")
    forged = browser.post(
        "/settings/departments/new",
        data={"csrf_token": token(page), "code": "X", "name": "影子部", "kind": "unit"},
    )
    assert forged.status_code == 403
    assert people(office).by_code("X") is None


def test_an_administrator_who_is_relieved_is_out_at_the_next_click(office: Office, admin: FlaskClient) -> None:
    cast = office.cast
    place = {"department_id": cast.department("MDM"), "kind": "admin"}
    office.change(company.appoint, person_id=cast.person("李志强"), **place)
    own = cast.people.appointments(cast.post("MDM", "admin"))[0]

    office.change(company.end_appointment, own.id)

    assert admin.get("/settings/").status_code == 403


def test_a_change_without_the_token_is_refused(office: Office, admin: FlaskClient) -> None:
    answer = admin.post("/settings/departments/new", data={"code": "X", "name": "某部", "kind": "unit"})

    assert answer.status_code in (302, 400)
    assert people(office).by_code("X") is None


def test_a_new_department_arrives_and_the_check_asks_for_its_people(office: Office, admin: FlaskClient) -> None:
    answer = post(admin, "/settings/departments/new", code="LAW", name="法务部", kind="legal", calendar="company")

    check = admin.get("/settings/").get_data(as_text=True)
    assert answer.status_code == 302
    assert people(office).by_code("LAW") is not None
    assert "法务部没有归口人员" in check
    assert "法务部没有主管领导" in check


def test_what_was_typed_stays_when_it_is_refused(office: Office, admin: FlaskClient) -> None:
    answer = post(admin, "/settings/departments/new", code="FIN", name="第二财务部", kind="finance", calendar="company")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="第二财务部"' in page
    assert '<option value="finance" selected>' in page
    assert "编码 FIN 已用于“财务部”" in page


def test_a_department_in_use_is_not_closed_and_the_page_says_why(office: Office, admin: FlaskClient) -> None:
    unit = office.cast.department("U1")

    answer = post(admin, f"/settings/departments/{unit}/close", form_page=f"/settings/departments/{unit}")

    assert answer.status_code == 409
    assert "在用的人员 4 名" in answer.get_data(as_text=True)


def test_a_new_person_gets_a_one_time_password_that_works_once_shown(office: Office, admin: FlaskClient) -> None:
    home = office.cast.department("U1")
    shown = post(admin, "/settings/persons/new", login="qinyu", name="秦宇", department_id=home, phone="", email="")
    secret = re.search(r'class="k-code">([^<]+)<', shown.get_data(as_text=True))
    assert secret is not None

    browser = office.browser()
    answer = sign_in(browser, "qinyu", secret.group(1))

    assert answer.location.startswith("/password")
    assert secret.group(1) not in admin.get("/settings/audit").get_data(as_text=True)


def test_a_reset_password_ends_the_old_one(office: Office, admin: FlaskClient) -> None:
    person = office.cast.person("孙倩")

    post(admin, f"/settings/persons/{person}/password", form_page=f"/settings/persons/{person}")

    assert sign_in(office.browser(), "sunqian").status_code == 422


def test_a_deactivated_person_stays_on_the_list(office: Office, admin: FlaskClient) -> None:
    """E-110."""
    person = office.cast.person("黄雅琴")

    post(admin, f"/settings/persons/{person}/deactivate", form_page=f"/settings/persons/{person}")

    page = admin.get("/settings/persons?q=黄雅琴").get_data(as_text=True)
    assert "黄雅琴" in page
    assert "已停用" in page
    assert "财务部没有归口人员" in admin.get("/settings/").get_data(as_text=True)


def test_persons_are_found_by_name_and_by_login(office: Office, admin: FlaskClient) -> None:
    by_name = admin.get("/settings/persons?q=孙").get_data(as_text=True)
    by_login = admin.get("/settings/persons?q=maguo").get_data(as_text=True)
    nobody = admin.get("/settings/persons?q=%25").get_data(as_text=True)

    assert "sunqian" in by_name
    assert "maguodong" not in by_name
    assert "马国栋" in by_login
    assert "没有找到" in nobody


def test_a_deputy_from_tomorrow_is_appointed_on_the_page(office: Office, admin: FlaskClient) -> None:
    """E-26."""
    cast = office.cast
    answer = post(
        admin,
        "/settings/posts/appoint",
        department_id=cast.department("U1"),
        kind="focal",
        person_id=cast.person("何晓雯"),
        rank="1",
        valid_from="2026-11-17",
        valid_to="2026-11-19",
        exception="",
    )

    page = admin.get("/settings/posts").get_data(as_text=True)
    focal, deputy = cast.post("U1", "focal"), cast.person("何晓雯")
    today = office.clock.now()
    assert answer.status_code == 302
    assert people(office).may(deputy, focal, today) is None
    office.clock.advance(days=1)
    assert people(office).may(deputy, focal, office.clock.now()) is not None
    assert "2026-11-17 至 2026-11-19" in page


def test_an_overlapping_holder_is_refused_at_the_field(office: Office, admin: FlaskClient) -> None:
    """E-25."""
    cast = office.cast
    answer = post(
        admin,
        "/settings/posts/appoint",
        department_id=cast.department("U1"),
        kind="focal",
        person_id=cast.person("何晓雯"),
        rank="0",
        valid_from="",
        valid_to="",
        exception="",
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="e-valid_from"' in page
    assert "正职在此期间已是孙倩" in page
    assert f'<option value="{cast.person("何晓雯")}" selected>' in page


def test_the_year_9999_is_told_to_be_left_out(office: Office, admin: FlaskClient) -> None:
    """Elsewhere 9999-12-31 says that something holds for good; here the field stays empty for that."""
    cast = office.cast
    form = {"department_id": cast.department("U1"), "kind": "focal", "person_id": cast.person("何晓雯"), "rank": "1"}

    answer = post(admin, "/settings/posts/appoint", valid_from="", valid_to="9999-12-31", exception="", **form)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="e-valid_to"' in page
    assert "长期有效的请留空" in page


def test_an_id_that_only_looks_like_a_number_is_no_choice(admin: FlaskClient) -> None:
    answer = post(admin, "/settings/persons/new", login="xinren", name="新人", department_id="²", phone="", email="")

    assert answer.status_code == 422
    assert "请选择所属部门" in answer.get_data(as_text=True)


def test_an_appointment_ends_at_the_end_of_the_day_given(office: Office, admin: FlaskClient) -> None:
    focal = office.cast.post("U1", "focal")
    appointment = office.cast.people.appointments(focal)[0]

    post(admin, f"/settings/posts/appointments/{appointment.id}/end", valid_to="2026-11-16")

    assert [a.person.name for a in people(office).acting(focal, office.clock.now())] == ["孙倩"]
    office.clock.advance(hours=15)  # 2026-11-17 00:00 in Shanghai
    assert people(office).acting(focal, office.clock.now()) == ()


def test_a_half_day_off_is_seen_in_the_year(office: Office, admin: FlaskClient) -> None:
    """E-10."""
    answer = post(
        admin,
        "/settings/calendar/2026-11-20",
        kind="workday",
        name="年会，下午放假",
        hours="08:30–12:00",
        reason="总办 37 号",
    )

    page = admin.get("/settings/calendar").get_data(as_text=True)
    assert answer.status_code == 302
    assert "年会，下午放假" in page
    assert "is-changed" in page


def test_a_day_of_the_past_is_refused_on_the_page(office: Office, admin: FlaskClient) -> None:
    """E-11."""
    answer = post(
        admin,
        "/settings/calendar/2026-11-13",
        form_page="/settings/calendar/2026-11-20",
        kind="holiday",
        name="补假",
        hours="",
        reason="补",
    )

    assert answer.status_code == 422
    assert "过去的日子不能再改" in answer.get_data(as_text=True)


def test_a_faulty_workbook_shows_its_cells_and_writes_nothing(office: Office, admin: FlaskClient) -> None:
    content = "登录名,姓名,部门编码\nqinyu,秦宇,U9\n".encode()
    page = admin.get("/settings/import")

    answer = admin.post(
        "/settings/import",
        data={"csrf_token": token(page), "file": (BytesIO(content), "人员.csv")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert "没有编码为 U9 的部门" in answer.get_data(as_text=True)
    assert people(office).by_login("qinyu") is None


def test_the_template_filled_in_is_imported(office: Office, admin: FlaskClient) -> None:
    content = "登录名,姓名,部门编码\nqinyu,秦宇,U1\n".encode("gb18030")
    page = admin.get("/settings/import")

    answer = admin.post(
        "/settings/import",
        data={"csrf_token": token(page), "file": (BytesIO(content), "人员.csv")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 302
    assert people(office).by_login("qinyu") is not None
    assert admin.get("/settings/import/template.xlsx").data.startswith(b"PK")


def test_the_audit_list_says_who_changed_what(office: Office, admin: FlaskClient) -> None:
    unit = office.cast.department("U1")
    post(admin, f"/settings/departments/{unit}", name="经营一部（华东）", kind="unit", calendar="company")

    page = admin.get("/settings/audit").get_data(as_text=True)

    assert "名称 经营一部 → 经营一部（华东）" in page
    assert "赵磊" in page


def test_a_name_with_markup_is_only_text(office: Office, admin: FlaskClient) -> None:
    unit = office.cast.department("U1")
    post(admin, f"/settings/departments/{unit}", name="<script>x</script>", kind="unit", calendar="company")

    page = admin.get("/settings/departments").get_data(as_text=True)

    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_the_reading_session_refuses_to_write(office: Office) -> None:
    values = {"series": "X", "last": 1}

    with office.app.app_context():
        assert db.session.execute(select(store.department.c.code)).scalars().all()
        with pytest.raises(RuntimeError, match=r"transactions\.write"):
            db.session.execute(insert(store.number).values(values))
        with pytest.raises(RuntimeError, match=r"transactions\.write"):
            db.session.commit()

    with office.transactions.read() as tx:
        assert tx.all("SELECT * FROM number") == []
