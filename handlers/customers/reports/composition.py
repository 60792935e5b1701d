"""RP-16 客户构成统计: how many customers there are of each kind, now or on any past day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.transactions import Tx
from handlers.customers.reports.classes import CLASSES, UNRATED, rated
from handlers.customers.tables import ACCOUNT_STATUS, account_version
from handlers.reporting import Cell, Link, Report, Table, cells, columns, shares

NUMBER, TITLE = "RP-16", "客户构成统计"
UNKNOWN = "未填"
Labels = Mapping[str, Mapping[str, str]]  # by field: what its codes mean

# criterion of the list, title, name of the field whose labels are used, how much of the code counts
KINDS: tuple[tuple[str, str, str, int], ...] = (
    ("customer_type", "按客户类型", "customer_type", 20),
    ("group", "按账户组", "group", 20),
    ("region", "按地区（省级）", "region_code", 2),
    ("industry", "按行业（门类）", "industry_code", 1),
    ("status", "按状态", "status", 20),
    ("abc_class", "按 ABC 分类", "abc_class", 20),
    ("mode", "按合作方式", "cooperation_mode", 20),
)
_NOW = (
    "SELECT g.customer_type, a.account_group, substr(g.region_code, 1, 2), substr(g.industry_code, 1, 1), a.status,"
    " coalesce(c.letter, 'none'), count(*) FROM account a LEFT JOIN general_view g ON g.account_id = a.id"
    " LEFT JOIN account_class c ON c.account_id = a.id GROUP BY 1, 2, 3, 4, 5, 6"
)
_MODES = "SELECT cooperation_mode, count(DISTINCT account_id) FROM sales_area_view GROUP BY 1"
_WITH_MODE = "SELECT count(DISTINCT account_id) FROM sales_area_view WHERE cooperation_mode IS NOT NULL"


def composition(tx: Tx, as_of: datetime, labels: Labels, *, past: bool = False) -> Report:
    """Counts by type, group, region, industry, status and mode of cooperation.

    `past` reads the versions in force at `as_of` instead of the tables. A customer with several modes counts under
    each, so that those counts may add up to more than the customers.
    """
    total, counted = _then(tx, as_of) if past else _now(tx)
    known: Labels = {**labels, "status": ACCOUNT_STATUS, "abc_class": CLASSES}
    tables = tuple(
        _table(title, kind, counted[kind], known.get(field, {}), total, links=not past)
        for kind, title, field, _ in KINDS
    )
    notes = (
        f"客户数 {total}：每个客户编码计一个。",
        _classes_note(tx, as_of),
        "占比取到千分位，尾差补给余数最大的项，使合计为 100%；一个客户有几种合作方式时各计一次。",
    )
    return Report(NUMBER, TITLE, as_of, (("范围", "全部客户"),), tables, notes)


def _classes_note(tx: Tx, as_of: datetime) -> str:
    """How the classes were made, and by figures of which days."""
    days = sorted({one.as_of for one in rated(tx, as_of).values()})
    if not days:
        return "ABC 分类由导入的年度交易额算出；还没有导入过交易额。"
    span = days[0] if len(days) == 1 else f"{days[0]} 至 {days[-1]}"
    return (
        f"ABC 分类按 {span} 的年度交易额由大到小累计：合计达到 70% 的最小一组为 A，到 90% 为 B，其余为 C；"
        "没有交易额的未分类，内部客户不分类。"
    )


def _table(title: str, kind: str, counts: Counter[str], labels: Mapping[str, str], total: int, *, links: bool) -> Table:
    ranked = kind == "abc_class"  # has an order of its own
    ordered = sorted(counts.items(), key=lambda pair: (0 if ranked else -pair[1], pair[0]))
    parts = shares([count for _, count in ordered])
    rows = tuple(
        cells(
            labels.get(code, code) or UNKNOWN,
            Cell(count, Link("customers", {kind: code}) if links and code else None),
            part,
        )
        for (code, count), part in zip(ordered, parts, strict=True)
    )
    amount = sum(counts.values())
    note = "" if amount == total else f"{amount} 次，涉及 {total} 个客户"
    heads = columns(title.removeprefix("按"), ("客户数", "count"), ("占比", "share"))
    return Table(title, heads, rows, cells("合计", amount, sum(parts)), note, "截至这一时点还没有客户", bar=1)


# --- counting --------------------------------------------------------------------------------------

Counts = dict[str, Counter[str]]


def _now(tx: Tx) -> tuple[int, Counts]:
    counted: Counts = {kind: Counter() for kind, *_ in KINDS}
    total = 0
    for *codes, count in tx.all(_NOW):
        total += count
        for kind, code in zip(
            ("customer_type", "group", "region", "industry", "status", "abc_class"), codes, strict=True
        ):
            counted[kind][code or ""] += count
    counted["mode"].update({mode: int(count) for mode, count in tx.all(_MODES) if mode})
    without = total - int(tx.all(_WITH_MODE)[0][0])
    if without:
        counted["mode"][""] = without
    return total, counted


def _then(tx: Tx, at: datetime) -> tuple[int, Counts]:
    counted: Counts = {kind: Counter() for kind, *_ in KINDS}
    total = 0
    posted = account_version.c.posted_at <= at
    classes = rated(tx, at)
    newest = (  # the version in force is the newest posted by then
        select(account_version.c.account_id, func.max(account_version.c.number).label("number"))
        .where(posted)
        .group_by(account_version.c.account_id)
        .subquery()
    )
    same = (account_version.c.account_id == newest.c.account_id) & (account_version.c.number == newest.c.number)
    query = select(account_version.c.account_id, account_version.c.snapshot).join(newest, same)
    rows: list[Any] = list(tx.core(query))
    for account, content in rows:
        total += 1
        counted["abc_class"][classes[account].name if account in classes else UNRATED] += 1
        for kind, _, _, length in KINDS:
            for code in _FROM[kind](content) if kind in _FROM else ():
                counted[kind][str(code or "")[:length]] += 1
    return total, counted


def _general(field: str) -> Callable[[Mapping[str, Any]], Iterator[Any]]:
    def read(content: Mapping[str, Any]) -> Iterator[Any]:
        rows: list[dict[str, Any]] = content.get("general") or [{}]
        yield rows[0].get(field)

    return read


def _account(field: str) -> Callable[[Mapping[str, Any]], Iterator[Any]]:
    def read(content: Mapping[str, Any]) -> Iterator[Any]:
        yield content["account"].get(field)

    return read


def _modes(content: Mapping[str, Any]) -> Iterator[Any]:
    rows: list[dict[str, Any]] = content.get("sales") or [{}]
    modes = {mode for row in rows if (mode := row.get("cooperation_mode"))}
    yield from sorted(modes) or [None]


_FROM: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Any]]] = {
    "customer_type": _general("customer_type"),
    "group": _account("account_group"),
    "region": _general("region_code"),
    "industry": _general("industry_code"),
    "status": _account("status"),
    "mode": _modes,
}
