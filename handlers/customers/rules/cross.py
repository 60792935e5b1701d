"""V-22: fields that must agree with one another; asked again whenever one of them changes."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.customers.matching.naming import normalise
from handlers.customers.rules.facts import Facts, Found, rule
from handlers.customers.rules.fields import PERSON, USCC

SOLE_TRADER, PERSONAL = "个体工商户", "个人"
INTERNAL_GROUP = "C008"
PAYER = "RG"


@rule("V-22-1", "cross")
def account_name(facts: Facts) -> Iterator[Found]:
    """户名 = 客户名称; full and half width, simplified and traditional count as the same."""
    name = facts.text("legal_name")
    for path, row in facts.rows("banks"):
        if name and row.get("account_name") and normalise(row["account_name"]) != normalise(name):
            yield Found(f"{path}.account_name", "户名与客户名称不一致；请核对，确为不同户名的在备注写明理由。")


@rule("V-22-2", "cross")
def invoice_title(facts: Facts) -> Iterator[Found]:
    name, title = facts.text("legal_name"), facts.text("invoice_title")
    if name and title and normalise(name) != normalise(title):
        yield Found("invoice_title", "发票抬头与客户名称不一致；除由总机构开票的分支机构外，应与营业执照名称相同。")


@rule("V-22-3", "cross")
def sole_trader(facts: Facts) -> Iterator[Found]:
    """92… is what the registration of a 个体工商户 begins with, and of nobody else."""
    code, kind = facts.text("tax_id").upper(), facts.text("customer_type")
    if not code or not kind or facts.text("tax_id_type") not in USCC:
        return
    if code.startswith("92") and kind != SOLE_TRADER:
        yield Found("customer_type", "统一社会信用代码以 92 开头，是个体工商户；请更正客户类型，或核对代码。")
    elif kind == SOLE_TRADER and not code.startswith("92"):
        yield Found("customer_type", "客户类型是个体工商户，统一社会信用代码应以 92 开头；请更正客户类型，或核对代码。")


@rule("V-22-4", "cross")
def person(facts: Facts) -> Iterator[Found]:
    kind = facts.text("customer_type")
    if facts.text("tax_id_type") in PERSON and kind and kind not in (PERSONAL, SOLE_TRADER):
        yield Found(
            "customer_type", "证件是身份证，客户应为个人（或没有信用代码的个体工商户）；请更正客户类型或证件类型。"
        )


@rule("V-22-5", "cross")
def trading_partner(facts: Facts) -> Iterator[Found]:
    if facts.text("account_group") == INTERNAL_GROUP and not facts.text("trading_partner"):
        yield Found("trading_partner", "内部客户须填贸易伙伴，合并报表据此抵销；请填集团单位编码。")


@rule("V-22-6", "cross")
def credit(facts: Facts) -> Iterator[Found]:
    limit = facts.amount("credit_limit")
    if limit is None:
        return
    if limit < 0:
        yield Found("credit_limit", "信用额度不得为负；没有额度的填 0。")
    if not facts.text("credit_currency"):
        yield Found("credit_currency", "填了信用额度就须选币种；请选择。")


@rule("V-22-7", "cross")
def dates(facts: Facts) -> Iterator[Found]:
    """Founded before verified, neither in the future."""
    founded, verified = facts.date("established_on"), facts.date("verified_on")
    if founded and founded > facts.day:
        yield Found("established_on", "成立日期在今天之后；请对照营业执照更正。")
    if verified and verified > facts.day:
        yield Found("verified_on", "核验日期在今天之后；请填实际核验的日期。")
    if founded and verified and founded <= facts.day and founded > verified:
        yield Found("verified_on", "核验日期早于成立日期；请核对两个日期。")


@rule("V-22-8", "cross")
def payer(facts: Facts) -> Iterator[Found]:
    """A payer or a superior that is named must be an active customer; itself it may be, also while it is unfrozen."""
    payers = [(path, row) for path, row in facts.rows("partners") if row.get("function") == PAYER]
    named = [(f"{path}.partner_code", row.get("partner_code", "")) for path, row in payers]
    for field, code in [("parent_code", facts.text("parent_code")), *named]:
        if code:
            row = facts.tx.one("SELECT status, id FROM account WHERE customer_code = ?", (code,))
            if row and row[1] == facts.account_id:
                continue
            if row is None:
                yield Found(field, f"没有客户编码“{code}”；请在客户列表中核对。")
            elif row[0] != "active":
                yield Found(field, f"客户 {code} 现在不是正常状态，不能作付款方或上级；请先解冻，或换一个客户。")
