"""The views of an account: a column per form field of the same name, so that posting is copying.

A column's `comment` is its Chinese label, `info["mask"]` names how pages hide it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from engine.store import Json, id_column, metadata
from engine.vault_columns import Encrypted, Fingerprint
from handlers.customers.values.secrets import number_type, secret_text


class Money(TypeDecorator[Decimal]):
    """An exact amount, kept as text: no database turns it into a float."""

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value in (None, "") else format(Decimal(value), "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def _text(name: str, label: str, size: int = 60, mask: str | None = None) -> Column[str]:
    return Column(name, String(size), comment=label, info={"mask": mask} if mask else {})


def _secret(name: str, label: str, mask: str, kind: Encrypted | None = None) -> Column[str]:
    return Column(name, kind or secret_text(), comment=label, info={"mask": mask})


def _account_no(context: Any) -> Any:
    return context.get_current_parameters().get("account_no")


def _code(name: str, label: str) -> Column[str]:
    return _text(name, label, 20)


def _date(name: str, label: str) -> Column[str]:
    return _text(name, label, 10)


def _flag(name: str, label: str) -> Column[bool]:
    return Column(name, Boolean, comment=label)


def _money(name: str, label: str) -> Column[Decimal]:
    return Column(name, Money, comment=label)


def _list(name: str, label: str) -> Column[Any]:
    return Column(name, Json, comment=label)


def _account(**options: Any) -> Column[int]:
    return Column("account_id", ForeignKey("account.id"), nullable=False, **options)


general_view = Table(  # 一般和基本视图 (SD-010 2.2.2)
    "general_view",
    metadata,
    _account(primary_key=True),
    _text("legal_name", "客户名称", 200),
    _text("short_name", "简称", 40),
    _text("name_en", "英文名称", 200),
    _text("name_trad", "繁体名称", 200),
    _code("customer_type", "客户类型"),
    _flag("is_internal", "内部客户"),
    _code("trading_partner", "贸易伙伴"),
    _code("lifecycle", "生命周期"),
    _code("tax_id_type", "证件/税号类型"),
    _secret("tax_id", "统一社会信用代码/税号", "tax_id", number_type()),
    _text("legal_representative", "法定代表人", 50),
    _money("registered_capital", "注册资本"),
    _date("established_on", "成立日期"),
    _text("business_term", "营业期限", 40),
    _code("licence_status", "登记状态"),
    _code("industry_code", "所属行业"),
    _code("scale", "规模"),
    _code("country", "国家/地区"),
    _code("region_code", "行政区划"),
    _text("city", "城市"),
    _text("district", "区县"),
    _text("street_address", "地址", 200),
    _code("postcode", "邮政编码"),
    _text("registered_address", "注册地址", 200),
    _text("phone", "电话", 40),
    _text("fax", "传真", 40),
    _text("website", "网址", 200),
    _text("group_parent", "所属集团", 200),
    _text("parent_code", "上级客户编码", 10),
    _code("source_channel", "客户来源"),
    _text("source_note", "来源说明", 400),
    _code("verified_against", "真实性核验依据"),
    _date("verified_on", "核验日期"),
    _text("verified_by", "核验人", 80),
    _list("former_names", "曾用名"),
    _text("remarks", "重要备注", 1000),
    Index("ix_general_view_region_code", "region_code", "account_id"),
    Index("ix_general_view_industry_code", "industry_code", "account_id"),
    Index("ix_general_view_customer_type", "customer_type", "account_id"),
)

sales_area_view = Table(  # 销售视图: sales organisation × channel × division
    "sales_area_view",
    metadata,
    id_column(),
    _account(),
    _code("sales_organisation", "销售组织"),
    _code("distribution_channel", "分销渠道"),
    _code("division", "产品组"),
    _code("cooperation_mode", "合作方式"),
    _code("sales_currency", "销售币种"),
    _code("customer_group", "客户组"),
    _code("sales_district", "销售地区"),
    _code("sales_office", "销售办公室"),
    _code("sales_group", "销售小组"),
    _text("salesperson", "责任业务员", 80),
    _code("price_group", "价格组"),
    _code("price_list", "价格清单"),
    _code("pricing_procedure", "定价过程"),
    _code("shipping_condition", "装运条件"),
    _code("delivery_priority", "交货优先级"),
    _code("delivering_plant", "交货工厂"),
    _code("incoterms", "国际贸易条款"),
    _flag("partial_delivery", "允许部分交货"),
    _code("account_assignment_group", "科目分配组"),
    _code("sales_tax_classification", "销售税分类"),
    UniqueConstraint("account_id", "sales_organisation", "distribution_channel", "division"),
    Index("ix_sales_area_view_cooperation_mode", "cooperation_mode", "account_id"),
    Index("ix_sales_area_view_salesperson", "salesperson", "account_id"),
)

company_code_view = Table(  # 会计成本视图 (SD-010 2.2.3), with what invoices need
    "company_code_view",
    metadata,
    id_column(),
    _account(),
    _code("company_code", "公司代码"),
    _code("reconciliation_account", "统驭科目"),
    _code("sort_key", "排序码"),
    _code("payment_terms", "付款条件"),
    _code("payment_method", "付款方式"),
    _code("dunning_procedure", "催款程序"),
    _money("credit_limit", "信用额度"),
    _code("credit_currency", "信用币种"),
    _code("credit_control_area", "信用控制范围"),
    _code("risk_class", "风险等级"),
    _code("credit_rating", "信用评级"),
    _code("tolerance_group", "容差组"),
    _code("accounting_clerk", "会计员"),
    _text("previous_code", "旧编码", 20),
    _code("cost_centre", "成本中心"),
    _code("profit_centre", "利润中心"),
    _code("statement_cycle", "对账周期"),
    _code("vat_payer_kind", "纳税人类型"),
    _code("invoice_type", "发票类型"),
    _text("invoice_title", "发票抬头", 200),
    _secret("taxpayer_no", "纳税人识别号", "tax_id", number_type()),
    _text("invoice_address", "开票地址", 200),
    _text("invoice_phone", "开票电话", 40),
    _text("invoice_email", "收票邮箱", 200),
    _code("tax_classification", "税分类"),
    UniqueConstraint("account_id", "company_code"),
)

contact = Table(
    "contact",
    metadata,
    _account(primary_key=True),
    Column("line", Integer, primary_key=True),
    _text("name", "姓名", 50),
    _code("gender", "性别"),
    _text("department", "部门"),
    _text("position", "职务"),
    _code("role", "联系角色"),
    _secret("mobile", "手机", "mobile"),
    _text("phone", "电话", 40),
    _text("email", "电子邮箱", 200, mask="email"),
    _text("wechat", "微信", 60),
    _secret("birthday", "生日", "birthday"),
    _flag("is_primary", "主要联系人"),
)

bank_account = Table(
    "bank_account",
    metadata,
    _account(primary_key=True),
    Column("line", Integer, primary_key=True),
    _text("bank_name", "开户银行", 120),
    _text("branch_name", "支行", 120),
    _code("cnaps_code", "联行号"),
    _secret("account_no", "银行账号", "account"),
    _code("swift_code", "SWIFT"),
    _text("account_name", "户名", 200),
    _code("account_kind", "账户类别"),
    _code("currency", "币种"),
    _flag("is_default", "默认账户"),
    Column("account_key", Fingerprint, default=_account_no, onupdate=_account_no),  # equal for equal numbers
    Index("ix_bank_account_account_key", "account_key"),
)

partner = Table(  # 合作伙伴功能: by default an account is its own sold-to, ship-to, bill-to and payer
    "partner",
    metadata,
    _account(primary_key=True),
    Column("line", Integer, primary_key=True),
    _code("function", "功能"),  # partners.FUNCTIONS
    Column("partner_code", ForeignKey("account.customer_code"), comment="合作伙伴"),
    _text("partner_name", "姓名", 80),  # of a person: salesperson, contact
    Index("ix_partner_partner_code", "partner_code"),
)

party_relation = Table(  # 主体关系: stated under one of the party's codes, true of the party (relations.py)
    "party_relation",
    metadata,
    _account(primary_key=True),
    Column("line", Integer, primary_key=True),
    _code("relation", "关系"),  # relations.RELATIONS
    Column("related_code", ForeignKey("account.customer_code"), nullable=False, comment="关联客户"),
    _date("valid_from", "自"),
    _date("valid_to", "至"),
    Index("ix_party_relation_related_code", "related_code"),
)

# One row per account and one table of rows per account, under the names that snapshots and pages use.
VIEWS = {"general": general_view, "sales": sales_area_view, "accounting": company_code_view}
ROWS = {"contacts": contact, "banks": bank_account, "partners": partner, "relations": party_relation}
VIEW_TITLES = {
    "general": "一般和基本视图",
    "sales": "销售视图",
    "accounting": "会计成本视图",
    "contacts": "联系人",
    "banks": "银行账户",
    "partners": "合作伙伴",
    "relations": "主体关系",
}
# What tells the rows of a view apart.
KEYS = {
    "sales": ("sales_organisation", "distribution_channel", "division"),
    "accounting": ("company_code",),
}


def fields(table: Table) -> list[Column[Any]]:
    """The columns of a view that are customer data: those with a label."""
    return [column for column in table.columns if column.comment]
