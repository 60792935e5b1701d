"""Which signatures pages show as standing: the same that open the gate."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from engine import signing
from engine.errors import FormInvalid
from engine.forms import stored
from engine.store import dumps, loads
from tests.journeys.company import TERMINAL, Company
from webui import uploads


def standing(company: Company, case: int) -> dict[str, bool]:
    """Department of each signature → whether it still covers the form, oldest first."""
    rows = sorted((row for row in company.items(case) if row["signature"]), key=lambda row: row["done_at"])
    signed = [loads(row["signature"]) for row in rows]
    with company.transactions.read() as tx:
        catalogue = company.engine.definitions.newest(tx, "customer_create")[1].catalogue
    seals, form = company.engine.seals, company.form(case)
    return {
        one["department"]: signing.valid(seals, catalogue, one, form, later=signed[place + 1 :])
        for place, one in enumerate(signed)
    }


def test_a_section_that_another_department_has_completed_and_signed_voids_nobody(company: Company) -> None:
    case = company.ready("FIN", "MKT")

    assert standing(company, case) == {"U1": True, "FIN": True, "MKT": True}


def test_a_section_changed_without_a_new_signature_voids_the_one_over_it(company: Company) -> None:
    case = company.sent()
    company.route(case, "MKT")

    company.complete_view(case, "MKT")

    assert standing(company, case) == {"U1": False}


# --- on paper -------------------------------------------------------------------------------------------------


def signed_on_paper(company: Company) -> int:
    """马国栋 signs and seals on paper and uploads the scan; 财务部 seals electronically."""
    case = company.apply()
    company.do(case, "Task_approve", "马国栋", "approve", scan=[scan(company, "马国栋")])
    company.route(case, "FIN")
    company.answer(case, "FIN")
    return case


def scan(company: Company, who: str, content: bytes = b"%PDF-1.4 signed and sealed by hand") -> str:
    upload = uploads.Upload("审批页扫描件.pdf", "application/pdf", content)
    with company.transactions.write() as tx:
        return uploads.keep(tx, company.clock.now(), company.cast.person(who), upload)


def signature_of(company: Company, case: int, node: str) -> dict[str, Any]:
    [row] = [row for row in company.items(case) if row["node"] == node and row["signature"]]
    found: dict[str, Any] = loads(row["signature"])
    return found


def test_a_scan_of_the_paper_stands_for_the_electronic_seal(each_company: Company) -> None:
    """2.3: 签字盖章 may be given on paper; who uploaded which file is on record."""
    company = each_company
    case = signed_on_paper(company)

    company.release(case)

    signature = signature_of(company, case, "Task_approve")
    [kept] = signature["scan"]
    assert signature["seal"] is None
    assert kept["name"] == "审批页扫描件.pdf"
    assert kept["by"] == company.cast.person("马国栋")
    assert kept["sha256"] == sha256(b"%PDF-1.4 signed and sealed by hand").hexdigest()
    assert company.findings(case) == []
    assert company.form(case)["customer_code"] == "1000000"
    assert "scan" not in company.form(case)
    assert company.engine.verify() == []


def test_a_section_changed_afterwards_voids_paper_and_electronic_seals_alike(company: Company) -> None:
    case = signed_on_paper(company)
    assert standing(company, case) == {"U1": True, "FIN": True}

    with company.transactions.write() as tx:  # by whatever way it came about
        changed = {**company.form(case), "legal_name": "另一家公司", "payment_terms": "Z090"}
        catalogue = company.engine.definitions.newest(tx, "customer_create")[1]
        text = stored(tx.vault, catalogue.sensitive, changed)
        tx.run("UPDATE instance SET form = ? WHERE id = ?", (text, case))
    company.release(case)

    assert standing(company, case) == {"U1": False, "FIN": False}
    assert company.findings(case).count("void") == 2


def test_a_scan_that_was_exchanged_opens_no_gate(company: Company) -> None:
    case = signed_on_paper(company)
    [kept] = signature_of(company, case, "Task_approve")["scan"]

    with company.transactions.write() as tx:
        tx.run("UPDATE attachment SET content = ? WHERE id = ?", (b"%PDF-1.4 another page", kept["file"]))
    company.release(case)

    assert company.findings(case) == ["seal"]


def test_a_scan_that_nobody_attested_opens_no_gate(company: Company) -> None:
    """Whoever writes into the database without the keys cannot make a signature on paper up."""
    case = signed_on_paper(company)
    signature = signature_of(company, case, "Task_approve")

    with company.transactions.write() as tx:
        forged = dumps({**signature, "scan": [{**signature["scan"][0], "by": company.cast.person("陈立")}]})
        tx.run("UPDATE work_item SET signature = ? WHERE node = 'Task_approve'", (forged,))
    company.release(case)

    assert company.findings(case) == ["seal"]


def test_a_scan_of_another_case_is_not_taken(company: Company) -> None:
    first = company.apply()
    file = scan(company, "马国栋")
    company.do(first, "Task_approve", "马国栋", "approve", scan=[file])
    second = company.apply(form=TERMINAL)

    with pytest.raises(FormInvalid) as error:
        company.do(second, "Task_approve", "马国栋", "approve", scan=[file])

    assert "附件不存在或不属于本单" in error.value.problems[0].message
