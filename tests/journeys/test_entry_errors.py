"""Entry errors (SD-010 4.3): disputed by the applicant, found by typing the ERP record back, or found months later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import company as organisation
from engine.definitions import build, publish, read_folder
from engine.errors import FormInvalid, NotAllowed
from handlers.customers.entry import proposals
from handlers.penalties import ledger
from handlers.penalties.period import Month
from handlers.report_csv import table_text
from tests.cast import moment
from tests.journeys.company import Company, firm
from tests.journeys.test_change_edges import refusal

ASSESSOR = "秦婉"
TITLE = "general.legal_name"


def with_assessor(company: Company) -> Company:
    """秦婉 of 法务部 assesses; 高远 deputises nowhere."""
    person = company.changed(
        organisation.add_person, login="qinwan", name=ASSESSOR, department_id=company.cast.department("LEG"),
        password_hash="", must_change=False,
    )  # fmt: skip
    company.changed(
        organisation.appoint, department_id=company.cast.department("LEG"), kind="assessor", person_id=person
    )
    return company


def with_erp(company: Company) -> Company:
    """An ERP stands behind: what is posted is entered there by hand, too."""
    for process in ("customer_create", "customer_modify"):
        files = read_folder(Path("processes") / process)
        files["process.bpmn"] = files["process.bpmn"].replace("\"'none'\"", "\"'manual'\"")
        company.changed(lambda tx, now, by, files, process: publish(tx, now, by, build(process, files), "ERP"),
                        files=files, process=process)  # fmt: skip
    return company


@pytest.fixture
def assessed(company: Company) -> Company:
    return with_assessor(company)


@pytest.fixture
def each_assessed(each_company: Company) -> Iterator[Company]:
    return with_assessor(each_company)


def disputed(company: Company, *fields: dict[str, str], form: dict[str, Any] | None = None) -> int:
    """孙倩 disputes the record of a customer that 李志强 has entered."""
    case = company.ready(**({"form": form} if form else {}))
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "dispute", "与申请表不符", disputed=list(fields))
    return case


def checks(company: Company, case: int) -> list[proposals.Check]:
    with company.transactions.read() as tx:
        return proposals.of_case(tx, case)


def judge(company: Company, case: int, *verdicts: str, who: str = ASSESSOR, handling: str = "none") -> None:
    """The assessor says of every field what it is."""
    rows = [
        {"item": one.key, "verdict": verdict}
        for one, verdict in zip(checks(company, case), verdicts, strict=True)
    ]  # fmt: skip
    company.do(case, "Task_review", who, "settle", "已核对纸质申请", checks=rows, handling=handling)


def typed_back(company: Company, case: int, **wrong: str) -> None:
    """李志强 types back what the ERP shows: what was applied for, but for what he has mistyped (label → value)."""
    with company.transactions.read() as tx:
        rows = company.engine.registry.rows["customers.erp_record"](tx, company.clock.now(), case, 0)
    form = company.form(case)
    values = {
        "客户名称": form["legal_name"], "统一社会信用代码/税号": form["tax_id"], "简称": form.get("short_name"),
        "城市": form.get("city"), "销售组织": form.get("sales_organisation"), "价格组": form.get("price_group"),
        "公司代码": form.get("company_code"), "付款条件": form.get("payment_terms"),
        "信用额度": form.get("credit_limit"), "发票抬头": form.get("invoice_title"),
        "银行账号": (form.get("banks") or [{}])[0].get("account_no"), **wrong,
    }  # fmt: skip
    said = [{"item": row["item"], "value": values[row["item"].rpartition("·")[2]]} for row in rows]
    company.do(case, "Task_erp", "李志强", "entered", erp_record=said)


def entry_errors(company: Company, case: int) -> list[dict[str, Any]]:
    return [one["data"] for one in company.events(case, "finding.entry_error")]


def number(company: Company, code: str) -> str:
    """Under which application a customer was entered first."""
    sql = "SELECT i.number FROM posting p JOIN instance i ON i.id = p.instance_id WHERE p.customer_code = ?"
    return str(company.read(f"{sql} ORDER BY i.id", code)[0][0])


def form_of(company: Company, code: str) -> dict[str, Any]:
    return company.form(company.read("SELECT instance_id FROM posting WHERE customer_code = ?", code)[0][0])


# --- disputed at confirmation --------------------------------------------------------------------------------------


def test_what_the_erp_shows_otherwise_than_the_form_is_an_entry_error_once_the_assessor_says_so(
    each_assessed: Company,
) -> None:
    company = each_assessed

    case = disputed(company, {"field": "general.city", "should_be": "深圳市", "found": "苏州市"})
    assert company.case(case)["status"] == "open"
    one = checks(company, case)[0]
    assert one.differs
    assert (one.posted, one.claimed) == ("苏州市", "深圳市")
    judge(company, case, "entry")

    assert company.case(case)["outcome"] == "posted"
    found = entry_errors(company, case)[0]
    people = company.cast
    assert (found["person"], found["found_by"], found["confirmed_by"]) == tuple(
        people.person(name) for name in ("李志强", "孙倩", ASSESSOR)
    )
    assert found["department"] == people.department("MDM")
    assert found["posting"] == company.case(case)["number"]
    assert [(one["field"], one["posted"]) for one in found["fields"]] == [("general.city", "苏州市")]


def test_an_error_of_the_approved_form_is_no_entry_error(assessed: Company) -> None:
    """E-86: it counts for the department that applied."""
    case = disputed(assessed, {"field": "general.city", "should_be": "东莞市"})
    one = checks(assessed, case)[0]
    assert not one.differs
    assert one.applied == one.posted

    with pytest.raises(FormInvalid) as refused:
        judge(assessed, case, "entry")
    assert "不是录入错误" in refusal(refused)
    judge(assessed, case, "form")

    assert entry_errors(assessed, case) == []
    wrong = assessed.events(case, "form.error")[0]["data"]
    assert wrong["department"] == assessed.cast.department("U1")


def test_an_unfounded_dispute_leaves_no_finding(assessed: Company) -> None:
    case = disputed(assessed, {"field": "general.city", "should_be": "深圳市", "found": "深圳"})

    judge(assessed, case, "none", handling="rejected")

    assert entry_errors(assessed, case) == []
    assert assessed.events(case, "form.error") == []
    assert assessed.events(case, "dispute.reviewed")[0]["data"]["handling"] == "rejected"


def test_a_dispute_about_the_time_alone_is_reviewed_too(assessed: Company) -> None:
    case = disputed(assessed)
    assert checks(assessed, case) == []

    judge(assessed, case, handling="upheld")

    assert assessed.events(case, "dispute.reviewed")[0]["data"]["handling"] == "upheld"
    assert assessed.case(case)["status"] == "ended"


def test_who_entered_or_disputed_the_record_does_not_judge_it(assessed: Company) -> None:
    """Four eyes: 李志强 and 孙倩 assess too, but not this one."""
    company = assessed
    for name in ("李志强", "孙倩"):
        company.changed(
            organisation.appoint, department_id=company.cast.department("LEG"), kind="assessor",
            person_id=company.cast.person(name),
        )  # fmt: skip
    case = disputed(company, {"field": "general.city", "should_be": "深圳市", "found": "苏州市"})

    with pytest.raises(FormInvalid) as refused:
        judge(company, case, "entry", who="李志强")
    assert "是您录入的" in refusal(refused)
    with pytest.raises(NotAllowed, match="不相容"):
        judge(company, case, "entry", who="孙倩")


def test_without_an_assessor_a_dispute_is_only_registered(company: Company) -> None:
    case = disputed(company, {"field": "general.city", "should_be": "深圳市", "found": "苏州市"})

    assert company.case(case)["status"] == "ended"
    assert company.register(case)[-1] == "disputed"


def test_numbers_are_masked_in_the_log_and_on_the_review(assessed: Company) -> None:
    wrong = "6222020200112233445"

    case = disputed(assessed, {"field": "banks.account_no", "should_be": "44250100002400001234", "found": wrong})
    judge(assessed, case, "entry")

    written = "".join(str(one) for one in assessed.events(case)) + str(checks(assessed, case))
    assert wrong not in written
    assert "44250100002400001234" not in written
    assert checks(assessed, case)[0].posted.endswith(wrong[-4:])


# --- the ERP record ------------------------------------------------------------------------------------------------


def test_three_mistyped_fields_of_one_customer_are_one_entry_error(each_company: Company) -> None:
    """E-85: found by the comparison of what 李志强 typed back, though 孙倩 has nothing to object."""
    company = with_erp(with_assessor(each_company))
    case = company.ready()
    company.release(case)

    typed_back(company, case, 城市="苏州市", 付款条件="Z999", 发票抬头="华为技术公司")
    company.do(case, "Task_confirm", "孙倩", "confirm")
    judge(company, case, "entry", "entry", "entry")

    assert len(entry_errors(company, case)) == 1
    assert len(entry_errors(company, case)[0]["fields"]) == 3
    company.clock.move_to(moment("2026-10-08", "09:00"))
    with company.transactions.read() as tx:
        month, report = ledger.build(tx, Month(2026, 9), company.engine.snapshots.at(tx), company.clock.now())
    assert [int(line.amount) for line in month.lines if line.role == "maintainer"] == [50]
    text = next(table_text(table) for table in report.tables if table.title.startswith("表五"))
    assert text.count("LR-") == 3
    assert "苏州市" in text


def test_a_record_typed_back_without_a_fault_asks_nobody(company: Company) -> None:
    with_erp(with_assessor(company))
    case = company.ready()
    company.release(case)

    typed_back(company, case)
    company.do(case, "Task_confirm", "孙倩", "confirm")

    assert checks(company, case) == []
    assert company.case(case)["status"] == "ended"


# --- found later ---------------------------------------------------------------------------------------------------


def corrected(company: Company, code: str, posting: str, **values: Any) -> int:
    """孙倩 has an earlier entry corrected; 李志强 enters the correction, and she confirms it."""
    case = company.modify(
        code, change_kind="correction", corrected_posting=posting, change_reason="发票退回，发现录入有误", **values
    )
    company.approve(case)
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")
    return case


def test_an_error_found_months_later_belongs_to_the_month_of_its_confirmation(each_assessed: Company) -> None:
    """AMB-42; the month of the posting is told beside it."""
    company = each_assessed
    code = company.posted()
    posting = number(company, code)
    company.clock.move_to(moment("2026-11-16", "09:00"))

    case = corrected(company, code, posting, corrected_fields=[{"field": TITLE, "found": "华为技木有限公司"}])
    judge(company, case, "entry")

    found = entry_errors(company, case)[0]
    assert (found["posting"], found["correction"]) == (posting, company.case(case)["number"])
    with company.transactions.read() as tx:
        snapshot, now = company.engine.snapshots.at(tx), company.clock.now()
        months = [ledger.build(tx, Month(2026, number), snapshot, now) for number in (9, 11)]
    assert [len(month.wrong) for month, _ in months] == [0, 1]
    text = next(table_text(table) for table in months[1][1].tables if table.title.startswith("表五"))
    assert "2026-09" in text


def test_a_correction_of_an_error_that_is_known_finds_it_no_second_time(each_assessed: Company) -> None:
    company = each_assessed
    case = disputed(company, {"field": "general.city", "should_be": "深圳市", "found": "苏州市"})
    judge(company, case, "entry")
    code, posting = str(company.form(case)["customer_code"]), str(company.case(case)["number"])

    again = corrected(company, code, posting, street_address="坂田华为基地 B 区")

    assert company.case(again)["status"] == "ended"
    assert entry_errors(company, again) == []
    assert company.events(again, "entry.corrected")


def test_two_corrections_judged_at_once_leave_one_entry_error(each_assessed: Company) -> None:
    """One finding per customer and posting, whoever is first; the second says that it was known."""
    company = each_assessed
    code = company.posted()
    posting = number(company, code)
    one, other = (
        corrected(company, code, posting, corrected_fields=[{"field": field, "found": "写错了"}])
        for field in (TITLE, "general.city")
    )

    judge(company, one, "entry")
    judge(company, other, "entry")

    assert [len(entry_errors(company, case)) for case in (one, other)] == [1, 0]
    assert company.events(other, "entry.corrected")


def test_a_correction_names_a_posting_of_this_customer(assessed: Company) -> None:
    code = assessed.posted()

    with pytest.raises(FormInvalid) as refused:
        corrected(assessed, code, "XZ-2026-9999", street_address="坂田")
    assert "没有给客户" in refusal(refused)


def test_a_correction_is_no_way_round_finance_for_a_bank_account(assessed: Company) -> None:
    code = assessed.posted()
    banks = [{**form_of(assessed, code)["banks"][0], "account_no": "44250100002400009999"}]

    with pytest.raises(FormInvalid) as refused:
        corrected(assessed, code, number(assessed, code), banks=banks)
    assert "银行账户只能以" in refusal(refused)


def test_four_customers_entered_wrongly_are_four(company: Company) -> None:
    """E-85, of four postings."""
    with_assessor(company)
    cases = [
        disputed(company, {"field": "general.city", "should_be": "苏州市", "found": "无锡市"}, form=firm(number))
        for number in range(4)
    ]

    for case in cases:
        judge(company, case, "entry")

    company.clock.move_to(moment("2026-10-08", "09:00"))
    with company.transactions.read() as tx:
        month, _ = ledger.build(tx, Month(2026, 9), company.engine.snapshots.at(tx), company.clock.now())
    assert sum(int(line.amount) for line in month.lines if line.role == "maintainer") == 200
