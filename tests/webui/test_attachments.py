"""附件: what is taken in, who gets it out again, and that nothing sent in is ever shown as a page of ours."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from tests.webui.desk import Desk, press, text
from webui import file_types, uploads

PDF, PNG = b"%PDF-1.4 x", b"\x89PNG\r\n\x1a\n x"


def archive(*names: str) -> bytes:
    """A zip-based document with these parts."""
    written = BytesIO()
    with ZipFile(written, "w") as opened:
        for name in names:
            opened.writestr(name, "<x/>")
    return written.getvalue()


XLSX, DOCX, OFD = archive("xl/workbook.xml"), archive("word/document.xml"), archive("OFD.xml")


def send(browser: FlaskClient, name: str, content: bytes) -> TestResponse:
    return press(browser, "/attachments", "/attachments", file=(BytesIO(content), name))


def stored(desk: Desk) -> list[str]:
    with desk.transactions.read() as tx:
        return [row[0] for row in tx.all("SELECT id FROM attachment ORDER BY uploaded_at")]


def licence_of(desk: Desk, case: int) -> str:
    """The file of an application: it belongs to the case since that was handed in."""
    file: str = desk.form(case)["attachments"][0]
    return file


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("a.png", PNG), ("a.JPEG", b"\xff\xd8\xff x"), ("a.xlsx", XLSX), ("a.docx", DOCX), ("a.ofd", OFD)],
)
def test_what_the_trade_uses_is_taken_in(name: str, content: bytes) -> None:
    assert name.lower().endswith(file_types.check(name, content).extensions)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("执照.pdf", b"MZ\x90\x00", "只收 PDF"),
        ("执照.pdf", b"<html><script>", "只收 PDF"),
        ("执照.pdf", PNG, "内容其实是PNG 图片"),
        ("执照.pdf", b"", "空文件"),
        ("名单.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin"), "只收 PDF"),
        ("名单.xlsx", b"PK\x03\x04 broken", "只收 PDF"),
    ],
)
def test_everything_else_is_refused_with_the_remedy(desk: Desk, name: str, content: bytes, why: str) -> None:
    answer = send(desk.browser_of("孙倩"), name, content)

    assert answer.status_code == 422
    assert why in text(answer)
    assert stored(desk) == []


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_the_look_inside(content: bytes) -> None:
    found = file_types.sniff(content)

    assert found is None or found in file_types.ALLOWED


def test_a_file_that_is_too_large_is_refused_by_name() -> None:
    file = FileStorage(BytesIO(PDF + bytes(1024 * 1024)), "执照.pdf")

    with pytest.raises(ValueError, match=r"“执照\.pdf”超过 1 MB"):
        uploads.read(file, megabytes=1)


def test_a_file_comes_out_as_a_download_only(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    send(focal, "../../营业执照.pdf", PDF)

    answer = focal.get(f"/attachments/{stored(desk)[0]}")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert ".." not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_who_may_see_the_case_sees_its_files_and_nobody_else(desk: Desk) -> None:
    address = f"/attachments/{licence_of(desk, desk.apply())}"

    leader, stranger = desk.browser_of("马国栋").get(address), desk.browser_of("周敏").get(address)

    assert (leader.status_code, stranger.status_code) == (200, 403)


def test_a_loose_file_is_its_owner_s_and_the_one_s_who_submits_for_him(desk: Desk) -> None:
    send(desk.browser_of("何晓雯"), "执照.pdf", PDF)
    address = f"/attachments/{stored(desk)[0]}"

    focal, stranger = desk.browser_of("孙倩").get(address), desk.browser_of("周敏").get(address)

    assert (focal.status_code, stranger.status_code) == (200, 403)


def test_one_s_own_loose_file_can_be_removed_but_none_of_a_case(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    kept = licence_of(desk, desk.apply())
    send(focal, "执照.pdf", PDF)
    loose = next(one for one in stored(desk) if one != kept)

    foreign = press(desk.browser_of("周敏"), "/attachments", f"/attachments/{loose}/remove")
    bound = press(focal, "/attachments", f"/attachments/{kept}/remove")
    own = press(focal, "/attachments", f"/attachments/{loose}/remove")

    assert [foreign.status_code, bound.status_code, own.status_code] == [404, 404, 303]
    assert stored(desk) == [kept]


def test_a_script_gets_the_file_to_put_into_its_form(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    page = focal.get("/attachments").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]

    answer = focal.post("/attachments", data={"csrf_token": token, "file": (BytesIO(PDF), "执照.pdf")},
                        headers={"Accept": "application/json"})  # fmt: skip

    assert answer.status_code == 201
    assert answer.get_json()["files"][0]["id"] == stored(desk)[0]
