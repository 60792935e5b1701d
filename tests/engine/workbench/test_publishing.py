"""The publish gate: a second person, a reason, no errors; versions never change."""

from __future__ import annotations

import pytest

from engine import workbench
from engine.check import check_documents
from engine.definitions import DIAGRAM, Definitions, load
from engine.errors import FormInvalid, NotAllowed, NotFound, NotPossible
from engine.operations import registry
from engine.problems import DefinitionInvalid
from tests.engine.workbench.bench import PROCESS, Bench


def test_what_one_has_drawn_another_publishes_and_both_are_on_record(bench: Bench) -> None:
    revision = bench.drawn()

    made = bench.publishes("郭建国", revision, "按制度修订批文")

    with bench.transactions.read() as tx:
        newest, first = workbench.versions(tx, PROCESS)
        assert (newest.id, newest.version, first.version) == (made, 2, 1)
        assert newest.author_id == bench.cast.person("李志强")
        assert newest.approver_id == bench.cast.person("郭建国")
        assert (newest.reason, newest.opinion) == ("名称更清楚", "按制度修订批文")
        assert newest.fingerprint == load(tx, made).fingerprint != first.fingerprint
        assert newest.evidence is not None
        assert newest.evidence["problems"] == []
        assert newest.evidence["changes"] == ["修改人工办理“核对、判断与分发”：名称：核对与分发 → 核对、判断与分发"]
        assert newest.evidence["scenarios"]["按时"] == "符合"
        assert workbench.documents_of(tx, PROCESS, bench.first) == bench.documents
    assert bench.draft() is None


def test_the_next_case_follows_the_new_version(bench: Bench) -> None:
    made = bench.publishes("郭建国", bench.drawn())

    with bench.transactions.read() as tx:
        found, definition = Definitions().newest(tx, PROCESS)

    assert (found, definition.model.nodes["Task_check"].name) == (made, "核对、判断与分发")


def test_nobody_publishes_what_he_has_drawn_in(bench: Bench) -> None:
    draft = bench.opens("李志强")
    revision = bench.saves("李志强", draft.revision, bench.renamed("一")).draft.revision
    revision = bench.saves("郭建国", revision, bench.renamed("二")).draft.revision
    bench.passes(revision)
    bench.proposes("李志强", revision)

    with pytest.raises(NotAllowed, match="您参与了起草"):
        bench.publishes("郭建国", revision)
    bench.publishes("赵磊", revision)


def test_a_maintainer_may_draw_but_not_publish(bench: Bench) -> None:
    revision = bench.drawn()

    with pytest.raises(NotAllowed, match="主管领导或系统管理员"):
        bench.publishes("吴晓东", revision)


def test_a_draft_that_was_changed_after_it_was_proposed_must_be_proposed_again(bench: Bench) -> None:
    revision = bench.drawn()
    later = bench.saves("李志强", revision, bench.renamed("又改")).draft

    with pytest.raises(NotPossible, match="在您打开之后又有改动"):
        bench.publishes("郭建国", revision)
    with pytest.raises(NotPossible, match="还没有提请发布"):
        bench.publishes("郭建国", later.revision)


def test_the_second_of_two_who_publish_is_told_that_it_has_happened(bench: Bench) -> None:
    revision = bench.drawn()
    bench.publishes("郭建国", revision)

    with pytest.raises(NotFound, match="没有草稿"):
        bench.publishes("赵磊", revision)


def test_errors_that_the_check_finds_stop_the_proposal_and_name_the_element(bench: Bench) -> None:
    draft = bench.opens()
    text = bench.documents[DIAGRAM].replace('cs:form="callback"', 'cs:form="call_back"')
    revision = bench.saves("李志强", draft.revision, bench.documents | {DIAGRAM: text}).draft.revision

    with pytest.raises(DefinitionInvalid) as caught:
        bench.proposes("李志强", revision)

    assert "Task_callback" in {one.node for one in caught.value.problems}


def test_a_draft_without_a_change_or_a_reason_is_not_proposed(bench: Bench) -> None:
    draft = bench.opens()

    with pytest.raises(NotPossible, match="没有差别"):
        bench.proposes("李志强", draft.revision)
    revision = bench.saves("李志强", draft.revision, bench.renamed()).draft.revision
    with pytest.raises(FormInvalid):
        bench.proposes("李志强", revision, "  ")


def test_what_is_sent_back_can_be_improved_and_proposed_again(bench: Bench) -> None:
    revision = bench.drawn()

    with bench.transactions.write() as tx:
        who, now = bench.cast.person("郭建国"), bench.clock.now()
        draft = workbench.send_back(tx, now, bench.cast.people, who, PROCESS, revision, "名称太长")

    assert (draft.proposed, draft.remark) == (False, "名称太长")
    assert bench.proposes("李志强", draft.revision).proposed


def test_a_scenario_that_went_otherwise_stops_the_version_until_it_is_right(bench: Bench) -> None:
    revision = bench.drawn()
    bench.played(revision, "按时", "T1 应为 14:30")

    with pytest.raises(NotPossible, match="情景“按时”不符合预期"):
        bench.publishes("郭建国", revision)
    bench.played(revision, "按时", "")
    made = bench.publishes("郭建国", revision)

    with bench.transactions.read() as tx:
        newest = workbench.versions(tx, PROCESS)[0]
    assert newest.id == made
    assert newest.evidence is not None
    assert newest.evidence["scenarios"]["按时"] == "符合"


def test_how_a_scenario_went_counts_only_for_the_text_it_was_played_on(bench: Bench) -> None:
    revision = bench.drawn()
    bench.played(revision, "按时", "")

    later = bench.saves("李志强", revision, bench.renamed("又改")).draft

    assert later.played == {}
    with pytest.raises(NotPossible, match="又有改动"):
        bench.played(revision, "按时", "")


def test_the_gate_asks_what_the_command_line_asks(bench: Bench) -> None:
    wrong = bench.documents[DIAGRAM].replace('cs:form="callback"', 'cs:form="call_back"')
    bench.saves("李志强", bench.opens().revision, bench.documents | {DIAGRAM: wrong})
    draft = bench.draft()
    assert draft is not None

    with bench.transactions.read() as tx:
        found = workbench.examine(tx, draft, bench.books, registry, None)

    assert list(found.problems) == check_documents(PROCESS, draft.documents, bench.books, registry)
    assert found.errors


def test_a_clause_that_the_text_does_not_list_for_a_step_is_a_remark_on_record(bench: Bench) -> None:
    text = bench.documents[DIAGRAM].replace(
        'cs:form="callback" cs:clauses="3.1"', 'cs:form="callback" cs:clauses="3.2"'
    )

    made = bench.publishes("郭建国", bench.drawn(bench.documents | {DIAGRAM: text}))

    with bench.transactions.read() as tx:
        newest = workbench.versions(tx, PROCESS)[0]
    assert newest.id == made
    assert newest.evidence is not None
    assert any("写明承办第 3.2 条，制度原文却没有列出它" in one for one in newest.evidence["problems"])


def test_a_clause_of_which_no_step_is_left_stops_the_version(bench: Bench) -> None:
    text = bench.documents[DIAGRAM].replace("Start_apply", "Start_elsewhere")

    with pytest.raises(DefinitionInvalid, match=r"本流程再没有环节承办这一条"):
        bench.drawn(bench.documents | {DIAGRAM: text})
