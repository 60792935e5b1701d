"""A modification whose posting is killed before or after its commit: through the whole procedure, posted once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.engine import Completion
from tests.journeys.company import Company

ROOT = Path(__file__).parents[2]


def released(company: Company) -> int:
    """A modification the maintainer has released; none of the jobs that follow is performed yet."""
    case = company.modify(company.posted(), city="东莞")
    company.approve(case)
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    item = company.item(case, "Task_release")
    company.engine.complete(item, company.cast.person("李志强"), Completion("post", {"entry_checked": True}))
    return case


@pytest.mark.parametrize(("when", "posted"), [("before", 1), ("after", 2)])
def test_a_killed_posting_of_a_change_is_posted_exactly_once(
    database: str, tmp_path: Path, clock: ManualClock, when: str, posted: int
) -> None:
    company = Company(database, tmp_path, clock)
    case = released(company)
    program = [sys.executable, "-m", "tests.faults.modify_worker", database, str(tmp_path)]

    died = subprocess.run([*program, str(case), clock.now().isoformat(), when], cwd=ROOT, check=False)
    left = company.read("SELECT version FROM account")
    while company.engine.sweep():
        pass

    assert died.returncode == -signal.SIGKILL
    assert left == [(posted,)], "nothing half done, nothing lost"
    assert company.read("SELECT version FROM account") == [(2,)]
    assert company.read("SELECT count(*) FROM posting WHERE instance_id = ?", case) == [(1,)]
    assert company.read("SELECT count(*) FROM change_item WHERE instance_id = ? AND stage = 'posted'", case) == [(1,)]
    assert company.read("SELECT city FROM general_view") == [("东莞",)]
    assert len(company.told("孙倩", "result")) == 2, "of the create and of the change, once each"
    assert "Task_confirm" in company.open_nodes(case)
    assert company.read("SELECT what FROM incident") == []
    assert company.engine.verify() == []
    company.close()
