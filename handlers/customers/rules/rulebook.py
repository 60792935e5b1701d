"""The rules in force: the newest catalogue with the administrators' switches, and what it says of a customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from engine.clock import local
from engine.errors import Misconfigured
from engine.operations import Judged, Judging, rules
from engine.transactions import Tx
from handlers.customers.changes.differences import BASE, CODE
from handlers.customers.reference.memory import version
from handlers.customers.rules.catalogue import Rule, parse
from handlers.customers.rules.facts import IMPLEMENTED, Facts

_NEWEST = "SELECT version, content FROM rule_catalogue ORDER BY version DESC LIMIT 1"
_ACCOUNT = "SELECT id FROM account WHERE customer_code = ?"
_SWITCHES = "SELECT rule, severity FROM rule_switch"

_loaded: WeakKeyDictionary[Engine, tuple[int, Rulebook]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Rulebook:
    """A published catalogue (`version`) with the severities of this company."""

    version: int
    rules: Mapping[str, Rule]
    switches: Mapping[str, str]

    def severity(self, rule: str) -> str:
        return self.switches.get(rule, self.rules[rule].severity)

    def asked(self, touched: frozenset[str] | None) -> Iterator[Rule]:
        """The rules about a customer that are not off and in which one of these fields takes part.

        Those that the database enforces are left to the duplicate search and the reservation, which know more.
        """
        for rule in self.rules.values():
            mine = touched is None or any(name.partition(".")[0] in touched for name in rule.fields)
            known = IMPLEMENTED[rule.id]
            if mine and self.severity(rule.id) != "off" and known.kind != "system" and not known.fixed:
                yield rule


def rulebook(tx: Tx) -> Rulebook:
    """The rules in force, from memory while nothing has changed."""
    number = version(tx)
    kept = _loaded.get(tx.engine)
    if kept is None or kept[0] != number:
        row = tx.one(_NEWEST)
        if row is None:
            raise Misconfigured(what="校验规则还没有发布", remedy="运行 countersign migrate，装入随附的规则目录")
        found = {rule.id: rule for rule in parse(row[1])}
        kept = _loaded[tx.engine] = (number, Rulebook(row[0], found, {row[0]: row[1] for row in tx.all(_SWITCHES)}))
    return kept[1]


def judge(book: Rulebook, facts: Facts, touched: frozenset[str] | None = None) -> Iterator[Judged]:
    """Everything the rules object to; `touched` limits them to those in which these fields take part."""
    for rule in book.asked(touched):
        for found in IMPLEMENTED[rule.id].judge(facts):
            blocks = book.severity(rule.id) == "block"
            yield Judged(rule.id, found.field, found.message, blocks, rule.fields)


def covered(tx: Tx) -> frozenset[str]:
    """The fields with a rule about what is written in them."""
    found = (rule for rule in rulebook(tx).rules.values() if IMPLEMENTED[rule.id].kind == "field")
    return frozenset(name for rule in found for name in rule.fields)


@rules("customers", covers=covered)
def of_form(ask: Judging) -> list[Judged]:
    """What the rules say of a form as it stands or would stand."""
    facts = Facts(ask.values, local(ask.now).date(), ask.tx, ask.case_id, own_account(ask.tx, ask.values))
    return list(judge(rulebook(ask.tx), facts, ask.touched))


def own_account(tx: Tx, values: Mapping[str, Any]) -> int | None:
    """The account that a form changes: it is no duplicate of itself."""
    if not values.get(BASE):
        return None
    row = tx.one(_ACCOUNT, (str(values.get(CODE) or ""),))
    return int(row[0]) if row else None
