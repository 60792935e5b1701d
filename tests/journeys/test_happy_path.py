"""A new customer from the form to the code."""

from __future__ import annotations

from tests.journeys.company import Company


def test_an_application_completed_by_finance_and_marketing_becomes_a_customer(each_company: Company) -> None:
    company = each_company
    case = company.apply("孙倩", "U1")

    company.approve(case)
    company.phone_maintainer(case)
    company.route(case, "FIN", "MKT")
    for department in ("MKT", "FIN"):
        company.answer(case, department)
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")

    assert (company.case(case)["status"], company.case(case)["outcome"]) == ("ended", "posted")
    assert company.customers() == ["1000000"]
    assert company.register(case) == ["route", "posted"]
    assert "1000000" in company.told("孙倩", "result")[0].body
    assert company.open_items(case) == []
    assert company.engine.verify() == []
