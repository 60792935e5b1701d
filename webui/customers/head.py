"""The head of a customer's page: name, state, what one looks for first."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine.people import People
from engine.transactions import Tx
from engine.wording import moment_text
from handlers.customers.changes.tables import BLOCKS
from handlers.customers.queries import Customer
from handlers.customers.reports import classes, listing
from handlers.customers.tables import ACCOUNT_STATUS
from handlers.reporting import share_text
from webui.customers.content import values_of
from webui.customers.listing import TONES, group_text
from webui.here import now


def head(tx: Tx, people: People, customer: Customer, today: bool) -> dict[str, Any]:
    """The variables of the head; not `today`: the customer as it was, without the class of now."""
    row, general = customer.row, values_of(customer, "general")
    return {
        "code": row.code,
        "name": general.get("legal_name") or row.name,
        "tags": _tags(customer),
        "meta": [
            {"label": label, "value": value, "mono": mono}
            for label, value, mono in _meta(tx, people, customer, general, today)
            if value
        ],
        "blocks": _blocks(customer) if customer.status else [],
    }


def _meta(
    tx: Tx, people: People, customer: Customer, general: dict[str, str], today: bool
) -> tuple[tuple[str, str, bool], ...]:
    """Label, value, whether it is a number to be copied; what is empty is left out."""
    row, newest, sales = customer.row, customer.versions[0], values_of(customer, "sales")
    former = "、".join(name for kind, name in customer.names if kind == "former")
    maintained = f"{moment_text(newest.posted_at, now())} {people.person(newest.posted_by).name}，v{newest.number}"
    verified = "，".join(general[name] for name in ("verified_against", "verified_on") if general.get(name))
    return (
        (_("客户编码"), row.code, True),
        (_("税号"), row.tax_id, True),
        (_("账户组"), group_text(row.group, listing.group_names(tx)), False),
        (_("合作方式"), sales.get("cooperation_mode", ""), False),
        (_("责任业务员"), sales.get("salesperson", ""), False),
        (_("法定代表人"), general.get("legal_representative", ""), False),
        (_("曾用名"), former, False),
        (_("归属单位"), row.department, False),
        (_("ABC 分类"), _class(tx, customer) if today else "", False),
        (_("建档"), moment_text(row.created_at, now()), False),
        (_("最近维护"), maintained, False),
        (_("来源核验"), verified, False),
    )


def _class(tx: Tx, customer: Customer) -> str:
    """Class A, B or C with its grounds, by the figures of now."""
    found = classes.rating(tx, customer.account_id)
    if found is None:
        return ""
    return _("%(letter)s 类（占交易额 %(share)s，累计 %(cumulative)s，%(as_of)s 的数据）", letter=found.name,
             share=share_text(found.share), cumulative=share_text(found.cumulative), as_of=found.as_of)  # fmt: skip


def _tags(customer: Customer) -> list[dict[str, str]]:
    status = customer.status
    tags = [{"text": ACCOUNT_STATUS[status], "tone": TONES[status]}] if status else []
    if status == "active":
        tags += [{"text": _(BLOCKS[kind]), "tone": "late"} for kind in _blocked(customer)]
    if customer.open_requests:
        tags.append({"text": _("在办 %(n)s", n=len(customer.open_requests)), "tone": "accent"})
    return tags


def _blocked(customer: Customer) -> list[str]:
    """The kinds of business that are blocked somewhere."""
    blocked = {block.kind for block in customer.blocks}
    return [kind for kind in BLOCKS if kind in blocked]


def _blocks(customer: Customer) -> list[dict[str, Any]]:
    blocked = _blocked(customer)
    return [
        {
            "label": _(title.removesuffix("冻结")),
            "text": _("冻结") if kind in blocked else _("未冻结"),
            "frozen": kind in blocked,
        }
        for kind, title in BLOCKS.items()
    ]
