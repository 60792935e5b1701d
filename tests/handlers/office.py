"""A company with a customer store: applications are laid down as the engine would, operations run for real.

The diagram and forms are the real ones of `customer_create`; what people complete is put down as work items with
genuine signatures, so that a test can say in one line who did what.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import forms
from engine.cases import CREATE
from engine.clock import ManualClock
from engine.definitions import Definition, build, publish, read_folder
from engine.errors import FieldProblem, Refused
from engine.history import GENESIS, Chain
from engine.operations import Case, Context, Done, GuardContext, Order, registry
from engine.people import People
from engine.seals import Seals
from engine.store import dumps, loads, stamp
from engine.transactions import Transactions, Tx
from engine.vault import Vault
from handlers.customers import numbering
from handlers.customers.changes import differences as changes
from handlers.customers.matching.search import SearchResult, search
from tests.cast import Cast, move_in

FOLDER = Path("processes/customer_create")
HUAWEI, TENCENT = "914403001922038216", "9144030071526726XG"
FORM: dict[str, Any] = {
    "account_group": "C001",
    "customer_type": "企业",
    "legal_name": "华为技术有限公司",
    "tax_id_type": "uscc",
    "tax_id": HUAWEI,
    "apply_reason": "签订年度框架合同",
    "source_channel": "visit",
    "verified_against": "original",
    "verified_on": "2026-09-15",
    "verified_by": "何晓雯",
    "legal_representative": "赵明路",
    "registered_address": "深圳市龙岗区坂田华为总部办公楼",
    "registered_capital": "40341131820.00",
    "attachments": ["a-1"],
    "industry_code": "C",
    "country": "CN",
    "region_code": "440000",
    "city": "深圳",
    "street_address": "坂田街道五和大道 1 号",
    "postcode": "518129",
    "phone": "0755 2878 0808",
    "contacts": [{"name": "王芳", "role": "finance", "mobile": "13800138000", "is_primary": True}],
    "banks": [
        {
            "bank_name": "中国工商银行",
            "branch_name": "深圳华为支行",
            "cnaps_code": "102100099996",
            "account_no": "4000021209200012345",
            "account_name": "华为技术有限公司",
            "account_kind": "基本户",
            "currency": "CNY",
            "is_default": True,
        }
    ],
    "sales_organisation": "1000",
    "distribution_channel": "10",
    "division": "01",
    "cooperation_mode": "direct",
    "sales_currency": "CNY",
    "customer_group": "01",
    "salesperson": "何晓雯",
    "pricing_procedure": "1",
    "shipping_condition": "01",
    "sales_tax_classification": "1",
}
ACCOUNTING: dict[str, Any] = {
    "company_code": "1000",
    "reconciliation_account": "112200",
    "account_assignment_group": "01",
    "payment_terms": "Z030",
    "credit_limit": "5000000.00",
    "credit_currency": "CNY",
    "credit_control_area": "1000",
    "vat_payer_kind": "general",
    "invoice_type": "special",
    "invoice_title": "华为技术有限公司",
    "invoice_address": "深圳市龙岗区坂田华为总部办公楼",
    "invoice_phone": "0755 2878 0808",
}
OWN = ["application", "identity", "general", "contact", "bank", "sales"]


def other(name: str, tax_id: str, **more: Any) -> dict[str, Any]:
    """The sample form for another customer."""
    bank = {**FORM["banks"][0], "account_name": name}
    return {**FORM, "legal_name": name, "tax_id": tax_id, "banks": [bank], "invoice_title": name, **more}


class Office:
    """The company, its store, and short words for what happens in it."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, found: bool = True) -> None:
        self.transactions, self.clock = Transactions(url, Vault(folder / "keys")), clock
        self.seals = Seals(folder / "keys")
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.orders: list[Order] = []
        self.jobs = 0
        self.definition: Definition = build("customer_create", read_folder(FOLDER))
        with self.write() as tx:
            self.cast: Cast = move_in(tx, clock.now()) if found else Cast(People.load(tx))
            if found:
                numbering.seed(tx)
                publish(tx, clock.now(), None, self.definition, "test")
            self.definition_id = tx.all("SELECT max(id) FROM definition")[0][0]

    @classmethod
    def joining(cls, url: str, folder: Path, clock: ManualClock) -> Office:
        """Another process of a company that is there already."""
        return cls(url, folder, clock, found=False)

    def write(self) -> Any:
        return self.transactions.write()

    def read(self, sql: str, *values: Any) -> list[Any]:
        with self.transactions.read() as tx:
            return tx.all(sql, values)

    # --- applications -------------------------------------------------------------------------------------

    def apply(self, who: str = "孙倩", code: str = "U1", form: dict[str, Any] | None = None) -> int:
        """An application as it stands after its start, with the applicant's search; returns the case."""
        form = dict(FORM if form is None else form)
        if "search" not in form:
            found = self.look(who, form["legal_name"], form["tax_id"])
            form["search"] = {"search_ids": [str(found.id)], "dismissals": {}}
        return self._lay_down(who, code, form)

    def _lay_down(self, who: str, code: str, form: dict[str, Any]) -> int:
        with self.write() as tx:
            count = tx.all("SELECT count(*) FROM instance")[0][0]
            values = (
                f"CJ-2026-{count + 1:04d}", self.definition_id, "customer_create", form.get("legal_name", "冻结"),
                self.cast.person(who), self.cast.department(code), False, None, None, None, dumps(form), b"", GENESIS,
                stamp(self.clock.now()),
            )  # fmt: skip
            case = int(tx.all(CREATE, values)[0][0])
            for watch in registry.watchers:
                watch(tx, case, "customer_create", {}, form)
            return case

    def form(self, case: int) -> dict[str, Any]:
        form: dict[str, Any] = loads(self.read("SELECT form FROM instance WHERE id = ?", case)[0][0])
        return form

    def write_form(self, case: int, **values: Any) -> None:
        before = self.form(case)
        form = {**before, **values}
        with self.write() as tx:
            tx.run("UPDATE instance SET form = ? WHERE id = ?", (dumps(form), case))
            for watch in registry.watchers:
                watch(tx, case, "customer_create", before, form)

    def end(self, case: int, status: str = "ended") -> None:
        """Close the case and let the handlers let go, as the engine does."""
        with self.write() as tx:
            tx.run("UPDATE instance SET status = ? WHERE id = ?", (status, case))
            for close in registry.closers:
                close(tx, case, self.clock.now(), status)

    # --- what people do -----------------------------------------------------------------------------------

    def done(
        self, case: int, node: str, who: str, post: tuple[str, str], outcome: str, *, comment: str = "",
        signs: list[str] | None = None, sealed_by: str | None = "", **submission: Any,
    ) -> str:  # fmt: skip
        """A step somebody completed; `signs` puts the department's signature and seal on those sections."""
        self.clock.advance(minutes=1)
        if submission:
            self.write_form(case, **submission)
        code, kind = post
        now, department = self.clock.now(), self.cast.department(code)
        signature = None if signs is None else self._signature(case, node, who, code, signs, sealed_by)
        with self.write() as tx:
            count = tx.all("SELECT count(*) FROM work_item")[0][0]
            item = f"{case}.{count + 1}"
            tx.run(
                "INSERT INTO work_item (id, instance_id, node, name, post_id, department_id, due, urgent, round,"
                " status, opened_at, done_at, done_by, outcome, comment, submission, signature)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 'done', ?, ?, ?, ?, ?, ?, ?)",
                (
                    item, case, node, node, self.cast.post(code, kind), department, stamp(now), False, stamp(now),
                    stamp(now), self.cast.person(who), outcome, comment, dumps(submission),
                    None if signature is None else dumps(signature),
                ),
            )  # fmt: skip
        return item

    def _signature(
        self, case: int, node: str, who: str, code: str, sections: list[str], sealed_by: str | None
    ) -> dict[str, Any]:
        form, catalogue = self.form(case), self.definition.catalogue
        signature: dict[str, Any] = {
            "case": self.read("SELECT number FROM instance WHERE id = ?", case)[0][0],
            "node": node,
            "sections": sections,
            "hash": forms.section_hash(catalogue, sections, form),
            "hashes": forms.section_hashes(catalogue, sections, form),
            "by": self.cast.person(who),
            "on_behalf_of": None,
            "department": code,
            "at": stamp(self.clock.now()),
        }
        seal = None if sealed_by is None else self.seals.seal(sealed_by or code, signature)
        return {**signature, "seal": seal}

    def approve(self, case: int) -> None:
        self.done(case, "Task_approve", "马国栋", ("U1", "leader"), "approve", signs=OWN)

    def route(self, case: int, *codes: str) -> None:
        departments = [self.cast.department(code) for code in codes]
        self.done(case, "Task_check", "李志强", ("MDM", "maintainer"), "route", departments=departments)

    def finance_signs(self, case: int) -> None:
        self.done(case, "Task_complete_view", "黄雅琴", ("FIN", "focal"), "complete", **ACCOUNTING)
        self.done(case, "Task_sign_view", "陈立", ("FIN", "leader"), "approve", signs=["accounting"])

    def release(self, case: int, who: str = "李志强") -> None:
        self.done(case, "Task_release", who, ("MDM", "maintainer"), "post", entry_checked=True)

    def ready(self, who: str = "孙倩", code: str = "U1", form: dict[str, Any] | None = None) -> int:
        """An application that everybody has approved and the maintainer has released."""
        case = self.apply(who, code, form)
        self.approve(case)
        self.run(case, "customers.reserve")
        self.route(case, "FIN")
        self.finance_signs(case)
        self.release(case)
        return case

    def posted(self, form: dict[str, Any] | None = None) -> str:
        """A customer that is in the store; returns its code."""
        case = self.ready(form=form)
        self.run(case, "customers.post")
        self.end(case)
        return str(self.form(case)["customer_code"])

    # --- changes and freezes ------------------------------------------------------------------------------

    def current(self, code: str, area: str = "", company: str = "") -> dict[str, Any]:
        """What a form about a customer opens with."""
        with self.transactions.read() as tx:
            return changes.current(tx, code, area, company)

    def wish(self, code: str, kind: str = "ordinary", who: str = "孙倩", unit: str = "U1", **fields: Any) -> int:
        """An application to change a customer, as it stands after its start; returns the case."""
        asked = {"change_kind": kind, "change_reason": "客户来函", "evidence": ["a-9"], **fields}
        return self._lay_down(who, unit, {**self.current(code), **asked})

    def change(self, code: str, kind: str = "ordinary", **fields: Any) -> int:
        """A change that was applied for, approved, released and posted; returns the case."""
        case = self.wish(code, kind, **fields)
        self.run(case, "customers.reserve_change")
        self.release(case)
        self.run(case, "customers.unfreeze" if kind == "unfreeze" else "customers.post_change")
        self.end(case)
        return case

    def wish_frozen(self, *codes: str, kind: str = "special", who: str = "孙倩", unit: str = "U1", **more: Any) -> int:
        """An application to freeze customers; returns the case."""
        rows = {"customers": [{"customer_code": code} for code in codes]}
        return self._lay_down(who, unit, {**rows, "freeze_kind": kind, "freeze_reason": "法律纠纷", **more})

    def freeze(self, *codes: str, **more: Any) -> int:
        """A freeze that was approved, released and posted; returns the case."""
        case = self.wish_frozen(*codes, **more)
        self.run(case, "customers.reserve_change", kind="freeze")
        self.release(case)
        self.run(case, "customers.freeze")
        self.end(case)
        return case

    def post_directly(self, form: dict[str, Any]) -> str:
        """A customer whose application needs no finance and no key; returns its code."""
        case = self._lay_down("孙倩", "U1", form)
        self.release(case)
        self.run(case, "customers.post")
        self.end(case)
        return str(self.form(case)["customer_code"])

    # --- what handlers do ---------------------------------------------------------------------------------

    def run(self, case: int, operation: str, job: str | None = None, **parameters: Any) -> Done:
        """Perform an operation as the engine would: form and events of a success are kept with what it wrote.

        A refusal is raised after its transaction was kept, as its error event would do.
        """
        self.jobs += 1
        refusal: Exception | None = None
        done = Done()
        with self.write() as tx:
            ctx = self.context(tx, case, job or f"{case}.j{self.jobs}", parameters.pop("node", "Job"))
            ctx.item = parameters.pop("item", None)
            try:
                done = registry.operations[operation].run(ctx, **parameters) or Done()
            except Refused as error:
                refusal = error
            else:
                self._keep(tx, case, ctx, done)
                self.orders += ctx.orders
        if refusal:
            raise refusal
        return done

    def _keep(self, tx: Tx, case: int, ctx: Context, done: Done) -> None:
        form = {**ctx.case.form, **done.form}
        count, head = tx.all("SELECT event_count, event_head FROM instance WHERE id = ?", (case,))[0]
        chain = Chain(case, count, head, ctx.now)
        for kind, data in ctx.events:
            chain.add(kind, None, ctx.node, ctx.job, data)
            self.events.append((kind, data))
        chain.write(tx)
        tx.run(
            "UPDATE instance SET form = ?, event_count = ?, event_head = ? WHERE id = ?",
            (dumps(form), chain.count, chain.head, case),
        )

    def context(self, tx: Tx, case: int, job: str, node: str) -> Context:
        row = tx.all(
            "SELECT number, process, title, applicant_id, department_id, urgent, round, form FROM instance"
            " WHERE id = ?",
            (case,),
        )[0]
        known = Case(case, *row[:5], bool(row[5]), row[6], loads(row[7]))
        return Context(tx, self.clock.now(), known, node, job, self.cast.people, self.seals, self.definition)

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [data for name, data in self.events if name == kind]

    # --- the duplicate search -----------------------------------------------------------------------------

    def look(self, who: str, name: str, tax_id: str) -> SearchResult:
        with self.write() as tx:
            return search(tx, self.clock.now(), self.cast.person(who), name, tax_id)

    def objections(self, who: str, form: dict[str, Any], case: int | None = None) -> list[FieldProblem]:
        """What the guard of the application form says."""
        with self.transactions.read() as tx:
            actor = self.cast.whole(who)
            ctx = GuardContext(
                tx, self.clock.now(), self.cast.people, actor.id, actor.department_id or 0, case, "Start_apply"
            )
            return registry.guards["customers.searched"](ctx, form)

    def close(self) -> None:
        self.transactions.close()
