"""The gate before posting (SD-010 2.3): approved, signed, sealed, complete, still new, released properly.

A conjunction: every rule is asked, every failure is a `Finding` with its remedy, one failure keeps it shut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine import signing
from engine.clock import local
from engine.errors import Refused
from engine.forms import Section, missing
from engine.operations import Context
from handlers.customers import guards, numbering, requests
from handlers.customers.changes import partners, places, relations
from handlers.customers.evidence import Evidence, Nodes
from handlers.customers.rules import Facts, judge, own_account, rulebook
from handlers.customers.steps import StepDone
from handlers.customers.values.keys import key_of, shown

UNSIGNED = ("maintain",)  # sections the maintainer fills in at release
BACK_TO_DEPARTMENT = "请选“退回部门补充”"
BACK_TO_APPLICANT = "请选“退回申请部门”"


@dataclass(frozen=True)
class Finding:
    """Why the gate stays shut: `where` names department or field, `remedy` what the maintainer does."""

    code: str
    where: str
    what: str
    remedy: str


def findings(ctx: Context, nodes: Nodes) -> list[Finding]:
    """Everything that keeps the gate shut; an empty list opens it."""
    evidence = Evidence(ctx, nodes)
    return [
        *signatures(evidence),
        *sections(evidence),
        *_exception(evidence),
        *complete(evidence),
        *rules(evidence),
        *_key(evidence),
        *_code(evidence),
        *_relations(evidence),
        *_duplicates(evidence),
        *releaser(evidence),
    ]


# --- approved, signed and sealed -------------------------------------------------------------------


def signatures(evidence: Evidence) -> Iterator[Finding]:
    """The applicant's department and every routed one has approved, signed and sealed what now stands."""
    for department, step in sorted(evidence.words.items()):
        name, remedy = evidence.name(department), _remedy(evidence, department)
        if step is None or step.signature is None:
            yield _unsigned(name, step, remedy)
        elif not signing.sealed(step.signature):
            yield Finding("unsealed", name, f"{name}已签字但没有盖章", f"{remedy}，重新签字盖章")
        elif not evidence.genuine(step):
            yield Finding("seal", name, f"{name}的{_seal(step)}", f"{remedy}，重新签字盖章")
        elif changed := set(step.signature["sections"]) - evidence.intact(step) - evidence.covered:
            titles = "、".join(evidence.title(one) for one in sorted(changed))
            at = f"{local(step.done_at):%m-%d %H:%M}"
            what = f"{name} {at} 签字后“{titles}”有改动，签字盖章已失效"
            yield Finding("void", name, what, f"{remedy}，重新签字盖章")


def _seal(step: StepDone) -> str:
    scanned = step.signature is not None and step.signature.get("scan")
    return "纸质签字盖章扫描件缺失或被换过" if scanned else "印章无法验证，或不是本部门的章"


def _remedy(evidence: Evidence, department: int) -> str:
    return BACK_TO_APPLICANT if department == evidence.ctx.case.department_id else BACK_TO_DEPARTMENT


def _unsigned(name: str, step: StepDone | None, remedy: str) -> Finding:
    if step is not None and step.comment:
        return Finding("rejected", name, f"{name}不同意：{step.comment}", f"{remedy}，按意见处理后重新签字盖章")
    return Finding("unsigned", name, f"{name}没有审批签字盖章", f"{remedy}，补齐主管领导签字盖章")


def sections(evidence: Evidence, judged: Collection[str] | None = None) -> Iterator[Finding]:
    """Every section (or those `judged`) that holds data stands under a valid signature: nobody's data slips through
    (E-75).
    """
    form, catalogue = evidence.ctx.case.form, evidence.ctx.definition.catalogue
    signed = {one for step in evidence.words.values() if step and step.signature for one in step.signature["sections"]}
    for section in (one for one in catalogue.sections if judged is None or one.id in judged):
        filled = any(form.get(one.id) not in (None, "", [], False) for one in section.fields)
        if filled and section.id not in evidence.covered | signed and section.id not in UNSIGNED:
            yield Finding(
                "uncovered",
                section.title,
                f"“{section.title}”没有任何部门签字盖章",
                f"{BACK_TO_DEPARTMENT}，分发给应负责的部门审批",
            )


def _exception(evidence: Evidence) -> Iterator[Finding]:
    """A second account for the same legal person needs finance (003:L513, AMB-26)."""
    if not evidence.ctx.case.form.get(guards.EXCEPTION):
        return
    if "finance" not in evidence.kinds:
        yield Finding(
            "exception",
            "例外理由",
            "分开对账、开票或付款的例外没有财务部审批",
            f"{BACK_TO_DEPARTMENT}，分发至财务部",
        )


# --- complete, new, released -----------------------------------------------------------------------


def complete(evidence: Evidence, judged: Collection[str] | None = None) -> Iterator[Finding]:
    """Nothing that is required is missing, in every section or in those `judged` (R-032)."""
    catalogue = evidence.ctx.definition.catalogue
    for section in (one for one in catalogue.sections if judged is None or one.id in judged):
        for problem in missing(catalogue, [section.id], evidence.ctx.case.form):
            where = f"{section.title} · {problem.label}"
            yield Finding("missing", where, problem.message, _completed_by(evidence, section))


def rules(evidence: Evidence, touched: frozenset[str] | None = None) -> Iterator[Finding]:
    """Every rule that blocks is asked again: the severity, a list or another customer may have changed since.

    `touched` limits them to those in which these fields take part.
    """
    ctx = evidence.ctx
    form = ctx.case.form
    facts = Facts(form, local(ctx.now).date(), ctx.tx, ctx.case.id, own_account(ctx.tx, form))
    for one in judge(rulebook(ctx.tx), facts, touched):
        if one.blocks:
            field = ctx.definition.catalogue.fields.get(one.field.partition(".")[0])
            sections = [part for part in ctx.definition.catalogue.sections if field in part.fields]
            remedy = _completed_by(evidence, sections[0]) if sections else BACK_TO_APPLICANT
            yield Finding("rule", field.label if field else one.field, f"{one.rule} {one.message}", remedy)


def _completed_by(evidence: Evidence, section: Section) -> str:
    """Who is asked for what is missing: the maintainer here, the applicant for what it signed, else a department."""
    approval = evidence.words[evidence.ctx.case.department_id]
    if section.id in UNSIGNED:
        return "请在本步骤补填"
    if approval and approval.signature and section.id in approval.signature["sections"]:
        return BACK_TO_APPLICANT
    return f"{BACK_TO_DEPARTMENT}（{section.owner or section.title}）"


def _key(evidence: Evidence) -> Iterator[Finding]:
    ctx, key = evidence.ctx, key_of(evidence.ctx.case.form)
    if key is None:
        return
    try:
        requests.must_be_free(ctx.tx, ctx.case.id, key, bool(ctx.case.form.get(guards.EXCEPTION)))
    except Refused as refusal:
        yield Finding("key_taken", "税号", refusal.message, BACK_TO_APPLICANT)
        return
    if requests.holder(ctx.tx, key) is None:
        what = f"税号 {shown(key)} 没有为本单占用，可能在占用之后被改动"
        yield Finding("not_reserved", "税号", what, f"{BACK_TO_APPLICANT}，重新提交审批")


def _code(evidence: Evidence) -> Iterator[Finding]:
    form = evidence.ctx.case.form
    if group := str(form.get("account_group") or ""):
        problem = numbering.stated_problem(evidence.ctx.tx, group, str(form.get("customer_code") or ""))
        if problem:
            yield Finding("code", "客户编码", problem, "请在本步骤更正客户编码")


def _relations(evidence: Evidence) -> Iterator[Finding]:
    """The parent of a ship-to, the partners and the related parties are as they must be, still."""
    tx, form = evidence.ctx.tx, evidence.ctx.case.form
    for _, text in places.objections(tx, form):
        yield Finding("place", "送达方", text, BACK_TO_APPLICANT)
    for text in partners.problems(tx, "", str(form.get("account_group")), form.get("partners") or []):
        yield Finding("partner", "合作伙伴", text, BACK_TO_APPLICANT)
    for text in relations.problems(tx, "", form.get(relations.FIELD) or []):
        yield Finding("relation", relations.LABEL, text, BACK_TO_APPLICANT)


def _duplicates(evidence: Evidence) -> Iterator[Finding]:
    """The duplicate check once more: somebody may have been posted since the applicant looked."""
    ctx = evidence.ctx
    for text in guards.unresolved(ctx.tx, ctx.case.form, ctx.case.id):
        yield Finding("duplicate", "查重", text, BACK_TO_APPLICANT)


def releaser(evidence: Evidence) -> Iterator[Finding]:
    """A maintainer releases, and never the applicant department's own focal person (2.3, E-88)."""
    ctx, step = evidence.ctx, evidence.last(evidence.nodes.release)
    if step is None or step.post_id is None or ctx.people.post_by_id(step.post_id).kind != "maintainer":
        yield Finding("released_by", "建档", "不是客户主数据维护员办结的建档", "请由维护员在待办中办理建档")
        return
    focal = ctx.people.post("focal", ctx.case.department_id)
    own = {ctx.case.applicant_id}
    if focal and (holder := ctx.people.holder(focal.id, ctx.now)):
        own.add(holder.id)
    if step.done_by in own:
        name = ctx.people.person(step.done_by).name
        what = f"{name}是申请部门的归口人员，不能为本部门的申请建档"
        yield Finding("released_by", "建档", what, "请转办给另一位维护员（不相容岗位分离）")
