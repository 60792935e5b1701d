"""Anything that people, the clock and broken handlers can do to applications, in any order: the rows stay true.

`COUNTERSIGN_STATE_MACHINE=large` runs many more and longer lives.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine.engine import Completion
from engine.errors import CountersignError
from tests.journeys.company import ENTRIES, FOCAL, LEADER, Company, firm
from tests.properties import invariants

LARGE = os.environ.get("COUNTERSIGN_STATE_MACHINE") == "large"
SIZE = settings(
    max_examples=250 if LARGE else 40,
    stateful_step_count=120 if LARGE else 50,
    deadline=None,
    database=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
OPERATIONS = ("customers.reserve", "customers.gate", "customers.post", "notices.result", "notices.escalate",
              "customers.register_check", "customers.refuse_not_new")  # fmt: skip
EVERY_CASE = "SELECT id, event_count, state, form, status FROM instance ORDER BY id"
UNITS = ("U1", "U2", "MKT", "FIN", "LEG")
EVERYBODY = (*(post[unit] for post in (FOCAL, LEADER) for unit in UNITS), "李志强", "吴晓东", "赵磊", "何晓雯")
MOST_CASES = 6
PLACES = st.integers(0, 10_000)  # an index into whatever there is


class Life(RuleBasedStateMachine):
    """The life of a few applications."""

    make: Callable[[], Company]

    @initialize(far=st.sampled_from(("applied", "sent", "routed", "ready")))
    def move_in(self, far: str) -> None:
        """A company with one application, some way along."""
        self.company, self.started = type(self).make(), 1
        case = self.company.apply(form=firm(0))
        if far != "applied":
            self.company.approve(case)
        if far in ("routed", "ready"):
            self.company.route(case, "FIN", "LEG")
        if far == "ready":
            self.company.answer(case, "FIN")
            self.company.answer(case, "LEG")

    def teardown(self) -> None:
        if hasattr(self, "company"):
            self.company.close()

    # --- what there is ----------------------------------------------------------------------------------------

    def all(self, sql: str) -> list[Any]:
        return self.company.read(sql)

    def cases(self, *statuses: str) -> list[int]:
        marks = ", ".join(f"'{status}'" for status in statuses)
        return [row[0] for row in self.all(f"SELECT id FROM instance WHERE status IN ({marks}) ORDER BY id")]

    def items(self, *statuses: str) -> list[Any]:
        marks = ", ".join(f"'{status}'" for status in statuses)
        return self.all(
            "SELECT id, instance_id, node, post_id, department_id, holder_id FROM work_item"
            f" WHERE status IN ({marks}) ORDER BY id"
        )

    def item(self, place: int, *statuses: str) -> Any:
        found = self.items(*(statuses or ("open", "claimed")))
        return found[place % len(found)]

    def has_items(self) -> bool:
        return bool(self.items("open", "claimed"))

    def person(self, name: str) -> int:
        return self.company.cast.person(name)

    def somebody(self, item: Any, place: int) -> int:
        """Mostly somebody who may, at times the wrong one."""
        if place % 17 == 0:
            return self.person(EVERYBODY[place % len(EVERYBODY)])
        if item[5] is not None and place % 5:
            return int(item[5])
        acting = self.company.cast.people.acting(item[3], self.company.clock.now())
        return acting[place % len(acting)].person.id

    def attempt(self, verb: Callable[[], object]) -> None:
        """A verb does its work or leaves no trace."""
        before, refused = self.all(EVERY_CASE), False
        try:
            verb()
        except CountersignError:
            refused = True
        assert not refused or self.all(EVERY_CASE) == before, "a refused verb changes nothing"

    # --- what people do ---------------------------------------------------------------------------------------

    @precondition(lambda self: self.started < MOST_CASES)
    @rule(unit=st.sampled_from(("U1", "U2", "MKT")))
    def apply(self, unit: str) -> None:
        self.company.apply(FOCAL[unit], unit, form=firm(self.started))
        self.started += 1

    @precondition(has_items)
    @rule(place=PLACES, choice=PLACES, settles=st.booleans())
    def complete(self, place: int, choice: int, settles: bool) -> None:
        item = self.item(place)
        outcome, values, comment = self.answer(item, choice)
        person = self.somebody(item, choice)
        engine = self.company.engine
        verb = engine.finish if settles else engine.complete  # with the jobs that follow, or leaving them to a sweep
        self.attempt(lambda: verb(item[0], person, Completion(outcome, values, comment)))

    @precondition(has_items)
    @rule(places=st.lists(PLACES, min_size=4, max_size=16))
    def work(self, places: list[int]) -> None:
        """A good day: step after step is done, so that applications get far enough for what is rare."""
        for place in places:
            wanted = [index for index, item in enumerate(self.items("open", "claimed")) if "phone" not in item[2]]
            if wanted:
                self.complete(place=wanted[place % len(wanted)], choice=4 * place + 1, settles=True)

    def answer(self, item: Any, choice: int) -> tuple[str, dict[str, Any], str]:
        """What is handed in at a node: mostly what leads on, at times a return."""
        _, case, node, _, department, _ = item
        answers = self.answers(case, node, department)
        return answers[0] if choice % 4 else answers[choice // 4 % len(answers)]

    def answers(self, case: int, node: str, department: int | None) -> list[tuple[str, dict[str, Any], str]]:
        company = self.company
        if node == "Task_revise":
            form = company.form(case)
            who = company.cast.people.person(company.case(case)["applicant_id"]).name
            evidence = company.search(who, form["legal_name"], form["tax_id"], case)
            return [("submit", {"search": evidence, "remarks": "已补正"}, "")]
        code = company.cast.people.department(department).code if department else ""
        wanted = [str(company.cast.department(one)) for one in ("FIN", "LEG", "MKT")]
        known = company.customers()
        call = {"called": "某人", "called_number": "8001"}
        fixed: dict[str, list[tuple[str, dict[str, Any], str]]] = {
            "Task_approve": [("approve", {}, ""), ("refuse", {}, "写清来源")],
            "Task_phone_maintainer": [("answered", call, ""), ("no_answer", {**call, "call_note": "短信"}, "")],
            "Task_phone_departments": [("answered", call, ""), ("no_answer", call, "")],
            "Task_check": [
                ("route", {"reason_code": "views", "departments": wanted[:1]}, ""),
                ("route", {"reason_code": "views", "departments": wanted}, ""),
                ("complete", {"reason_code": "ok"}, ""),
                ("incomplete", {"reason_code": "data", "missing_items": ["bank"]}, "账号不全"),
                ("not_new", {"reason_code": "exists", "existing_code": known[0] if known else ""}, "已有"),
            ],
            "Task_complete_view": [("complete", ENTRIES.get(code, {}), ""), ("bounce", {}, "不归本部门")],
            "Task_sign_view": [("approve", {}, ""), ("revise", {}, "改额度"), ("reject", {}, "不同意")],
            "Task_release": [
                ("post", {"entry_checked": True}, ""),
                ("reroute", {"reroute_departments": wanted[:2]}, "请补"),
                ("return", {}, "请补正"),
                ("post", {}, ""),
            ],
            "Task_confirm": [("confirm", {}, ""), ("dispute", {}, "时间不对")],
        }
        return fixed[node]

    @precondition(has_items)
    @rule(place=PLACES, choice=PLACES)
    def claim(self, place: int, choice: int) -> None:
        item = self.item(place)
        self.attempt(lambda: self.company.engine.claim(item[0], self.somebody(item, choice)))

    @precondition(lambda self: bool(self.items("claimed")))
    @rule(place=PLACES, choice=PLACES)
    def release(self, place: int, choice: int) -> None:
        item = self.item(place, "claimed")
        self.attempt(lambda: self.company.engine.release(item[0], self.somebody(item, choice)))

    @precondition(has_items)
    @rule(place=PLACES, choice=PLACES)
    def transfer(self, place: int, choice: int) -> None:
        item, by = self.item(place), self.person("吴晓东")
        self.attempt(lambda: self.company.engine.transfer(item[0], self.somebody(item, choice), by, "出差"))

    @precondition(has_items)
    @rule(place=PLACES, choice=PLACES)
    def view(self, place: int, choice: int) -> None:
        item = self.item(place)
        self.company.engine.view(item[0], self.somebody(item, choice))

    @precondition(has_items)
    @rule(place=PLACES, to=st.sampled_from(("Task_approve", "Task_revise", "Task_check", "Task_complete_view")))
    def send_back(self, place: int, to: str) -> None:
        item = self.item(place)
        self.attempt(lambda: self.company.engine.return_(item[0], self.somebody(item, 1), to, "重来"))

    @precondition(lambda self: bool(self.items("done", "cancelled")))
    @rule(place=PLACES)
    def complete_what_is_over(self, place: int) -> None:
        item = self.item(place, "done", "cancelled")
        self.attempt(lambda: self.company.engine.complete(item[0], self.somebody(item, 1), Completion("approve")))

    # --- the case as a whole ----------------------------------------------------------------------------------

    @precondition(lambda self: bool(self.cases("open", "suspended")))
    @rule(place=PLACES, how=st.sampled_from(("withdraw", "cancel")), late=st.booleans())
    def close(self, place: int, how: str, late: bool) -> None:
        """Mostly an application that has come far: those are the ones with something to let go of."""
        found = sorted(self.cases("open", "suspended"), key=lambda case: len(self.company.items(case)))
        case = found[-1] if late else found[place % len(found)]
        actor = self.company.case(case)["applicant_id"] if how == "withdraw" else self.person("赵磊")
        self.attempt(lambda: getattr(self.company.engine, how)(case, actor, "不做了"))

    @precondition(lambda self: bool(self.cases("open")))
    @rule(place=PLACES, minutes=st.sampled_from((0, 61, 24 * 60)), sweeps=st.booleans())
    def stand_still(self, place: int, minutes: int, sweeps: bool) -> None:
        """Suspended at whatever moment, and going on after a while."""
        self.suspend(place=place)
        self.company.clock.advance(minutes=minutes)
        if sweeps:
            self.company.engine.sweep()
        self.resume(place=place)

    @precondition(lambda self: bool(self.cases("open")))
    @rule(place=PLACES)
    def suspend(self, place: int) -> None:
        case = self.cases("open")[place % len(self.cases("open"))]
        self.attempt(lambda: self.company.engine.suspend(case, self.person("李志强"), "等待客户", "等证照"))

    @precondition(lambda self: bool(self.cases("suspended")))
    @rule(place=PLACES)
    def resume(self, place: int) -> None:
        case = self.cases("suspended")[place % len(self.cases("suspended"))]
        self.attempt(lambda: self.company.engine.resume(case, self.person("李志强")))

    # --- the clock and the machine room -----------------------------------------------------------------------

    @rule(minutes=st.sampled_from((1, 29, 61, 240, 24 * 60)))
    def pass_time(self, minutes: int) -> None:
        self.company.clock.advance(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        self.company.engine.sweep()

    @rule(operation=st.sampled_from(OPERATIONS), how=st.sampled_from(("broken", "crashing")))
    def damage(self, operation: str, how: str) -> None:
        getattr(self.company.bench, how).add(operation)

    @rule()
    def mend(self) -> None:
        self.company.bench.broken.clear()
        self.company.bench.crashing.clear()

    @precondition(lambda self: bool(self.all("SELECT 1 FROM incident WHERE status = 'open'")))
    @rule(place=PLACES)
    def retry(self, place: int) -> None:
        rows = self.all("SELECT id FROM incident WHERE status = 'open' ORDER BY id")
        self.attempt(lambda: self.company.engine.retry(rows[place % len(rows)][0], self.person("赵磊")))

    @rule()
    def restart(self) -> None:
        self.company.restart()

    # --- what must hold ---------------------------------------------------------------------------------------

    @invariant()
    def everything_is_true(self) -> None:
        if hasattr(self, "company"):
            with self.company.transactions.read() as tx:
                invariants.check(self.company.engine, tx)


@pytest.mark.slow
def test_whatever_happens_rows_tokens_and_log_agree(fresh_company: Callable[[], Company]) -> None:
    class Lives(Life):
        make = staticmethod(fresh_company)

    run_state_machine_as_test(Lives, settings=SIZE)
