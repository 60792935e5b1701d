"""What a completion costs, counted and not timed: statements in its transaction, bytes of the case's state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.engine import Completion
from engine.transactions import Transactions, Tx
from tests.benchmarks.ours import WORKLOAD, Ours
from tests.journeys.company import ACCOUNTING, Company, firm

MOST = 8
# A step that leaves one scope for another writes both deadlines, items and timers.
# 核对 also reads who can be routed to; 确认 ends the case with what was still open.
MORE = {"Task_check": 14, "Task_sign_view": 9, "Task_confirm": 10}
STATE = 4096


class Counting(Transactions):
    """Remembers how many statements each committed write transaction took; BEGIN and COMMIT are not counted."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.counts: list[int] = []

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as tx:
            yield tx
            self.counts.append(tx.statements)


@pytest.fixture
def company(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Company]:
    made = Company(sqlite_database, tmp_path, clock)
    made.transactions.close()
    made.transactions = made.engine.transactions = Counting(sqlite_database)
    yield made
    made.close()


def test_a_completion_of_the_workload_takes_at_most_eight_statements(
    sqlite_database: str, tmp_path: Path, clock: ManualClock
) -> None:
    payloads = json.loads((WORKLOAD / "payloads.json").read_text())
    ours = Ours(sqlite_database, tmp_path, clock)
    counting = ours.engine.transactions = Counting(sqlite_database)
    taken: dict[str, int] = {}

    for _ in range(2):  # the second case meets warm caches
        case = ours.start(payloads["start"])
        while items := ours.items(case):
            node, item = min(items.items())
            ours.complete(item, node, payloads[node])
            taken[node] = counting.counts[-1]
            ours.settle(case)
    ours.close()
    counting.close()

    assert len(taken) == 5
    assert max(taken.values()) <= MOST, taken


def test_a_completion_of_the_create_procedure_takes_few_statements(company: Company) -> None:
    counts: Counting = company.transactions  # type: ignore[assignment]
    taken: dict[str, int] = {}

    def done(node: str, who: str, outcome: str, department: str | None = None, **values: Any) -> None:
        item = company.item(case, node, department)
        company.engine.complete(item, company.cast.person(who), Completion(outcome, values))
        taken[node] = max(counts.counts[-1], taken.get(node, 0))
        company.engine.settle(case)

    call = {"called": "李志强", "called_number": "8001"}
    finance, marketing = (str(company.cast.department(code)) for code in ("FIN", "MKT"))
    for focal, unit, leader in (("孙倩", "U1", "马国栋"), ("郑凯", "U2", "罗雯")):  # the first case warms the caches
        case = company.apply(focal, unit, form=firm(1) if unit == "U2" else None)
        done("Task_approve", leader, "approve")
        done("Task_phone_maintainer", focal, "answered", **call)
        done("Task_check", "李志强", "route", reason_code="views", departments=[finance, marketing])
        done("Task_complete_view", "黄雅琴", "complete", "FIN", **ACCOUNTING)
        done("Task_sign_view", "陈立", "approve", "FIN")
        done("Task_complete_view", "周敏", "complete", "MKT")
        done("Task_sign_view", "林建平", "approve", "MKT")
        done("Task_release", "李志强", "post", entry_checked=True)
        done("Task_confirm", focal, "confirm")

    dear = {node: count for node, count in taken.items() if count > MORE.get(node, MOST)}
    assert dear == {}, taken
    assert company.case(case)["outcome"] == "posted"


def test_the_state_of_an_open_case_stays_small(company: Company) -> None:
    sizes: dict[str, int] = {}

    def measure(moment: str) -> None:
        sizes[moment] = len(company.case(case)["state"])

    case = company.apply()
    measure("applied")
    for number in range(6):
        company.do(case, "Task_approve", "马国栋", "refuse", "再改")
        company.revise(case)
        measure(f"returned {number}")
    company.approve(case)
    company.route(case, "FIN", "MKT", "LEG", "U2")
    measure("four departments")
    for department in ("FIN", "MKT", "LEG", "U2"):
        company.complete_view(case, department)
        measure(f"{department} completed")
        company.sign_view(case, department)
    measure("all signed")
    company.release(case)
    measure("posted")

    assert max(sizes.values()) <= STATE, sizes
    assert sizes["returned 5"] <= sizes["returned 0"] + 64, "rounds leave nothing behind"
