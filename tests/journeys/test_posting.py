"""Posting and telling, when things break (SD-010 2.3, 3.1: the limit ends when posted and told)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.notices.outbox import Outbox
from tests.journeys.company import Company


def sweep_for(company: Company, hours: int = 2) -> None:
    for _ in range(hours * 12):
        company.clock.advance(minutes=5)
        company.engine.sweep()


def test_when_the_store_is_down_the_maintainers_work_is_kept_and_posted_once_later(each_company: Company) -> None:
    """E-81."""
    company = each_company
    case = company.ready()
    company.bench.broken.add("customers.post")

    company.release(case)
    kept = company.items(case, "Task_release")[0]
    sweep_for(company)
    incident = company.rows("incident", case)[0]
    store_was_empty = company.customers() == []
    company.bench.broken.clear()
    company.engine.retry(incident["id"], company.cast.person("赵磊"))
    company.engine.settle(case)

    assert kept["status"] == "done"
    assert (incident["kind"], incident["status"]) == ("job", "open")
    assert store_was_empty
    assert company.customers() == ["1000000"]
    assert len(company.events(case, "customer.posted")) == 1
    assert company.deadline(case, "T3")["status"] == "met", "the four hours were not used up"


def test_the_limit_stays_open_on_the_maintainer_while_posting_fails(company: Company) -> None:
    """E-81: the breach is on record; a technical failure can only be proposed for exemption."""
    case = company.ready()
    company.bench.broken.add("customers.post")
    company.release(case)
    due = company.deadline(case, "T3")["due"]

    company.clock.move_to(due + timedelta(minutes=1))
    company.engine.sweep()

    assert company.deadline(case, "T3")["status"] == "open"
    assert company.breaches(case, "T3") == [due]
    assert len(company.told("郭建国", "escalate")) == 1


def test_a_crash_between_writing_and_moving_on_leaves_no_half_customer(each_company: Company) -> None:
    """E-82: store and step are one transaction, so that the second attempt is the first that counts."""
    company = each_company
    case = company.ready()
    company.bench.crashing.add("customers.post")

    company.release(case)
    left_behind = company.read("SELECT count(*) FROM party")[0][0], company.customers()
    company.bench.crashing.clear()
    company.restart()
    sweep_for(company, hours=1)

    assert left_behind == (0, [])
    assert company.customers() == ["1000000"]
    assert company.case(case)["outcome"] == "posted"
    assert company.engine.verify() == []


def test_the_limit_covers_the_notice_too(company: Company) -> None:
    """E-83: posted but not told is not finished."""
    case = company.ready()
    company.bench.broken.add("notices.result")

    company.release(case)
    untold = company.deadline(case, "T3")["status"], company.open_nodes(case)
    company.bench.broken.clear()
    sweep_for(company, hours=1)

    assert company.customers() == ["1000000"]
    assert untold[0] == "open"
    assert "Task_confirm" not in untold[1]
    assert len(company.told("孙倩", "result")) == 1
    assert company.deadline(case, "T3")["status"] == "met"


class DeadChannel:
    """A mail server that answers nobody."""

    def send(self, message: Any) -> None:
        raise ConnectionRefusedError("no route to host")


class Paper:
    """A channel that remembers what it has sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, message: Any) -> None:
        self.sent.append(message.subject)


@pytest.fixture
def addressed(company: Company) -> Company:
    with company.transactions.write() as tx:
        tx.run("UPDATE person SET email = ? WHERE name = ?", ("sunqian@example.com", "孙倩"))
        tx.run("UPDATE config SET people = people + 1")
    return company


def test_a_dead_mail_server_stops_nothing_and_the_inbox_is_the_record(addressed: Company) -> None:
    """E-83."""
    company, paper = addressed, Paper()
    case = company.ready()

    company.release(case)
    outbox = Outbox(company.transactions, {"smtp": DeadChannel(), "paper": paper})
    for _ in range(30):
        outbox.deliver(company.clock.now())
        company.clock.advance(minutes=1)

    assert len(company.told("孙倩", "result")) == 1
    assert [subject for subject in paper.sent if "已建档" in subject] == ["已建档：华为技术有限公司，客户编码 1000000"]
    assert "Task_confirm" in company.open_nodes(case)


def test_what_is_posted_stays_posted_when_the_rest_of_the_case_is_voided(each_company: Company) -> None:
    """孙倩 never confirms; 赵磊 voids the case. The customer is there: the case has not come to nothing."""
    company = each_company
    case = company.ready("FIN")
    company.release(case)

    company.engine.cancel(case, company.cast.person("赵磊"), "申请人已离职，无人确认")

    assert (company.case(case)["status"], company.case(case)["outcome"]) == ("cancelled", "posted")
    assert company.customers() == ["1000000"]
