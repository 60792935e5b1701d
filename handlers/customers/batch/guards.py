"""What an application for a batch must be about: a staged batch of the applicant's, just as it was staged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import FieldProblem
from engine.operations import GuardContext, guard
from engine.transactions import Tx
from handlers.customers.batch.staging import digest, totals
from handlers.customers.batch.tables import STATUS


@guard("customers.batch_staged")
def staged(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """The batch is staged, of this department, has a ready line, and is the one whose figures are stated."""
    batch = int(values.get("batch") or 0)
    row = ctx.tx.one("SELECT status, department_id FROM import_batch WHERE id = ?", (batch,))
    if row is None or row[1] != ctx.department_id:
        return [_problem("没有这个批次；请先在“批量”页上传文件，再从批次页提交")]
    if row[0] != "staged":
        return [_problem(f"批次 {batch} 的状态是“{STATUS[row[0]]}”，不能提交；请在“批量”页查看")]
    if not totals(ctx.tx, batch).get("ready"):
        return [_problem("批次里没有可以导入的行；请改正后重新上传")]
    stated = facts(ctx.tx, batch)
    if any(str(values.get(name) or "") != str(value) for name, value in stated.items() if value not in (None, "")):
        return [_problem("批次的内容与申请上写的不一致；请从批次页重新提交")]
    return []


def facts(tx: Tx, batch: int) -> dict[str, Any]:
    """What an application states about its batch; the approval is bound to `batch_hash`."""
    row = tx.one("SELECT filename, total, account_group FROM import_batch WHERE id = ?", (batch,))
    filename, total, group = row if row else ("", 0, "")
    ready = totals(tx, batch).get("ready", 0)
    return {
        "batch": batch, "batch_file": filename, "batch_rows": total, "batch_ready": ready,
        "batch_group": group, "batch_hash": digest(tx, batch),
    }  # fmt: skip


def _problem(message: str) -> FieldProblem:
    return FieldProblem("batch", message, "批次号")
