"""共用环节 redrawn: 李志强 (维护员) draws 异议复核, 郭建国 (主管领导) publishes it in every procedure that calls it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import workbench
from engine.definitions import DIAGRAM, read_folder
from engine.errors import NotAllowed, NotFound, NotPossible
from engine.operations import registry
from engine.problems import DefinitionInvalid
from engine.transactions import Transactions
from engine.vault import Vault
from engine.workbench import Draft
from tests.engine.workbench.bench import PROCESS, Bench
from tests.engine.workbench.shared import CALLERS, FREEZE, NEW, OLD, PLACE, SHARED, Shared, plain


@pytest.fixture
def transactions(sqlite_database: str, tmp_path: Path) -> Iterator[Transactions]:
    """One database will do: `test_shared_at_once.py` is for where rows are raced for."""
    opened = Transactions(sqlite_database, Vault(tmp_path / "keys"))
    yield opened
    opened.close()


@pytest.fixture
def shared(bench: Bench) -> Shared:
    return Shared(bench)


def test_the_shared_steps_are_listed_with_the_procedures_that_call_them(shared: Shared) -> None:
    with shared.bench.transactions.read() as tx:
        found = workbench.in_force(tx)

        assert list(found) == ["shared_departments", "shared_maintain", "shared_review"]
        assert (found[SHARED].name, found[SHARED].agreed) == ("异议复核", True)
        assert {caller: version.name for caller, (version, _) in found[SHARED].callers.items()} == {
            FREEZE: "客户主数据冻结",
            PROCESS: "客户主数据修改",
        }
        assert SHARED not in [one.process for one in workbench.overview(tx)]


def test_a_draft_begins_as_the_drawing_in_force_and_is_no_procedure(shared: Shared) -> None:
    draft = shared.opens()

    assert draft.shared
    assert draft.documents == {DIAGRAM: shared.held(FREEZE)}
    with shared.bench.transactions.read() as tx:
        assert SHARED not in [one.process for one in workbench.overview(tx)]


def test_forms_cannot_be_kept_with_shared_steps_and_the_place_for_them_is_named(shared: Shared) -> None:
    draft = shared.opens()

    documents = {**draft.documents, "forms/x.yaml": "title: x"}

    with pytest.raises(DefinitionInvalid, match="写在引用它的流程里"), shared.bench.transactions.write() as tx:
        workbench.save(tx, *shared.bench.by("李志强"), SHARED, 1, documents)


def test_what_a_second_person_publishes_is_a_new_version_of_every_caller_with_its_evidence(shared: Shared) -> None:
    """Given 李志强's redrawn 异议复核, when 郭建国 publishes it, then both callers have it, with reason and opinion."""
    made = shared.redrawn()

    assert set(made) == set(CALLERS)
    with shared.bench.transactions.read() as tx:
        for caller in CALLERS:
            newest = workbench.versions(tx, caller)[0]
            assert (newest.id, newest.reason, newest.opinion) == (made[caller], "叫法更准", "同意")
            assert newest.author_id == shared.bench.cast.person("李志强")
            assert newest.approver_id == shared.bench.cast.person("郭建国")
            evidence = newest.evidence or {}
            assert evidence["shared"] == SHARED
            assert any("逐项比对并登记" in told for told in evidence["changes"])
            assert workbench.noted_digest(tx, caller, newest.id) == workbench.digest(evidence)
        assert shared.held(FREEZE) == shared.held(PROCESS)
        assert NEW in shared.held(FREEZE)
        assert workbench.find(tx, SHARED) is None


def test_nobody_publishes_what_he_has_drawn(shared: Shared) -> None:
    draft = shared.saves(shared.opens(), (OLD, NEW), who="郭建国")
    draft = shared.proposes(draft)

    with pytest.raises(NotAllowed, match="由另一人复核"):
        shared.publishes(draft)


def test_an_error_names_the_caller_it_is_in_and_nothing_is_published_anywhere(shared: Shared) -> None:
    """Given a step with a form that only modify has, then the check speaks of freeze, and proposing is refused."""
    form = 'cs:form="dispute_review"', 'cs:form="callback"'
    draft = shared.saves(shared.opens(), form)

    with shared.bench.transactions.read() as tx:
        steps = workbench.find_shared(tx, SHARED)
        assert steps is not None
        found = workbench.check_shared(tx, steps, draft, draft.documents, shared.bench.books, registry)
    errors = [one for one in found if one.level == "error"]
    assert errors
    assert all("客户主数据冻结" in one.what and "客户主数据修改" not in one.what for one in errors)
    assert errors[0].node == "Task_review"
    with pytest.raises(DefinitionInvalid, match="客户主数据冻结"):
        shared.proposes(draft, {})
    assert OLD in shared.held(FREEZE)


def test_a_drawing_that_is_no_longer_these_shared_steps_is_refused(shared: Shared) -> None:
    draft = shared.saves(shared.opens(), (' cs:shared="true"', ""))

    with pytest.raises(DefinitionInvalid, match="不再是这些共用环节"):
        shared.proposes(draft, {})


def test_an_unchanged_drawing_is_not_proposed(shared: Shared) -> None:
    with pytest.raises(NotPossible, match="没有差别"):
        shared.proposes(shared.opens())


def test_an_open_draft_of_a_caller_gets_the_new_steps_and_keeps_what_was_drawn(shared: Shared) -> None:
    """Given 吴晓东's proposed draft of modify, when 异议复核 is published, then it stands on the new version."""
    other = shared.opens(PROCESS)
    other = shared.saves(other, ('name="核对与分发"', 'name="吴的名称"'), who="吴晓东", process=PROCESS)
    shared.bench.proposes("吴晓东", other.revision)

    made = shared.redrawn()

    now = shared.draft(PROCESS)
    assert now.base == made[PROCESS]
    assert "吴的名称" in now.documents[DIAGRAM]
    assert NEW in now.documents[PLACE]
    assert not now.proposed
    assert "异议复核" in now.remark
    assert now.authors == other.authors
    late = shared.saves(other, ('name="吴的名称"', 'name="太晚"'), who="吴晓东", process=PROCESS)
    assert late.revision == now.revision, "what was still open in a browser is put aside, not written over"
    shared.bench.publishes("郭建国", shared.bench.proposes("李志强", now.revision).revision)
    assert NEW in shared.held(PROCESS)


def test_a_caller_published_meanwhile_goes_along_with_its_newest_version(shared: Shared) -> None:
    draft = shared.proposes(shared.saves(shared.opens(), (OLD, NEW)))
    other = shared.saves(shared.opens(PROCESS), ('name="核对与分发"', 'name="先到的"'), process=PROCESS)
    shared.bench.publishes("郭建国", shared.bench.proposes("李志强", other.revision).revision)

    made = shared.publishes(draft)

    with shared.bench.transactions.read() as tx:
        documents = workbench.documents_of(tx, PROCESS, made[PROCESS])
    assert "先到的" in documents[DIAGRAM]
    assert NEW in documents[PLACE]


def test_callers_with_different_drawings_make_the_base_a_choice(shared: Shared) -> None:
    """Given a freeze procedure with a drawing of its own, then nobody begins by accident, and publishing ends it."""
    documents = plain(read_folder(Path("processes") / FREEZE))
    documents[PLACE] = documents[PLACE].replace(OLD, 'name="冻结自己的"')
    shared.publish(FREEZE, documents)

    with pytest.raises(NotPossible, match="现用的稿子不同"):
        shared.opens()
    draft = shared.opens(like=FREEZE)
    assert 'name="冻结自己的"' in draft.documents[DIAGRAM]
    shared.publishes(shared.proposes(draft))

    assert shared.held(PROCESS) == shared.held(FREEZE)


def test_a_draft_behind_what_is_in_force_is_refused_until_it_is_based_on_it(shared: Shared) -> None:
    draft = shared.saves(shared.opens(), (OLD, NEW))
    for caller in CALLERS:
        documents = plain(read_folder(Path("processes") / caller))
        documents[PLACE] = documents[PLACE].replace(OLD, 'name="从文件来的"')
        shared.publish(caller, documents)

    with pytest.raises(NotPossible, match="以现行版本为基础"):
        shared.proposes(draft)
    with shared.bench.transactions.write() as tx:
        draft = workbench.rebase(tx, *shared.bench.by("李志强"), SHARED, draft.revision)

    assert NEW in draft.documents[DIAGRAM]
    shared.publishes(shared.proposes(draft))
    assert NEW in shared.held(FREEZE)


def test_an_old_version_of_a_caller_comes_back_with_the_steps_in_force(shared: Shared) -> None:
    shared.redrawn()

    with shared.bench.transactions.write() as tx:
        saved = workbench.restore(tx, *shared.bench.by("李志强"), PROCESS, shared.published[PROCESS], 0)

    assert NEW in saved.draft.documents[PLACE]


def test_old_shared_steps_come_back_as_a_draft_of_their_own(shared: Shared) -> None:
    shared.redrawn()

    with shared.bench.transactions.write() as tx:
        saved = workbench.restore(tx, *shared.bench.by("李志强"), SHARED, shared.published[PROCESS], 0)

    assert saved.draft.shared
    assert OLD in saved.draft.documents[DIAGRAM]


def test_a_procedure_may_begin_to_call_shared_steps_in_force(shared: Shared) -> None:
    """Given a draft of the yearly procedure, when a call of 异议复核 is drawn in, then its drawing comes along."""
    yearly = read_folder(Path("tests/engine/processes/yearly"))
    shared.publish("yearly", yearly)
    draft = shared.opens("yearly")
    call = '<bpmn:callActivity id="Call_new" calledElement="shared_review" />'

    saved = shared.saves(draft, ("</bpmn:process>", f"{call}</bpmn:process>"), process="yearly")

    assert saved.documents[PLACE] == shared.held(FREEZE)


FORM = "forms/second_review.yaml"


def with_form(shared: Shared, caller: str) -> Draft:
    """A draft of a caller that adds a copy of the form of 复核异议 under another name."""
    draft = shared.opens(caller)
    documents = {**draft.documents, FORM: draft.documents["forms/dispute_review.yaml"]}
    with shared.bench.transactions.write() as tx:
        return workbench.save(tx, *shared.bench.by("李志强"), caller, draft.revision, documents).draft


def joined(shared: Shared, draft: Draft, *callers: str) -> Draft:
    with shared.bench.transactions.write() as tx:
        return workbench.join(tx, *shared.bench.by("李志强"), SHARED, draft.revision, frozenset(callers))


def test_forms_that_the_new_steps_need_are_published_together_with_them(shared: Shared) -> None:
    """Given a new form in the drafts of both callers, when they are joined, then all three go at once."""
    draft = shared.saves(shared.opens(), ('cs:form="dispute_review"', 'cs:form="second_review"'))
    for caller in CALLERS:
        with_form(shared, caller)
    with pytest.raises(DefinitionInvalid, match="没有表单"):
        shared.proposes(draft, {})

    made = shared.publishes(shared.proposes(joined(shared, draft, *CALLERS)))

    with shared.bench.transactions.read() as tx:
        for caller in CALLERS:
            documents = workbench.documents_of(tx, caller, made[caller])
            assert FORM in documents
            assert 'cs:form="second_review"' in documents[PLACE]
            assert workbench.find(tx, caller) is None


def test_a_joined_draft_that_changes_after_the_proposal_has_to_be_proposed_again(shared: Shared) -> None:
    other = with_form(shared, PROCESS)
    draft = shared.proposes(joined(shared, shared.saves(shared.opens(), (OLD, NEW)), PROCESS))
    shared.saves(other, ('name="核对与分发"', 'name="事后改的"'), process=PROCESS)

    with pytest.raises(NotPossible, match="提请之后又有改动"):
        shared.publishes(draft)


def test_who_has_drawn_in_a_joined_draft_does_not_publish(shared: Shared) -> None:
    other = shared.saves(shared.opens(PROCESS), ('name="核对与分发"', 'name="郭的"'), who="郭建国", process=PROCESS)
    draft = shared.proposes(joined(shared, shared.saves(shared.opens(), (OLD, NEW)), PROCESS))

    with pytest.raises(NotAllowed, match="参与了一起发布的草稿"):
        shared.publishes(draft)
    assert shared.draft(PROCESS).documents == other.documents


def test_only_drafts_of_callers_can_be_joined(shared: Shared) -> None:
    shared.publish("yearly", read_folder(Path("tests/engine/processes/yearly")))
    shared.opens("yearly")
    draft = shared.opens()

    with pytest.raises(NotPossible, match="没有引用这些共用环节"):
        joined(shared, draft, "yearly")
    with pytest.raises(NotFound):
        joined(shared, draft, FREEZE)


def test_an_uploaded_drawing_becomes_the_draft_and_stays_shared_steps(shared: Shared) -> None:
    """Given 异议复核 drawn in another program, which knows nothing of ours, then it is marked as shared steps again."""
    foreign = shared.held(FREEZE).replace(' cs:shared="true"', "").replace(OLD, NEW)

    with shared.bench.transactions.write() as tx:
        saved = workbench.take_in(tx, *shared.bench.by("李志强"), SHARED, foreign)

    assert 'cs:shared="true"' in saved.draft.documents[DIAGRAM]
    shared.publishes(shared.proposes(saved.draft))
    assert NEW in shared.held(FREEZE)


def test_a_new_procedure_that_is_still_a_draft_gets_the_new_steps_too(shared: Shared) -> None:
    """Given a draft of a procedure never published that calls 异议复核, then it cannot bring the old drawing back."""
    call = '<bpmn:callActivity id="Call_new" calledElement="shared_review" />'
    yearly = read_folder(Path("tests/engine/processes/yearly"))[DIAGRAM]
    with shared.bench.transactions.write() as tx:
        first = workbench.open_(tx, *shared.bench.by("李志强"), "yearly", {DIAGRAM: yearly})
    draft = shared.saves(first, ("</bpmn:process>", f"{call}</bpmn:process>"), process="yearly")
    assert OLD in draft.documents[PLACE]

    shared.redrawn()

    assert NEW in shared.draft("yearly").documents[PLACE]
    assert shared.draft("yearly").base is None
