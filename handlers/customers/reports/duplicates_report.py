"""RP-12 一码多物/多码一物: customers that may be one, codes that may have become another, accounts that are shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, pairwise
from typing import Any

from sqlalchemy import func, select

from engine.clock import local
from engine.store import instance, moment
from engine.transactions import Tx
from handlers.customers.matching.pinyin import full_pinyin
from handlers.customers.matching.score import BLOCK_AT, Candidate, score
from handlers.customers.tables import ACCOUNT_STATUS, account, account_version, party, party_name
from handlers.customers.values.masking import mask_number
from handlers.customers.values.show import number_text
from handlers.customers.view_tables import bank_account
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-12", "一码多物/多码一物"
MOST_COMPARED = 20_000  # pairs of names; some seconds of work
LARGEST_GROUP = 60  # a 字号 that more parties share says nothing
_IDENTITY = {"tax_id": "证件/税号", "legal_name": "客户名称"}


@dataclass(frozen=True)
class _Known:
    """An account as it is compared and shown."""

    code: str
    party_id: int
    status: str
    name: str
    brand: str
    tax_id: str


def duplicates(tx: Tx, as_of: datetime) -> Report:
    """What stands in the store now; `as_of` is the moment it was looked at."""
    known = _accounts(tx)
    pairs, compared, skipped = _alike(known)
    notes = (
        f"名称：字号读音相同的客户两两比较，共比较 {compared} 对；相似度 {BLOCK_AT} 分以上列出（R-073）。",
        *((f"另有 {skipped} 对因字号过于常见或数量过多没有比较。",) if skipped else ()),
        "同一法人经批准另设的编码（分开对账、开票或付款）也列在“同一主体多个编码”，由维护员判断是否仍有必要。",
    )
    tables = (_similar(pairs), _several(known), _shared(tx, known), _changed(tx))
    return Report(NUMBER, TITLE, as_of, (("范围", f"全部客户，{len(known)} 个编码"),), tables, notes)


def _accounts(tx: Tx) -> list[_Known]:
    query = (
        select(
            account.c.customer_code, account.c.party_id, account.c.status, party_name.c.name, party_name.c.brand,
            party.c.tax_id,
        )
        .join(party, party.c.id == account.c.party_id)
        .join(party_name, party_name.c.party_id == party.c.id)
        .where(party_name.c.kind == "current", party_name.c.valid_to.is_(None), account.c.status != "merged")
        .order_by(account.c.customer_code)
    )  # fmt: skip
    rows: list[Any] = list(tx.core(query))
    return [_Known(row[0], row[1], row[2], row[3], row[4], row[5] or "") for row in rows]


def _line(one: _Known) -> tuple[str | Cell, ...]:
    return Cell(one.code, Link("customer", one.code)), one.name, number_text(one.tax_id), ACCOUNT_STATUS[one.status]


# --- 多码一物: several codes, perhaps one customer --------------------------------------------------


def _alike(known: Iterable[_Known]) -> tuple[list[tuple[int, _Known, _Known, str]], int, int]:
    """Pairs of parties that are as alike as a duplicate, how many pairs were compared, and how many were not."""
    groups: dict[str, dict[int, _Known]] = defaultdict(dict)
    for one in known:
        groups[full_pinyin(one.brand)].setdefault(one.party_id, one)
    together = [list(group.values()) for brand, group in sorted(groups.items()) if brand and len(group) > 1]
    narrow = [group for group in together if len(group) <= LARGEST_GROUP]
    every = [pair for group in narrow for pair in combinations(group, 2)]
    compared = every[:MOST_COMPARED]
    found = []
    for one, other in compared:
        match = score(Candidate(one.name, one.tax_id), Candidate(other.name, other.tax_id))
        if match.score >= BLOCK_AT or match.decisive == "same_key":
            reasons = "；".join(f"{reason.label} {reason.points}/{reason.of}" for reason in match.reasons if reason.of)
            found.append((match.score, one, other, reasons))
    found.sort(key=lambda hit: (-hit[0], hit[1].code, hit[2].code))
    wide = sum(len(group) * (len(group) - 1) // 2 for group in together if len(group) > LARGEST_GROUP)
    return found, len(compared), len(every) - len(compared) + wide


def _similar(pairs: list[tuple[int, _Known, _Known, str]]) -> Table:
    rows = tuple(cells(*_line(one), *_line(other), points, Cell(reasons)) for points, one, other, reasons in pairs)
    heads = columns(
        ("编码甲", "code"), "名称甲", ("税号甲", "code"), "状态甲", ("编码乙", "code"), "名称乙", ("税号乙", "code"),
        "状态乙", ("相似度", "count"), "依据",
    )  # fmt: skip
    return Table("疑似重复的客户", heads, rows, note=f"{len(rows)} 对" if rows else "", empty="没有疑似重复的客户")


def _several(known: Iterable[_Known]) -> Table:
    of: dict[int, list[_Known]] = defaultdict(list)
    for one in known:
        of[one.party_id].append(one)
    rows = tuple(
        cells(number, *_line(one))
        for number, group in enumerate((group for group in of.values() if len(group) > 1), start=1)
        for one in group
    )
    heads = columns(("组", "count"), ("编码", "code"), "名称", ("税号", "code"), "状态")
    return Table("同一主体多个编码", heads, rows, empty="每个主体只有一个编码")


def _shared(tx: Tx, known: Iterable[_Known]) -> Table:
    """Bank accounts that stand with more than one party; equal numbers have equal keys, whatever they are stored as."""
    key = bank_account.c.get("account_key", bank_account.c.account_no)
    shared = (
        select(key)
        .join(account, account.c.id == bank_account.c.account_id)
        .where(key.is_not(None))
        .group_by(key)
        .having(func.count(account.c.party_id.distinct()) > 1)
    )
    query = (
        select(key, bank_account.c.account_no, bank_account.c.bank_name, account.c.customer_code)
        .join(account, account.c.id == bank_account.c.account_id)
        .where(key.in_(shared))
        .order_by(key, account.c.customer_code)
    )
    names, numbers = {one.code: one for one in known}, dict[Any, int]()
    found: list[Any] = list(tx.core(query))
    rows = tuple(
        cells(numbers.setdefault(same, len(numbers) + 1), mask_number(number), bank, *_line(names[code])[:3])
        for same, number, bank, code in found
        if code in names
    )
    heads = columns(("组", "count"), ("银行账号", "code"), "开户银行", ("编码", "code"), "名称", ("税号", "code"))
    return Table("共用的银行账号", heads, rows, empty="没有两个主体共用的银行账号")


# --- 一码多物: one code, perhaps another customer ----------------------------------------------------


def _changed(tx: Tx) -> Table:
    rows = tuple(
        cells(Cell(code, Link("customer", code)), label, old or None, new or None, f"{local(at):%Y-%m-%d %H:%M}",
              Cell(number, Link("case", instance)))
        for code, label, old, new, at, number, instance in _changes(tx)
    )  # fmt: skip
    heads = columns(("编码", "code"), "身份项", "原值", "新值", "生效", "申请单")
    return Table("身份变更过的编码", heads, rows, empty="没有改过名称或税号的编码")


def _changes(tx: Tx) -> Iterator[tuple[Any, ...]]:
    """Consecutive versions in which the customer's number or name differs."""
    query = (
        select(
            account.c.customer_code, account_version.c.snapshot, account_version.c.posted_at, instance.c.number,
            instance.c.id,
        )
        .join(account, account.c.id == account_version.c.account_id)
        .join(instance, instance.c.id == account_version.c.instance_id)
        .where(account.c.version > 1)
        .order_by(account.c.customer_code, account_version.c.number)
    )  # fmt: skip
    rows: list[Any] = list(tx.core(query))
    for before, after in pairwise(rows):
        if before[0] != after[0]:
            continue
        old, new = _identity(before[1]), _identity(after[1])
        for field, label in _IDENTITY.items():
            if old[field] != new[field]:
                shown = [number_text(one[field]) if field == "tax_id" else one[field] for one in (old, new)]
                at = after[2] if isinstance(after[2], datetime) else moment(after[2])
                yield after[0], label, *shown, at, after[3], after[4]


def _identity(content: Any) -> dict[str, str]:
    general: dict[str, str] = next(iter(content.get("general") or ({},)))
    return {"tax_id": content["party"].get("tax_id") or "", "legal_name": general.get("legal_name") or ""}
