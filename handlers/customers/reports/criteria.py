"""What one may ask of the list of customers, and the conditions it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from handlers.customers.changes.tables import CENTRAL
from handlers.customers.matching.naming import normalise
from handlers.customers.reports.classes import UNRATED
from handlers.customers.reports.grams import containing
from handlers.customers.values.keys import party_key

MOST_WORDS = 5
ACCOUNT_NO = r"[0-9A-Z]{8,34}"  # the length of bank accounts and IBAN
ANY = "any"
Condition = tuple[str, tuple[Any, ...]]


class Secret(str):
    """A value of a condition that the tables hold only as its fingerprint."""


@dataclass(frozen=True)
class Criteria:
    """All of these must hold; an empty one asks for nothing.

    `text` finds by any part of any name, by pinyin initials, by code, and by the whole number of tax or bank account;
    `region` and `industry` are the beginnings of codes (GB/T 2260, GB/T 4754), so that a province or a section holds
    everything within it.
    """

    text: str = ""
    status: str = ""
    group: str = ""
    customer_type: str = ""
    region: str = ""
    industry: str = ""
    mode: str = ""
    department: str = ""
    salesperson: str = ""
    abc_class: str = ""  # classes.CLASSES
    in_flight: str = ""  # ANY, or the id of the department whose applications are meant
    freeze_kind: str = ""  # change_tables.FREEZE_KINDS
    block_scope: str = ""  # freezes.SCOPES: where something is blocked

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Criteria:
        """What an address or a saved query says; unknown names are left out."""
        return cls(**{name: values[name].strip() for name in cls.names() if values.get(name, "").strip()})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(one.name for one in fields(cls))

    def given(self) -> dict[str, str]:
        """The criteria that ask for something."""
        return {name: value for name in self.names() if (value := getattr(self, name))}

    def without(self, name: str) -> Criteria:
        return replace(self, **{name: ""})

    def conditions(self) -> tuple[str, list[Any]]:
        """A condition on `account a` and its values."""
        tests = list(self._tests())
        return " AND ".join(test for test, _ in tests) or "1 = 1", [one for _, values in tests for one in values]

    def _tests(self) -> Iterator[Condition]:
        if self.text:
            yield _texts(self.text)
        if self.status:
            yield "a.status = ?", (self.status,)
        if self.group:
            yield "a.account_group = ?", (self.group,)
        if self.department:
            yield "a.department_id = ?", (_number(self.department),)
        if self.customer_type:
            yield _viewed("general_view", "customer_type = ?", self.customer_type)
        if self.region:
            yield _viewed("general_view", "region_code >= ? AND region_code < ?", *_within(self.region))
        if self.industry:
            yield _viewed("general_view", "industry_code >= ? AND industry_code < ?", *_within(self.industry))
        if self.mode:
            yield _viewed("sales_area_view", "cooperation_mode = ?", self.mode)
        if self.salesperson:
            yield _viewed("sales_area_view", "salesperson = ?", self.salesperson)
        if self.abc_class == UNRATED:
            yield "a.id NOT IN (SELECT account_id FROM account_class)", ()
        elif self.abc_class:
            yield _viewed("account_class", "letter = ?", self.abc_class)
        if self.in_flight:
            yield _under_way(self.in_flight)
        if self.freeze_kind:
            yield _viewed("account_block", "freeze_kind = ?", self.freeze_kind)
        if self.block_scope == CENTRAL:
            yield _viewed("account_block", "scope = ?", CENTRAL)
        elif self.block_scope:
            yield _viewed("account_block", "scope >= ? AND scope < ?", *_within(f"{self.block_scope}:"))


def _viewed(table: str, test: str, *values: str) -> Condition:
    return f"a.id IN (SELECT account_id FROM {table} WHERE {test})", values


def _under_way(whose: str) -> Condition:
    """Customers with an application about them that is not over: anybody's, or one department's."""
    cases = "SELECT subject FROM instance WHERE status IN ('open', 'suspended') AND subject IS NOT NULL"
    if whose == ANY:
        return f"a.customer_code IN ({cases})", ()
    return f"a.customer_code IN ({cases} AND department_id = ?)", (_number(whose),)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _within(code: str) -> tuple[str, str]:
    """The codes that begin with this one: from it up to, but without, the second."""
    return code, code[:-1] + chr(ord(code[-1]) + 1)


def _texts(text: str) -> Condition:
    """By number as a whole, or by all its words in the names."""
    number = re.sub(r"[\s\-]", "", normalise(text)[:200])
    found, values = [], list[Any]()
    if re.fullmatch(r"[0-9A-Z]{3,}", number, re.ASCII):
        found.append("SELECT id FROM account WHERE customer_code >= ? AND customer_code < ?")
        values += _within(number)
        found.append(
            "SELECT o.id FROM party p JOIN account o ON o.party_id = p.id WHERE p.key = ? AND p.status = 'active'"
        )
        values.append(party_key(number))
        found.append("SELECT o.id FROM party p JOIN account o ON o.party_id = p.id WHERE p.tax_id = ?")
        values.append(number)
        if re.fullmatch(ACCOUNT_NO, number):
            found.append("SELECT b.account_id FROM bank_account b WHERE b.account_key = ?")
            values.append(Secret(number))
    words = [containing(word) for word in text.split()[:MOST_WORDS]]
    named = " AND ".join(f"o.party_id IN (SELECT m.party_id FROM party_name m WHERE {test})" for test, _ in words)
    found.append(f"SELECT o.id FROM account o WHERE {named or '1 = 0'}")
    return f"a.id IN ({' UNION '.join(found)})", (*values, *(one for _, part in words for one in part))
