"""Every scenario of every procedure comes out as its owner expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import read_folder
from engine.workbench.coverage import FLOW, NODE, drawn
from webui import scenarios

PROCESSES = Path("processes")


@pytest.mark.parametrize("file", scenarios.find(PROCESSES), ids=lambda file: f"{file.parent.parent.name}/{file.stem}")
def test_a_scenario_comes_out_as_expected(file: Path) -> None:
    assert scenarios.play(file, PROCESSES).wrong == ""


def test_a_scenario_that_expects_something_else_says_what_came(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    file = tmp_path / "scenarios" / "错.yaml"
    text = (PROCESSES / "customer_create/scenarios/退回补正.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("轮次: 1", "轮次: 9"), encoding="utf-8")

    result = scenarios.play(file, PROCESSES)

    assert result.wrong == "新增的轮次应为 9，实为 1"


def test_each_row_says_when_it_was_and_what_was_found() -> None:
    late = scenarios.play(PROCESSES / "customer_modify/scenarios/超时.yaml", PROCESSES)

    assert [row.at for row in late.rows] == [
        "11-16 周一 09:00",
        "11-16 周一 09:00",
        "11-24 周二 12:00",
        "11-24 周二 12:00",
    ]
    assert late.rows[2].found == "修改：在办，待办 核对与分发、电话通知维护员，超时 T1"


def test_a_play_ends_at_the_row_that_goes_otherwise(tmp_path: Path) -> None:
    result = scenarios.play(
        story(tmp_path, "customer_modify/scenarios/按时.yaml", "李志强 办理", "孙倩 办理"), PROCESSES
    )

    assert len(result.rows) == 4
    assert result.rows[-1].wrong == "孙倩没有待办“核对与分发”；这件流程现在等：核对与分发、电话通知维护员"


def test_a_wait_in_natural_time_runs_over_the_night(tmp_path: Path) -> None:
    result = scenarios.play(
        story(tmp_path, "customer_modify/scenarios/超时.yaml", "过 48h", "过 48h 自然时间"), PROCESSES
    )

    assert [row.at for row in result.rows][-1] == "11-18 周三 09:00"


def test_a_scenario_notes_what_it_passes_of_its_own_procedure_only() -> None:
    """冻结优先 also starts a change; the customer it is about was created before it begins."""
    result = scenarios.play(PROCESSES / "customer_freeze/scenarios/冻结优先.yaml", PROCESSES)
    places = drawn("customer_freeze", read_folder(PROCESSES / "customer_freeze"))

    assert result.nodes <= {one.id for one in places if one.kind == NODE}
    assert result.flows <= {(one.source, one.target) for one in places if one.kind == FLOW}
    assert len(result.flows) > 10


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("客户: 恒川, 单: 修改", "客户: 江海, 单: 修改", "没有客户“江海”：请写进“已有客户”；现有：恒川"),
        ("修改: {状态: open", "别的: {状态: open", "没有名为“别的”的单；已有：修改"),
        ("孙倩 发起", "孙青 发起", "演示公司里没有孙青"),
        ("city: 昆山市", "city: 部门:XX", "演示公司里没有部门 XX；可用：AUD、EAST"),
    ],
)
def test_a_name_nobody_knows_is_told_with_what_there_is(tmp_path: Path, old: str, new: str, said: str) -> None:
    result = scenarios.play(story(tmp_path, "customer_modify/scenarios/超时.yaml", old, new), PROCESSES)

    assert said in result.wrong


def story(folder: Path, file: str, old: str, new: str) -> Path:
    """A scenario written otherwise."""
    place = folder / "other" / "scenarios"
    place.mkdir(parents=True)
    text = (PROCESSES / file).read_text(encoding="utf-8")
    (place / "改.yaml").write_text(text.replace(old, new), encoding="utf-8")
    return place / "改.yaml"
