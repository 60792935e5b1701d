"""The whole company at work: real procedure, real handlers, a pretended clock, and short words for what people do.

经营二部 U2     郑凯 归口人员 · 罗雯 主管领导
法务部 LEG     高远 归口人员 · 沈静 主管领导
and everybody of `tests.cast`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from stdnum.cn import uscc

import handlers  # noqa: F401 - fills the registry
from engine import calendar_tables, company, inbox, policy_tables, policy_texts, store
from engine.clock import ManualClock
from engine.definitions import build, publish, read_folder
from engine.engine import Application, Completion, Engine, Stepped
from engine.operations import Context, Done, Operation, Registry, registry
from engine.people import People
from engine.seals import Seals
from engine.settings import Settings
from engine.transactions import Transactions, Tx
from engine.vault import Vault
from handlers.customers import numbering
from handlers.customers.matching.search import search
from handlers.notices import queries
from handlers.notices.queries import Notice
from tests.cast import Cast, move_in
from tests.handlers.office import ACCOUNTING, FORM, HUAWEI, other
from tests.journeys.tables import Tables

PROCESS = "customer_create"
PROCEDURES = (PROCESS, "customer_modify", "customer_freeze")
POLICY = Path("processes/policies/SD-010.yaml")
MORE_DEPARTMENTS = {"U2": ("经营二部", "unit"), "LEG": ("法务部", "legal")}
MORE_PERSONS = {
    "zhengkai": ("郑凯", "U2", "focal"),
    "luowen": ("罗雯", "U2", "leader"),
    "gaoyuan": ("高远", "LEG", "focal"),
    "shenjing": ("沈静", "LEG", "leader"),
}
# The people of U3 are there only in the stories of the yearly review (`reviews.py`).
FOCAL = {"U1": "孙倩", "U2": "郑凯", "U3": "姚静", "MKT": "周敏", "FIN": "黄雅琴", "LEG": "高远"}
LEADER = {"U1": "马国栋", "U2": "罗雯", "U3": "邱明", "MKT": "林建平", "FIN": "陈立", "LEG": "沈静"}
MODIFY: dict[str, Any] = {"change_kind": "ordinary", "change_reason": "客户来函", "urgent_reason": "normal"}
FREEZE: dict[str, Any] = {
    "freeze_kind": "special", "freeze_reason": "拖欠货款，已起诉", "freeze_scope": "central", "urgent_reason": "normal",
}  # fmt: skip
# A firm of the same group: near enough to be looked at twice, with a number of its own.
TERMINAL = other("华为终端有限公司", "91441900MA4W5T5M1M")
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ENTRIES: dict[str, dict[str, Any]] = {"FIN": ACCOUNTING, "MKT": {"short_name": "华为"}, "LEG": {}, "U2": {}}

__all__ = [
    "ACCOUNTING", "FOCAL", "FORM", "HUAWEI", "LEADER", "PROCESS", "TERMINAL", "Company", "attach", "firm", "other",
]  # fmt: skip


class Bench:
    """The real handlers, of which single ones can be broken and mended: before they do their work, or after."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.crashing: set[str] = set()
        self.registry = Registry()
        self.registry.__dict__.update(registry.__dict__)
        self.registry.operations = {
            name: replace(one, run=self._watched(one)) for name, one in registry.operations.items()
        }

    def _watched(self, operation: Operation) -> Callable[..., Done | None]:
        def run(context: Context, **parameters: Any) -> Done | None:
            if operation.name in self.broken:
                raise ConnectionError(f"{operation.name} is down")
            done = operation.run(context, **parameters)
            if operation.name in self.crashing:
                raise ConnectionError(f"the process dies after {operation.name}")
            return done

        return run


class Company(Tables):
    """Everything a journey needs. A second `Company` on the same database is another process of the same company."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, *, found: bool = True) -> None:
        self.url, self.folder, self.clock = url, folder, clock
        self.bench = Bench()
        self.transactions = Transactions(url, Vault(folder / "keys"))
        self.engine = self._new_engine()
        if found:
            with self.transactions.write() as tx:
                settle_in(tx, clock.now())
        with self.transactions.read() as tx:
            self.cast = Cast(People.load(tx))

    def _new_engine(self) -> Engine:
        seals, settings = Seals(self.folder / "keys"), Settings()
        return Engine(self.transactions, self.clock, self.bench.registry, seals, settings)

    def restart(self) -> None:
        """Everything in memory is gone: new connections, a new engine."""
        self.transactions.close()
        self.transactions = Transactions(self.url, Vault(self.folder / "keys"))
        self.engine = self._new_engine()

    def close(self) -> None:
        self.transactions.close()

    def changed(self, change: Callable[..., Any], **values: Any) -> Any:
        """Something the administrator 赵磊 changes, and everybody notices."""
        with self.transactions.write() as tx:
            result = change(tx, self.clock.now(), self.cast.person("赵磊"), **values)
        with self.transactions.read() as tx:
            self.cast = Cast(People.load(tx))
        return result

    # --- applying -------------------------------------------------------------------------------------------------

    def search(self, who: str, name: str, tax_id: str, case: int | None = None) -> dict[str, Any]:
        """The duplicate search as the page makes it; near hits are dismissed with a reason."""
        with self.transactions.write() as tx:
            found = search(tx, self.clock.now(), self.cast.person(who), name, tax_id, case_id=case)
        reason = {"reason": "法人不同", "evidence": "两份营业执照"}
        dismissals = {hit.candidate: reason for hit in found.hits if not hit.same_key}
        return {"search_ids": [str(found.id)], "dismissals": dismissals}

    def filled_in(self, who: str = "孙倩", form: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """A complete application form: searched, with the licence attached."""
        values = {**FORM, **(form or {}), **changes}
        values.setdefault("search", self.search(who, values["legal_name"], values["tax_id"]))
        return {**values, "attachments": [self.attach(who)], "outcome": "submit"}

    def attach(self, who: str) -> str:
        """Upload a licence; returns its id."""
        with self.transactions.write() as tx:
            return attach(tx, self.clock.now(), self.cast.person(who))

    def apply(
        self, who: str = "孙倩", department: str = "U1", form: dict[str, Any] | None = None, key: str | None = None,
        **changes: Any,
    ) -> int:  # fmt: skip
        return self.hand_in(who, department, self.filled_in(who, form, **changes), key)

    def hand_in(self, who: str, department: str, values: dict[str, Any], key: str | None = None) -> int:
        application = Application(PROCESS, self.cast.person(who), self.cast.department(department), values, key)
        case = self.engine.start(application).case_id
        self.engine.settle(case)
        return case

    def file(self, process: str, code: str, who: str = "孙倩", department: str = "U1", **values: Any) -> int:
        """An application about a customer that exists, filled in from it and handed in."""
        whose = self.cast.department(department)
        application = Application(process, self.cast.person(who), whose, {**values, "outcome": "submit"}, None, code)
        case = self.engine.start(application).case_id
        self.engine.settle(case)
        return case

    def modify(self, code: str, who: str = "孙倩", department: str = "U1", **values: Any) -> int:
        """A modification, by default an ordinary one."""
        return self.file("customer_modify", code, who, department, **{**MODIFY, **values})

    def freeze(self, code: str, who: str = "黄雅琴", department: str = "FIN", **values: Any) -> int:
        """A special freeze, by default by finance."""
        return self.file("customer_freeze", code, who, department, **{**FREEZE, **values})

    # --- working --------------------------------------------------------------------------------------------------

    def item(self, case: int, node: str, department: str | None = None) -> str:
        """The open item of a node, of that department where several have one."""
        whose = self.cast.department(department) if department else None
        found = [
            row["id"] for row in self.open_items(case, node)
            if whose is None or whose in (row["department_id"], _item(row))
        ]  # fmt: skip
        assert len(found) == 1, f"{node}: {found}, open: {self.open_nodes(case)}"
        return str(found[0])

    def do(
        self, case: int, node: str, who: str, outcome: str, comment: str = "", *, department: str | None = None,
        **values: Any,
    ) -> Stepped:  # fmt: skip
        """Complete the open item of a node; the jobs that follow are performed at once, as the page does."""
        item = self.item(case, node, department)
        return self.engine.finish(item, self.cast.person(who), Completion(outcome, values, comment))

    def approve(self, case: int, department: str = "U1") -> None:
        self.do(case, "Task_approve", LEADER[department], "approve")

    def revise(self, case: int, who: str = "孙倩", **changes: Any) -> None:
        """The focal person searches again and resubmits the form."""
        form = {**self.form(case), **changes}
        evidence = self.search(who, form["legal_name"], form["tax_id"], case)
        self.do(case, "Task_revise", who, "submit", search=evidence, **changes)

    def phone_maintainer(self, case: int, who: str = "孙倩") -> None:
        self.do(case, "Task_phone_maintainer", who, "answered", called="李志强", called_number="8001")

    def route(self, case: int, *departments: str, who: str = "李志强") -> None:
        ids = [str(self.cast.department(code)) for code in departments]
        self.do(case, "Task_check", who, "route", reason_code="views", departments=ids)

    def complete_view(self, case: int, department: str, **values: Any) -> None:
        entries = {**ENTRIES[department], **values}
        self.do(case, "Task_complete_view", FOCAL[department], "complete", department=department, **entries)

    def sign_view(self, case: int, department: str, outcome: str = "approve", comment: str = "") -> None:
        self.do(case, "Task_sign_view", LEADER[department], outcome, comment, department=department)

    def answer(self, case: int, department: str) -> None:
        """A department completes, signs, seals and returns its view."""
        self.complete_view(case, department)
        self.sign_view(case, department)

    def release(self, case: int, who: str = "李志强") -> None:
        self.do(case, "Task_release", who, "post", entry_checked=True)

    def sent(self, who: str = "孙倩", department: str = "U1", **form: Any) -> int:
        """An application that the leader has approved: it lies before the maintainer."""
        case = self.apply(who, department, **form)
        self.approve(case, department)
        return case

    def ready(self, *departments: str, **changes: Any) -> int:
        """An application whose departments (finance at least) have all answered: the maintainer may release it."""
        case = self.sent(**changes)
        self.route(case, *(departments or ("FIN",)))
        for department in departments or ("FIN",):
            self.answer(case, department)
        return case

    def posted(self, **changes: Any) -> str:
        """A customer in the store; returns its code."""
        case = self.ready(**changes)
        self.release(case)
        self.do(case, "Task_confirm", "孙倩", "confirm")
        return str(self.form(case)["customer_code"])

    # --- looking --------------------------------------------------------------------------------------------------

    def inbox(self, who: str) -> list[str]:
        """What a person's inbox shows: case number and step, most pressing first."""
        person, now = self.cast.person(who), self.clock.now()
        with self.transactions.read() as tx:
            posts = [post.id for post in self.engine.snapshots.at(tx).people.posts_of(person, now)]
            return [
                f"{entry.number} {entry.name}"
                for entry in inbox.mine(inbox.of_posts(tx, posts), person, self.cast.people, self.clock.now())
            ]

    def told(self, who: str, kind: str | None = None) -> list[Notice]:
        """The notices in a person's inbox, newest first."""
        with self.transactions.read() as tx:
            found = queries.latest(tx, self.cast.person(who))
        return [notice for notice in found if kind in (None, notice.kind)]

    def findings(self, case: int) -> list[str]:
        """What the gate found the last time it was asked, by code."""
        results = self.rows("gate_result", case, "checked_at")
        return [finding["code"] for finding in results[-1]["findings"]] if results else []


def firm(number: int) -> dict[str, Any]:
    """The form of the n-th of many firms that have nothing to do with each other."""
    base = f"91320500MA1{number:06d}"
    name = f"苏州{STEMS[number % 10]}{BRANCHES[number % 12]}{number // 60 or ''}机械有限公司"
    return other(name, base + uscc.calc_check_digit(base))


def settle_in(tx: Tx, now: datetime) -> None:
    """Found the company with its policy, calendar, number ranges and the create procedure."""
    cast = move_in(tx, now)
    admin = cast.person("赵磊")
    codes = {
        code: company.add_department(tx, now, admin, code=code, name=name, kind=kind)
        for code, (name, kind) in MORE_DEPARTMENTS.items()
    }
    for login, (name, code, kind) in MORE_PERSONS.items():
        person = company.add_person(
            tx, now, admin, login=login, name=name, department_id=codes[code], password_hash="", must_change=False
        )
        company.appoint(tx, now, admin, department_id=codes[code], kind=kind, person_id=person)
    calendar_tables.seed(tx, (2026, 2027))
    policy_tables.publish(tx, now, POLICY.read_text(encoding="utf-8"))
    policy_texts.lay_down(tx, now, POLICY.parent)
    numbering.seed(tx)
    for process in PROCEDURES:
        publish(tx, now, admin, build(process, read_folder(Path("processes") / process)), "test")


def _item(row: dict[str, Any]) -> Any:
    return None if row["item"] is None else store.loads(row["item"])


def attach(tx: Tx, now: datetime, person: int) -> str:
    """A licence that somebody has uploaded and not yet handed in; returns its id."""
    file, content = str(uuid.uuid4()), b"%PDF-1.4 licence"
    values = {
        "id": file, "name": "营业执照.pdf", "media_type": "application/pdf", "size": len(content), "sha256": "0" * 64,
        "content": content, "uploaded_by": person, "uploaded_at": now,
    }  # fmt: skip
    tx.core(insert(store.attachment).values(values))
    return file
