"""What administrators change in the lists: a code added, renamed, closed; audited, with a reason, nothing deleted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, insert, select, update

from engine.clock import local
from engine.company.administration import bump, record, refuse, short_text
from engine.errors import FieldProblem, NotFound
from engine.transactions import Tx
from handlers.customers.reference.lists import LISTS, Entry, ListKind, written_well
from handlers.customers.reference.tables import reference_value

_COLUMNS = reference_value.c
LONGEST = {"name": 120, "reason": 200}


def add(
    tx: Tx, now: datetime, actor_id: int | None, name: str, *, code: str, title: str, parent: str = "",
    valid_from: str = "", reason: str,
) -> None:  # fmt: skip
    """Add a code to a list, valid from today or a later day; raises FormInvalid with what is wrong."""
    kind = kind_of(name)
    since = valid_from.strip() or local(now).date().isoformat()
    problems = [*_texts(title, reason), *_day("valid_from", "生效日期", since)]
    if not written_well(kind, code):
        problems.append(FieldProblem("code", f"{kind.title}代码应为{kind.written}，请更正", "代码"))
    elif find(tx, name, code):
        problems.append(FieldProblem("code", f"{kind.title}已有代码 {code}，请改用修改或关闭", "代码"))
    if parent and not find(tx, name, parent):
        problems.append(FieldProblem("parent", f"没有代码 {parent}，请填已有的上级代码或留空", "上级代码"))
    refuse(problems, {"code": code, "title": title, "parent": parent, "valid_from": valid_from, "reason": reason})
    bump(tx, "reference")
    last = tx.core(select(func.max(_COLUMNS.position)).where(_COLUMNS.list == name)).scalar() or 0
    tx.core(
        insert(reference_value).values(
            list=name, code=code, name=title.strip(), parent=parent or None, valid_from=since, valid_to=None,
            origin="company", position=last + 1,
        )
    )  # fmt: skip
    record(tx, now, actor_id, "reference.added", f"{kind.title} {code} {title}", {"from_day": since, "reason": reason})


def edit(
    tx: Tx, now: datetime, actor_id: int | None, name: str, code: str, *, title: str, valid_to: str, reason: str
) -> None:
    """Rename a code, close it after its last day, or open it again (no last day); old records keep it."""
    kind, before = kind_of(name), must_find(tx, name, code)
    problems = [*_texts(title, reason), *(_day("valid_to", "最后一天", valid_to) if valid_to else ())]
    if valid_to and before.valid_from and valid_to < before.valid_from:
        problems.append(FieldProblem("valid_to", f"不能早于生效日期 {before.valid_from}", "最后一天"))
    refuse(problems, {"title": title, "valid_to": valid_to, "reason": reason})
    changed = {
        key: [old, new]
        for key, old, new in (("name", before.name, title.strip()), ("to_day", before.valid_to, valid_to))
        if old != new
    }
    if not changed:
        return
    bump(tx, "reference")
    this = (_COLUMNS.list == name) & (_COLUMNS.code == code)
    tx.core(update(reference_value).where(this).values(name=title.strip(), valid_to=valid_to or None, origin="company"))
    record(tx, now, actor_id, "reference.edited", f"{kind.title} {code} {title}", changed | {"reason": reason})


def kind_of(name: str) -> ListKind:
    if name not in LISTS:
        raise NotFound(what=f"参考数据 {name}")
    return LISTS[name]


def find(tx: Tx, name: str, code: str) -> Entry | None:
    row = tx.one(
        "SELECT code, name, parent, valid_from, valid_to FROM reference_value WHERE list = ? AND code = ?", (name, code)
    )
    return Entry(row[0], row[1], row[2] or "", row[3] or "", row[4] or "") if row else None


def must_find(tx: Tx, name: str, code: str) -> Entry:
    found = find(tx, name, code)
    if found is None:
        raise NotFound(what=f"{kind_of(name).title}代码 {code}")
    return found


def _texts(title: str, reason: str) -> list[FieldProblem]:
    return [
        *short_text("title", "名称", title.strip(), LONGEST["name"]),
        *short_text("reason", "理由", reason.strip(), LONGEST["reason"]),
    ]


def _day(field: str, label: str, text: str) -> list[FieldProblem]:
    try:
        date.fromisoformat(text)
    except ValueError:
        return [FieldProblem(field, f"“{text}”不是日期，请写成 2026-12-01 这样的形式", label)]
    return []
