"""Plays one scenario of a process owner: the demonstration's company, real engine and handlers, a pretended clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine import timers
from engine.check.stories import WALL
from engine.clock import LOCAL, ManualClock, local
from engine.definitions import Definition
from engine.engine import Application, Completion
from engine.errors import CountersignError, FormInvalid, NotFound
from engine.limits import Limit
from engine.settings import Settings
from engine.spiff import Covered, Node, watch
from engine.store import moment, stamp
from engine.timeline import timeline
from engine.transactions import Tx
from handlers.customers.changes.differences import current
from webui.demo.company import DemoCompany, settle_in
from webui.demo.customers import ACCOUNTING, Firm, firm
from webui.demo.desk import Desk, licence_of
from webui.founding import equip
from webui.services import Services

ITEMS = (
    "SELECT w.id, w.node, w.post_id, i.definition_id FROM work_item w JOIN instance i ON i.id = w.instance_id"
    " WHERE w.instance_id = ? AND w.status IN ('open', 'claimed', 'paused') ORDER BY w.id"
)
CASE = "SELECT status, outcome, urgent, definition_id, round FROM instance WHERE id = ?"
DEADLINES = "SELECT clock, due, breached, status, node FROM deadline WHERE instance_id = ? ORDER BY received_at, id"
TOLD = "SELECT p.name FROM notice n JOIN person p ON p.id = n.person_id WHERE n.instance_id = ? AND n.kind = ?"
FIGURES = (
    "INSERT INTO account_figures (account_id, company_code, as_of, open_balance, open_orders, last_transaction_on,"
    " source_file, imported_by, imported_at) SELECT id, '', ?, ?, ?, ?, '情景.xlsx', ?, ? FROM account"
    " WHERE customer_code = ? ON CONFLICT (account_id, company_code, as_of) DO UPDATE SET"
    " open_balance = excluded.open_balance, open_orders = excluded.open_orders,"
    " last_transaction_on = excluded.last_transaction_on"
)
BEGUN = "SELECT max(id) FROM instance WHERE process = ? AND applicant_id IS NULL AND (? = 0 OR department_id = ?)"
UNITS = {"EAST": ("sunqian", "maguodong"), "SOUTH": ("hejunjie", "luowen")}
SALESPERSON = "郑凯"
STATUS = {"open": "在办", "ended": "已结束", "suspended": "已挂起", "withdrawn": "已撤回", "cancelled": "已作废"}


class Wrong(Exception):
    """What happened is not what the scenario says; the message says what was expected and what came."""


class Player:
    """A company of its own for one scenario, thrown away afterwards."""

    def __init__(self, folder: Path, processes: Path, begin: datetime) -> None:
        self.settings = Settings(
            database=f"sqlite:///{folder / 'scenario.db'}", keys=str(folder / "keys"), processes=str(processes)
        )
        self.clock = ManualClock(begin)
        self.services = Services.build(self.settings, self.clock)
        with self.services.transactions.write() as tx:
            self.company: DemoCompany = settle_in(tx, begin, "演示公司")
            equip(tx, begin, processes, self.company.admin, (begin.year, begin.year + 1))
        self.desk = Desk(self.services, self.company, self.clock, reads=False)
        self.cases: dict[str, int] = {}
        self.codes: dict[str, str] = {}
        self.firms: dict[str, Firm] = {}
        self.covered = Covered()

    def watch(self, process: str) -> Covered:
        """Note from now on what the cases of the procedure pass; nothing when there is none of that name."""
        with self.services.transactions.read() as tx:
            known = self.services.engine.definitions
            try:
                self.covered = watch(known.newest(tx, process)[1].model)
            except NotFound:
                self.covered = Covered()
        return self.covered

    def close(self) -> None:
        self.services.transactions.close()

    # --- before it begins -----------------------------------------------------------------------------------------

    def firm(self, name: str) -> Firm:
        """A made-up firm that the scenario calls by a short name."""
        if name not in self.firms:
            self.firms[name] = firm(len(self.firms), SALESPERSON)
        return self.firms[name]

    def has_customer(self, name: str, told: Mapping[str, Any]) -> None:
        """The firm is a customer already, of 华东事业部 unless another is told; with figures where they are told."""
        what, unit = self.firm(name), str(told.get("部门", "EAST"))
        focal, leader = UNITS[unit]
        case = self.desk.apply(focal, unit, what.form)
        self.desk.do(case, "Task_approve", leader, "approve")
        finance = [str(self.company.departments["FIN"])]
        self.desk.do(case, "Task_check", "lizhiqiang", "route", reason_code="views", departments=finance)
        self.desk.do(
            case,
            "Task_complete_view",
            "huangyaqin",
            "complete",
            department="FIN",
            **ACCOUNTING,
            invoice_title=what.name,
        )
        self.desk.do(case, "Task_sign_view", "chenli", "approve", department="FIN")
        self.desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
        self.desk.do(case, "Task_confirm", focal, "confirm")
        with self.services.transactions.read() as tx:
            rows = tx.all("SELECT customer_code FROM posting WHERE instance_id = ?", (case,))
        self.codes[name] = str(rows[0][0])
        if "最后交易" in told:
            self.import_figures(name, told)

    def import_figures(self, name: str, told: Mapping[str, Any]) -> None:
        """What the ledger says about a customer as of now: 最后交易, 余额, 单据."""
        day, at = f"{local(self.clock.now()):%Y-%m-%d}", stamp(self.clock.now())
        values = (day, str(told.get("余额", "0.00")), int(told.get("单据", 0)), str(_needed(told, "最后交易")))
        with self.services.transactions.write() as tx:
            tx.run(FIGURES, (*values, self.company.persons["huangyaqin"], at, self._code(name)))

    # --- what happens ---------------------------------------------------------------------------------------------

    def start(self, who: str, process: str, what: Mapping[str, Any]) -> None:
        """Somebody hands in an application; `what` names the customer and what is filled in."""
        name = str(what.get("单", process))
        if process == "customer_create":
            login = self._login(who)
            form = {**self.firm(str(_needed(what, "客户"))).form, **what.get("填写", {})}
            self.cases[name] = self.desk.apply(login, self._department_code(who), form)
            return
        values = self._values(who, what)
        person, department = self._person(who), self.company.departments[self._department_code(who)]
        subject = self._code(str(what["客户"])) if "客户" in what else None
        application = Application(process, person, department, {**values, "outcome": "submit"}, None, subject)
        self.cases[name] = self.services.engine.start(application).case_id
        self.services.engine.settle(self.cases[name])

    def begun(self, process: str, what: Mapping[str, Any]) -> None:
        """A case that the clock or another case has started: from here on the scenario calls it by a name."""
        department = self._department(str(what["部门"])) if "部门" in what else 0
        with self.services.transactions.read() as tx:
            row = tx.one(BEGUN, (process, department, department))
        if row is None or row[0] is None:
            raise Wrong(f"系统没有发起 {process}")
        self.cases[str(what.get("单", process))] = int(row[0])

    def work(self, who: str, step: str, what: Mapping[str, Any]) -> None:
        """Somebody does an open step, named as in the diagram, and presses a button by its label."""
        case = self._case(what)
        item, node, definition = self._item(case, who, step)
        form = definition.forms.get(node.extensions.get("form", ""))
        wanted = str(what.get("结果", "done"))
        outcomes = form.outcomes if form else ()
        outcome = next((one.id for one in outcomes if wanted in (one.id, one.label)), wanted)
        completion = Completion(outcome, self._values(who, what), str(what.get("意见", "")))
        self.services.engine.finish(item, self._person(who), completion)

    def steer(self, who: str, verb: str, what: Mapping[str, Any]) -> None:
        """A case as a whole: 撤回, 挂起, 恢复, 升为紧急, 改为正常."""
        case, person, reason = self._case(what), self._person(who), str(what.get("理由", "按情景"))
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
        until = timeline("wall" if clock == WALL else "work", calendar).add(self.clock.now(), Limit.parse(span).span)
        while due := self._next_due(until):
            self.clock.move_to(due + timedelta(seconds=1))
            self.services.engine.sweep()
        self.clock.move_to(max(until, self.clock.now()))
        self.services.engine.sweep()

    def _next_due(self, until: datetime) -> datetime | None:
        with self.services.transactions.read() as tx:
            due = timers.next_due(tx, self.clock.now())
        return due if due is not None and due < until else None

    # --- what is there now ----------------------------------------------------------------------------------------

    def seen(self, case: str) -> dict[str, Any]:
        """What a scenario may expect of a case."""
        case_id = self._case({"单": case})
        with self.services.transactions.read() as tx:
            row = tx.all(CASE, (case_id,))[0]
            deadlines = tx.all(DEADLINES, (case_id,))
            duties = {one[4] for one in deadlines if "duty" in self._node(tx, row[3], one[4]).extensions}
            steps = sorted({self._node(tx, one[3], one[1]).name for one in tx.all(ITEMS, (case_id,))})
        return {
            "状态": row[0],
            "结果": row[1],
            "紧急": bool(row[2]),
            "轮次": row[4],
            "待办": steps,
            "超时": sorted({one[0] for one in deadlines if one[4] not in duties and (one[2] or one[3] == "late")}),
            "时限": {one[0]: f"{local(moment(one[1])):%Y-%m-%d %H:%M}" for one in deadlines},
        }

    def standing(self) -> dict[str, str]:
        """How each case stands, in words: what is open, what was late, how it ended."""
        return {name: _standing(name, self.seen(name)) for name in self.cases}

    def told(self, case: str, kind: str) -> list[str]:
        """Who was sent a kind of notice about a case."""
        with self.services.transactions.read() as tx:
            return sorted({row[0] for row in tx.all(TOLD + " AND n.channel = 'inbox'", (self.cases[case], kind))})

    def customer(self, name: str) -> dict[str, Any]:
        """A customer of the store as it is now, with `status`."""
        code = self._code(name)
        with self.services.transactions.read() as tx:
            status = tx.all("SELECT status FROM account WHERE customer_code = ?", (code,))[0][0]
            return {**current(tx, code), "status": status}

    # --- names ----------------------------------------------------------------------------------------------------

    def _case(self, what: Mapping[str, Any]) -> int:
        name = str(what.get("单", next(reversed(self.cases), "")))
        if name not in self.cases:
            raise Wrong(f"没有名为“{name}”的单；已有：{'、'.join(self.cases) or '无'}")
        return self.cases[name]

    def _code(self, name: str) -> str:
        if name not in self.codes:
            raise Wrong(f"没有客户“{name}”：请写进“已有客户”；现有：{'、'.join(self.codes) or '无'}")
        return self.codes[name]

    def _department(self, code: str) -> int:
        known = self.company.departments
        if code not in known:
            raise Wrong(f"演示公司里没有部门 {code}；可用：{'、'.join(known)}")
        return known[code]

    def _item(self, case: int, who: str, step: str) -> tuple[str, Node, Definition]:
        with self.services.transactions.read() as tx:
            people, open_ = self.services.people(tx), tx.all(ITEMS, (case,))
            for item, node_id, post, definition_id in open_:
                node = self._node(tx, definition_id, node_id)
                if node.name == step and people.may(self._person(who), post, self.clock.now()):
                    return item, node, self.services.engine.definitions.get(tx, definition_id)
            waits = "、".join(sorted({self._node(tx, one[3], one[1]).name for one in open_}))
        raise Wrong(f"{who}没有待办“{step}”；这件流程现在等：{waits or '没有'}")

    def _node(self, tx: Tx, definition_id: int, node: str) -> Node:
        return self.services.engine.definitions.get(tx, definition_id).model.nodes[node]

    def _person(self, name: str) -> int:
        return self.company.persons[self._login(name)]

    def _login(self, name: str) -> str:
        with self.services.transactions.read() as tx:
            found = [one.login for one in self.services.people(tx).persons() if one.name == name]
        if not found:
            raise Wrong(f"演示公司里没有{name}")
        return found[0]

    def _department_code(self, name: str) -> str:
        with self.services.transactions.read() as tx:
            people = self.services.people(tx)
            home = people.person(self._person(name)).department_id
        return next(code for code, one in self.company.departments.items() if one == home)

    def _values(self, who: str, what: Mapping[str, Any]) -> dict[str, Any]:
        """What is filled in; `部门:FIN` stands for a department, `编码:恒川` for a customer, `附件` for a new file."""
        return {name: self._value(who, value) for name, value in (what.get("填写") or {}).items()}

    def _value(self, who: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(who, one) for one in value]
        if isinstance(value, Mapping):
            return {name: self._value(who, one) for name, one in value.items()}
        if isinstance(value, str) and value.startswith("编码:"):
            return self._code(value.removeprefix("编码:"))
        if value == "附件":
            return licence_of(self.services, self._person(who), self.clock.now())
        if isinstance(value, str) and value.startswith("部门:"):
            return str(self._department(value.removeprefix("部门:")))
        return value


def _needed(told: Mapping[str, Any], key: str) -> Any:
    if key not in told:
        raise Wrong(f"没有写“{key}”")
    return told[key]


def _standing(name: str, seen: Mapping[str, Any]) -> str:
    parts = [STATUS.get(seen["状态"], seen["状态"]) + (f" {seen['结果']}" if seen["结果"] else "")]
    parts += [f"{key} {'、'.join(seen[key])}" for key in ("待办", "超时") if seen[key]]
    return f"{name}：{'，'.join(parts)}"


def when(text: Any) -> datetime:
    """A moment of a scenario: `2026-11-16 09:00`, Shanghai time."""
    return datetime.fromisoformat(str(text)).replace(tzinfo=LOCAL)


def refusal(error: CountersignError) -> str:
    """Everything a refused step says."""
    told = [error.message]
    if isinstance(error, FormInvalid):
        told += [one.message for one in error.problems]
    return "；".join(told)
