"""Whether the lines of a routine freeze are those that the department's leader signed and sealed (2.1.3, 2.3)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.forms import digest
from handlers.customers.annual.rows import filed
from handlers.customers.evidence import Evidence
from handlers.customers.gate import BACK_TO_APPLICANT, Finding

REVIEW, TABLE = "review_number", "filed_lines"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """What is filed now stands, line by line, in what the signature is bound to; other applications have no lines."""
    ctx = evidence.ctx
    if not ctx.case.form.get(REVIEW):
        return
    step = evidence.last(evidence.nodes.approval, department=ctx.case.department_id)
    shown = (step.submission.get(TABLE) if step else None) or []
    bound = ((step.signature or {}).get("rows") or {}).get(TABLE) if step else None
    if bound is None or bound != digest({TABLE: shown}):
        yield Finding("void", "客户", "报送的客户与主管领导签字时的表格对不上", f"{BACK_TO_APPLICANT}，重新签字盖章")
        return
    signed = {(row.get("customer_code"), row.get("scope")) for row in shown}
    for row in filed(ctx.tx, ctx.now, ctx.case.id, ctx.case.department_id):
        if (row["customer_code"], row["scope"]) not in signed:
            what = f"客户 {row['customer_code']} 不在主管领导签字的表格里"
            yield Finding("unsigned", "客户", what, f"{BACK_TO_APPLICANT}，重新签字盖章")
