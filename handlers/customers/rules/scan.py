"""Scanning what is stored: every rule over every customer, so that old records are judged too (OCA #525)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.transactions import Tx
from handlers.customers.records import snapshot
from handlers.customers.rules.facts import IMPLEMENTED, Facts
from handlers.customers.rules.rulebook import rulebook

_ACCOUNTS = "SELECT id, customer_code FROM account WHERE status <> 'merged' ORDER BY customer_code"


@dataclass
class Result:
    """A rule over the whole store: how many records failed, of how many, and which."""

    rule: str
    title: str
    severity: str
    asked: int = 0
    codes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # of rules about the system


def scan(tx: Tx, day: date) -> list[Result]:
    """The results of all rules that are not off, in the order of the catalogue."""
    book = rulebook(tx)
    results = {one.id: Result(one.id, one.title, book.severity(one.id)) for one in book.rules.values()}
    results = {name: one for name, one in results.items() if one.severity != "off"}
    for code, facts in _customers(tx, day):
        for name, result in results.items():
            if IMPLEMENTED[name].kind != "system":
                result.asked += 1
                if next(IMPLEMENTED[name].judge(facts), None) is not None:
                    result.codes.append(code)
    _system(tx, day, results)
    return list(results.values())


def _system(tx: Tx, day: date, results: Mapping[str, Result]) -> None:
    for name, result in results.items():
        if IMPLEMENTED[name].kind == "system":
            result.asked = 1
            result.notes = [one.message for one in IMPLEMENTED[name].judge(Facts({}, day, tx))]


def _customers(tx: Tx, day: date) -> Iterator[tuple[str, Facts]]:
    for account_id, code in tx.all(_ACCOUNTS):
        yield code, Facts(values_of(snapshot(tx, account_id)), day, tx, account_id=account_id)


def values_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """A stored customer as a form would hold it: one value per field, rows of contacts and banks."""
    values: dict[str, Any] = {**content["party"], "account_group": content["account"]["account_group"]}
    for view in ("accounting", "sales", "general"):
        for row in content.get(view) or ():
            values |= row
    return values | {name: content.get(name) or [] for name in ("contacts", "banks")}


def told(results: list[Result]) -> Iterator[str]:
    """The lines that `countersign scan` prints: rule, failures of records, codes."""
    for one in results:
        level = {"block": "阻止", "warn": "提醒"}[one.severity]
        if one.notes:
            yield f"{one.rule} {one.title}（{level}）：" + "；".join(one.notes)
            continue
        codes = "：" + "、".join(one.codes[:20]) + (" 等" if len(one.codes) > 20 else "") if one.codes else ""
        yield f"{one.rule} {one.title}（{level}）：{len(one.codes)}/{one.asked}{codes}"
