"""What all changes by administrators share: the version bump, the audit entry, checks of short texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update

from engine import store
from engine.clock import LOCAL, local
from engine.errors import FieldProblem, FormInvalid, NotFound
from engine.transactions import Tx

LAST_YEAR = 2999
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def bump(tx: Tx, part: str) -> None:
    """Tell all processes to load `people`, `calendar` or `policy` anew.

    Called first in a change: on PostgreSQL the row lock lets one administrator at a time through, so that two
    overlapping appointments cannot slip past each other's check.
    """
    column = store.config.c[part]
    tx.core(update(store.config).values({column: column + 1}))
    if tx.core(select(column)).first() is None:
        tx.core(insert(store.config).values({"id": 1, part: 1}))


def record(
    tx: Tx,
    now: datetime,
    actor_id: int | None,
    kind: str,
    subject: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Append to the administrators' audit list: who changed what, when; `subject` is what people read."""
    entry = {"at": now, "actor_id": actor_id, "kind": kind, "subject": subject, "data": dict(data or {})}
    tx.core(insert(store.admin_log).values(entry))


def added(tx: Tx, table: Table, values: Mapping[str, Any]) -> int:
    """Insert a row and return its id."""
    return int(tx.core(insert(table).values(dict(values)).returning(table.c.id)).scalar_one())


def row(tx: Tx, table: Table, row_id: int, what: str) -> dict[str, Any]:
    """The row with this id; NotFound saying `what` otherwise."""
    found = tx.core(select(table).where(table.c.id == row_id)).mappings().first()
    if found is None:
        raise NotFound(what=f"{what}（编号 {row_id}）")
    return dict(found)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields that change, as `[old, new]`."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def refuse(problems: Sequence[FieldProblem], typed: Mapping[str, Any]) -> None:
    """Raise FormInvalid when there are problems."""
    if problems:
        raise FormInvalid(problems, typed)


def short_text(field: str, label: str, text: str, longest: int) -> Iterator[FieldProblem]:
    """What is wrong with a required one-line text."""
    if not text:
        yield FieldProblem(field, f"请填写{label}", label)
    elif len(text) > longest:
        yield FieldProblem(field, f"{label}有 {len(text)} 个字，最多 {longest} 个字，请缩短", label)
    elif not text.isprintable():
        yield FieldProblem(field, f"{label}里有换行或不可见字符，请重新输入", label)


def one_of(field: str, label: str, value: str, choices: Mapping[str, str]) -> Iterator[FieldProblem]:
    """What is wrong with a choice."""
    if value not in choices:
        yield FieldProblem(field, f"{label}“{value}”不在可选范围：{'、'.join(choices.values())}", label)


def chosen(field: str, text: str, choices: Mapping[str, str]) -> str:
    """The key of a choice given by its Chinese label (or by the key itself); raises FormInvalid."""
    for key, label in choices.items():
        if text in (key, label):
            return key
    raise FormInvalid([FieldProblem(field, f"“{text}”不在可选范围：{'、'.join(choices.values())}")])


def iso_date(text: str) -> str:
    """A date as people write it (`2026/10/9`, `2026年10月9日`) in ISO form; a text that is no date stays as it is."""
    match = _DATE.fullmatch(text.strip())
    try:
        return date(*map(int, match.groups())).isoformat() if match else text.strip()
    except ValueError:
        return text.strip()


def first_day(moment: datetime) -> str:
    """A beginning as people say it: the local day on which it falls."""
    return f"{local(moment):%Y-%m-%d}"


def last_day(valid_to: datetime | None) -> str:
    """An end as people say it: the last local day on which it still holds."""
    return "长期" if valid_to is None else f"{local(valid_to) - timedelta(milliseconds=1):%Y-%m-%d}"


def period(first: str, last: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The moments behind two local dates, `last` included; empty texts mean from now on and for good.

    Raises FormInvalid for `valid_from` or `valid_to` when a text is no date.
    """
    begin, end = _date("valid_from", "生效日期", first), _date("valid_to", "最后一天", last)
    since = now if begin == local(now).date() else _midnight(begin)
    return since, _midnight(end and end + timedelta(days=1))


def _date(field: str, label: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(iso_date(text))
    except ValueError:
        problem = FieldProblem(field, f"“{text}”不是日期，请写成 2026-12-01 这样的形式", label)
        raise FormInvalid([problem], {field: text}) from None
    if day.year > LAST_YEAR:  # 9999-12-31 says "for good" elsewhere
        raise FormInvalid([FieldProblem(field, f"{label}太远（{day}）；长期有效的请留空", label)], {field: text})
    return day


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), LOCAL).astimezone(UTC)
