"""The company with the yearly freeze review published, three units and their customers, and short words for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import company, schedules
from engine.clock import ManualClock
from engine.definitions import build, publish, read_folder
from engine.engine import Application
from engine.store import stamp
from tests.journeys.company import ENTRIES, FOCAL, LEADER, Company, firm

REVIEW, APPLICATION = "customer_annual_freeze", "customer_routine_freeze"
THIRD = {"U3": ("经营三部", "unit")}
THIRD_PERSONS = {"yaojing": ("姚静", "focal"), "qiuming": ("邱明", "leader")}
STATEMENTS = {"dealings_over": True, "no_more_dealings": True}


class Reviews(Company):
    """A second one on the same database (`found=False`) is another process of the same company."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, *, found: bool = True) -> None:
        super().__init__(url, folder, clock, found=found)
        self.firms = 0
        if found:
            self.prepare()

    def prepare(self) -> None:
        """A third unit, and the procedures of the review."""
        self._open_third_unit()
        with self.transactions.write() as tx:
            for name in (REVIEW, APPLICATION):
                definition = build(name, read_folder(Path("processes") / name))
                publish(tx, self.clock.now(), None, definition, "test")
                schedules.register(tx, self.clock.now(), definition)

    def _open_third_unit(self) -> None:
        for code, (name, kind) in THIRD.items():
            department = self.changed(company.add_department, code=code, name=name, kind=kind)
            for login, (person_name, post) in THIRD_PERSONS.items():
                person = self.changed(
                    company.add_person, login=login, name=person_name, department_id=department, password_hash="",
                    must_change=False,
                )  # fmt: skip
                self.changed(company.appoint, department_id=department, kind=post, person_id=person)

    # --- customers ------------------------------------------------------------------------------------------------

    def customer(self, unit: str = "U1", last: str | None = "2025-03-31", **figures: Any) -> str:
        """A customer of a unit, last traded with on that day; returns its code."""
        form = firm(self.firms)
        self.firms += 1
        case = self.apply(FOCAL[unit], unit, form=form)
        self.approve(case, unit)
        self.route(case, "FIN")
        self.complete_view(case, "FIN", **{**ENTRIES["FIN"], "invoice_title": form["legal_name"]})
        self.sign_view(case, "FIN")
        self.release(case)
        self.do(case, "Task_confirm", FOCAL[unit], "confirm")
        code = str(self.form(case)["customer_code"])
        if last is not None:
            self.imported(code, last, **figures)
        return code

    def imported(self, code: str, last: str, balance: str = "0.00", orders: int = 0, day: str = "2026-11-15") -> None:
        """What the newest import says about a customer."""
        with self.transactions.write() as tx:
            tx.run(
                "INSERT INTO account_figures (account_id, company_code, as_of, open_balance, open_orders,"
                " last_transaction_on, source_file, imported_by, imported_at) SELECT id, '', ?, ?, ?, ?, '余额.xlsx',"
                " ?, ? FROM account WHERE customer_code = ? ON CONFLICT (account_id, company_code, as_of) DO UPDATE"
                " SET open_balance = excluded.open_balance, open_orders = excluded.open_orders,"
                " last_transaction_on = excluded.last_transaction_on",
                (day, balance, orders, last, self.cast.person("黄雅琴"), stamp(self.clock.now()), code),
            )

    def extended(self, code: str, unit: str, area: str = "20") -> None:
        """Another unit has brought the customer into a sales area of its own."""
        values = {"change_kind": "extension", "distribution_channel": area}
        case = self.modify(code, FOCAL[unit], unit, **values)
        self.approve(case, unit)
        self.route(case, "FIN")
        self.answer(case, "FIN")
        self.release(case)
        self.do(case, "Task_confirm", FOCAL[unit], "confirm")

    # --- the review -----------------------------------------------------------------------------------------------

    def begin(self) -> int:
        """Finance starts a review by itself."""
        values = {"start_reason": "年度清理", "outcome": "submit"}
        application = Application(REVIEW, self.cast.person("黄雅琴"), self.cast.department("FIN"), values)
        case = self.engine.start(application).case_id
        self.engine.settle(case)
        return case

    def rows_before(self, case: int, table: str, department: str = "FIN") -> list[dict[str, Any]]:
        """The rows a form shows to a department."""
        with self.transactions.read() as tx:
            source = self.bench.registry.rows[f"customers.{table}"]
            return source(tx, self.clock.now(), case, self.cast.department(department))

    def propose(
        self, case: int, added: list[dict[str, str]] | None = None, leave: dict[str, str] | None = None
    ) -> None:
        """Finance proposes every line but those it leaves out, and adds some."""
        left = leave or {}
        lines = [
            {"customer_code": row["customer_code"],
             "proposal": "leave" if row["customer_code"] in left else "propose",
             "proposal_reason": left.get(row["customer_code"], "往来已结束")}
            for row in self.rows_before(case, "review_candidates")
        ]  # fmt: skip
        self.do(case, "Task_propose", "黄雅琴", "propose", lines=lines, added=added or [])

    def proposed(self, **more: Any) -> int:
        """A review that finance has proposed and signed: it lies before the departments."""
        case = self.begin()
        self.propose(case, **more)
        self.do(case, "Task_sign_proposal", "陈立", "approve")
        return case

    def opine(self, case: int, department: str, keep: dict[str, str] | None = None, signed: bool = True) -> None:
        """A department agrees to every line but those it keeps, with why; its leader signs."""
        kept = keep or {}
        lines = [
            {"customer_code": row["customer_code"], "decision": "keep" if row["customer_code"] in kept else "agree",
             "reason": kept.get(row["customer_code"], "")}
            for row in self.rows_before(case, "review_lines", department)
        ]  # fmt: skip
        self.do(case, "Task_review", FOCAL[department], "answer", department=department, lines=lines)
        if signed:
            self.do(case, "Task_sign_review", LEADER[department], "approve", department=department)

    def results(self, case: int) -> dict[str, str | None]:
        """What came of each proposed line, by customer."""
        sql = (
            "SELECT a.customer_code, l.result FROM freeze_line l JOIN account a ON a.id = l.account_id"
            " JOIN freeze_review r ON r.id = l.review_id WHERE r.instance_id = ? AND l.proposal = 'propose'"
        )
        return {row[0]: row[1] for row in self.read(sql, case)}

    # --- the applications -----------------------------------------------------------------------------------------

    def application(self, department: str) -> int:
        """The application of a department that came of a review."""
        sql = "SELECT max(id) FROM instance WHERE process = ? AND department_id = ?"
        return int(self.read(sql, APPLICATION, self.cast.department(department))[0][0])

    def fill(self, case: int, department: str, leave: dict[str, str] | None = None, node: str = "Task_fill") -> None:
        """The unit files every line but those it leaves, with why."""
        left = leave or {}
        lines = [
            {"customer_code": row["customer_code"], "choice": "leave" if row["customer_code"] in left else "file",
             "choice_reason": left.get(row["customer_code"], "")}
            for row in self.rows_before(case, "filing_lines", department)
        ]  # fmt: skip
        self.do(case, node, FOCAL[department], "submit", lines=lines, **STATEMENTS)

    def filed(self, department: str, leave: dict[str, str] | None = None) -> int:
        """The unit's application, signed and before the maintainer for release."""
        case = self.application(department)
        self.fill(case, department, leave)
        self.approve(case, department)
        self.do(case, "Task_check", "李志强", "complete", reason_code="ok")
        return case

    def settle(self, case: int) -> None:
        """The background goes on until nothing is due."""
        while self.engine.settle(case):
            pass

    def outcomes(self, case: int) -> dict[str, tuple[str | None, str | None]]:
        """What came of each line of an application: outcome and problem, by customer."""
        sql = (
            "SELECT a.customer_code, f.outcome, f.problem FROM freeze_filing f JOIN freeze_line l ON l.id = f.line_id"
            " JOIN account a ON a.id = l.account_id WHERE f.instance_id = ?"
        )
        return {row[0]: (row[1], row[2]) for row in self.read(sql, case)}

    def status(self, code: str) -> str:
        return str(self.read("SELECT status FROM account WHERE customer_code = ?", code)[0][0])
