"""What stands beside a customer's views: what is under way, hints, freezes, partners, relations, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.people import People
from engine.wording import moment_text
from handlers.customers.changes.partners import FUNCTIONS
from handlers.customers.changes.states import scope_text
from handlers.customers.changes.tables import BLOCKS, FREEZE_KINDS
from handlers.customers.queries import Block, Customer
from handlers.customers.tables import NAME_KINDS
from webui.here import now

Pairs = list[dict[str, Any]]


def requests(customer: Customer) -> list[dict[str, Any]]:
    """The cases about the customer that are under way."""
    return [
        {
            "number": one.number,
            "url": url_for("cases.show", case_id=one.instance_id),
            "text": one.title,
            "note": _("%(who)s，%(at)s 申请", who=one.department, at=moment_text(one.started_at, now())),
        }
        for one in customer.open_requests
    ]


def quality(customer: Customer) -> list[dict[str, Any]]:
    """What of the record should be looked at."""
    return [
        {
            "text": _(hint.text),
            "note": hint.note,
            "tag": {"text": _(hint.dimension), "tone": "warn" if hint.serious else ""},
        }
        for hint in customer.hints
    ]


def boxes(customer: Customer, people: People) -> list[dict[str, Any]]:
    """Title and pairs of every box that has something to say."""
    found = [
        *_frozen(customer),
        (_("伙伴功能"), _partners(customer)),
        (_("主体关系"), _relations(customer)),
        (_("名称"), [{"label": _(NAME_KINDS[kind]), "value": name} for kind, name in customer.names]),
        (_("最近维护"), _newest(customer, people)),
    ]
    return [{"title": title, "pairs": pairs} for title, pairs in found if pairs]


def _frozen(customer: Customer) -> Iterator[tuple[str, Pairs]]:
    """One box per request that froze something."""
    for number, blocks in _by_request(customer.blocks).items():
        first = blocks[0]
        scopes = dict.fromkeys(scope_text(block.scope) for block in blocks)
        kinds = [_(BLOCKS[kind]) for kind in BLOCKS if kind in {block.kind for block in blocks}]
        pairs = [
            {"label": _("冻结项"), "value": "、".join(kinds)},
            {"label": _("范围"), "value": "、".join(scopes)},
            {"label": _("原因"), "value": first.reason},
            {"label": _("自"), "value": moment_text(first.since, now())},
            {"label": _("依据"), "value": number, "url": url_for("cases.show", case_id=first.instance_id)},
        ]
        yield _(FREEZE_KINDS.get(first.freeze_kind, "冻结")), pairs


def _by_request(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = {}
    for block in blocks:
        found.setdefault(block.number, []).append(block)
    return found


def _partners(customer: Customer) -> Pairs:
    own = customer.row.code
    return [
        {
            "label": _(FUNCTIONS.get(one.function, one.function)),
            "value": _("本客户") if one.code == own else f"{one.code} {one.name}".strip(),
            "url": url_for("customers.show", code=one.code) if one.code not in ("", own) else None,
        }
        for one in customer.partners
    ]


def _relations(customer: Customer) -> Pairs:
    return [
        {
            "label": _(one.title),
            "value": f"{one.code} {one.name}",
            "url": url_for("customers.show", code=one.code),
        }
        for one in customer.relations
    ]


def _newest(customer: Customer, people: People) -> Pairs:
    newest = customer.versions[0]
    case = url_for("cases.show", case_id=newest.instance_id)
    return [
        {"label": _("版本"), "value": f"v{newest.number}"},
        {"label": _("申请单"), "value": newest.case_number, "url": case},
        {"label": _("维护人"), "value": people.person(newest.posted_by).name},
        {"label": _("写入"), "value": moment_text(newest.posted_at, now())},
    ]
