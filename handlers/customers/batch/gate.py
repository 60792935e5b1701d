"""Whether a batch may be posted: the file that was staged is the one that was signed, by those who must (2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.operations import Context
from handlers.customers.evidence import Evidence, Nodes
from handlers.customers.gate import Finding
from handlers.customers.steps import StepDone

AGAIN = "请退回申请部门，重新提交审批"


def findings(ctx: Context, approvals: Sequence[str], release: str, finance: bool, digest: str) -> Iterator[Finding]:
    """What keeps the batch from being posted; `digest` is that of the staged lines as they are now."""
    evidence = Evidence(ctx, Nodes(approval=approvals[0], release=release))
    if digest != ctx.case.form.get("batch_hash"):
        yield Finding("void", "批次", "暂存的内容与审批签字时不一致", AGAIN)
    kinds: set[str] = set()
    for node in approvals:
        for step in _last_words(evidence, node):
            yield from _signature(evidence, step)
            kinds.add(ctx.people.department(step.department_id or 0).kind)
    if evidence.last(approvals[0]) is None:
        yield Finding("unsigned", "主管领导", "没有主管领导审批签字盖章", AGAIN)
    if finance and "finance" not in kinds:
        yield Finding("unsigned", "财务部", "会计成本视图没有财务部审批签字盖章", AGAIN)
    yield from _releaser(evidence, release)


def _last_words(evidence: Evidence, node: str) -> list[StepDone]:
    """The last completion of the node by each department."""
    last = {step.department_id: step for step in evidence.done if step.was(node)}
    return list(last.values())


def _signature(evidence: Evidence, step: StepDone) -> Iterator[Finding]:
    name = evidence.name(step.department_id or 0)
    if not step.signature:
        yield Finding("rejected", name, f"{name}没有同意：{step.comment}", AGAIN)
    elif not evidence.genuine(step):
        yield Finding("seal", name, f"{name}的印章无法验证，或不是本部门的章", AGAIN)
    elif set(step.signature["sections"]) - evidence.intact(step):
        yield Finding("void", name, f"{name}签字后申请内容有改动，签字盖章已失效", AGAIN)


def _releaser(evidence: Evidence, release: str) -> Iterator[Finding]:
    """A maintainer releases, and never who applied (2.3, E-88)."""
    ctx, step = evidence.ctx, evidence.last(release)
    if step is None or step.post_id is None or ctx.people.post_by_id(step.post_id).kind != "maintainer":
        yield Finding("released_by", "建档", "不是客户主数据维护员办结的建档", "请由维护员在待办中办理建档")
    elif step.done_by == ctx.case.applicant_id:
        yield Finding("released_by", "建档", "提交批次的人不能自己建档", "请转办给另一位维护员（不相容岗位分离）")
