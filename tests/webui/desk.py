"""The office with the procedure 客户主数据创建 published: what people do on the pages of their cases."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from engine import calendar_tables, history, policy_tables
from engine.definitions import build, publish, read_folder
from engine.engine import Application, Completion, Engine
from engine.history import Recorded
from engine.store import loads
from handlers.customers import numbering
from handlers.customers.matching.search import search
from tests.cast import moment
from tests.handlers.office import ACCOUNTING, FORM
from tests.webui.office import Office, sign_in, token
from webui import uploads

CREATE = Path("processes/customer_create")
POLICY = Path("processes/policies/SD-010.yaml")
LICENCE = uploads.Upload("营业执照副本.pdf", "application/pdf", b"%PDF-1.4 licence")
LIVE = "('open', 'claimed', 'paused')"


class Desk(Office):
    """What happens in a case, said in short words; people are named."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        with self.transactions.write() as tx:
            calendar_tables.seed(tx, (2026, 2027))
            policy_tables.publish(tx, self.clock.now(), POLICY.read_text(encoding="utf-8"))
            numbering.seed(tx)
            publish(tx, self.clock.now(), None, build("customer_create", read_folder(CREATE)), "test")

    @property
    def engine(self) -> Engine:
        found: Engine = self.app.extensions["countersign"].engine
        return found

    def count_statements(self) -> list[str]:
        """From now on, every statement the application puts to its database."""
        seen: list[str] = []
        engine = self.app.extensions["countersign"].transactions.engine
        event.listen(engine, "checkout", lambda raw, *_: raw.set_trace_callback(seen.append))
        return seen

    # --- what has happened already ------------------------------------------------------------------------

    def apply(self, who: str = "孙倩", code: str = "U1", **more: Any) -> int:
        """An application of the sample customer, handed in; returns the case."""
        form, person, now = {**FORM, **more}, self.cast.person(who), self.clock.now()
        with self.transactions.write() as tx:
            made = search(tx, now, person, form["legal_name"], form["tax_id"], form=form)
            form["attachments"] = [uploads.keep(tx, now, person, LICENCE)]
        form["search"] = {"search_ids": [str(made.id)], "dismissals": {}}
        case = self.engine.start(Application("customer_create", person, self.cast.department(code), form)).case_id
        self.engine.settle(case)
        return case

    def approved(self, **more: Any) -> int:
        """The same, signed by 马国栋 and delivered to 李志强."""
        case = self.apply(**more)
        self.do(case, "Task_approve", "马国栋", "approve", "请尽快建档")
        return case

    def routed(self) -> int:
        """The same, sent to 财务部 and 营销部 for completion."""
        case = self.approved()
        departments = [str(self.cast.department(code)) for code in ("MKT", "FIN")]
        self.do(case, "Task_check", "李志强", "route", reason_code="views", departments=departments)
        return case

    def completed(self, case: int) -> None:
        """What 李志强 has sent to 财务部 alone, filled in by 黄雅琴 and signed by 陈立."""
        finance = [str(self.cast.department("FIN"))]
        self.do(case, "Task_check", "李志强", "route", reason_code="views", departments=finance)
        self.do(case, "Task_complete_view", "黄雅琴", "complete", **ACCOUNTING)
        self.do(case, "Task_sign_view", "陈立", "approve")

    def posted(self, **more: Any) -> int:
        """A customer in the store: approved, completed by 财务部, posted by 李志强."""
        case = self.approved(**more)
        self.completed(case)
        self.do(case, "Task_release", "李志强", "post", entry_checked=True)
        return case

    def do(self, case: int, node: str, who: str, outcome: str, comment: str = "", **values: Any) -> None:
        """A step done by somebody entitled, without a browser."""
        item = next(found for found in self.items(case, node) if self._acts(who, found))
        self.engine.finish(item, self.cast.person(who), Completion(outcome, values, comment))

    def _acts(self, who: str, item: str) -> bool:
        with self.transactions.read() as tx:
            post = tx.all("SELECT post_id FROM work_item WHERE id = ?", (item,))[0][0]
        return self.cast.people.may(self.cast.person(who), post, self.clock.now()) is not None

    def at(self, day: str, hour: str) -> None:
        """Time passes, and the sweeps with it."""
        self.clock.move_to(moment(day, hour))
        self.app.extensions["countersign"].tick()

    # --- what the tables say ------------------------------------------------------------------------------

    def items(self, case: int, node: str) -> list[str]:
        sql = f"SELECT id FROM work_item WHERE instance_id = ? AND node = ? AND status IN {LIVE} ORDER BY id"
        with self.transactions.read() as tx:
            return [row[0] for row in tx.all(sql, (case, node))]

    def item(self, case: int, node: str) -> str:
        """The only open item of a node."""
        found = self.items(case, node)
        assert len(found) == 1, f"{node}: {found}"
        return found[0]

    def column(self, table: str, name: str, key: Any) -> Any:
        with self.transactions.read() as tx:
            return tx.all(f"SELECT {name} FROM {table} WHERE id = ?", (key,))[0][0]

    def form(self, case: int) -> dict[str, Any]:
        found: dict[str, Any] = loads(self.transactions.vault.reveal(self.column("instance", "form", case)))
        return found

    def log(self, case: int) -> list[Recorded]:
        with self.transactions.read() as tx:
            return history.read(tx, case)

    # --- browsers -------------------------------------------------------------------------------------------

    def browser_of(self, name: str) -> FlaskClient:
        """A browser in which the person has signed in."""
        browser = self.browser()
        answer = sign_in(browser, self.cast.whole(name).login)
        assert answer.status_code == 302, text(answer)
        return browser


def text(page: TestResponse) -> str:
    """What a reader sees of a page: its words without marks, one blank between them."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def press(browser: FlaskClient, page_url: str, url: str, **fields: Any) -> TestResponse:
    """Press a button of a page: its form goes to `url` with these fields."""
    page = browser.get(page_url)
    return browser.post(
        url, data=fields | {"csrf_token": token(page)}, headers={"Referer": f"http://localhost{page_url}"}
    )


def controls(page: TestResponse) -> dict[str, Any]:
    """The controls of the form on a work page with what they hold, as a browser would send them."""
    html = page.get_data(as_text=True)
    form = html[html.index('id="work"') : html.index("</form>", html.index('id="work"'))]
    form = re.sub(r"<template\b.*?</template>", "", form, flags=re.DOTALL)
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type")
        if name and (kind not in ("file", "checkbox", "radio") or " checked" in tag):
            found.setdefault(name, []).append(_attribute(tag, "value"))
    for tag, body in re.findall(r"<textarea\b([^>]*)>(.*?)</textarea>", form, flags=re.DOTALL):
        found[_attribute(tag, "name")] = unescape(body)
    for tag, body in re.findall(r"<select\b([^>]*)>(.*?)</select>", form, flags=re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[_attribute(tag, "name")] = unescape(chosen.group(1)) if chosen else ""
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found.group(1)) if found else ""
