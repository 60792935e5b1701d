"""The company of one scenario: made for it, thrown away afterwards, with everything the scenario calls by a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.clock import ManualClock
from engine.settings import Settings
from engine.spiff import Node
from engine.transactions import Tx
from webui.demo.company import DemoCompany, settle_in
from webui.demo.customers import Firm, firm
from webui.demo.desk import Desk, licence_of
from webui.founding import equip
from webui.services import Services

SALESPERSON = "郑凯"


class Wrong(Exception):
    """What happened is not what the scenario says; the message says what was expected and what came."""


class Stage:
    """The demonstration's company on a database of its own, with a pretended clock, real engine and handlers."""

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

    def close(self) -> None:
        self.services.transactions.close()

    def firm(self, name: str) -> Firm:
        """A made-up firm that the scenario calls by a short name."""
        if name not in self.firms:
            self.firms[name] = firm(len(self.firms), SALESPERSON)
        return self.firms[name]

    def case(self, what: Mapping[str, Any]) -> int:
        """The case that a step is about, the newest unless `单` names one; raises Wrong."""
        name = str(what.get("单", next(reversed(self.cases), "")))
        if name not in self.cases:
            raise Wrong(f"没有名为“{name}”的单；已有：{'、'.join(self.cases) or '无'}")
        return self.cases[name]

    def code(self, name: str) -> str:
        """The code of a customer by its short name; raises Wrong."""
        if name not in self.codes:
            raise Wrong(f"没有客户“{name}”：请写进“已有客户”；现有：{'、'.join(self.codes) or '无'}")
        return self.codes[name]

    def department(self, code: str) -> int:
        """A department by its code; raises Wrong."""
        known = self.company.departments
        if code not in known:
            raise Wrong(f"演示公司里没有部门 {code}；可用：{'、'.join(known)}")
        return known[code]

    def person(self, name: str) -> int:
        return self.company.persons[self.login(name)]

    def login(self, name: str) -> str:
        """The login of somebody by the name on the doorplate; raises Wrong."""
        with self.services.transactions.read() as tx:
            logins = {one.name: one.login for one in self.services.people(tx).persons()}
        if name not in logins:
            raise Wrong(f"演示公司里没有{name}；可用：{'、'.join(logins)}")
        return logins[name]

    def department_code(self, name: str) -> str:
        """The code of the department somebody works in."""
        with self.services.transactions.read() as tx:
            people = self.services.people(tx)
            home = people.person(self.person(name)).department_id
        return next(code for code, one in self.company.departments.items() if one == home)

    def node(self, tx: Tx, definition_id: int, node: str) -> Node:
        return self.services.engine.definitions.get(tx, definition_id).model.nodes[node]

    def values(self, who: str, what: Mapping[str, Any]) -> dict[str, Any]:
        """What is filled in; `部门:FIN` stands for a department, `编码:恒川` for a customer, `附件` for a new file."""
        return {name: self._value(who, value) for name, value in (what.get("填写") or {}).items()}

    def _value(self, who: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(who, one) for one in value]
        if isinstance(value, Mapping):
            return {name: self._value(who, one) for name, one in value.items()}
        if isinstance(value, str) and value.startswith("编码:"):
            return self.code(value.removeprefix("编码:"))
        if value == "附件":
            return licence_of(self.services, self.person(who), self.clock.now())
        if isinstance(value, str) and value.startswith("部门:"):
            return str(self.department(value.removeprefix("部门:")))
        return value
