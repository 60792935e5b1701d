"""Searches of the customer list that people keep for themselves or share within their department."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from engine.errors import FieldProblem, FormInvalid, NotFound
from engine.store import loads
from engine.transactions import Tx
from handlers.customers.tables import saved_query
from handlers.customers.values.masking import veiled

LONGEST_NAME = 40
MOST = 30


@dataclass(frozen=True)
class SavedQuery:
    id: int
    name: str
    query: dict[str, str]  # criteria and order, as the address of the list has them
    own: bool
    shared: bool
    by: str


def listed(tx: Tx, person_id: int, department_id: int | None) -> list[SavedQuery]:
    """A person's own and what colleagues share with their department, own ones first."""
    rows = tx.all(
        "SELECT s.id, s.name, s.query, s.person_id, s.department_id, p.name FROM saved_query s"
        " JOIN person p ON p.id = s.person_id WHERE s.person_id = ? OR s.department_id = ? ORDER BY s.name, s.id",
        (person_id, department_id or 0),
    )
    found = [SavedQuery(row[0], row[1], loads(row[2]), row[3] == person_id, row[4] is not None, row[5]) for row in rows]
    return sorted(found, key=lambda one: not one.own)


def save(
    tx: Tx, now: datetime, person_id: int, name: str, query: Mapping[str, str], department_id: int | None = None
) -> None:
    """Keep a search under a name; the same name again replaces it. Raises FormInvalid."""
    name = " ".join(name.split())
    mine = {row.name: row.id for row in tx.core(select(saved_query).where(saved_query.c.person_id == person_id))}
    if problem := _problem(name, query, mine):
        raise FormInvalid([FieldProblem("name", problem)], {"name": name})
    values = {"query": dict(query), "department_id": department_id, "saved_at": now}
    if name in mine:
        tx.core(update(saved_query).where(saved_query.c.id == mine[name]).values(**values))
    else:
        tx.core(insert(saved_query).values(person_id=person_id, name=name, **values))


def forget(tx: Tx, person_id: int, query_id: int) -> None:
    """Delete one's own; raises NotFound for anybody else's."""
    if not tx.run("DELETE FROM saved_query WHERE id = ? AND person_id = ?", (query_id, person_id)):
        raise NotFound(what="您保存的这个查询")


def _problem(name: str, query: Mapping[str, str], mine: Mapping[str, int]) -> str:
    if not name:
        return "请给这个查询起个名字，例如“江苏制造业，冻结”"
    if len(name) > LONGEST_NAME:
        return f"名字最多 {LONGEST_NAME} 个字，现填 {len(name)} 个"
    if not query:
        return "现在没有任何筛选条件，请先筛选再保存"
    if any(veiled(text) != text for text in (name, *query.values())):
        return "按证件号、账号或手机号查找的条件不能保存，请改用名称或客户编码"
    if name not in mine and len(mine) >= MOST:
        return f"已保存 {MOST} 个查询，请先删去不用的"
    return ""
