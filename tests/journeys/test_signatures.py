"""Which signatures pages show as standing: the same that open the gate."""

from __future__ import annotations

from engine import signing
from engine.store import loads
from tests.journeys.company import Company


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
