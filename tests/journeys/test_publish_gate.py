"""The publish gate over real cases: what speaks against a redrawn procedure, and what is kept when it is published.

李志强 (维护员) draws, 郭建国 (主管领导) publishes; 孙倩's customers are the running and the closed cases.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from engine import workbench
from engine.check import rulebooks
from engine.definitions import DIAGRAM, build, read_folder
from engine.errors import CountersignError, FormInvalid, NotPossible
from engine.operations import registry
from engine.workbench import Draft, golden
from tests.journeys.company import PROCESS, Company, firm
from tests.journeys.test_golden import closed, pick

FOLDER = Path("processes") / PROCESS
BOOKS = rulebooks(FOLDER.parent / "policies")
NAME = ('name="核对与分发"', 'name="核对、判断与分发"')
CALL = ("Task_phone_maintainer", "Task_call_maintainer")  # another id: golden cases wait for the old one
SIGN = ("Task_check", "Task_verify")


class Gate:
    """Short words for a draft on its way to being a version."""

    def __init__(self, company: Company) -> None:
        self.company, self.transactions = company, company.transactions

    def draws(self, *changes: tuple[str, str]) -> int:
        """A draft with these texts replaced in the diagram and the scenarios left out; returns its revision."""
        documents = {path: text for path, text in read_folder(FOLDER).items() if not path.startswith("scenarios/")}
        for old, new in changes:
            documents[DIAGRAM] = re.sub(rf'(?<=[">]){old}(?=["<])|{re.escape(old)}', new, documents[DIAGRAM])
        draft = self._as("李志强", workbench.open_, PROCESS)
        revision: int = self._as("李志强", workbench.save, PROCESS, draft.revision, documents).draft.revision
        return revision

    def impact(self) -> workbench.Impact:
        with self.transactions.read() as tx:
            draft = workbench.read(tx, PROCESS)
            return workbench.impact_of(self.company.engine, tx, build(PROCESS, draft.documents))

    def proposes(self, revision: int, intended: dict[int, str] | None = None) -> Draft:
        impact = self.impact()
        more = (BOOKS, registry, impact, intended)
        proposed: Draft = self._as("李志强", workbench.propose, PROCESS, revision, "改画", *more)
        return proposed

    def publishes(self, revision: int, who: str = "郭建国") -> int:
        impact = self.impact()
        made: int = self._as(who, workbench.publish, PROCESS, revision, "同意", BOOKS, registry, impact)
        return made

    def evidence(self) -> dict[str, Any]:
        with self.transactions.read() as tx:
            found = workbench.versions(tx, PROCESS)[0].evidence
        assert found is not None
        return dict(found)

    def _as(self, who: str, verb: Any, *more: Any) -> Any:
        cast = self.company.cast
        with self.transactions.write() as tx:
            return verb(tx, self.company.clock.now(), cast.people, cast.person(who), *more)


@pytest.fixture
def gate(company: Company) -> Gate:
    return Gate(company)


def test_a_scenario_that_was_not_run_on_this_very_text_keeps_the_draft_from_being_proposed(gate: Gate) -> None:
    revision = gate.draws(NAME)
    documents = gate._as("李志强", workbench.open_, PROCESS).documents | {"scenarios/按时.yaml": "标题: 按时"}
    revision = gate._as("李志强", workbench.save, PROCESS, revision, documents).draft.revision

    with pytest.raises(NotPossible, match="情景“按时”还没有在这一稿上运行"):
        gate.proposes(revision)
    gate._as("李志强", workbench.note_played, PROCESS, revision, "按时", "")
    gate.publishes(gate.proposes(revision).revision)

    assert gate.evidence()["scenarios"] == {"按时": "符合"}


def test_a_golden_case_that_routes_otherwise_is_named_with_its_first_difference(gate: Gate) -> None:
    pick(gate.company, closed(gate.company))
    revision = gate.draws(CALL)

    with pytest.raises(NotPossible) as refused:
        gate.proposes(revision)

    with gate.transactions.read() as tx:
        (result,) = golden.run(tx, build(PROCESS, workbench.read(tx, PROCESS).documents))
    assert f"金样“{result.name}”走的路线与原来不同：{result.differences[0]}" in refused.value.message
    assert "勾选并写明理由" in refused.value.message


def test_a_route_changed_on_purpose_is_published_and_the_reason_is_kept(each_company: Company) -> None:
    gate = Gate(each_company)
    pick(each_company, closed(each_company))
    revision = gate.draws(CALL)

    with pytest.raises(FormInvalid) as refused:
        gate.proposes(revision, {1: "  "})
    assert "各写明理由" in refused.value.problems[0].message
    gate.proposes(revision, {1: "电话改由系统代打"})
    gate.publishes(revision)

    (kept,) = gate.evidence()["golden"]
    assert kept["intended"] == "电话改由系统代打"
    assert any("电话通知维护员" in one for one in kept["differences"])


def test_a_golden_case_picked_after_the_proposal_was_not_spoken_for(gate: Gate) -> None:
    revision = gate.draws(CALL)
    gate.proposes(revision)
    pick(gate.company, closed(gate.company))

    with pytest.raises(NotPossible, match=r"金样“.*走的路线与原来不同"):
        gate.publishes(revision)


def test_what_was_said_of_another_difference_does_not_count(gate: Gate) -> None:
    """The reason was given for one text; the next text loses one more step."""
    pick(gate.company, closed(gate.company))
    gate.proposes(gate.draws(CALL), {1: "电话改由系统代打"})
    draft = gate._as("李志强", workbench.open_, PROCESS)
    text = re.sub(r'(?<=[">])Task_phone_departments(?=["<])', "Task_call_departments", draft.documents[DIAGRAM])
    later = gate._as("李志强", workbench.save, PROCESS, draft.revision, {**draft.documents, DIAGRAM: text}).draft

    with pytest.raises(NotPossible, match="金样"):
        gate.proposes(later.revision)


def test_the_running_cases_are_counted_with_what_becomes_of_them_and_their_limits(each_company: Company) -> None:
    gate = Gate(each_company)
    each_company.sent()
    each_company.apply(**firm(1))
    gate.draws(SIGN)

    found = gate.impact()

    assert str(found) == "在办 2 件：可迁移 1，不能迁移 0，须人工判断 1"
    decide, moves = found.lines
    assert (decide.result, moves.result) == ("decide", "moves")
    assert any("核对与分发" in one for one in decide.obstacles)
    assert moves.steps == ("主管领导审批",)


def test_working_out_the_running_cases_writes_nothing(gate: Gate) -> None:
    case = gate.company.sent()
    gate.draws(NAME)
    before = gate.company.case(case), gate.company.deadline(case, "T1")

    (line,) = gate.impact().lines

    assert [effect.due for effect in line.effects]
    assert (gate.company.case(case), gate.company.deadline(case, "T1")) == before


def test_cases_that_came_and_went_since_the_proposal_are_told_in_the_evidence(gate: Gate) -> None:
    first = gate.company.apply()
    revision = gate.draws(NAME)
    gate.proposes(revision)
    gate.company.do(first, "Task_approve", "马国栋", "approve")
    second = gate.company.apply(**firm(2))

    gate.publishes(revision)

    number = gate.company.case(second)["number"]
    assert gate.evidence()["since"] == [f"新增 1 件：{number}"]
    assert gate.evidence()["impact"]["counts"] == {"moves": 2, "stays": 0, "decide": 0}


def test_of_very_many_cases_a_part_spread_over_all_is_judged_and_the_number_said(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        gate.company.apply(**firm(number))
    gate.draws(NAME)
    monkeypatch.setattr("engine.workbench.impact.MOST", 2)

    found = gate.impact()

    assert str(found) == "在办 5 件，均匀抽取 2 件判定：可迁移 2，不能迁移 0，须人工判断 0"


def test_an_impact_worked_out_for_another_text_does_not_count(gate: Gate) -> None:
    revision = gate.draws(NAME)
    gate.proposes(revision)
    with gate.transactions.read() as tx:
        other = workbench.impact_of(gate.company.engine, tx, build(PROCESS, read_folder(FOLDER)))

    with pytest.raises(NotPossible, match="在办影响不是按这一稿算的"):
        gate._as("郭建国", workbench.publish, PROCESS, revision, "同意", BOOKS, registry, other)


def test_the_evidence_is_sealed_by_the_administrators_log(gate: Gate) -> None:
    gate.company.sent()
    revision = gate.draws(NAME)
    gate.proposes(revision)

    made = gate.publishes(revision)

    with gate.transactions.read() as tx:
        noted = workbench.noted_digest(tx, PROCESS, made)
    assert noted == workbench.digest(gate.evidence())
    assert noted != workbench.digest(gate.evidence() | {"problems": ["别的"]})


def test_of_two_who_publish_at_once_one_makes_the_version_and_the_other_is_told(each_company: Company) -> None:
    gate = Gate(each_company)
    revision = gate.draws(NAME)
    gate.proposes(revision)
    told: list[Any] = []

    def publishes(who: str) -> None:
        try:
            told.append(gate.publishes(revision, who))
        except CountersignError as error:
            told.append(error.message)

    both = [Thread(target=publishes, args=(who,)) for who in ("郭建国", "赵磊")]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(isinstance(one, int) for one in told) == [False, True]
    with gate.transactions.read() as tx:
        assert [one.version for one in workbench.versions(tx, PROCESS)] == [2, 1]


# --- publishing never leaves half a version ------------------------------------------------------------------------


class PowerCut(Exception):
    """The process dies at a statement."""


@contextmanager
def power_cut(company: Company, after: int) -> Iterator[list[str]]:
    """The database answers `after` statements that write and is then gone for the rest of the transaction."""
    seen: list[str] = []

    def trace(sql: str) -> None:
        if sql.split(maxsplit=1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            seen.append(sql)

    def authorise(action: int, *_: Any) -> int:
        writes = action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
        return sqlite3.SQLITE_DENY if writes and len(seen) >= after else sqlite3.SQLITE_OK

    def arrive(raw: Any, *_: Any) -> None:
        raw.set_trace_callback(trace)
        raw.set_authorizer(authorise)

    def leave(raw: Any, *_: Any) -> None:
        raw.set_trace_callback(None)
        raw.set_authorizer(None)

    engine = company.transactions.engine
    event.listen(engine, "checkout", arrive)
    event.listen(engine, "checkin", leave)
    try:
        yield seen
    finally:
        event.remove(engine, "checkout", arrive)
        event.remove(engine, "checkin", leave)


@settings(max_examples=12)
@given(after=st.integers(0, 6))
def test_publishing_never_leaves_half_a_version(gate: Gate, after: int) -> None:
    """However many statements came through before the fault: either all of the version is there, or the draft is."""
    revision = gate.draws((NAME[0], f'name="核对与分发 {after}"'))
    if not gate._as("李志强", workbench.open_, PROCESS).proposed:
        gate.proposes(revision)
    before = _standing(gate)

    try:
        with power_cut(gate.company, after):
            gate.publishes(revision)
    except Exception:
        assert _standing(gate) == before
    else:
        after_it = _standing(gate)
        assert after_it["versions"] == before["versions"] + 1
        assert after_it["published"] == before["published"] + 1
        assert after_it["draft"] is None
        assert gate.evidence()["fingerprint"] == after_it["newest"]


def _standing(gate: Gate) -> dict[str, Any]:
    with gate.transactions.read() as tx:
        known, draft = workbench.versions(tx, PROCESS), workbench.find(tx, PROCESS)
        noted = tx.all("SELECT count(*) FROM admin_log WHERE kind = 'procedure.published'")[0][0]
    return {
        "versions": len(known),
        "newest": known[0].fingerprint,
        "published": noted,
        "draft": (draft.revision, draft.proposed_by) if draft else None,
    }
