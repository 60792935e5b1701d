"""What happens in a scenario: what was there before, what people and the clock do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine import timers
from engine.check.stories import WALL
from engine.clock import local
from engine.definitions import Definition
from engine.engine import Application, Completion
from engine.errors import NotFound
from engine.limits import Limit
from engine.spiff import Covered, Node, watch
from engine.store import stamp
from engine.timeline import timeline
from webui.demo.customers import ACCOUNTING
from webui.scenarios.facts import ITEMS
from webui.scenarios.stage import Stage, Wrong

FIGURES = (
    "INSERT INTO account_figures (account_id, company_code, as_of, open_balance, open_orders, last_transaction_on,"
    " source_file, imported_by, imported_at) SELECT id, '', ?, ?, ?, ?, '情景.xlsx', ?, ? FROM account"
    " WHERE customer_code = ? ON CONFLICT (account_id, company_code, as_of) DO UPDATE SET"
    " open_balance = excluded.open_balance, open_orders = excluded.open_orders,"
    " last_transaction_on = excluded.last_transaction_on"
)
BEGUN = "SELECT max(id) FROM instance WHERE process = ? AND applicant_id IS NULL AND (? = 0 OR department_id = ?)"
UNITS = {"EAST": ("sunqian", "maguodong"), "SOUTH": ("hejunjie", "luowen")}


class Player:
    """Plays on a stage, step by step."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.covered = stage, Covered()
        self.services, self.desk, self.clock = stage.services, stage.desk, stage.clock

    def watch(self, process: str) -> Covered:
        """Note from now on what the cases of the procedure pass; nothing when there is none of that name."""
        with self.services.transactions.read() as tx:
            known = self.services.engine.definitions
            try:
                self.covered = watch(known.newest(tx, process)[1].model)
            except NotFound:
                self.covered = Covered()
        return self.covered

    def has_customer(self, name: str, told: Mapping[str, Any]) -> None:
        """The firm is a customer already, of 华东事业部 unless another is told; with figures where they are told."""
        what, unit = self.stage.firm(name), str(told.get("部门", "EAST"))
        focal, leader = UNITS[unit]
        case = self.desk.apply(focal, unit, what.form)
        self.desk.do(case, "Task_approve", leader, "approve")
        finance = [str(self.stage.company.departments["FIN"])]
        self.desk.do(case, "Task_check", "lizhiqiang", "route", reason_code="views", departments=finance)
        completed = {**ACCOUNTING, "invoice_title": what.name}
        self.desk.do(case, "Task_complete_view", "huangyaqin", "complete", department="FIN", **completed)
        self.desk.do(case, "Task_sign_view", "chenli", "approve", department="FIN")
        self.desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
        self.desk.do(case, "Task_confirm", focal, "confirm")
        with self.services.transactions.read() as tx:
            rows = tx.all("SELECT customer_code FROM posting WHERE instance_id = ?", (case,))
        self.stage.codes[name] = str(rows[0][0])
        if "最后交易" in told:
            self.import_figures(name, told)

    def import_figures(self, name: str, told: Mapping[str, Any]) -> None:
        """What the ledger says about a customer as of now: 最后交易, 余额, 单据."""
        day, at = f"{local(self.clock.now()):%Y-%m-%d}", stamp(self.clock.now())
        values = (day, str(told.get("余额", "0.00")), int(told.get("单据", 0)), str(_needed(told, "最后交易")))
        with self.services.transactions.write() as tx:
            tx.run(FIGURES, (*values, self.stage.company.persons["huangyaqin"], at, self.stage.code(name)))

    def start(self, who: str, process: str, what: Mapping[str, Any]) -> None:
        """Somebody hands in an application; `what` names the customer and what is filled in."""
        name = str(what.get("单", process))
        if process == "customer_create":
            login = self.stage.login(who)
            form = {**self.stage.firm(str(_needed(what, "客户"))).form, **what.get("填写", {})}
            self.stage.cases[name] = self.desk.apply(login, self.stage.department_code(who), form)
            return
        values = self.stage.values(who, what)
        person, department = self.stage.person(who), self.stage.company.departments[self.stage.department_code(who)]
        subject = self.stage.code(str(what["客户"])) if "客户" in what else None
        application = Application(process, person, department, {**values, "outcome": "submit"}, None, subject)
        self.stage.cases[name] = self.services.engine.start(application).case_id
        self.services.engine.settle(self.stage.cases[name])

    def begun(self, process: str, what: Mapping[str, Any]) -> None:
        """A case that the clock or another case has started: from here on the scenario calls it by a name."""
        department = self.stage.department(str(what["部门"])) if "部门" in what else 0
        with self.services.transactions.read() as tx:
            row = tx.one(BEGUN, (process, department, department))
        if row is None or row[0] is None:
            raise Wrong(f"系统没有发起 {process}")
        self.stage.cases[str(what.get("单", process))] = int(row[0])

    def work(self, who: str, step: str, what: Mapping[str, Any]) -> None:
        """Somebody does an open step, named as in the diagram, and presses a button by its label."""
        case = self.stage.case(what)
        item, node, definition = self._item(case, who, step)
        form = definition.forms.get(node.extensions.get("form", ""))
        wanted = str(what.get("结果", "done"))
        outcomes = form.outcomes if form else ()
        outcome = next((one.id for one in outcomes if wanted in (one.id, one.label)), wanted)
        completion = Completion(outcome, self.stage.values(who, what), str(what.get("意见", "")))
        self.services.engine.finish(item, self.stage.person(who), completion)

    def _item(self, case: int, who: str, step: str) -> tuple[str, Node, Definition]:
        with self.services.transactions.read() as tx:
            people, open_ = self.services.people(tx), tx.all(ITEMS, (case,))
            for item, node_id, post, definition_id in open_:
                node = self.stage.node(tx, definition_id, node_id)
                if node.name == step and people.may(self.stage.person(who), post, self.clock.now()):
                    return item, node, self.services.engine.definitions.get(tx, definition_id)
            waits = "、".join(sorted({self.stage.node(tx, one[3], one[1]).name for one in open_}))
        raise Wrong(f"{who}没有待办“{step}”；这件流程现在等：{waits or '没有'}")

    def steer(self, who: str, verb: str, what: Mapping[str, Any]) -> None:
        """A case as a whole: 撤回, 挂起, 恢复, 升为紧急, 改为正常."""
        case, person, reason = self.stage.case(what), self.stage.person(who), str(what.get("理由", "按情景"))
        engine = self.services.engine
        if verb == "撤回":
            engine.withdraw(case, person, reason)
        elif verb == "挂起":
            engine.suspend(case, person, "其他", reason)
        elif verb == "恢复":
            engine.resume(case, person, reason)
        elif verb in ("升为紧急", "改为正常"):
            engine.reprioritise(case, person, verb == "升为紧急", reason, str(what.get("事由", "")))
        else:
            raise Wrong(f"不认识“{verb}”；可用：发起、办理、撤回、挂起、恢复、升为紧急、改为正常")

    def wait(self, span: str, clock: str = "") -> None:
        """Time passes, working time unless `自然时间` is said; the sweeps run at every due moment on the way."""
        with self.services.transactions.read() as tx:
            calendar = self.services.snapshot(tx).calendar(None)
        counted = timeline("wall" if clock == WALL else "work", calendar)
        until = counted.add(self.clock.now(), Limit.parse(span).span)
        while due := self._next_due(until):
            self.clock.move_to(due + timedelta(seconds=1))
            self.services.engine.sweep()
        self.clock.move_to(max(until, self.clock.now()))
        self.services.engine.sweep()

    def _next_due(self, until: datetime) -> datetime | None:
        with self.services.transactions.read() as tx:
            due = timers.next_due(tx, self.clock.now())
        return due if due is not None and due < until else None


def _needed(told: Mapping[str, Any], key: str) -> Any:
    if key not in told:
        raise Wrong(f"没有写“{key}”")
    return told[key]
