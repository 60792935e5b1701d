"""Folders of procedures and the database kept in step from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import workbench
from engine.definitions import DIAGRAM, read_folder
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
