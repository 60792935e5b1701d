"""The files people bring in the demonstration: the customers of the old system, and what the ledger says of all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine.clock import local
from engine.engine import Application
from handlers.customers.batch import figures_import
from handlers.customers.batch.columns import columns_of
from handlers.customers.batch.guards import facts
from handlers.customers.batch.staging import Upload, newest_catalogue, receive
from handlers.customers.batch.work import Worker
from webui.demo.customers import ACCOUNTING, SALESPERSON, firm
from webui.demo.desk import Desk
from webui.demo.player import Story

FIRST_CODE = 1000001
INHERITED = 18  # customers of the old system
BRANDS = (
    "晨光", "永安", "德信", "华泰", "新宇", "万通", "恒力", "天成", "友联", "正大", "中兴业", "富达", "江河", "银星",
    "北辰", "三和", "同济", "百川",
)  # fmt: skip
TRADES = ("工具", "阀业", "电子", "塑业", "纸业", "钢构", "油漆", "家具", "饲料")
ACCOUNTS = "SELECT customer_code, status FROM account WHERE account_group != 'C002' ORDER BY id"


def opening_load(desk: Desk) -> Story:
    """赵磊 loads the customers of the old system with their codes; 韩志远 approves, 李志强 posts."""
    batch = _staged(
        desk,
        Upload("opening", "原系统客户.csv", b"", 0, 0, "C001"),
        "admin",
        "MDM",
        [inherited(place) for place in range(INHERITED)],
    )
    with desk.services.transactions.read() as tx:
        values = {**facts(tx, batch), "apply_reason": "系统上线，装载原系统客户", "outcome": "submit"}
    start = Application("customer_opening_load", desk.company.admin, desk.department("MDM"), values, f"batch-{batch}")
    case = desk.services.engine.start(start).case_id
    _worked(desk, case)
    yield desk.later(minutes=25)
    desk.do(case, "Task_approve", "hanzhiyuan", "approve")
    _worked(desk, case)
    yield desk.later(minutes=30)
    desk.do(case, "Task_release", "lizhiqiang", "post")
    _worked(desk, case)


def inherited(place: int) -> dict[str, Any]:
    """A customer of the old system, as a line of its file."""
    base = firm(504 + place, SALESPERSON)
    name = f"{base.form['city'].removesuffix('市')}{BRANDS[place]}{TRADES[place % len(TRADES)]}有限公司"
    bank = {**base.form["banks"][0], "account_name": name}
    owner = ("华东事业部", "华南事业部", "营销部")[place % 3]
    known = {
        "owner_department": owner,
        "customer_code": str(FIRST_CODE + place),
        "legal_name": name,
        "short_name": BRANDS[place],
    }
    return {**base.form, **ACCOUNTING, **known, "invoice_title": name, "banks": [bank], "verified_on": "2024-05-20"}


def figures(desk: Desk) -> Story:
    """黄雅琴 imports what the ledger says at the end of the month before; some have not traded for more than a year."""
    day = local(desk.clock.now()).date().replace(day=1) - timedelta(days=1)
    with desk.services.transactions.read() as tx:
        rows = tx.all(ACCOUNTS)
    lines = [_line(place, code, status, day) for place, (code, status) in enumerate(rows) if place % 13 != 12]
    upload = Upload("figures", f"往来余额 {day:%Y-%m}.csv", b"", 0, 0, as_of=day.isoformat())
    batch = _staged(desk, upload, "huangyaqin", "FIN", lines)
    with desk.services.transactions.write() as tx:
        figures_import.confirm(tx, batch)
    _worked(desk)
    yield from ()


def _line(place: int, code: str, status: str, day: date) -> dict[str, Any]:
    """Few customers with most of the turnover; of the old ones every third silent since long, some with open items."""
    silent = place < INHERITED and place % 3 == 2
    last = day - timedelta(days=400 + place * 23 if silent else place * 3 % 40)
    open_items = not silent or place % 2 == 1
    return {
        "customer_code": code,
        "company_code": "1000",
        "open_balance": f"{(place * 7919 % 480_000) + 1200}.50" if open_items and status == "active" else "0",
        "open_orders": str(1 + place % 4) if open_items and not silent else "0",
        "annual_turnover": "0" if silent else f"{18_000_000 // (1 + place * 2 % 37)}.00",
        "last_transaction_on": last.isoformat(),
    }


# --- a file on its way ------------------------------------------------------------------------------------------------


def _staged(desk: Desk, upload: Upload, login: str, department: str, lines: list[dict[str, Any]]) -> int:
    """Upload the lines as a CSV file under the headings of the template, and let the background read it."""
    person = desk.company.admin if login == "admin" else desk.person(login)
    with desk.services.transactions.write() as tx:
        definition_id, definition = newest_catalogue(desk.services.engine, tx)
        columns = columns_of(upload.kind, definition.catalogue)
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow([column.title for column in columns])
        writer.writerows([_cell(line, column.id) for column in columns] for line in lines)
        sent = Upload(
            upload.kind, upload.filename, buffer.getvalue().encode("gbk"), desk.department(department), person,
            upload.account_group, upload.as_of,
        )  # fmt: skip
        batch = receive(tx, desk.clock.now(), sent, definition_id)
    _worked(desk)
    return batch


def _cell(line: Mapping[str, Any], column: str) -> str:
    table, _, rest = column.partition(".")
    place, _, name = rest.partition(".")
    rows = line.get(table) or []
    value = line.get(column) if not rest else (rows[int(place)].get(name) if int(place) < len(rows) else None)
    return "" if value is None else "是" if value is True else str(value)


def _worked(desk: Desk, case: int = 0) -> None:
    """The background goes on until nothing waits."""
    Worker(desk.services.engine).work()
    while case and desk.services.engine.settle(case):
        pass
