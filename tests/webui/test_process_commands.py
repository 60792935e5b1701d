"""Folders of procedures and the database kept in step from the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import policy_drafts, policy_tables, workbench
from engine.check import check_documents, rulebooks
from engine.definitions import DIAGRAM, build, publish, read_folder
from engine.operations import registry
from tests.webui.desk import Desk
from webui.cli import main

PROCESS = "customer_create"
Type = Callable[..., Result]


@pytest.fixture
def typed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Type:
    """`typed("diff")` runs `countersign processes diff` in this office."""
    for name in ("database", "keys", "exports"):
        monkeypatch.setenv(f"COUNTERSIGN_{name.upper()}", getattr(desk.settings, name))
    return lambda *words: CliRunner().invoke(main, ["processes", *words])


@pytest.fixture
def folder(typed: Type, tmp_path: Path) -> Path:
    """An export of the published version."""
    result = typed("export", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    return tmp_path / "out"


def rename(folder: Path, name: str = "核对、判断与分发") -> None:
    file = folder / PROCESS / DIAGRAM
    file.write_text(file.read_text("utf-8").replace('name="核对与分发"', f'name="{name}"'), "utf-8")


def test_what_is_exported_is_what_was_published(folder: Path) -> None:
    assert read_folder(folder / PROCESS) == read_folder(Path("processes") / PROCESS)
    assert (folder / "shared_maintain" / DIAGRAM).is_file()


def test_a_second_export_writes_nothing_and_names_what_lies_beside(folder: Path, typed: Type) -> None:
    (folder / PROCESS / "forms" / "mine.yaml").write_text("title: 我的\n", "utf-8")

    result = typed("export", str(folder))

    assert f"{PROCESS}：已是最新" in result.output
    assert "多出（现行版本里没有，未删）：forms/mine.yaml" in result.output


def test_a_changed_folder_is_told_in_words_and_taken_in_as_a_draft(desk: Desk, folder: Path, typed: Type) -> None:
    rename(folder)

    told = typed("diff", str(folder))
    taken = typed("import", str(folder), "--as", "lizhiqiang")

    assert told.exit_code == 1
    assert "修改人工办理“核对、判断与分发”：名称：核对与分发 → 核对、判断与分发" in told.output
    assert f"{PROCESS}：已收为草稿（第 2 稿），请在网页上提请发布" in taken.output
    with desk.transactions.read() as tx:
        draft = workbench.read(tx, PROCESS)
        assert draft.documents == read_folder(folder / PROCESS)
        assert len(workbench.versions(tx, PROCESS)) == 1


def test_an_unchanged_folder_makes_no_draft(desk: Desk, folder: Path, typed: Type) -> None:
    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert result.output == f"{PROCESS}：与数据库相同\n"
    assert typed("diff", str(folder)).exit_code == 0
    with desk.transactions.read() as tx:
        assert workbench.find(tx, PROCESS) is None


@pytest.mark.parametrize(
    ("login", "said"), [("nobody", "没有登录名为 nobody 的人"), ("sunqian", "流程由主数据维护部门的维护员")]
)
def test_a_folder_is_taken_in_only_for_those_who_may_draw(folder: Path, typed: Type, login: str, said: str) -> None:
    rename(folder)

    result = typed("import", str(folder), "--as", login)

    assert result.exit_code == 1
    assert said in result.output


def test_a_folder_without_procedures_says_what_is_missing(typed: Type, tmp_path: Path) -> None:
    result = typed("diff", str(tmp_path))

    assert result.exit_code == 1
    assert "应有 <流程编号>/process.bpmn" in result.output


def newer(desk: Desk, folder: Path, name: str = "别人改的名称") -> None:
    """Meanwhile another version is published."""
    documents = read_folder(folder / PROCESS)
    documents[DIAGRAM] = documents[DIAGRAM].replace('name="核对与分发"', f'name="{name}"')
    with desk.transactions.write() as tx:
        publish(tx, desk.clock.now(), None, build(PROCESS, documents), "别人发布")


def test_a_folder_exported_before_the_newest_version_is_refused_by_both_versions(
    desk: Desk, folder: Path, typed: Type
) -> None:
    newer(desk, folder)
    rename(folder)

    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert result.exit_code == 1
    assert "文件夹是从第 1 版改的，现行已是第 2 版" in result.output
    assert "export 一次，合并后再导入" in result.output
    with desk.transactions.read() as tx:
        assert workbench.find(tx, PROCESS) is None


def test_exported_again_and_merged_it_is_taken_in(desk: Desk, folder: Path, typed: Type) -> None:
    newer(desk, folder)
    typed("export", str(folder))
    file = folder / PROCESS / DIAGRAM
    file.write_text(file.read_text("utf-8").replace("别人改的名称", "两人商定的名称"), "utf-8")

    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert f"{PROCESS}：已收为草稿" in result.output


def test_a_folder_without_a_manifest_counts_as_the_one_installed(desk: Desk, folder: Path, typed: Type) -> None:
    (folder / "manifest.json").unlink()
    newer(desk, folder)
    rename(folder)

    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert result.exit_code == 1
    assert "文件夹是从第 1 版改的，现行已是第 2 版" in result.output


def test_what_equals_the_newest_version_is_never_outdated(desk: Desk, folder: Path, typed: Type) -> None:
    """What was imported and published needs no second export before it can be imported again."""
    newer(desk, folder, "核对、判断与分发")
    rename(folder)

    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert result.output == f"{PROCESS}：与数据库相同\n"


def test_a_spoilt_manifest_says_how_to_get_another(folder: Path, typed: Type) -> None:
    (folder / "manifest.json").write_text("{", "utf-8")

    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert result.exit_code == 1
    assert "manifest.json 读不出来" in result.output


def revise(folder: Path) -> None:
    """A version of the policy with six hours for T2 is appended to its file."""
    file = folder / "policies" / "SD-010.yaml"
    text = file.read_text("utf-8")
    newest = text.replace('"2004-04", effective_from: 2004-04-01', '"2027-01", effective_from: 2027-01-01')
    changed = re.sub(r"(  T2: .*?normal: )4h", r"\g<1>6h", newest, count=1)
    assert changed != newest
    file.write_text(f"{text}---\n{changed}", "utf-8")


def test_the_policy_is_exported_and_its_next_version_taken_in_as_a_draft(desk: Desk, folder: Path, typed: Type) -> None:
    revise(folder)

    told = typed("diff", str(folder))
    taken = typed("import", str(folder), "--as", "zhaolei")

    assert "6" in told.output.split("制度 SD-010：")[1]
    assert "制度 SD-010：新版本已收为草稿（第 1 稿），请在网页上提请发布" in taken.output
    with desk.transactions.read() as tx:
        draft = policy_drafts.find(tx, "SD-010")
        assert draft is not None
        assert not draft.proposed_by
        assert len(policy_tables.history(tx, "SD-010")) == 1


def test_who_may_not_revise_policies_imports_none(desk: Desk, folder: Path, typed: Type) -> None:
    revise(folder)

    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert result.exit_code == 1
    assert "由考核人员或系统管理员修订" in result.output


def test_a_published_version_of_the_policy_cannot_be_altered_by_a_file(folder: Path, typed: Type) -> None:
    file = folder / "policies" / "SD-010.yaml"
    file.write_text(re.sub(r"(  T2: .*?normal: )4h", r"\g<1>6h", file.read_text("utf-8"), count=1), "utf-8")

    result = typed("import", str(folder), "--as", "zhaolei")

    assert result.exit_code == 1
    assert "版本 2004-04 已经发布，不能改" in result.output


def test_a_policy_file_without_the_newest_version_is_outdated(desk: Desk, folder: Path, typed: Type) -> None:
    file = folder / "policies" / "SD-010.yaml"
    old = file.read_text("utf-8")
    revise(folder)
    with desk.transactions.write() as tx:
        policy_tables.publish(tx, desk.clock.now(), file.read_text("utf-8"))
    file.write_text(old, "utf-8")

    result = typed("import", str(folder), "--as", "zhaolei")

    assert result.exit_code == 1
    assert "文件里没有已发布的版本 2027-01" in result.output


def test_a_diagram_without_a_drawing_is_laid_out_as_it_is_taken_in(desk: Desk, folder: Path, typed: Type) -> None:
    file = folder / PROCESS / DIAGRAM
    file.write_text(re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", file.read_text("utf-8"), flags=re.S))

    result = typed("import", str(folder / PROCESS), "--as", "lizhiqiang")

    assert "已收为草稿" in result.output
    with desk.transactions.read() as tx:
        drawn = workbench.read(tx, PROCESS).documents
    assert "BPMNShape" in drawn[DIAGRAM]
    problems = check_documents(PROCESS, drawn, rulebooks(Path("processes/policies")), registry)
    assert [str(one) for one in problems if one.level == "error"] == []


def test_an_exported_folder_is_checked_as_a_whole(folder: Path) -> None:
    file = folder / PROCESS / DIAGRAM
    file.write_text(file.read_text("utf-8").replace('cs:form="check"', 'cs:form="chek"'), "utf-8")

    result = CliRunner().invoke(main, ["check", str(folder)])

    assert result.exit_code == 1
    assert f"{PROCESS}/[错误] process.bpmn" in result.output


def test_a_folder_without_a_procedure_says_what_should_be_in_it(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(tmp_path)])

    assert result.exit_code == 1
    assert "里没有流程：应有 <流程编号>/process.bpmn" in result.output


def test_the_scenarios_of_a_folder_run_on_its_own_diagram_and_tell_what_they_pass(folder: Path) -> None:
    rename(folder)
    for file in (folder / PROCESS / "scenarios").glob("*.yaml"):
        if file.stem != "超时":
            file.unlink()

    result = CliRunner().invoke(main, ["scenarios", str(folder / PROCESS), "--missed"])

    assert result.exit_code == 1
    assert "新增的待办应为 核对与分发、电话通知维护员，实为 核对、判断与分发、电话通知维护员" in result.output
    assert re.search(rf"走过 {PROCESS}：\d+%（环节 \d+/\d+，连线 \d+/\d+，连同共用环节）", result.output)
    assert "没有走过：人工办理“修改申请表”" in result.output


def redraw(folder: Path, name: str = "shared_review") -> None:
    file = folder / name / DIAGRAM
    file.write_text(file.read_text("utf-8").replace('name="登记并比对"', 'name="逐项比对并登记"'), "utf-8")


def test_shared_steps_that_were_changed_are_told_once_and_taken_in_as_their_own_draft(
    desk: Desk, folder: Path, typed: Type
) -> None:
    """Given 异议复核 redrawn in its folder, then it has a draft, and the procedure that calls it has none."""
    redraw(folder)

    told = typed("diff", str(folder))
    taken = typed("import", str(folder), "--as", "lizhiqiang")

    assert told.exit_code == 1
    assert "共用环节 shared_review：1 处" in told.output
    assert f"{PROCESS}：与数据库相同" in told.output
    assert "共用环节 shared_review：已收为草稿（第 2 稿），发布时引用它的流程一起换新" in taken.output
    with desk.transactions.read() as tx:
        assert workbench.read(tx, "shared_review").documents == {
            DIAGRAM: (folder / "shared_review" / DIAGRAM).read_text("utf-8")
        }
        assert workbench.find(tx, PROCESS) is None


def test_shared_steps_and_a_procedure_changed_in_one_folder_are_published_together(
    desk: Desk, folder: Path, typed: Type
) -> None:
    redraw(folder)
    rename(folder)

    taken = typed("import", str(folder), "--as", "lizhiqiang")

    assert f"已收为草稿（第 3 稿），发布时引用它的流程一起换新，与 {PROCESS} 的草稿一起发布" in taken.output
    with desk.transactions.read() as tx:
        assert workbench.read(tx, "shared_review").joined == {PROCESS}


def test_the_folder_of_shared_steps_can_be_taken_in_by_itself(desk: Desk, folder: Path, typed: Type) -> None:
    redraw(folder)

    beside = typed("import", str(folder / PROCESS), "--as", "lizhiqiang")
    alone = typed("import", str(folder / "shared_review"), "--as", "lizhiqiang")

    assert "共用环节 shared_review：旁边文件夹里的与现行的不同，没有随它收下" in beside.output
    assert "共用环节 shared_review：已收为草稿" in alone.output


def renewed(desk: Desk, folder: Path) -> None:
    """Meanwhile the shared steps are published with another name."""
    documents = read_folder(folder / PROCESS)
    place = "called/shared_review.bpmn"
    documents[place] = documents[place].replace('name="复核异议"', 'name="别人改的"')
    with desk.transactions.write() as tx:
        publish(tx, desk.clock.now(), None, build(PROCESS, documents), "别人发布")


@pytest.mark.parametrize("noted", [True, False])
def test_shared_steps_published_since_the_export_are_not_undone(
    desk: Desk, folder: Path, typed: Type, noted: bool
) -> None:
    if not noted:
        (folder / "manifest.json").unlink()
    renewed(desk, folder)
    redraw(folder)

    result = typed("import", str(folder), "--as", "lizhiqiang")

    assert result.exit_code == 1
    assert "文件夹导出以后又发布过这些共用环节" in result.output
    with desk.transactions.read() as tx:
        assert workbench.find(tx, "shared_review") is None


def test_an_export_brings_the_shared_steps_of_a_folder_up_to_date(desk: Desk, folder: Path, typed: Type) -> None:
    renewed(desk, folder)

    result = typed("export", str(folder))

    assert "共用环节 shared_review：写了" in result.output
    assert 'name="别人改的"' in (folder / "shared_review" / DIAGRAM).read_text("utf-8")
    redraw(folder)
    assert "已收为草稿" in typed("import", str(folder), "--as", "lizhiqiang").output
