"""What the forms of a dispute, of typing back the ERP record and of the review offer and demand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.errors import FieldProblem
from engine.operations import GuardContext, guard, rows, sensitive, source
from engine.people import People
from engine.transactions import Tx
from handlers.customers.changes.differences import CODE, COLUMNS, CORRECTION, KIND
from handlers.customers.entry import comparing, proposals
from handlers.customers.entry.comparing import OWN_CODE, Named, label
from handlers.customers.entry.tables import SOURCES, VERDICTS

POSTING, NAMED, REVIEWED = "corrected_posting", "corrected_fields", "checks"
DISPUTED, ERP = "disputed", "erp_record"
_LONG = re.compile(r"\d[\d \-]{6,}\d")


@sensitive("customers.long_number")
def is_long_number(text: Any) -> bool:
    """Whether something typed may be an account, a telephone number or a birthday."""
    return bool(_LONG.search(str(text or "")))


@source("customers.recorded_fields")
def recorded_fields(people: People, now: datetime) -> list[tuple[str, str]]:
    """Every field of a customer's record, view by view; the code first: the maintainer may have typed it himself."""
    every = [f"{view}.{name}" for view, columns in COLUMNS.items() for name in columns]
    return [(path, label(path)) for path in (OWN_CODE, *every)]


def named(rows_: Any) -> list[Named]:
    """The fields somebody named in a table of field, should_be, found."""
    given = [row for row in rows_ or () if isinstance(row, Mapping) and row.get("field")]
    return [Named(str(row["field"]), str(row.get("should_be") or ""), str(row.get("found") or "")) for row in given]


# --- typing back -------------------------------------------------------------------------------------------------


@rows("customers.erp_record")
def erp_record(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[dict[str, Any]]:
    """The fields to type back, without their values: nobody copies what he does not see."""
    return [
        {"item": f"{one.customer_code} {label(path)}"}
        for one in comparing.postings(tx, case_id)
        for path in comparing.key_fields(tx, one)
    ]


# --- the review --------------------------------------------------------------------------------------------------


@rows("customers.entry_checks")
def entry_checks(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[dict[str, Any]]:
    """Both sides of every field in question."""
    return [
        {
            "item": one.key, "posting": one.posting, "source": SOURCES[one.source], "claimed": one.claimed,
            "applied": one.applied, "posted": one.posted, "differs": "不一致" if one.differs else "一致",
            "verdict": one.verdict or "",
        }
        for one in proposals.of_case(tx, case_id)
    ]  # fmt: skip


@guard("customers.reviewer_apart")
def reviewer_apart(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """Four eyes: whoever entered or disputed the record does not judge it; and an entry error is one of entering."""
    checks = {one.key: one for one in proposals.of_case(ctx.tx, ctx.case_id or 0)}
    party = next((one for one in checks.values() if ctx.actor_id in (one.posted_by, one.found_by)), None)
    found = []
    if party is not None:
        what = "录入" if ctx.actor_id == party.posted_by else "提出"
        found.append(
            FieldProblem(REVIEWED, f"{party.key} 是您{what}的，须由另一位考核人员认定（不相容岗位分离）", "认定")
        )
    for place, row in enumerate(values.get(REVIEWED) or ()):
        one = checks.get(str(row.get("item")))
        if one is not None and row.get("verdict") == "entry" and not one.differs:
            message = f"录入与签字盖章的申请一致，不是录入错误；申请本身写错的，选“{VERDICTS['form']}”（E-86）"
            found.append(FieldProblem(f"{REVIEWED}.{place}.verdict", message, "认定"))
    return found


# --- the correction ----------------------------------------------------------------------------------------------


@guard("customers.correction")
def correction(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """A 更正录入错误 says which posting of this customer it corrects."""
    if values.get(KIND) != CORRECTION:
        return []
    number, code = str(values.get(POSTING) or ""), str(values.get(CODE) or "")
    if comparing.posting_of(ctx.tx, number, code) is None:
        message = f"申请 {number or '（空）'} 没有给客户 {code} 过账；请到客户页的“变更历史”查出当时的单号"
        return [FieldProblem(POSTING, message, "更正哪一次过账")]
    return []
