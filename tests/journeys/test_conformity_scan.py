"""A month of cases judged one after another: each occurrence in its month, whatever is read together."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from engine import conformance
from engine.clock import LOCAL
from engine.conformance import VIOLATED, scan
from tests.journeys.company import Company, firm

RULES = conformance.read(Path("processes/policies/SD-010.rules.yaml"))
SEPTEMBER, OCTOBER, NOVEMBER = (datetime(2026, month, 1, tzinfo=LOCAL) for month in (9, 10, 11))


def calls_missed(company: Company, begin: datetime, end: datetime) -> list[int]:
    with company.transactions.read() as tx:
        found = scan.scan(tx, RULES.only(["phone-maintainer"]), begin, end, company.clock.now())
        return [case_id for case_id, verdict in found if verdict.outcome == VIOLATED]


def test_every_case_is_judged_once_in_the_month_of_the_violation(
    each_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given three applications of September and two of October, all without a call, read two at a time
    monkeypatch.setattr(scan, "AT_ONCE", 2)
    september = [each_company.sent(form=firm(number)) for number in range(3)]
    each_company.clock.move_to(datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL))
    october = [each_company.sent(form=firm(number)) for number in range(3, 5)]
    each_company.clock.advance(days=1)
    each_company.engine.sweep()

    # when both months are judged
    first, second = calls_missed(each_company, SEPTEMBER, OCTOBER), calls_missed(each_company, OCTOBER, NOVEMBER)

    # then each case stands once, where its grace ran out, although all breaches were recorded in October
    assert (first, second) == (september, october)
