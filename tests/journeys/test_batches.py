"""A batch of customers from the file to the codes: one application, signed as a whole, posted line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.errors import FormInvalid, NotAllowed
from handlers.customers.batch import operations
from tests.handlers.customers.batch.papers import customer, number
from tests.journeys.batches import Batches
from tests.journeys.company import LEADER


@pytest.fixture
def company(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Batches]:
    made = Batches(sqlite_database, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def each_company(database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Batches]:
    made = Batches(database, tmp_path, clock)
    yield made
    made.close()


def test_a_batch_is_approved_as_a_whole_and_posted_line_by_line(
    each_company: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = each_company
    monkeypatch.setattr(operations, "POSTED_AT_ONCE", 4)
    batch = company.stage([*(customer(place) for place in range(10)), customer(0)])

    case = company.submit(batch)
    company.countersigned(case)
    before = company.customers()
    company.do(case, "Task_release", "李志强", "post")
    company.settle(case)

    assert before == [], "nothing is posted before the release"
    assert company.customers() == [str(1000000 + place) for place in range(10)]
    assert (company.status(batch), company.results(batch)) == ("done", {"posted": 10})
    assert company.read("SELECT status, outcome FROM instance WHERE id = ?", case) == [("ended", "posted")]
    assert company.read("SELECT count(*) FROM posting WHERE instance_id = ?", case) == [(10,)]
    assert company.read("SELECT count(*) FROM key_reservation WHERE released_at IS NULL") == [(0,)]
    codes = company.read("SELECT row, customer_code FROM import_row WHERE result = 'posted' ORDER BY row")
    assert codes[0] == (2, "1000000")
    assert ("批量建档已完成 PL-2026-0001",) in company.read("SELECT subject FROM notice")


def test_a_key_in_the_batch_is_held_from_the_leaders_signature_on(company: Batches) -> None:
    """E-33: whoever applies for one of them meanwhile is told that the batch holds it."""
    batch = company.stage([customer(1), customer(2)])
    case = company.submit(batch)
    company.do(case, "Task_approve", LEADER["U1"], "approve")
    company.settle(case)

    second = company.stage([customer(1)], "郑凯", "U2")

    assert company.read("SELECT count(*) FROM key_reservation WHERE released_at IS NULL") == [(2,)]
    assert company.read("SELECT status FROM import_row WHERE batch_id = ?", second) == [("duplicate",)]


def test_a_line_whose_key_somebody_else_holds_is_reported_and_stops_no_other(company: Batches) -> None:
    batch = company.stage([customer(1), customer(2)])
    rival = company.sent("郑凯", "U2", form=customer(1))
    case = company.submit(batch)
    company.countersigned(case)

    company.do(case, "Task_release", "李志强", "post")
    company.settle(case)

    assert company.results(batch) == {"failed": 1, "posted": 1}
    why = company.read("SELECT problem FROM import_row WHERE result = 'failed'")[0][0]
    assert "CJ-2026-0001" in why
    assert company.read("SELECT status FROM instance WHERE id = ?", rival) == [("open",)]


@pytest.mark.parametrize("refuser", ["leader", "maintainer", "release"])
def test_a_refused_batch_leaves_nothing_behind(company: Batches, refuser: str) -> None:
    batch = company.stage([customer(1)])
    case = company.submit(batch)
    if refuser == "leader":
        company.do(case, "Task_approve", LEADER["U1"], "refuse", "来源不明")
    elif refuser == "maintainer":
        company.do(case, "Task_approve", LEADER["U1"], "approve")
        company.settle(case)
        company.do(case, "Task_check", "李志强", "return", "资料不齐")
    else:
        company.countersigned(case)
        company.do(case, "Task_release", "李志强", "return", "请补证照")
    company.settle(case)

    assert (company.status(batch), company.customers()) == ("dropped", [])
    assert company.read("SELECT outcome FROM instance WHERE id = ?", case) == [("refused",)]
    assert company.read("SELECT count(*) FROM key_reservation WHERE released_at IS NULL") == [(0,)]


def test_what_was_signed_is_what_is_posted(company: Batches) -> None:
    """Somebody changes a staged line after the signatures: the gate stays shut."""
    batch = company.stage([customer(1)])
    case = company.submit(batch)
    company.countersigned(case)
    with company.transactions.write() as tx:
        tx.run("UPDATE import_row SET form = replace(form, '深圳', '广州') WHERE batch_id = ?", (batch,))

    company.do(case, "Task_release", "李志强", "post")
    company.settle(case)

    assert company.customers() == []
    assert company.open_nodes(case) == ["Task_release"]
    found = company.read("SELECT findings FROM gate_result WHERE instance_id = ?", case)[0][0]
    assert "暂存的内容与审批签字时不一致" in found


def test_without_finance_nothing_is_posted(company: Batches) -> None:
    batch = company.stage([customer(1)])
    case = company.submit(batch)
    company.do(case, "Task_approve", LEADER["U1"], "approve")
    company.settle(case)
    company.do(case, "Task_check", "李志强", "route", departments=[str(company.cast.department("MKT"))])
    company.do(case, "Task_department", LEADER["MKT"], "approve")

    company.do(case, "Task_release", "李志强", "post")
    company.settle(case)

    assert company.customers() == []
    assert "没有财务部审批签字盖章" in company.read("SELECT findings FROM gate_result")[0][0]


def test_only_what_is_staged_can_be_submitted_and_once(company: Batches) -> None:
    batch = company.stage([customer(1)])

    with pytest.raises(FormInvalid) as other:
        company.submit(batch, batch_hash="0" * 64)
    company.submit(batch)
    with pytest.raises(FormInvalid) as again:
        company.submit(batch)
    with pytest.raises(FormInvalid) as strange:
        company.submit(company.stage([customer(2)]), "郑凯", "U2")

    assert "不一致" in other.value.problems[0].message
    assert "“审批中”，不能提交" in again.value.problems[0].message
    assert "没有这个批次" in strange.value.problems[0].message


def test_the_opening_load_keeps_codes_and_moves_the_ranges_beyond(company: Batches) -> None:
    known = {"customer_type": "企业", "tax_id_type": "uscc"}
    forms = [
        {**known, "customer_code": "K00123", "legal_name": "甲乙丙机械有限公司", "tax_id": number(1)},
        {
            **known,
            "customer_code": "1000776",
            "legal_name": "丁戊己机械有限公司",
            "tax_id": number(2),
            "owner_department": "经营一部",
        },
    ]
    batch = company.stage(forms, "赵磊", "MDM", "opening")

    with pytest.raises(NotAllowed):
        company.submit(batch, "李志强", "MDM")
    case = company.submit(batch, "赵磊", "MDM")
    company.do(case, "Task_approve", "郭建国", "approve")
    company.settle(case)
    company.do(case, "Task_release", "李志强", "post")
    company.settle(case)

    assert sorted(company.customers()) == ["1000776", "K00123"]
    assert company.results(batch) == {"posted": 2}
    rows = company.read("SELECT v.number, i.number FROM account_version v JOIN instance i ON i.id = v.instance_id")
    assert rows == [(1, "QC-2026-0001"), (1, "QC-2026-0001")]
    owners = company.read(
        "SELECT a.customer_code, d.name FROM account a JOIN department d ON d.id = a.department_id ORDER BY 1"
    )
    assert owners == [("1000776", "经营一部"), ("K00123", "信息中心")]
    company.posted()
    assert sorted(company.customers()) == ["1000776", "1000777", "K00123"]
