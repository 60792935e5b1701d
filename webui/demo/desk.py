"""What the people of the demonstration do at their desks, through the same verbs as the pages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert

from engine import store
from engine.clock import ManualClock
from engine.engine import Application, Completion
from handlers.customers.matching.search import search
from webui.demo.company import DemoCompany
from webui.services import Services

OPEN_ITEM = (
    "SELECT id FROM work_item WHERE instance_id = ? AND node = ? AND status IN ('open', 'claimed')"
    " AND (? = 0 OR department_id = ?) ORDER BY id LIMIT 1"
)
READING = 25  # seconds at least; less than a minute, so that no timer of another case fires late meanwhile
LICENCE = b"%PDF-1.4\n% demonstration licence\n%%EOF\n"


@dataclass
class Desk:
    """The verbs of the demonstration: search, apply, file, do, view."""

    services: Services
    company: DemoCompany
    clock: ManualClock
    reads: bool = True  # whether reading takes time: not for what a scenario takes as given

    def person(self, login: str) -> int:
        return self.company.persons[login]

    def department(self, code: str) -> int:
        return self.company.departments[code]

    def later(self, **span: float) -> datetime:
        """A moment of working time from now, on the company's calendar."""
        with self.services.transactions.read() as tx:
            calendar = self.services.snapshot(tx).calendar(None)
        return calendar.add(self.clock.now(), timedelta(**span))

    def apply(self, login: str, department: str, form: dict[str, Any]) -> int:
        """Search, attach the licence and hand the application in."""
        person, now = self.person(login), self.clock.now()
        with self.services.transactions.write() as tx:
            found = search(tx, now, person, form["legal_name"], form.get("tax_id", ""))
            file = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{form['legal_name']}{now}"))
            tx.core(insert(store.attachment).values(_licence(file, person, now)))
        dismissals = {
            hit.candidate: {"reason": "关联企业，法人不同", "evidence": "两份营业执照的统一社会信用代码不同"}
            for hit in found.hits
            if not hit.same_key
        }
        evidence = {"search_ids": [found.id], "dismissals": dismissals}
        values = {**form, "search": evidence, "attachments": [file], "outcome": "submit"}
        stepped = self.services.engine.start(
            Application("customer_create", person, self.department(department), values, file)
        )
        self.services.engine.settle(stepped.case_id)
        return stepped.case_id

    def file(self, process: str, login: str, department: str, code: str, values: dict[str, Any]) -> int:
        """An application about a customer that exists, filled in from it."""
        person, whose, asked = self.person(login), self.department(department), {**values, "outcome": "submit"}
        stepped = self.services.engine.start(Application(process, person, whose, asked, None, code))
        self.services.engine.settle(stepped.case_id)
        return stepped.case_id

    def search_again(self, login: str, form: dict[str, Any], case: int) -> dict[str, Any]:
        """The duplicate search that a resubmission needs: it may be at most 30 minutes old."""
        with self.services.transactions.write() as tx:
            found = search(
                tx, self.clock.now(), self.person(login), form["legal_name"], form.get("tax_id", ""), case_id=case
            )
        return {"search_ids": [found.id], "dismissals": {}}

    def item(self, case: int, node: str, department: str | None = None) -> str | None:
        code = self.department(department) if department else 0
        with self.services.transactions.read() as tx:
            row = tx.one(OPEN_ITEM, (case, node, code, code))
        return str(row[0]) if row else None

    def look(self, case: int, node: str, login: str, department: str | None = None) -> None:
        """Open the item, as people do before they act."""
        if item := self.item(case, node, department):
            self.services.engine.view(item, self.person(login))

    def do(
        self, case: int, node: str, login: str, outcome: str, *, department: str | None = None, comment: str = "",
        unread: bool = False, **values: Any,
    ) -> None:  # fmt: skip
        """Open an item of a node, read it (unless `unread`) and complete it; what follows is settled at once."""
        item = self.item(case, node, department)
        if item is None:
            raise LookupError(f"demo: case {case} does not wait at {node}")
        self.services.engine.view(item, self.person(login))
        if self.reads:
            self.clock.advance(seconds=2 if unread else READING + case % 17)
        self.services.engine.finish(item, self.person(login), Completion(outcome, values, comment))


def licence_of(services: Services, person: int, now: datetime) -> str:
    """A licence that somebody uploads now; returns its id."""
    file = str(uuid.uuid4())
    with services.transactions.write() as tx:
        tx.core(insert(store.attachment).values(_licence(file, person, now)))
    return file


def _licence(file: str, person: int, now: datetime) -> dict[str, Any]:
    return {
        "id": file,
        "name": "营业执照副本.pdf",
        "media_type": "application/pdf",
        "size": len(LICENCE),
        "sha256": sha256(LICENCE).hexdigest(),
        "content": LICENCE,
        "uploaded_by": person,
        "uploaded_at": now,
    }
