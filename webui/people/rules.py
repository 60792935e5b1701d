"""设置 · 校验规则: the catalogue, and how severe each rule is in this company."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import CountersignError, NotFound
from handlers.customers.rules import SEVERITIES, Rule, Rulebook, rulebook
from handlers.customers.rules.publishing import switch
from webui.here import services
from webui.people.pages import FormPage, change, control, people, typed

TONES = {"block": "late", "warn": "warn", "off": ""}


@people.get("/rules")
def rules() -> str:
    book = _book()
    rows = [
        {
            "id": one.id,
            "title": one.title,
            "standard": one.standard,
            "fields": "、".join(one.fields),
            "remedy": one.remedy,
            "severity": _(SEVERITIES[book.severity(one.id)]),
            "tone": TONES[book.severity(one.id)],
            "switched": one.id in book.switches,
            "url": url_for("people.rule", rule_id=one.id),
        }
        for one in book.rules.values()
    ]
    return render_template("admin/rules.html", rows=rows, version=book.version)


@people.get("/rules/<rule_id>")
def rule(rule_id: str) -> ResponseReturnValue:
    book = _book()
    return _page(_rule(book, rule_id), {"severity": book.severity(rule_id)}).show()


@people.post("/rules/<rule_id>")
def switch_rule(rule_id: str) -> ResponseReturnValue:
    values = typed("severity", "reason")
    try:
        change(switch, rule_id, **values)
    except CountersignError as error:
        return _page(_rule(_book(), rule_id), values).show(error)
    flash(_("%(rule)s 已调整，从下一步办理起生效。", rule=rule_id))
    return redirect(url_for("people.rules"))


def _book() -> Rulebook:
    with services().transactions.read() as tx:
        return rulebook(tx)


def _rule(book: Rulebook, rule_id: str) -> Rule:
    if rule_id not in book.rules:
        raise NotFound(what=_("规则 %(rule)s", rule=rule_id))
    return book.rules[rule_id]


def _page(found: Rule, values: Mapping[str, str]) -> FormPage:
    severities = {key: _(label) for key, label in SEVERITIES.items()}
    return FormPage(
        active="rules",
        title=f"{found.id} {found.title}",
        fields=[
            control("severity", _("力度"), values.get("severity"), "choice", options=severities),
            control("reason", _("理由"), values.get("reason"), help=_("写明批准依据，记入变更记录"), max=200, width=6),
        ],
        action=url_for("people.switch_rule", rule_id=found.id),
        back=url_for("people.rules"),
        intro=f"{found.standard}。{found.remedy}。",
    )
