"""批量: what people do on the pages with files of customers and of figures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from engine.definitions import build, publish, read_folder
from handlers.customers.batch.staging import newest_catalogue
from handlers.customers.batch.tables import PROCESSES
from handlers.customers.batch.work import Worker
from tests.handlers.customers.batch.papers import as_csv, as_xlsx, customer
from tests.webui.desk import Desk, press, text
from tests.webui.office import token


@pytest.fixture
def desk(sqlite_database: str, tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(sqlite_database, tmp_path)
    with opened.transactions.write() as tx:
        for name in PROCESSES.values():
            publish(tx, opened.clock.now(), None, build(name, read_folder(Path("processes") / name)), "test")
    yield opened
    opened.close()


def catalogue(desk: Desk) -> Any:
    with desk.transactions.read() as tx:
        return newest_catalogue(desk.engine, tx)[1].catalogue


def send(browser: FlaskClient, content: bytes, name: str = "客户.csv", **fields: Any) -> TestResponse:
    page = browser.get("/batches")
    data = {"kind": "new", "group": "C001", **fields, "file": (io.BytesIO(content), name), "csrf_token": token(page)}
    return browser.post("/batches", data=data, content_type="multipart/form-data")


def work(desk: Desk) -> None:
    Worker(desk.engine).work()


def staged(desk: Desk, browser: FlaskClient, content: bytes, name: str = "客户.csv", **fields: Any) -> str:
    """A file handed in and worked off; returns the address of its batch."""
    answer = send(browser, content, name, **fields)
    assert answer.status_code == 303, text(answer)
    work(desk)
    return str(answer.location)


def test_a_file_is_uploaded_watched_and_its_findings_are_shown_with_their_cells(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")
    bank = {**customer(2)["banks"][0], "account_no": "12"}
    forms = [customer(1), customer(1), customer(2, postcode="21500", banks=[bank])]

    answer = send(browser, as_csv(forms, catalogue(desk)))
    reading = browser.get(answer.location)
    work(desk)
    page = browser.get(answer.location)

    assert 'hx-trigger="every 1s"' in reading.get_data(as_text=True)
    assert 'hx-trigger="every 1s"' not in page.get_data(as_text=True)
    assert "读入 3 = 可导入 1 + 有误 1 + 重复 1" in text(page)
    assert "证件号或税号 914403000000000015 与第 2 行重复" in text(page).replace(
        customer(1)["tax_id"], "914403000000000015"
    )
    assert "邮政编码 21500 邮政编码应为 6 位" in text(page)
    assert "银行账户·账号 **" in text(page)


def test_only_the_faulty_lines_are_shown_when_asked_for(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")
    address = staged(desk, browser, as_csv([customer(1), customer(2, city="")], catalogue(desk)))

    page = text(browser.get(f"{address}?which=wrong"))

    assert customer(2)["legal_name"] in page
    assert customer(1)["legal_name"] not in page


def test_the_poll_draws_the_page_anew_when_the_background_is_done(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")
    answer = send(browser, as_csv([customer(1)], catalogue(desk)))
    htmx = {"HX-Request": "true"}

    moving = browser.get(f"{answer.location}?state=reading", headers=htmx)
    work(desk)
    done = browser.get(f"{answer.location}?state=reading", headers=htmx)

    assert "读取中" in text(moving)
    assert (done.status_code, done.headers["HX-Refresh"]) == (204, "true")


def test_a_staged_batch_is_submitted_and_waits_for_the_leader(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")
    address = staged(desk, browser, as_csv([customer(1)], catalogue(desk)))

    without = press(browser, address, f"{address}/submit", apply_reason=" ")
    sent = press(browser, address, f"{address}/submit", apply_reason="并购后统一建档")
    again = press(browser, address, f"{address}/discard")

    assert (without.status_code, sent.status_code, again.status_code) == (422, 303, 409)
    assert "PL-2026-0001" in text(browser.get(address))
    assert "审批中" in text(browser.get(address))
    leader = desk.browser_of("马国栋")
    item = desk.item(1, "Task_approve")
    page = leader.get(f"/work/{item}")
    assert "内容摘要" in text(page)
    assert "1 读入 1 可导入" in text(page)
    assert f'href="{address}"' in page.get_data(as_text=True), "whoever signs sees the lines"
    assert customer(1)["legal_name"] in text(leader.get(address))


def test_the_findings_are_downloaded_with_comments_and_sensitive_cells_masked(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")
    address = staged(desk, browser, as_csv([customer(1, city="")], catalogue(desk)))

    answer = browser.get(f"{address}/findings.xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_name("校验结果").to_python()
    assert rows[1][:3] == [2.0, "有误", "城市：“城市”必填，请填写"]
    assert "4000021209200012345" not in str(rows)
    assert ["读入行数", 1.0] in book.get_sheet_by_name("合计").to_python()


def test_the_template_comes_back_as_it_was_filled_in(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")

    answer = browser.get("/batches/template.xlsx?kind=new&group=C001")
    address = staged(desk, browser, answer.data, "模板.xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["客户", "选项", "说明"]
    assert "读入 1 = 可导入 0 + 有误 0 + 重复 0 + 跳过 1" in text(browser.get(address))


def test_a_workbook_is_read_as_well(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")

    address = staged(desk, browser, as_xlsx([customer(1)], catalogue(desk)), "客户.xlsx")

    assert "可导入 1" in text(browser.get(address))


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (b"%PDF-1.4", "执照.pdf", "不是表格文件"),
        (b"<html></html>", "导出.xls", "其实是网页"),
    ],
)
def test_a_file_that_is_none_is_refused_on_the_page(desk: Desk, content: bytes, name: str, reason: str) -> None:
    answer = send(desk.browser_of("孙倩"), content, name)

    assert answer.status_code == 422
    assert reason in text(answer)


def test_a_refused_file_says_why_on_its_page(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")

    address = staged(desk, browser, "甲,乙\n1,2\n".encode())

    assert "没有找到列标题；请下载模板" in text(browser.get(address))


def test_figures_are_confirmed_before_they_are_written(desk: Desk) -> None:
    browser = desk.browser_of("黄雅琴")
    content = "客户编码,未清余额\n1000000,12\n".encode("gbk")
    address = staged(desk, browser, content, "余额.csv", kind="figures", as_of="2026-11-15")

    page = text(browser.get(address))
    refused = press(browser, address, f"{address}/confirm")

    assert "系统中没有客户编码 1000000" in page
    assert "确认导入" not in page
    assert refused.status_code in (303, 409)


def test_who_has_no_business_with_a_kind_is_told(desk: Desk) -> None:
    answer = send(desk.browser_of("孙倩"), b"x,y\n", "余额.csv", kind="figures", as_of="2026-11-15")
    stranger = desk.browser_of("何晓雯")
    address = staged(desk, desk.browser_of("周敏"), as_csv([customer(1)], catalogue(desk)))

    assert answer.status_code == 403
    assert stranger.get(address).status_code == 403
    assert stranger.get("/batches/99").status_code == 404


def test_a_batch_of_another_department_is_neither_seen_nor_given_up(desk: Desk) -> None:
    """孙倩 has a post in 经营一部; the file is the business of 营销部 and of those who judge it."""
    address = staged(desk, desk.browser_of("周敏"), as_csv([customer(1)], catalogue(desk)))
    neighbour, finance = desk.browser_of("孙倩"), desk.browser_of("黄雅琴")

    seen = [neighbour.get(f"{address}{part}").status_code for part in ("", "/findings.xlsx")]
    dropped = [press(one, "/batches", f"{address}/discard").status_code for one in (neighbour, finance)]

    assert seen == [403, 403]
    assert dropped == [403, 403]
    assert address not in neighbour.get("/batches").get_data(as_text=True)
    assert finance.get(address).status_code == 200
    assert "放弃" in text(desk.browser_of("周敏").get(address))
