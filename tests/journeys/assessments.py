"""The company with its 审计考核部: 方蕾 考核人员 · 钱卫东 主管领导; and 徐明, deputy of finance's focal person.

The words of the monthly assessment: `begun`, `published`, `settled`, `confirmed`; of appeals: `appeal`, `rule`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import company as changes
from engine import schedules
from engine.calendar import Calendar
from engine.clock import ManualClock
from engine.definitions import build, publish, read_folder
from engine.engine import Application
from engine.errors import FormInvalid
from engine.transactions import Tx
from handlers.penalties import course, ledger
from handlers.penalties.course import Course
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from tests.cast import moment
from tests.journeys.company import Company, firm

ASSESSMENT, APPEAL = "penalty_assessment", "penalty_appeal"
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
NEW = {"fanglei": ("方蕾", "AUD", "assessor", 0), "qianweidong": ("钱卫东", "AUD", "leader", 0),
       "xuming": ("徐明", "FIN", "focal", 1)}  # fmt: skip


@contextmanager
def refused(text: str) -> Iterator[None]:
    """A form is not taken, for a reason that says so."""
    with pytest.raises(FormInvalid) as raised:
        yield
    assert any(text in f"{one.label}：{one.message}" for one in raised.value.problems), raised.value.problems


class Assessments(Company):
    """A company whose months are assessed."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, *, found: bool = True) -> None:
        super().__init__(url, folder, clock, found=found)
        if found:
            self.changed(settle_in)

    def passing(self, hours: int = 2) -> None:
        """So many working hours pass."""
        self.clock.move_to(Calendar().add(self.clock.now(), timedelta(hours=hours)))
        for _ in range(3):
            self.engine.sweep()

    # --- the month ------------------------------------------------------------------------------------------------

    def sweep_to(self, day: str, hour: str = "09:00") -> None:
        self.clock.move_to(moment(day, hour))
        for _ in range(3):
            self.engine.sweep()

    def begun(self, which: Month = SEPTEMBER) -> int:
        """The first of the next month has come: the clock has begun the month's case."""
        self.sweep_to(f"{which.plus(1)}-01", "08:31")
        found = self.course(which)
        assert found is not None
        assert found.case_id is not None
        return found.case_id

    def checked(self, case: int, exempt: dict[str, str] | None = None) -> None:
        """方蕾 checks the draft and exempts some findings, each with a reason."""
        rows = self.rows_of("penalties.draft_lines", case)
        lines = [
            {**row, "treatment": "exempt" if row["finding"] in (exempt or {}) else "charge",
             "reason": (exempt or {}).get(row["finding"], "")}
            for row in rows
        ]  # fmt: skip
        self.do(case, "Task_check", "方蕾", "checked", lines=lines)

    def published(self, which: Month = SEPTEMBER, exempt: dict[str, str] | None = None) -> int:
        """The month is public: everybody concerned has been told."""
        case = self.begun(which)
        self.clock.move_to(moment(f"{which.plus(1)}-08" if which == SEPTEMBER else f"{which.plus(1)}-03", "09:00"))
        self.checked(case, exempt)
        self.do(case, "Task_approve", "钱卫东", "approve")
        self.engine.sweep()
        return case

    def settled(self, case: int, which: Month = SEPTEMBER) -> None:
        """The appeal period is over."""
        until = self.course(which).appeal_until  # type: ignore[union-attr]
        assert until is not None
        self.clock.move_to(max(until, self.clock.now()))
        self.clock.advance(hours=2)
        self.engine.sweep()

    def confirmed(self, case: int) -> None:
        """Finance and HR sign; the month locks."""
        self.do(case, "Task_finance", "陈立", "confirm")
        self.do(case, "Task_hr", "钱卫东", "confirm")

    def locked(self, which: Month = SEPTEMBER, exempt: dict[str, str] | None = None) -> int:
        case = self.published(which, exempt)
        self.settled(case, which)
        self.confirmed(case)
        return case

    def course(self, which: Month = SEPTEMBER) -> Course | None:
        with self.transactions.read() as tx:
            return course.of(tx, which)

    def assessed(self, which: Month = SEPTEMBER) -> Assessed:
        with self.transactions.read() as tx:
            return ledger.build(tx, which, self.engine.snapshots.at(tx), self.clock.now())[0]

    def rows_of(self, name: str, case: int) -> list[dict[str, Any]]:
        with self.transactions.read() as tx:
            return self.engine.registry.rows[name](tx, self.clock.now(), case, 0)

    # --- what is charged ------------------------------------------------------------------------------------------

    def late_check(self, number: int = 1, hours: int = 6) -> int:
        """李志强 has the application of the n-th firm in hand and routes it late."""
        self.clock.move_to(Calendar().add(self.clock.now(), timedelta(minutes=1)))
        case = self.sent(form=firm(number))
        self.engine.claim(self.item(case, "Task_check"), self.cast.person("李志强"))
        self.clock.advance(hours=hours)
        self.engine.sweep()
        self.route(case, "FIN")
        self.answer(case, "FIN")
        self.release(case)
        return case

    def hand(self, **form: Any) -> int:
        """方蕾 begins the assessment of a month by hand."""
        person, whose = self.cast.person("方蕾"), self.cast.department("AUD")
        case = self.engine.start(Application(ASSESSMENT, person, whose, {**form, "outcome": "submit"})).case_id
        self.engine.settle(case)
        return case

    def false_new(self, number: int, code: str, who: str = "孙倩", department: str = "U1") -> int:
        """An application for a customer that is there already goes back with its code."""
        case = self.sent(who, department, form=firm(number))
        self.do(case, "Task_check", "李志强", "not_new", "系统中已有", existing_code=code, reason_code="exists")
        return case

    # --- appeals --------------------------------------------------------------------------------------------------

    def appeal(self, name: str, who: str, department: str, text: str = "当时系统打不开", **values: Any) -> int:
        form = {"appeal_ground": "facts", "appeal_text": text, "outcome": "submit", **values}
        whose = self.cast.department(department)
        case = self.engine.start(Application(APPEAL, self.cast.person(who), whose, form, None, name)).case_id
        self.engine.settle(case)
        return case

    def rule(self, case: int, finance: str = "uphold", hr: str = "uphold", by: str = "黄雅琴") -> None:
        self.do(case, "Task_finance", by, finance, finance_reason="已核对证据页")
        self.do(case, "Task_hr", "方蕾", hr, hr_reason="已核对证据页")


def settle_in(tx: Tx, now: Any, admin: int) -> None:
    """The department, its people and the two procedures with their schedule."""
    audit = changes.add_department(tx, now, admin, code="AUD", name="审计考核部", kind="audit")
    finance = tx.one("SELECT id FROM department WHERE code = 'FIN'")
    assert finance is not None
    for login, (name, code, kind, rank) in NEW.items():
        whose = audit if code == "AUD" else int(finance[0])
        person = changes.add_person(
            tx, now, admin, login=login, name=name, department_id=whose, password_hash="", must_change=False
        )
        changes.appoint(tx, now, admin, department_id=whose, kind=kind, person_id=person, rank=rank)
    for process in (ASSESSMENT, APPEAL):
        definition = build(process, read_folder(Path("processes") / process))
        publish(tx, now, admin, definition, "test")
        schedules.register(tx, now, definition)


@pytest.fixture
def months(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Assessments]:
    made = Assessments(sqlite_database, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def each_months(database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Assessments]:
    made = Assessments(database, tmp_path, clock)
    yield made
    made.close()
