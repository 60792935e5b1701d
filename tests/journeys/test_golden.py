"""金样: closed cases replayed on a redrawn procedure."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import DIAGRAM, Definition, build, read_folder
from engine.errors import NotAllowed, NotPossible
from engine.workbench import golden
from tests.journeys.company import PROCESS as CREATE
from tests.journeys.company import Company

FOLDER = Path("processes") / CREATE


def closed(company: Company) -> int:
    """A new customer: returned once for correction, then completed by two departments."""
    case = company.apply("孙倩", "U1")
    company.do(case, "Task_approve", "马国栋", "refuse", comment="补充来源说明")
    company.revise(case)
    company.approve(case)
    company.phone_maintainer(case)
    company.route(case, "FIN", "MKT")
    for department in ("MKT", "FIN"):
        company.answer(case, department)
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")
    return case


def pick(company: Company, case: int, who: str = "李志强") -> None:
    definitions = company.engine.definitions
    with company.transactions.write() as tx:
        golden.pick(tx, company.clock.now(), company.cast.people, company.cast.person(who), definitions, case)


def differences(company: Company, definition: Definition) -> list[str]:
    with company.transactions.read() as tx:
        (result,) = golden.run(tx, definition)
    return list(result.differences)


def redrawn(old: str, new: str) -> Definition:
    documents = read_folder(FOLDER)
    assert old in documents[DIAGRAM]
    return build(CREATE, documents | {DIAGRAM: documents[DIAGRAM].replace(old, new)})


def test_a_case_routes_equally_on_a_diagram_that_only_reads_better(each_company: Company) -> None:
    pick(each_company, closed(each_company))

    found = differences(each_company, redrawn('name="核对与分发"', 'name="核对、判断与分发"'))

    assert found == []


def test_nothing_is_kept_by_which_a_customer_or_person_could_be_recognised(company: Company) -> None:
    pick(company, closed(company))

    with company.transactions.read() as tx:
        kept = str(tx.all("SELECT route FROM golden_case")[0][0])

    told = company.case(1)["title"]
    assert told
    assert told not in kept
    assert not [name for name in ("孙倩", "马国栋", "1000000", "补充来源说明") if name in kept]


@pytest.mark.parametrize("node", ["Task_confirm", "Task_phone_maintainer", "Task_check", "Job_reserve"])
def test_a_step_with_another_id_is_still_that_step_and_no_other_is_said_to_be_new(company: Company, node: str) -> None:
    """电话通知各部门 waits beside the way and is never done: it is not what has taken a step's place."""
    pick(company, closed(company))
    documents = read_folder(FOLDER)
    renamed = documents[DIAGRAM].replace(f'"{node}"', '"Task_other"').replace(f">{node}<", ">Task_other<")

    (found,) = differences(company, build(CREATE, documents | {DIAGRAM: renamed}))

    assert f"换了编号：{node} 改为 Task_other" in found


def test_a_step_taken_out_is_named_alone(company: Company) -> None:
    pick(company, closed(company))
    documents = read_folder(FOLDER)
    renamed = documents[DIAGRAM].replace("Task_confirm", "Task_receipt").replace("申请部门确认", "回执")

    found = differences(company, build(CREATE, documents | {DIAGRAM: renamed}))

    assert found == ["没有“申请部门确认”这个环节（原来在这里办理）", "多了“回执”这个环节"]


def test_a_running_case_is_no_example(company: Company) -> None:
    case = company.apply("孙倩", "U1")

    with pytest.raises(NotPossible, match="只有办结的流程可以选"):
        pick(company, case)


def test_only_owners_of_procedures_pick(company: Company) -> None:
    case = closed(company)

    with pytest.raises(NotAllowed):
        pick(company, case, "孙倩")
