"""Scenarios as tables: what is not changed stays as it is written, and what is wrong is named by row and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions import DIAGRAM, read_folder
from engine.errors import FormInvalid, NotPossible
from engine.forms.yaml import load
from engine.problems import DefinitionInvalid
from engine.workbench import Draft
from engine.workbench.stories import edits
from engine.workbench.stories.cells import shown
from engine.workbench.stories.faults import faults
from engine.workbench.stories.names import Names, procedure
from engine.workbench.stories.table import EXPECT, RAW, WAIT, WORK, Expected, Row, Table, read, row
from engine.workbench.stories.writing import entry
from tests.engine.workbench.bench import PROCESS, Bench

PROCESSES = Path("processes")
FILES = sorted(PROCESSES.glob("*/scenarios/*.yaml"))
MODIFY = PROCESSES / PROCESS / "scenarios"
PEOPLE = {"孙倩": "华东事业部", "马国栋": "华东事业部", "李志强": "主数据", "黄雅琴": "财务部", "陈立": "财务部"}
NAMES = Names(PROCESS, PEOPLE, {PROCESS: procedure(PROCESS, read_folder(PROCESSES / PROCESS))})
ODD = """# 考的是超时
标题: 没人核对   # 一句话
经过:
  - 过 4h # 一个上午
  - 甲 乙: [看不懂的一步]

  # 领导在出差
  - 马国栋 办理 主管领导审批: {结果: 同意并签字盖章, 备注: 表格不认识的键}
"""

words = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), max_codepoint=0x9FFF), max_size=8)


def story(name: str) -> str:
    return (MODIFY / f"{name}.yaml").read_text("utf-8")


def with_row(table: Table, number: int, **cells: str) -> Table:
    rows = list(table.rows)
    rows[number - 1] = replace(rows[number - 1], cells={**rows[number - 1].cells, **cells})
    return replace(table, rows=tuple(rows))


def told(table: Table) -> list[str]:
    return [f"{one.element}：{one.what}。{one.remedy}" for one in faults(table, NAMES)]


def other_lines(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines only the old text has, and those only the new one has."""
    return (
        [line for line in old.splitlines() if line not in new.splitlines()],
        [line for line in new.splitlines() if line not in old.splitlines()],
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[1]}/{file.name}")
def test_every_scenario_is_a_table_without_raw_rows_and_comes_back_byte_by_byte(file: Path) -> None:
    text = file.read_text("utf-8")

    table = read(text)

    assert RAW not in {one.kind for one in table.rows}
    assert edits.changed(text, table, NAMES) == text


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[1]}/{file.name}")
def test_every_step_written_anew_says_the_same(file: Path) -> None:
    for one in read(file.read_text("utf-8")).rows:
        assert row(entry(replace(one, was=None))) == replace(one, was=entry(replace(one, was=None)))


def test_a_cell_that_is_changed_changes_its_line_only() -> None:
    text = story("超时")

    after = edits.changed(text, with_row(read(text), 3, 多久="6"), NAMES)

    assert other_lines(text, after) == (["  - 过 48h"], ["  - 过 6h"])


def test_a_wait_can_be_in_natural_time() -> None:
    text = story("超时")

    after = edits.changed(text, with_row(read(text), 3, 时钟="自然时间"), NAMES)

    assert other_lines(text, after) == (["  - 过 48h"], ["  - 过 48h 自然时间"])


def test_a_filled_in_field_keeps_the_types_of_its_neighbours() -> None:
    text = story("按时")
    table = read(text)
    release = table.rows[4]
    rows = (*table.rows[:4], replace(release, fields=(*release.fields, ("reason_code", "ok"))), table.rows[5])

    after = edits.changed(text, replace(table, rows=rows), replace_names(PROCESS, "维护", "reason_code"))

    assert "填写: {entry_checked: true, reason_code: ok}" in after


def replace_names(process: str, step: str, field: str) -> Names:
    """The names, with a field of another step at this one."""
    known = NAMES.procedures[process]
    fields = {**known.steps[step].fields, field: known.steps["核对与分发"].fields[field]}
    steps = {**known.steps, step: replace(known.steps[step], fields=fields)}
    return replace(NAMES, procedures={process: replace(known, steps=steps)})


def test_rows_are_inserted_moved_and_taken_out_around_what_stays() -> None:
    text = story("按时")
    table = read(text)
    wait = Row(WAIT, {"多久": "2", "单位": "d", "时钟": ""})
    rows = (*table.rows[:2], wait, *table.rows[3:])

    after = edits.changed(text, replace(table, rows=rows), NAMES)

    assert other_lines(text, after) == (["  - 过 3h"], ["  - 过 2d"])


def test_what_the_table_cannot_show_and_all_comments_stay() -> None:
    table = read(ODD)
    table = with_row(table, 3, 结果="不同意，退回修改", 意见="缺章")

    after = edits.changed(ODD, replace(table, title="还是没人核对"), NAMES)

    assert [one.kind for one in table.rows] == [WAIT, RAW, WORK]
    assert "# 考的是超时\n" in after
    assert "  - 过 4h # 一个上午\n  - 甲 乙: [看不懂的一步]\n\n  # 领导在出差\n" in after
    assert "{结果: 不同意，退回修改, 意见: 缺章, 备注: 表格不认识的键}" in after


@pytest.mark.parametrize("step", ["[甲, 乙]", "5", "{甲 办理 乙: {填写: 5}}", "{甲: 1, 乙: 2}", "{预期: 3}", "null"])
def test_a_step_of_any_other_shape_is_kept_as_it_is(step: str) -> None:
    text = f"标题: 怪\n已有客户: [[江海], {{a: 1, b: 2}}]\n经过:\n  - {step}\n  - 过 4h\n"
    table = read(text)

    after = edits.changed(text, with_row(table, 2, 多久="6"), NAMES)

    assert after == text.replace("4h", "6h")


def test_expectations_are_lists_moments_and_notices() -> None:
    cells = {"待办": "核对与分发、维护", "超时": "无", "时限": "T1：2026-11-16 14:30", "通知": "letter：周敏、孙倩"}
    cells |= {"状态": "", "结果": "", "轮次": "2", "紧急": "true", "其他": "city：昆山市"}

    written = entry(Row(EXPECT, expected=(Expected("修改", cells),)))

    assert written == {
        "预期": {
            "修改": {
                "待办": ["核对与分发", "维护"],
                "超时": [],
                "时限": {"T1": "2026-11-16 14:30"},
                "通知": {"letter": ["周敏", "孙倩"]},
                "轮次": 2,
                "紧急": True,
                "city": "昆山市",
            }
        }
    }


@pytest.mark.parametrize(
    ("number", "cells", "said"),
    [
        (2, {"谁": "马国东"}, "第 2 行“谁”：演示公司里没有“马国东”。是不是“马国栋”？"),
        (2, {"环节": "主管审批"}, "第 2 行“环节”：“客户主数据修改”的图上没有环节“主管审批”。是不是“主管领导审批”？"),
        (2, {"结果": "同意"}, "第 2 行“结果”：“主管领导审批”没有结果“同意”。可用：同意并签字盖章、"),
        (2, {"单": "别的"}, "第 2 行“单”：没有名为“别的”的单。可用：修改；不写即最近发起的一件"),
        (3, {"多久": "很久"}, "第 3 行“多久”：“很久”不是一段时间。写大于零的数，或 4h30m"),
        (3, {"多久": ""}, "第 3 行“多久”：“”不是一段时间。写大于零的数，或 4h30m"),
        (1, {"流程": "customer_modfy"}, "第 1 行“流程”：没有流程“customer_modfy”。是不是“customer_modify”？"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column_with_the_remedy(number: int, cells: dict[str, str], said: str) -> None:
    found = told(with_row(read(story("超时")), number, **cells))

    assert any(one.startswith(said) for one in found), found


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"待办": "核对"}, "最后的预期“待办”：图上没有环节“核对”"),
        ({"时限": "T1"}, "最后的预期“时限”：“T1”看不懂。每行一项，写成“名称：值”"),
        ({"轮次": "二"}, "最后的预期“轮次”：“二”不是数"),
        ({"状态": "closed"}, "最后的预期“状态”：没有状态“closed”。可用：open、"),
        ({"其他": "city：[昆山"}, "最后的预期“其他”：“[昆山”括号或引号不完整"),
    ],
)
def test_a_wrong_expectation_is_named_the_same_way(cells: dict[str, str], said: str) -> None:
    table = read(story("超时"))
    (last,) = table.last or ()

    found = told(replace(table, last=(replace(last, cells={**last.cells, **cells}),)))

    assert any(one.startswith(said) for one in found), found


def test_an_old_fault_may_stay_while_another_is_mended_but_no_new_one_comes_in() -> None:
    text = story("超时").replace("马国栋", "马国东").replace("48h", "很久")

    mended = edits.changed(text, with_row(read(text), 3, 多久="48"), NAMES)

    assert "马国东" in mended
    with pytest.raises(DefinitionInvalid, match="没有结果“准”"):
        edits.changed(text, with_row(read(text), 2, 结果="准"), NAMES)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_edited_the_text_reads_as_the_table_and_the_rest_stays(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES)).read_text("utf-8")
    table = read(text)
    place = data.draw(st.integers(0, len(table.rows) - 1))
    edited = data.draw(st.sampled_from(list(_edited(table.rows[place], shown(data.draw(words))))))
    rows = (*table.rows[:place], *edited, *table.rows[place + 1 :])

    after = edits.changed_text(text, replace(table, rows=rows))

    assert [entry(one) for one in rows] == load(after, "")["经过"]
    again = read(after)
    assert [replace(one, was=None) for one in again.rows] == [replace(one, was=None) for one in rows]
    assert edits.changed_text(after, again) == after
    untouched = [line for line in text.splitlines() if line.startswith(("标题", "开始", "已有客户", "预期"))]
    assert untouched == [line for line in after.splitlines() if line.startswith(("标题", "开始", "已有客户", "预期"))]


def _edited(one: Row, word: str) -> Iterator[tuple[Row, ...]]:
    """The row taken out, doubled, with a wait before it, or with another word in a cell or field."""
    yield ()
    yield (one, replace(one, was=None) if one.kind != RAW else one)
    yield (Row(WAIT, {"多久": "3", "单位": "h", "时钟": ""}), one)
    if one.kind == WORK and word != '""':
        yield (replace(one, cells={**one.cells, "意见": word}),)
        yield (replace(one, fields=(*one.fields, ("note", word))),)


class Desk:
    """李志强 at the scenarios of a draft."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.draft: Draft = bench.opens("李志强")

    def does(self, verb: Any, *args: Any, who: str = "李志强", revision: int = 0) -> Draft:
        with self.bench.transactions.write() as tx:
            cast, now = self.bench.cast, self.bench.clock.now()
            at = revision or self.draft.revision
            self.draft = verb(tx, now, cast.people, cast.person(who), PROCESS, at, *args)
            return self.draft


def test_a_scenario_is_begun_copied_renamed_and_taken_out(bench: Bench) -> None:
    desk = Desk(bench)

    desk.does(edits.begin, "新的")
    desk.does(edits.begin, "超时的副本", "超时")
    desk.does(edits.rename, "新的", "法务")
    after = desk.does(edits.remove, "超时").documents

    assert after["scenarios/法务.yaml"] == "标题: 新的\n经过: []\n预期: {}\n"
    assert after["scenarios/超时的副本.yaml"] == bench.documents["scenarios/超时.yaml"]
    assert "scenarios/超时.yaml" not in after
    assert "scenarios/新的.yaml" not in after
    assert after[DIAGRAM] == bench.documents[DIAGRAM]


@pytest.mark.parametrize(
    ("name", "why"), [("超时", "已经有情景“超时”"), ("../x", "不能用"), ("", "不能用"), ("长" * 61, "不能用")]
)
def test_a_name_that_will_not_do_is_refused_with_the_reason(bench: Bench, name: str, why: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        Desk(bench).does(edits.begin, name)

    assert why in refused.value.problems[0].message


def test_who_saves_a_table_second_is_told_who_was_faster_and_overwrites_nothing(bench: Bench) -> None:
    desk = Desk(bench)
    table = with_row(read(story("超时")), 3, 多久="6")
    desk.does(edits.write, "超时", table, NAMES, who="吴晓东")

    with pytest.raises(NotPossible, match="吴晓东在您打开之后保存过草稿"):
        desk.does(edits.write, "超时", with_row(table, 3, 多久="7"), NAMES, revision=1)

    draft = bench.draft()
    assert draft is not None
    assert "过 6h" in draft.documents["scenarios/超时.yaml"]
