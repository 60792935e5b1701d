"""What the list of customers can be narrowed down by: the choices, and the words for those that are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine.forms import Catalogue
from engine.operations import registry
from engine.people import People
from engine.transactions import Tx
from handlers.customers.changes.tables import FREEZE_KINDS
from handlers.customers.reports import listing
from handlers.customers.reports.classes import CLASSES
from handlers.customers.reports.criteria import ANY, Criteria
from handlers.customers.reports.freezes import SCOPES
from handlers.customers.tables import ACCOUNT_STATUS
from handlers.customers.values.masking import veiled
from webui.here import me, now
from webui.paging import sought

LONGEST = 80
ORDERS = {"code": "编码", "newest": "最新建档", "changed": "最近维护", "name": "名称"}
LABELS = {
    "status": "状态",
    "group": "账户组",
    "customer_type": "客户类型",
    "region": "地区",
    "industry": "行业",
    "mode": "合作方式",
    "department": "归属单位",
    "salesperson": "业务员",
    "abc_class": "ABC 分类",
    "in_flight": "在办申请",
    "freeze_kind": "冻结类别",
    "block_scope": "冻结范围",
}
# The field of the form that says what the codes of a criterion mean.
FIELDS = {
    "customer_type": "customer_type",
    "region": "region_code",
    "industry": "industry_code",
    "mode": "cooperation_mode",
}


@dataclass(frozen=True)
class Filters:
    """The criteria asked for, the order, and every choice by criterion: value → label."""

    criteria: Criteria
    order: str
    choices: Mapping[str, Mapping[str, str]]

    @classmethod
    def asked(cls, tx: Tx, catalogue: Catalogue | None, people: People) -> Filters:
        """What the address asks for; a choice that does not exist asks for nothing."""
        choices = _choices(tx, catalogue, people)
        typed = {name: "".join(c for c in value if c.isprintable())[:LONGEST] for name, value in request.args.items()}
        known = {name: value for name, value in typed.items() if name not in choices or value in choices[name]}
        criteria = Criteria.of({**known, "text": sought()})
        order = request.args.get("order", "")
        return cls(criteria, order if order in ORDERS else "code", choices)

    def parameters(self, **changes: str) -> dict[str, str]:
        """The address of this list, with changes; an empty one takes a criterion away."""
        found = {**self.criteria.given(), "order": "" if self.order == "code" else self.order, **changes}
        found["q"] = found.pop("text", "")
        return {name: value for name, value in found.items() if value}

    def address(self, endpoint: str = "customers.index", **changes: str) -> str:
        return url_for(endpoint, **self.parameters(**changes))  # type: ignore[arg-type]

    def said(self) -> list[tuple[str, str]]:
        """The criteria in words, as they may stand in files and records."""
        found = [(_("查找"), veiled(self.criteria.text))] if self.criteria.text else []
        given = self.criteria.given()
        return found + [(_(label), self.label(name, given[name])) for name, label in LABELS.items() if name in given]

    def label(self, name: str, value: str) -> str:
        return self.choices.get(name, {}).get(value, value)

    def narrowed(self) -> list[dict[str, str]]:
        """The criteria as chips, each with the address that takes it away; the status has chips of its own."""
        given = self.criteria.given()
        return [
            {"label": _(label), "value": self.label(name, given[name]), "url": self.address(**{name: ""})}
            for name, label in LABELS.items()
            if name in given and name != "status"
        ]

    def controls(self) -> list[dict[str, Any]]:
        """What the panel of further criteria asks."""
        return [
            {
                "name": name,
                "label": _(label),
                "value": getattr(self.criteria, name),
                "options": None if name == "salesperson" else list(self.choices[name].items()),
                "known": self.people() if name == "salesperson" else [],
            }
            for name, label in LABELS.items()
            if name != "status" and (name == "salesperson" or self.choices[name])
        ]

    def people(self) -> list[str]:
        return list(self.choices["_people"])


def _choices(tx: Tx, catalogue: Catalogue | None, people: People) -> dict[str, dict[str, str]]:
    labels = coded(tx, catalogue)
    return {
        "status": {key: _(label) for key, label in ACCOUNT_STATUS.items()},
        "group": {code: f"{code} {name}".strip() for code, name in listing.group_names(tx).items()},
        "department": {str(one.id): one.name for one in people.departments() if one.kind != "audit"},
        "abc_class": {key: _(label) for key, label in CLASSES.items()},
        "in_flight": {ANY: _("有在办申请"), **_own_department(people)},
        "freeze_kind": {key: _(label) for key, label in FREEZE_KINDS.items()},
        "block_scope": {key: _(label) for key, label in SCOPES.items()},
        **{name: labels.get(field, {}) for name, field in FIELDS.items()},
        "_people": {person.name: "" for person in people.persons()},
    }


def _own_department(people: People) -> dict[str, str]:
    """The department of the person signed in as a choice: whose applications are under way."""
    home = people.person(me()).department_id
    return {str(home): _("%(department)s的申请", department=people.department(home).name)} if home else {}


def coded(tx: Tx, catalogue: Catalogue | None) -> dict[str, dict[str, str]]:
    """What the codes of a field mean, by field; regions down to the province, by the digits all its codes share."""
    if catalogue is None:
        return {}
    found = {one.id: dict(one.options) for one in catalogue.fields.values() if one.options}
    for name in FIELDS.values():  # what the governed reference data offers today
        one = catalogue.fields.get(name)
        if one is not None and one.source in registry.listings:
            found[name] = {str(code): label for code, label in registry.listings[one.source].offered(tx, now())}
    regions = found.get("region_code", {})
    provinces = {code[:2]: label for code, label in regions.items() if code.endswith("0000")}
    return {**found, "region_code": provinces}
