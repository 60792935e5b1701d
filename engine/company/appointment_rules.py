"""What may be wrong with an appointment, each with the field it belongs to and the remedy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from engine import store
from engine.company.administration import first_day, last_day
from engine.errors import FieldProblem
from engine.posts import POST_KINDS, SHARED_POSTS
from engine.transactions import Tx

Row = dict[str, Any]

RANKS = {0: "正职", 1: "第一副岗", 2: "第二副岗", 3: "第三副岗"}
EXCLUSIVE = {"focal": "leader", "leader": "focal"}  # posts that check each other (E-22)

person, post, holder = store.person, store.post, store.holder


def place_problems(home: Row, kind: str) -> list[FieldProblem]:
    """A closed department appoints nobody; maintainers exist in the maintaining department only (2.3)."""
    if home["valid_to"] is not None:
        return [FieldProblem("department_id", f"{home['name']}已关闭，不能再任命", "部门")]
    if kind == "maintainer" and home["kind"] != "maintaining":
        text = "维护员只能设在主数据维护部门（SD-010 2.3），请选该部门或别的岗位"
        return [FieldProblem("kind", text, "岗位")]
    return []


def person_problems(tx: Tx, person_id: int) -> list[FieldProblem]:
    """Somebody active must be chosen."""
    active = tx.core(select(person.c.active).where(person.c.id == person_id)).scalar()
    if active:
        return []
    text = "请选择任职的人员" if active is None else "此人已停用，请先启用或另选一人"
    return [FieldProblem("person_id", text, "人员")]


def period_problems(values: Row, now: datetime) -> list[FieldProblem]:
    """Nothing is back-dated; an end comes after its beginning."""
    start, end = values["valid_from"], values["valid_to"]
    if start < now:
        text = "生效日期不能早于今天：过去由谁负责已成事实，不能追改；留空即从现在起"
        return [FieldProblem("valid_from", text, "生效日期")]
    if end is not None and end <= start:
        return [FieldProblem("valid_to", "最后一天不能早于生效日期；长期任职请留空", "最后一天")]
    return []


def rank_problems(kind: str, rank: int) -> list[FieldProblem]:
    """Rank 0 is the holder; posts that several people share know no ranks."""
    if rank not in RANKS:
        text = f"次序应为 0（正职）至 {max(RANKS)}（{RANKS[max(RANKS)]}）"
        return [FieldProblem("rank", text, "次序")]
    if kind in SHARED_POSTS and rank:
        return [FieldProblem("rank", f"{POST_KINDS[kind]}可由多人并列担任，不分正副，次序请填 0", "次序")]
    return []


def overlap_problems(tx: Tx, post_id: int, post_name: str, kind: str, values: Row) -> list[FieldProblem]:
    """E-25: one person per rank at a time, and nobody twice in the same post."""
    for other in _overlapping(tx, holder.c.post_id == post_id, values):
        period = f"{first_day(other['valid_from'])} 至 {last_day(other['valid_to'])}"
        if other["person_id"] == values["person_id"]:
            text = f"{other['name']}在此期间已是{post_name}{RANKS[other['rank']]}（{period}），不必重复任命"
            return [FieldProblem("person_id", text, "人员")]
        if other["rank"] == values["rank"] and kind not in SHARED_POSTS:
            text = (
                f"{post_name}的{RANKS[other['rank']]}在此期间已是{other['name']}（{period}），"
                "同一时间只能有一人（SD-010 3.3.1）；请先结束其任职，或改生效日期、次序"
            )
            return [FieldProblem("valid_from", text, "生效日期")]
    return []


def four_eyes_problems(tx: Tx, department_id: int, kind: str, values: Row) -> list[FieldProblem]:
    """E-22: who fills in the form must not be the one who approves it."""
    if kind not in EXCLUSIVE or values["rank"]:
        return []
    posts = select(post.c.id).where(post.c.department_id == department_id, post.c.kind == EXCLUSIVE[kind])
    for other in _overlapping(tx, holder.c.post_id.in_(posts), values):
        if other["person_id"] == values["person_id"] and other["rank"] == 0:
            text = (
                f"{other['name']}已是本部门{POST_KINDS[EXCLUSIVE[kind]]}，自己填的表不能自己批；"
                "请另任一人；确有必要时填写例外理由，写明批准的分管领导"
            )
            return [FieldProblem("person_id", text, "人员")]
    return []


def _overlapping(tx: Tx, which: ColumnElement[bool], values: Row) -> list[Row]:
    query = select(holder, person.c.name).join(person, person.c.id == holder.c.person_id).where(which)
    query = query.where(or_(holder.c.valid_to.is_(None), holder.c.valid_to > values["valid_from"]))
    query = query.where(or_(holder.c.valid_to.is_(None), holder.c.valid_to > holder.c.valid_from))
    if values["valid_to"] is not None:
        query = query.where(holder.c.valid_from < values["valid_to"])
    return [dict(found) for found in tx.core(query.order_by(holder.c.rank, holder.c.id)).mappings()]
