"""情景 on their pages: listed with result and coverage, edited as a table, run; what is wrong is said and kept.

李志强 and 吴晓东 (维护员) write the scenarios of 客户主数据创建.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from engine import workbench
from tests.webui.desk import Desk, text
from tests.webui.office import token

PROCESS = "customer_create"
LIST = f"/workbench/{PROCESS}/scenarios"
PAGE = f"{LIST}/超时"
STORY = "scenarios/超时.yaml"


class Writer:
    """Somebody with the table of a scenario open in a browser without scripts."""

    def __init__(self, desk: Desk, who: str = "李志强") -> None:
        self.desk, self.browser = desk, desk.browser_of(who)
        self.press(f"/workbench/{PROCESS}/draft")
        self.form = self.opened()

    def press(self, url: str, **fields: Any) -> TestResponse:
        data = fields | {"csrf_token": token(self.browser.get("/workbench"))}
        return self.browser.post(url, data=data, follow_redirects=True)

    def opened(self, page: str = PAGE) -> list[tuple[str, str]]:
        """Every control of the table's form with its value, in the order of the page."""
        return controls(self.browser.get(page))

    def change(self, name: str, value: str, at: int = 0) -> None:
        """Write into the `at`th control of that name."""
        places = [place for place, (key, _) in enumerate(self.form) if key == name]
        self.form[places[at]] = (name, value)

    def does(self, what: str, page: str = PAGE) -> TestResponse:
        """Press a button of the table; the page that comes back is in front of the writer now."""
        data: dict[str, list[str]] = {}
        for name, value in [*self.form, ("do", what)]:
            data.setdefault(name, []).append(value)
        answer = self.browser.post(page, data=data, follow_redirects=True)
        self.form = controls(answer)
        return answer

    @property
    def story(self) -> str:
        with self.desk.transactions.read() as tx:
            return workbench.read(tx, PROCESS).documents[STORY]


def controls(answer: TestResponse) -> list[tuple[str, str]]:
    form = html.fromstring(answer.get_data(as_text=True)).xpath("//form[.//ol[@class='k-story']]")[0]
    found = []
    for one in form.xpath(".//*[@name][not(self::button)]"):
        if one.tag == "select":
            chosen = one.xpath("./option[@selected]/@value") or one.xpath("./option/@value")[:1]
            found.append((one.get("name"), chosen[0] if chosen else ""))
        else:
            found.append((one.get("name"), (one.text or "") if one.tag == "textarea" else one.get("value") or ""))
    return found


@pytest.fixture
def writer(desk: Desk) -> Writer:
    return Writer(desk)


def test_the_list_shows_every_scenario_and_that_nothing_was_passed_yet(writer: Writer) -> None:
    page = text(writer.browser.get(LIST))

    assert "维护员 4 小时没有核对：按到期时刻记超时" in page
    assert "未运行" in page
    assert "走过的地方 0%" in page
    assert "人工办理“修改申请表”" in page


def test_a_table_that_is_saved_as_it_is_changes_not_a_byte(writer: Writer) -> None:
    before = writer.story

    answer = writer.does("save")

    assert answer.status_code == 200
    assert writer.story == before


@pytest.mark.parametrize("name", ["按时", "退回补正", "超时"])
def test_every_table_of_the_procedure_comes_back_from_the_browser_as_it_went(writer: Writer, name: str) -> None:
    page = f"{LIST}/{name}"
    with writer.desk.transactions.read() as tx:
        before = workbench.read(tx, PROCESS).documents

    writer.form = writer.opened(page)
    writer.does("save", page)

    with writer.desk.transactions.read() as tx:
        assert workbench.read(tx, PROCESS).documents == before


def test_a_changed_cell_changes_its_line_in_the_draft(writer: Writer) -> None:
    before = writer.story
    writer.change("3-多久", "48")

    page = text(writer.does("save"))

    assert "已保存到草稿" in page
    assert writer.story == before.replace("过 5h", "过 48h")


def test_rows_are_added_moved_and_taken_out_on_the_page_before_anything_is_saved(writer: Writer) -> None:
    before = writer.story

    writer.does("insert:3:wait")
    writer.change("4-多久", "2")
    writer.does("up:4")
    writer.does("remove:4")
    page = text(writer.does("copy:3"))

    assert "改动还没有保存" in page
    assert writer.story == before
    writer.does("save")
    assert writer.story == before.replace("  - 过 5h\n", "  - 过 2h\n  - 过 2h\n")


def test_a_wrong_cell_is_named_by_row_and_column_and_what_was_typed_stays(writer: Writer) -> None:
    before = writer.story
    writer.change("2-谁", "马国东")
    writer.change("3-多久", "很久")

    answer = writer.does("save")

    assert answer.status_code == 422
    assert "第 2 行“谁”：演示公司里没有“马国东”。是不是“马国栋”？" in text(answer)
    assert "第 3 行“多久”：“很久”不是一段时间" in text(answer)
    assert ("3-多久", "很久") in writer.form
    assert writer.story == before


def test_fields_may_be_typed_by_their_labels_and_are_offered_by_the_form_of_the_step(writer: Writer) -> None:
    writer.does("insert:3:work")
    for column, value in (("谁", "李志强"), ("环节", "核对与分发"), ("结果", "无需完善，直接建档")):
        writer.change(f"4-{column}", value)
    writer.change("4-field", "核对结论")
    writer.change("4-value", "资料齐全，符合要求")

    page = writer.does("save")

    assert page.status_code == 200, text(page)
    assert "  - 李志强 办理 核对与分发: {结果: 无需完善，直接建档, 填写: {reason_code: ok}}\n" in writer.story
    assert "<datalist" in page.get_data(as_text=True)


def test_several_values_of_a_field_are_named_one_after_another(writer: Writer) -> None:
    page = f"{LIST}/按时"
    writer.form = writer.opened(page)
    writer.change("4-value", "部门:FIN、部门:MKT", at=1)

    writer.does("save", page)

    with writer.desk.transactions.read() as tx:
        story = workbench.read(tx, PROCESS).documents["scenarios/按时.yaml"]
    assert 'departments: ["部门:FIN", "部门:MKT"]' in story or "departments: ['部门:FIN', '部门:MKT']" in story


def test_who_saves_second_is_told_and_keeps_what_was_typed(desk: Desk, writer: Writer) -> None:
    second = Writer(desk, "吴晓东")
    writer.change("3-多久", "6")
    second.change("3-多久", "7")
    writer.does("save")

    answer = second.does("save")

    assert answer.status_code == 409
    assert "李志强在您打开之后保存过草稿" in text(answer)
    assert ("3-多久", "7") in second.form
    assert "过 6h" in second.story


def test_who_saves_over_another_after_being_told_puts_that_text_aside(desk: Desk, writer: Writer) -> None:
    second = Writer(desk, "吴晓东")
    writer.change("3-多久", "6")
    second.change("3-多久", "7")
    writer.does("save")
    second.does("save")

    page = text(second.does("save"))

    assert "已保存到草稿" in page
    assert "过 7h" in second.story
    assert [re.findall(r"过 \dh", one[STORY]) for one in asides(desk)] == [["过 6h"]]


def test_rows_moved_on_an_old_page_do_not_hide_that_another_was_faster(desk: Desk, writer: Writer) -> None:
    second = Writer(desk, "吴晓东")
    writer.change("3-多久", "6")
    writer.does("save")

    second.does("up:3")
    answer = second.does("save")

    assert answer.status_code == 409
    assert "过 6h" in second.story


def test_a_text_that_comes_second_is_told_then_goes_over_the_other_put_aside(desk: Desk, writer: Writer) -> None:
    before, url = writer.story, f"{PAGE}/text"
    writer.press(url, revision=1, text=before.replace("过 5h", "过 6h"))

    told = writer.press(url, revision=1, text=before.replace("过 5h", "过 7h"))
    writer.press(url, revision=2, over=1, text=before.replace("过 5h", "过 7h"))

    assert told.status_code == 409
    assert 'name="over"' in told.text
    assert "过 7h" in writer.story
    assert "过 6h" in asides(desk)[0][STORY]


def asides(desk: Desk) -> list[dict[str, str]]:
    """The drafts put aside, newest first."""
    with desk.transactions.read() as tx:
        return [workbench.asides.documents_of(tx, PROCESS, one.id) for one in workbench.asides.read(tx, PROCESS)]


def test_what_is_no_table_is_opened_as_text(writer: Writer) -> None:
    writer.press(f"{PAGE}/text", revision=1, text="标题: 只有标题\n经过:\n  - 甲 乙丙: [说不清的一步]\n")

    page = text(writer.browser.get(PAGE))

    assert "有 1 行表格不能显示，原样保留" in page
    assert "说不清的一步" in page


def test_text_that_is_no_scenario_is_refused_and_stays_on_the_page(writer: Writer) -> None:
    answer = writer.press(f"{PAGE}/text", revision=1, text="标题: 半截\n经过: [")

    assert answer.status_code == 422
    assert "不是完整的 YAML" in text(answer)
    assert "标题: 半截" in answer.get_data(as_text=True)


def test_scenarios_are_begun_copied_renamed_and_taken_out(writer: Writer) -> None:
    assert "只用汉字、字母" in text(writer.press(LIST, revision=1, name="a/b"))

    writer.press(LIST, revision=1, name="副本", like="超时")
    writer.press(f"{LIST}/副本/rename", revision=2, name="久拖")
    page = text(writer.press(f"{PAGE}/remove", revision=3))

    assert "情景“超时”已从草稿删去" in page
    with writer.desk.transactions.read() as tx:
        assert {"scenarios/久拖.yaml"} == {
            one for one in workbench.read(tx, PROCESS).documents if re.search("久拖|副本|超时", one)
        }


def test_without_a_draft_the_table_is_read_only(desk: Desk) -> None:
    browser: FlaskClient = desk.browser_of("郭建国")

    assert "现行版本" in text(browser.get(LIST))
    assert '<fieldset class="k-stack k-bare" disabled>' in browser.get(PAGE).get_data(as_text=True)
    assert browser.get(f"{LIST}/没有的").status_code == 404


@pytest.mark.parametrize("do", ["up:99", "insert:-1:wait", "insert:0:nonsense", "copy:x", "", "drop", "up:²"])
def test_what_no_button_says_changes_nothing(writer: Writer, do: str) -> None:
    before, rows = writer.story, [one for one in writer.form if one[0] == "rows"]

    answer = writer.does(do)

    assert answer.status_code == 200
    assert [one for one in writer.form if one[0] == "rows"] == rows
    assert writer.story == before


def test_a_step_that_no_page_sends_is_no_error_page(writer: Writer) -> None:
    """The step as it was is part of the form; somebody has put something else there."""
    for was in ('{"a": 1, "b": 2}', "[]", '{"孙倩 办理 维护": {"填写": 5}}', "{", '{"预期": 3}'):
        writer.change("2-was", was)

        assert writer.does("save").status_code in (200, 422)


@pytest.mark.slow
def test_a_run_tells_each_row_and_marks_what_was_passed(writer: Writer) -> None:
    writer.change("3-多久", "3")

    page = text(writer.does("run"))
    overview = writer.browser.get(LIST)

    assert "11-16 周一 09:00 新增：在办，待办 主管领导审批" in page
    assert "新增的超时应为 T1，实为 无" in page
    assert "不符" in text(overview)
    assert '"Task_approve": "done"' in overview.get_data(as_text=True)
    assert '"Task_revise": "missed"' in overview.get_data(as_text=True)
