"""What a change must satisfy whoever asks for it: identity, evidence, the key of another party (R-004, E-56, E-57)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.transactions import Tx
from handlers.customers import requests
from handlers.customers.changes import differences, partners, places, relations
from handlers.customers.changes.differences import CORRECTION, IDENTITY, KIND, KINDS, Change
from handlers.customers.changes.forms import evidence_of
from handlers.customers.values.keys import key_of, shown
from handlers.customers.view_tables import KEYS


@dataclass(frozen=True)
class Objection:
    """Why a change cannot be made: `code` is that of the refusal, `field` the field of the form it is about."""

    code: str
    field: str
    label: str
    text: str


def objections(tx: Tx, form: Mapping[str, Any], changes: Sequence[Change], case_id: int | None) -> list[Objection]:
    """Everything that stands against these changes."""
    kind = str(form.get(KIND) or "ordinary")
    found = (
        []
        if changes or kind == CORRECTION
        else [Objection("EMPTY", KIND, "修改内容", "没有任何字段与现有资料不同；请改好后再提交")]
    )
    found += _identity(tx, form, changes, kind, case_id)
    found += _extension(changes, kind)
    found += _accounts(changes, kind)
    found += _evidence(form, changes)
    found += _partners(tx, form, changes)
    found += _relations(tx, form, changes)
    if any(one.view == "general" for one in changes):
        at = places.objections(tx, form, str(form.get(differences.CODE)))
        found += [Objection("KEY_TAKEN", field, "送达方", text) for field, text in at]
    return found


def new_key(changes: Sequence[Change], base: Mapping[str, Any]) -> str | None:
    """The party key the application wants instead of the present one; None when it keeps it."""
    wanted = {change.field: change.new for change in changes if change.view == "general"}
    if not wanted.keys() & {"tax_id", "tax_id_type", "country"}:
        return None
    key = key_of({**base, **wanted})
    return None if key == key_of(base) else key


def _identity(
    tx: Tx, form: Mapping[str, Any], changes: Sequence[Change], kind: str, case_id: int | None
) -> list[Objection]:
    touched = [change for change in changes if change.view == "general" and change.field in IDENTITY]
    found = [
        Objection(
            "NOT_ALLOWED",
            one.field,
            one.label,
            f"“{one.label}”只能以“{KINDS['identity']}”申请修改，并附证明材料（R-004）",
        )
        for one in touched
        if kind not in ("identity", CORRECTION)
    ]
    key = new_key(touched, differences.base_of(tx, form)) if touched else None
    if key is not None and (text := key_objection(tx, key, str(form.get(differences.CODE)), case_id)):
        found.append(Objection("KEY_TAKEN", "tax_id", "证件号或税号", text))
    return found


def key_objection(tx: Tx, key: str, code: str, case_id: int | None) -> str | None:
    """Why a customer cannot take over this key: it is another party's, or another application holds it (E-56)."""
    owner = requests.customer_with(tx, key)
    if owner and not _same_party(tx, owner.code, code):
        return (
            f"税号 {shown(key)} 属于另一客户 {owner.code} {owner.name}，不能改到客户 {code} 名下（一码一物）；"
            "若是同一主体请申请合并，若由其付款请登记付款方关系"
        )
    holder = requests.holder(tx, key)
    if holder and holder.instance_id != case_id:
        return f"税号 {shown(key)} 正由{holder.department}的申请 {holder.number} 占用；请与该部门归口人员核对后再提"
    return None


def _same_party(tx: Tx, one: str, other: str) -> bool:
    rows = tx.all("SELECT DISTINCT party_id FROM account WHERE customer_code IN (?, ?)", (one, other))
    return len(rows) == 1


def _extension(changes: Sequence[Change], kind: str) -> list[Objection]:
    added = {(one.view, one.row, one.section) for one in changes if one.kind == "added" and one.view in KEYS}
    if kind == "extension" or not added:
        return []
    return [
        Objection(
            "NOT_ALLOWED",
            KEYS[view][0],
            section,
            f"客户还没有 {row} 的{section}；要增加请以“{KINDS['extension']}”申请，要修改请填已有的组织",
        )
        for view, row, section in sorted(added)
    ]


def _accounts(changes: Sequence[Change], kind: str) -> list[Objection]:
    """A correction is no way round the countersignature of finance and the call back (E-57)."""
    if kind != CORRECTION or all(one.view != "banks" for one in changes):
        return []
    text = f"银行账户只能以“{KINDS['bank']}”申请修改：须财务会签并回拨核实；录入错误由考核人员在异议中认定"
    return [Objection("NOT_ALLOWED", "banks", "银行账户", text)]


def _partners(tx: Tx, form: Mapping[str, Any], changes: Sequence[Change]) -> list[Objection]:
    if not any(one.view == "partners" for one in changes):
        return []
    code, group = str(form.get(differences.CODE)), str(form.get("account_group"))
    texts = partners.problems(tx, code, group, form.get("partners") or [])
    return [Objection("NOT_ALLOWED", "partners", "合作伙伴", text) for text in texts]


def _relations(tx: Tx, form: Mapping[str, Any], changes: Sequence[Change]) -> list[Objection]:
    if not any(one.view == relations.FIELD for one in changes):
        return []
    texts = relations.problems(tx, str(form.get(differences.CODE)), form.get(relations.FIELD) or [])
    return [Objection("NOT_ALLOWED", relations.FIELD, relations.LABEL, text) for text in texts]


def _evidence(form: Mapping[str, Any], changes: Sequence[Change]) -> list[Objection]:
    proven = [one.label for one in changes if one.view == "banks" or one.field in IDENTITY]
    if not proven or evidence_of(form):
        return []
    names = "、".join(dict.fromkeys(proven))
    return [
        Objection(
            "NO_EVIDENCE",
            differences.EVIDENCE,
            "证明材料",
            f"修改{names}须附证明材料；请上传证照、开户许可证或盖章的函件",
        )
    ]
