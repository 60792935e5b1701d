"""What a file of customers has columns for: the fields of the create procedure, read from its catalogue.

The catalogue stays the one source: a field added there is a column here, with its options and its checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.forms import Catalogue, Field, Form, Outcome, Section
from engine.forms.fields import KINDS as FIELD_KINDS

# What is said once for the whole batch, or by the maintainer.
LEFT_OUT = {"search", "attachments", "apply_reason", "separate_reason", "entry_checked", "account_group", "relations"}
ROWS = 2  # contacts and bank accounts that one line of a file has room for
OWN_CODE = "customer_code"
EXPLANATION = Field(
    "not_duplicate", "非重复说明", "text", max=200, help="与已有客户名称相近时，写明为何不是同一客户和依据"
)
OWNER = Field(
    "owner_department", "归属单位", "choice", source="people.selling_departments",
    help="客户归哪个单位，年度冻结由它评审；留空的归装载部门",
)  # fmt: skip
# What a customer of the opening load cannot do without; everything else is taken over as far as it is known.
ESSENTIAL = ("customer_type", "legal_name", "tax_id_type", "tax_id")

FIGURES = Catalogue(
    (
        Section(
            "figures",
            "余额与交易数据",
            fields=(
                Field(OWN_CODE, "客户编码", "text", max=10, required=True, help="系统中已有的客户编码"),
                Field("company_code", "公司代码", "text", max=10, help="不分公司代码的留空"),
                Field("open_balance", "未清余额", "money", decimals=2, help="本位币，贷方余额写负数"),
                Field("open_orders", "未清单据数", "number", least=0, help="未完成的订单、交货和未清发票的张数"),
                Field("annual_turnover", "年度交易额", "money", decimals=2, help="近十二个月，本位币"),
                Field("last_transaction_on", "最后交易日期", "date", help="如 2026-09-30；没有交易的留空"),
                Field("uses", "使用次数", "number", least=0, help="只填一次性客户：建档以来累计用过几次"),
            ),
        ),
    )
)


@dataclass(frozen=True)
class FileColumn:
    """A column of a file: its id is the field's, or `banks.0.account_no` for a column of a table."""

    id: str
    title: str
    field: Field
    section: str

    @property
    def note(self) -> str:
        """What may be filled in, in a sentence."""
        parts = [self.field.help, FIELD_KINDS[self.field.kind] if self.field.kind not in ("text", "textarea") else ""]
        if self.field.kind in ("text", "textarea"):
            parts.append(f"最多 {self.field.max} 个字")
        return "；".join(part for part in parts if part)


def columns_of(kind: str, catalogue: Catalogue) -> tuple[FileColumn, ...]:
    """The columns of a file of this kind (`tables.KINDS`), in the order of the forms."""
    if kind == "figures":
        return tuple(FileColumn(one.id, one.label, one, "余额与交易数据") for one in FIGURES.fields.values())
    found = list(_columns(catalogue, kind))
    names = Counter(one.title for one in found)
    titled = [one if names[one.title] == 1 else replace(one, title=f"{one.section}·{one.title}") for one in found]
    if kind == "new":
        titled.append(FileColumn(EXPLANATION.id, EXPLANATION.label, EXPLANATION, "查重"))
    return tuple(titled)


def _columns(catalogue: Catalogue, kind: str) -> Iterator[FileColumn]:
    if kind == "opening":
        code = Field(OWN_CODE, "客户编码", "text", max=10, required=True, help="原系统的编码，照旧使用")
        yield FileColumn(OWN_CODE, code.label, code, "主体信息")
        yield FileColumn(OWNER.id, OWNER.label, OWNER, "主体信息")
    for section in catalogue.sections:
        for one in section.fields:
            if one.id in LEFT_OUT or one.id == OWN_CODE or one.kind in ("static", "attachment", "search"):
                continue
            if one.kind != "table":
                yield FileColumn(one.id, one.label, one, section.title)
                continue
            for number in range(ROWS):
                prefix = one.label if number == 0 else f"{one.label}{number + 1}"
                for column in one.columns:
                    yield FileColumn(
                        f"{one.id}.{number}.{column.id}", f"{prefix}·{column.label}", column, section.title
                    )


def row_form(kind: str, catalogue: Catalogue) -> Form:
    """The form that a line of a file is: read and checked by the same code as a page."""
    if kind == "figures":
        return Form("figures", "余额与交易数据", FIGURES, (Outcome("submit", "导入"),), write={"*": ("figures",)})
    sections = tuple(
        replace(section, fields=tuple(_of_a_row(one) for one in section.fields)) for section in catalogue.sections
    )
    if kind == "opening":
        sections = (*sections, Section("owner", "归属", fields=(OWNER,)))
    own = replace(catalogue, sections=sections)
    optional = () if kind == "new" else tuple(one for one in own.fields if one not in (*ESSENTIAL, "account_group"))
    written = tuple(one for one in own.fields if one not in LEFT_OUT - {"account_group"})
    return Form("row", "批量导入", own, (Outcome("submit", "导入"),), write={"*": written}, optional=optional)


def _of_a_row(one: Field) -> Field:
    return replace(one, required=False) if one.id in LEFT_OUT - {"account_group"} else one
