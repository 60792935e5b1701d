"""Every scenario of every procedure comes out as its owner expects."""

from __future__ import annotations

from pathlib import Path

import pytest

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
