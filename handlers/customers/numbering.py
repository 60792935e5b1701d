"""Customer codes: one number range per account group; a code is given at posting and never given again.

Numbers of internal ranges are counted up; codes of external ones (C008 内部客户) the application states.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import Misconfigured
from engine.transactions import Tx


@dataclass(frozen=True)
class Range:
    """The codes of an account group: `prefix` and a number from `first` to `last`, of equal length."""

    group: str
    name: str
    prefix: str
    first: int
    last: int
    external: bool = False

    def code(self, number: int) -> str:
        return f"{self.prefix}{number:0{len(str(self.last))}d}"

    def holds(self, code: str) -> bool:
        """Whether the code is written as this range writes it and lies within it."""
        width = len(str(self.last))
        match = re.fullmatch(rf"{re.escape(self.prefix)}(\d{{{width}}})", code, re.ASCII)
        return bool(match) and self.first <= int(match[1]) <= self.last if match else False


# The proposal of data-model.md, section B.2; administrators may add ranges.
STANDARD = (
    Range("C001", "售达方", "", 1000000, 1999999),
    Range("C002", "送达方", "", 2000000, 2999999),
    Range("C003", "付款方", "", 3000000, 3499999),
    Range("C004", "收票方", "", 3500000, 3999999),
    Range("C005", "个人客户", "", 5000000, 5999999),
    Range("C006", "境外客户", "", 6000000, 6999999),
    Range("C008", "内部客户", "IC", 0, 9999, external=True),
    Range("C009", "一次性客户", "", 9900000, 9999999),
)

_INSERT = (
    "INSERT INTO number_range (account_group, name, prefix, first, last, used, external)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_group) DO NOTHING"
)
_READ = "SELECT account_group, name, prefix, first, last, external FROM number_range WHERE account_group = ?"
_TAKE = "UPDATE number_range SET used = used + 1 WHERE account_group = ? AND used < last RETURNING used"


def seed(tx: Tx) -> None:
    """Set up the standard ranges; existing ones are left as they are."""
    rows = [(r.group, r.name, r.prefix, r.first, r.last, r.first - 1, r.external) for r in STANDARD]
    tx.many(_INSERT, rows)


def range_of(tx: Tx, group: str) -> Range:
    """The range of an account group; Misconfigured when it has none."""
    row = tx.one(_READ, (group,))
    if row is None:
        raise Misconfigured(what=f"账户组 {group} 没有编号范围", remedy=f"为账户组 {group} 建立编号范围")
    return Range(row[0], row[1], row[2], row[3], row[4], bool(row[5]))


def stated_problem(tx: Tx, group: str, code: str) -> str | None:
    """Why a stated code cannot be used, with the remedy; None when it can, or when none is needed."""
    codes = range_of(tx, group)
    if not codes.external:
        return None
    span = f"{codes.code(codes.first)}–{codes.code(codes.last)}"
    if not code:
        return f"账户组 {group}（{codes.name}）的客户编码由申请给定，现未填写；请填写 {span} 之间的单位编码。"
    if not codes.holds(code):
        return f"客户编码“{code}”不在账户组 {group}（{codes.name}）的范围 {span} 内；请更正。"
    if tx.one("SELECT 1 FROM account WHERE customer_code = ?", (code,)):
        return f"客户编码 {code} 已被使用，编码不得重复发放；请核对单位编码，或改走修改流程。"
    return None


def foreign_range(tx: Tx, group: str, code: str) -> str | None:
    """Why an existing code cannot be kept in a group: it lies in the range of another one; None when it can."""
    for other in tx.all("SELECT account_group FROM number_range WHERE account_group != ?", (group,)):
        codes = range_of(tx, other[0])
        if codes.holds(code):
            return f"客户编码 {code} 在账户组 {codes.group}（{codes.name}）的编号范围内；请改在该账户组装载，或核对编码"
    return None


def move_beyond(tx: Tx, group: str, code: str) -> None:
    """Never give a code that came from outside a second time: the range continues after it."""
    codes = range_of(tx, group)
    if codes.holds(code) and not codes.external:
        number = int(code.removeprefix(codes.prefix))
        tx.run("UPDATE number_range SET used = ? WHERE account_group = ? AND used < ?", (number, group, number))


def next_code(tx: Tx, group: str) -> str:
    """The next code of an internal range, taken for good when the transaction commits.

    Raises Misconfigured when the range is used up or its codes are stated by applications.
    """
    codes = range_of(tx, group)
    taken = [] if codes.external else tx.all(_TAKE, (group,))
    if not taken:
        why = "由申请给定编码" if codes.external else f"的编号已用完（至 {codes.code(codes.last)}）"
        raise Misconfigured(what=f"账户组 {group}（{codes.name}）{why}", remedy=f"扩大账户组 {group} 的编号范围")
    return codes.code(taken[0][0])
