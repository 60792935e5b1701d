"""What 李志强 reads beside a line he draws: its condition in words, and the conditions he may choose instead."""

from __future__ import annotations

from engine.check import check_documents, rulebooks
from engine.definitions import DIAGRAM, read_folder
from engine.operations import registry
from engine.workbench.conditions import Conditions, Ready, conditions
from tests.engine.workbench.bench import FOLDER, POLICIES, PROCESS

DOCUMENTS = read_folder(FOLDER)


def told(**changes: str) -> Conditions:
    return conditions(PROCESS, DOCUMENTS | {DIAGRAM: _changed(**changes)}, registry)


def _changed(was: str = "", now: str = "") -> str:
    return DOCUMENTS[DIAGRAM].replace(was, now) if was else DOCUMENTS[DIAGRAM]


def test_a_condition_is_told_in_the_words_of_the_forms() -> None:
    words = told().words

    assert words["Flow_Gw_bank_Task_callback"] == "“修改类别”为“银行账户变更”"
    assert words["Flow_Gw_complete_Split_accepted"] == "“核对与分发”选“分发各部门”或“无需分发，直接维护”"


def test_what_a_step_is_called_now_is_in_the_words() -> None:
    words = told(was='name="核对与分发"', now='name="核对"').words

    assert words["Flow_Gw_route_Sub_maintain"] == "“核对”选“无需分发，直接维护”"


def test_a_condition_that_cannot_be_read_has_no_words_and_hides_no_other() -> None:
    words = told(was="change_kind == 'bank'", now="change_kind ==").words

    assert "Flow_Gw_bank_Task_callback" not in words
    assert "Flow_Gw_route_Sub_maintain" in words


def test_every_result_of_a_step_can_be_chosen_and_says_who_decides_it() -> None:
    ready = told().ready

    assert Ready("check == 'incomplete'", "“核对与分发”选“资料不全，退回申请部门”", ("Task_check",)) in ready
    assert Ready("release == 'post'", "“维护”选“维护并通知”", ("Call_maintain",)) in ready  # in shared steps
    assert Ready("not review", "“登记并比对”的结果为“否”", ("Sub_review",)) in ready


def test_a_field_is_decided_where_it_is_written_not_where_it_is_shown() -> None:
    (bank,) = (one for one in told().ready if one.condition == "change_kind == 'bank'")

    assert bank.by == ("Start_apply", "Task_revise")


def test_no_ready_condition_is_refused_by_the_check() -> None:
    for one in told().ready:
        text = _changed("change_kind == 'bank'", one.condition.replace("'", "&apos;"))
        found = check_documents(PROCESS, DOCUMENTS | {DIAGRAM: text}, rulebooks(POLICIES), registry)
        assert [problem for problem in found if problem.level == "error"] == [], one


def test_documents_that_are_no_diagram_have_no_conditions() -> None:
    assert conditions(PROCESS, {DIAGRAM: "<no"}, registry) == Conditions({}, ())
