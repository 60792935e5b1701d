"""Relations between parties (主体关系): parent, head office of a branch, group, whom it was merged into.

Stated under a customer code, with validity, and true of the legal person behind it. Every relation points upward, so
none leads back to where it began. A branch with a number of its own is a party of its own (E-39).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import FieldProblem
from engine.operations import GuardContext, guard
from engine.transactions import Tx

RELATIONS = {"parent": "上级单位", "branch_of": "是其分支机构", "group": "所属集团", "merged_into": "已并入"}
INVERSE = {"parent": "下属单位", "branch_of": "分支机构", "group": "集团成员", "merged_into": "并入的单位"}
SINGLE = frozenset({"branch_of", "merged_into"})  # of which a party has one at a time
FIELD, LABEL = "relations", "主体关系"
Rows = Sequence[Mapping[str, Any]]

_PARTY = "SELECT party_id FROM account WHERE customer_code = ?"
_UPWARD = (
    "SELECT DISTINCT o.party_id FROM party_relation r JOIN account a ON a.id = r.account_id"
    " JOIN account o ON o.customer_code = r.related_code WHERE a.party_id = ?"
    " AND r.valid_from <= ? AND (r.valid_to IS NULL OR r.valid_to >= ?)"
)
_OF = (
    "SELECT r.relation, o.customer_code, n.name, r.valid_from, r.valid_to FROM party_relation r"
    " JOIN account a ON a.id = r.account_id JOIN account o ON o.{other}"
    " JOIN party_name n ON n.party_id = o.party_id AND n.kind = 'current' AND n.valid_to IS NULL"
    " WHERE {own} ORDER BY r.relation, o.customer_code, r.account_id, r.line"
)
_OWN = _OF.format(other="customer_code = r.related_code", own="a.party_id = ?")
_OTHERS = _OF.format(other="id = a.id", own="r.related_code IN (SELECT customer_code FROM account WHERE party_id = ?)")


@dataclass(frozen=True)
class Relation:
    """A relation as one of the two parties sees it, e.g. 分支机构 1000007 …; `valid_to` None: until further notice."""

    title: str
    code: str
    name: str
    valid_from: str
    valid_to: str | None


def of_party(tx: Tx, account_id: int, day: str) -> list[Relation]:
    """The relations of the party behind an account on a day (2026-09-30): those it states, then those others state."""
    party = tx.all("SELECT party_id FROM account WHERE id = ?", (account_id,))[0]
    found = [Relation(RELATIONS[kind], *rest) for kind, *rest in tx.all(_OWN, party)]
    found += [Relation(INVERSE[kind], *rest) for kind, *rest in tx.all(_OTHERS, party)]
    holding = [one for one in found if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)]
    return list({(one.title, one.code): one for one in holding}.values())


def problems(tx: Tx, code: str, rows: Rows) -> list[str]:
    """What is wrong with the relations stated under a code ("" before it has one), with the remedy each."""
    own = tx.one(_PARTY, (code,)) if code else None
    found = list(_rows(rows))
    for row in rows:
        kind, other = str(row.get("relation") or ""), str(row.get("related_code") or "")
        if kind not in RELATIONS or not other:
            continue
        party = tx.one(_PARTY, (other,))
        if party is None:
            found.append(f"{RELATIONS[kind]} {other} 不存在；请在客户列表中核对编码，新客户请先建档")
        elif own and party[0] == own[0]:
            found.append(f"{RELATIONS[kind]} {other} 与本客户是同一主体；主体关系只登记在不同的法人之间")
        elif own and _leads_to(tx, party[0], own[0], _period(row)):
            found.append(f"{RELATIONS[kind]} {other} 自己又隶属于本客户，关系成了环；请核对哪一方是上级，只在下级登记")
    return list(dict.fromkeys(found))


def lock(tx: Tx) -> None:
    """Nobody else writes relations until the transaction ends: two that are fine alone may close a circle."""
    if tx.postgres:  # SQLite has one writer at a time
        tx.run("LOCK TABLE party_relation IN SHARE ROW EXCLUSIVE MODE")


def _rows(rows: Rows) -> Iterator[str]:
    """What can be told without the store: every part filled in, dates in order, nothing said twice."""
    seen: list[Mapping[str, Any]] = []
    for row in rows:
        kind, since, until = row.get("relation"), str(row.get("valid_from") or ""), str(row.get("valid_to") or "")
        title = RELATIONS.get(str(kind), "主体关系")
        if not (kind and row.get("related_code") and since):
            yield f"{title}须写明关系、客户编码和起始日期"
        if until and until < since:
            yield f"{title}的终止日期 {until} 早于起始日期 {since}；请更正"
        for other in seen:
            same = other.get("relation") == kind and (
                kind in SINGLE or other.get("related_code") == row.get("related_code")
            )
            if same and _overlap(other, row):
                yield f"{title}在同一期间登记了两次；请删去一行，或给前一行填终止日期"
        seen.append(row)


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    (since, until), (other_since, other_until) = _period(one), _period(other)
    return max(since, other_since) <= min(until, other_until)


def _period(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("valid_from") or ""), str(row.get("valid_to") or "9999-12-31")


def _leads_to(tx: Tx, party: int, target: int, period: tuple[str, str]) -> bool:
    """Whether relations that hold within the period lead upward from a party to the target."""
    since, until = period
    seen, next_ones = {party}, [party]
    while next_ones:
        one = next_ones.pop()
        if one == target:
            return True
        above = {row[0] for row in tx.all(_UPWARD, (one, until, since))} - seen
        seen |= above
        next_ones += above
    return False


@guard("customers.relations")
def allowed(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """The parties a form names as related exist, are others, and no relation leads back (E-39)."""
    code = str(values.get("customer_code") or "") if values.get("base_version") else ""
    found = problems(ctx.tx, code, values.get(FIELD) or [])
    return [FieldProblem(FIELD, text, LABEL) for text in found]
