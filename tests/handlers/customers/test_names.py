import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.customers.values.names import check_company_name, check_person_name
from handlers.customers.values.text import Invalid


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" 华为 技术\u200b有限公司\n", "华为技术有限公司"),
        ("腾讯科技(深圳)有限公司", "腾讯科技（深圳）有限公司"),
        ("ＴＣＬ科技集团股份有限公司", "TCL科技集团股份有限公司"),
        ("HUAWEI  TECHNOLOGIES CO., LTD.", "HUAWEI TECHNOLOGIES CO., LTD."),
        ("新疆库尔勒・香梨有限公司", "新疆库尔勒·香梨有限公司"),
    ],
)
def test_a_company_name_is_stored_as_on_the_licence(typed: str, stored: str) -> None:
    checked = check_company_name(typed, "企业")

    assert checked.value == stored
    assert checked.warnings == ()


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("华为", "像是简称"),
        ("腾讯科技（深圳有限公司", "第 5 个字符“（”没有对应的“）”"),
        ("腾讯科技深圳）有限公司", "第 7 个字符“）”没有对应的“（”"),
        ("华为技术*有限公司", "第 5 个字符“\\*”"),
        ("华" * 121, "最多 120 个"),
        ("华" * 10_000, "过长"),
        ("12345", "没有文字"),
        ("   ", "未填写"),
    ],
)
def test_a_half_typed_company_name_is_refused_with_the_place(typed: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint):
        check_company_name(typed)


def test_an_enterprise_without_a_legal_form_is_a_warning() -> None:
    assert check_company_name("华为技术", "企业").warnings != ()
    assert check_company_name("苏州恒川机械厂", "企业").warnings == ()
    assert check_company_name("清华大学附属中学", "事业单位").warnings == ()


def test_traditional_characters_are_kept_with_a_warning() -> None:
    checked = check_company_name("宇陽科技發展有限公司", "企业")

    assert checked.value == "宇陽科技發展有限公司"
    assert ["繁体" in warning for warning in checked.warnings] == [True]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("张 伟", "张伟"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("𠮷田", "𠮷田"),
        ("José María O'Neil", "José María O'Neil"),
    ],
)
def test_a_person_name_is_stored_with_one_kind_of_dot(typed: str, stored: str) -> None:
    assert check_person_name(typed).value == stored


@pytest.mark.parametrize("typed", ["张", "张伟1", "张伟（经理）", "·张伟", "张" * 21, "", "John;"])
def test_what_is_no_person_name_is_refused_under_the_name_of_its_field(typed: str) -> None:
    with pytest.raises(Invalid, match=r"^法定代表人"):
        check_person_name(typed, "法定代表人")


@given(st.text(max_size=60))
def test_a_stored_name_is_stored_again_unchanged(typed: str) -> None:
    try:
        first = check_company_name(typed)
    except Invalid:
        return

    assert check_company_name(first.value) == first
