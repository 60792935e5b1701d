"""Customers of other account groups in the demonstration: ship-to, person, foreign, internal."""

from __future__ import annotations

from typing import Any

from webui.demo.customers import ACCOUNTING, SALESPERSON, Firm, firm
from webui.demo.files import FIRST_CODE

NOT_OF_PERSONS = ("legal_representative", "registered_address", "registered_capital", "established_on",
                  "business_term", "licence_status", "industry_code", "scale", "lifecycle")  # fmt: skip


def _like(index: int, **values: Any) -> Firm:
    form = {**firm(index, SALESPERSON).form, **values}
    return Firm(
        form["legal_name"], form.get("tax_id") or "", {key: one for key, one in form.items() if one is not None}
    )


def ship_to() -> Firm:
    """The warehouse of a customer that the old system had."""
    nothing: dict[str, Any] = dict.fromkeys((*NOT_OF_PERSONS, "tax_id", "tax_id_type", "banks"))
    name = "晨光工具太仓收货仓"
    place = {"account_group": "C002", "parent_code": str(FIRST_CODE), "legal_name": name, "short_name": "太仓仓"}
    return _like(601, **{**nothing, **place}, city="苏州市", district="太仓市", street_address="沿江大道 66 号 3 号库",
                 apply_reason="客户要求货物直送太仓仓库")  # fmt: skip


def person() -> Firm:
    """A private customer, known by a resident ID (made up, with a valid check digit)."""
    number = "32050219880712302X"
    nothing: dict[str, Any] = dict.fromkeys(NOT_OF_PERSONS)
    return _like(602, **nothing, account_group="C005", customer_type="个人", legal_name="陆建平", short_name="陆建平",
                 tax_id_type="resident_id", tax_id=resident_id(number[:17]), banks=[], customer_group="04",
                 apply_reason="个人客户，购买备件，需开票")  # fmt: skip


def foreign() -> Firm:
    """A customer abroad with its own registration number and bank."""
    bank = {"bank_name": "Deutsche Bank AG", "branch_name": "Frankfurt am Main", "account_no": "DE89370400440532013000",
            "swift_code": "DEUTDEFF", "account_name": "Rheintal Maschinenbau GmbH", "account_kind": "境外账户",
            "currency": "EUR", "is_default": True}  # fmt: skip
    nothing: dict[str, Any] = dict.fromkeys(("region_code", "postcode"))
    return _like(603, **nothing, account_group="C006", customer_type="境外", legal_name="莱茵塔尔机械制造有限公司",
                 name_en="Rheintal Maschinenbau GmbH", short_name="莱茵塔尔", tax_id_type="foreign",
                 tax_id="DE811569869",
                 legal_representative="Klaus Weber", registered_address="Industriestr. 12, 60311 Frankfurt am Main",
                 country="DE", city="Frankfurt am Main", street_address="Industriestr. 12", phone="+49 69 7561 3300",
                 banks=[bank], sales_organisation="1100", sales_currency="EUR", incoterms="CIF",
                 sales_tax_classification="2", apply_reason="已签出口合同")  # fmt: skip


def internal() -> Firm:
    """A company of our own group, with the code of the list of units."""
    return _like(604, account_group="C008", customer_type="内部", legal_name="示范集团华南销售有限公司",
                 short_name="华南销售", trading_partner="G0120", sales_organisation="1900",
                 customer_group="09", pricing_procedure="3",
                 banks=[], apply_reason="集团内部结算往来")  # fmt: skip


# What finance enters for a group, and the maintainer at the end.
ENTRIES: dict[str, dict[str, Any]] = {
    "C001": ACCOUNTING,
    "C005": {**ACCOUNTING, "payment_terms": "Z000", "credit_limit": "0", "vat_payer_kind": "none",
             "invoice_type": "ordinary"},
    "C006": {**ACCOUNTING, "reconciliation_account": "112201", "account_assignment_group": "02",
             "vat_payer_kind": "none", "invoice_type": "none", "credit_currency": "EUR"},
    "C008": {**ACCOUNTING, "reconciliation_account": "112290", "account_assignment_group": "03", "payment_method": "N",
             "cost_centre": "CC1200"},
}  # fmt: skip
RELEASES: dict[str, dict[str, Any]] = {"C008": {"customer_code": "IC0120"}}


def resident_id(body: str) -> str:
    """A resident ID number with its check digit (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]
