"""Mistakes in fields.yaml and in forms are named with file, element and remedy."""

from __future__ import annotations

import pytest

from engine.forms import Catalogue, Form
from engine.problems import DefinitionInvalid, Problem

from .conftest import APPLY, FIELDS


def faults(text: str, catalogue: Catalogue | None = None) -> list[Problem]:
    with pytest.raises(DefinitionInvalid) as caught:
        Form.parse(text, catalogue, "forms/apply.yaml") if catalogue else Catalogue.parse(text)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("before", "after", "element", "what"),
    [
        ("kind: date", "kind: dat", "字段 founded_on", "不认识的 kind dat"),
        ("max: 120", 'max: "120"', "字段 legal_name", "max 的值 '120' 类型不对"),
        ("max: 120", "maximum: 120", "字段 legal_name", "不认识的键 maximum"),
        ("values: [C008]", "value: [C008]", "字段 partner show_when", "缺少 values"),
        ("values: [C008]", "values: [C088]", "字段 partner", "条件里的值 'C088' 不是字段 group（账户组）可能的值"),
        ("values: [C008]", "except: [8]", "字段 partner", "条件里的值 8 不是字段 group（账户组）可能的值"),
        ("field: group", "field: gruop", "字段 partner", "条件里的字段 gruop 不存在"),
        ("options: currencies", "options: currency", "字段 currency", "没有名为 currency 的选项表"),
        ("{Z030: 30 天}", "{30: 30 天}", "字段 terms", "选项表 options 有误"),
        ("id: staff", "id: legal_name", "legal_name", "id 重复"),
        ("id: staff", "id: 人数", "字段 人数", "id “人数”不合规则"),
        ("id: staff,", "id: staff, width: 5,", "字段 staff", "width 5 不可用"),
        ("kind: textarea, max: 50", "kind: table", "字段 note", "表格没有列"),
        ("title: 会计视图", "titel: 会计视图", "栏目 accounting", "缺少 title"),
    ],
)
def test_a_slip_in_the_catalogue_is_named(before: str, after: str, element: str, what: str) -> None:
    assert before in FIELDS

    found = faults(FIELDS.replace(before, after, 1))

    assert (element, what) in [(problem.element, problem.what) for problem in found]
    assert all(problem.file == "forms/fields.yaml" and problem.remedy for problem in found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (APPLY.replace("[general]", "[genral]"), "字段目录里没有栏目或字段 genral"),
        (APPLY + "  - {id: draft, label: 存草稿}", "有多个结果却没有 decision"),
        (APPLY.replace("label: 提交", "label: 提交, style: green"), "style green 不可用"),
        (APPLY.replace("label: 提交", "label: 提交, requires: [x]"), "requires 里的 x 不存在"),
        (APPLY.replace("label: 提交", "label: 提交, signs: true"), "签字的结果没有说明签哪些栏目"),
        (APPLY + "fields: [{id: legal_name, label: 名称}]", "id 已被占用"),
        (APPLY + "fields: [{id: outcome, label: 结果}]", "id 已被占用"),
        ("title: 空\noutcomes: []", "没有任何结果"),
        (APPLY + "writes: [general]", "不认识的键 writes"),
        (APPLY + "scan: true", "没有签字的结果，扫描件无从代替"),
    ],
)
def test_a_slip_in_a_form_is_named(catalogue: Catalogue, text: str, what: str) -> None:
    assert what in [problem.what for problem in faults(text, catalogue)]


def test_a_broken_file_is_told_with_its_line() -> None:
    problem = faults("sections:\n  - id: [")[0]

    assert problem.element == "第 2 行"
    assert problem.what.startswith("不是有效的 YAML")


def test_a_key_written_twice_is_an_error_not_a_guess() -> None:
    assert "“title”写了两次" in faults("sections: [{id: a, title: 甲, title: 乙}]")[0].what


def test_no_means_norway_and_not_false() -> None:
    text = "sections: [{id: a, title: A, fields: [{id: c, label: 国家, kind: choice, options: {NO: 挪威, on: 开}}]}]"

    assert Catalogue.parse(text).fields["c"].options == (("NO", "挪威"), ("on", "开"))
