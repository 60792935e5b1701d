"""Drafts of procedures: opened by those who may, kept by revision, and nothing that was drawn is lost."""

from __future__ import annotations

import pytest

from engine import workbench
from engine.definitions import DIAGRAM
from engine.errors import NotAllowed
from engine.problems import DefinitionInvalid
from tests.engine.workbench.bench import PROCESS, Bench

BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><definitions>&b;</definitions>'


def test_a_draft_begins_as_the_published_version_with_its_forms_letters_and_scenarios(bench: Bench) -> None:
    draft = bench.opens()

    assert (draft.revision, draft.base, draft.documents) == (1, bench.first, bench.documents)
    assert {"forms/check.yaml", "letters/result.j2", "scenarios/按时.yaml"} <= draft.documents.keys()


def test_those_outside_the_maintaining_department_are_told_who_draws_procedures(bench: Bench) -> None:
    with pytest.raises(NotAllowed, match="主数据维护部门的维护员"):
        bench.opens("马国栋")

    assert bench.draft() is None


def test_what_is_saved_is_a_draft_and_governs_nobody(bench: Bench) -> None:
    draft = bench.opens()

    saved = bench.saves("李志强", draft.revision, bench.renamed())

    assert (saved.draft.revision, saved.overtaken) == (2, False)
    with bench.transactions.read() as tx:
        assert len(workbench.versions(tx, PROCESS)) == 1
        assert workbench.documents_of(tx, PROCESS, bench.first) == bench.documents


def test_saving_what_is_saved_already_makes_no_new_revision(bench: Bench) -> None:
    draft = bench.opens()

    saved = bench.saves("李志强", draft.revision, dict(draft.documents))

    assert saved.draft.revision == draft.revision


def test_the_second_of_two_who_save_at_once_sees_the_other_and_both_texts_are_kept(bench: Bench) -> None:
    draft = bench.opens("李志强")
    first = bench.saves("李志强", draft.revision, bench.renamed("李的名称"))

    second = bench.saves("吴晓东", draft.revision, bench.renamed("吴的名称"))

    assert second.overtaken
    assert second.draft.saved_by == bench.cast.person("李志强")
    assert second.draft.documents == first.draft.documents
    with bench.transactions.read() as tx:
        kept = workbench.asides.read(tx, PROCESS)
        assert [(one.person_id, one.why) for one in kept] == [(bench.cast.person("吴晓东"), "overtaken")]
        assert "吴的名称" in workbench.asides.documents_of(tx, PROCESS, kept[0].id)[DIAGRAM]


def test_a_text_put_aside_can_be_put_back_and_the_replaced_one_is_kept_in_turn(bench: Bench) -> None:
    draft = bench.opens("李志强")
    bench.saves("李志强", draft.revision, bench.renamed("李的名称"))
    second = bench.saves("吴晓东", draft.revision, bench.renamed("吴的名称"))

    with bench.transactions.write() as tx:
        saved = workbench.put_back(
            tx, bench.clock.now(), bench.cast.people, bench.cast.person("吴晓东"), PROCESS, second.aside or 0, 2
        )

        assert "吴的名称" in saved.draft.documents[DIAGRAM]
        left = workbench.asides.read(tx, PROCESS)
        assert [(one.person_id, one.why) for one in left] == [(bench.cast.person("李志强"), "replaced")]
        assert "李的名称" in workbench.asides.documents_of(tx, PROCESS, left[0].id)[DIAGRAM]


def test_a_draft_given_up_can_be_taken_up_again(bench: Bench) -> None:
    draft = bench.opens()
    revision = bench.saves("李志强", draft.revision, bench.renamed()).draft.revision

    with bench.transactions.write() as tx:
        who, now = bench.cast.person("李志强"), bench.clock.now()
        workbench.drop(tx, now, bench.cast.people, who, PROCESS, revision)
        assert workbench.find(tx, PROCESS) is None
        (aside,) = workbench.asides.read(tx, PROCESS)
        saved = workbench.put_back(tx, now, bench.cast.people, who, PROCESS, aside.id, 0)

    assert saved.draft.documents == bench.renamed()


def test_a_text_whose_draft_was_published_meanwhile_is_put_aside(bench: Bench) -> None:
    revision = bench.drawn()
    bench.publishes("郭建国", revision)

    with bench.transactions.write() as tx:
        who, now = bench.cast.person("李志强"), bench.clock.now()
        aside = workbench.rescue(tx, now, bench.cast.people, who, PROCESS, revision, bench.renamed("太晚"))

        assert "太晚" in workbench.asides.documents_of(tx, PROCESS, aside)[DIAGRAM]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (DIAGRAM, BOMB, "DOCTYPE"),
        (DIAGRAM, "<definitions>", "不是完整的 XML"),
        (DIAGRAM, "<a>" * 100 + "</a>" * 100, "嵌套超过"),
        (DIAGRAM, "<a>" + "x" * 5_300_000 + "</a>", "超过"),
        ("../../etc/passwd", "x", "流程里不能有这个文件"),
        ("forms/../x.yaml", "x", "流程里不能有这个文件"),
    ],
)
def test_what_is_not_safe_to_keep_is_refused_by_name(bench: Bench, path: str, text: str, said: str) -> None:
    draft = bench.opens()

    with pytest.raises(DefinitionInvalid, match=said):
        bench.saves("李志强", draft.revision, bench.documents | {path: text})

    assert bench.draft() == draft


def test_a_draft_cannot_change_the_shared_steps_it_calls(bench: Bench) -> None:
    draft = bench.opens()
    path = "called/shared_maintain.bpmn"

    saved = bench.saves("李志强", draft.revision, bench.renamed() | {path: "<x/>"})

    assert saved.draft.documents[path] == bench.documents[path]


def test_an_old_version_comes_back_as_a_draft(bench: Bench) -> None:
    bench.publishes("郭建国", bench.drawn())

    with bench.transactions.write() as tx:
        who = bench.cast.person("李志强")
        saved = workbench.restore(tx, bench.clock.now(), bench.cast.people, who, PROCESS, bench.first, 0)

    assert saved.draft.documents == bench.documents
    assert saved.draft.base != bench.first


def test_the_results_of_scenarios_stay_while_only_another_scenario_is_written(bench: Bench) -> None:
    draft = bench.opens("李志强")
    bench.played(draft.revision, "按时", "")
    bench.played(draft.revision, "超时", "晚了")
    story = draft.documents["scenarios/超时.yaml"]

    other = bench.saves("李志强", 1, {**draft.documents, "scenarios/超时.yaml": story + "# 再看\n"}).draft

    assert other.played == {"按时": ""}
    assert bench.saves("李志强", 2, bench.renamed()).draft.played == {}
