import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.uscc import calc_check_digit

from handlers.customers.values.text import Invalid
from handlers.customers.values.uscc import ALPHABET, AUTHORITIES, category, check_uscc

HUAWEI = "914403001922038216"

# Published on invoices and licences: 华为技术, 腾讯科技（深圳）, 百度在线, 阿里巴巴（中国）, 清华大学.
REAL = [HUAWEI, "9144030071526726XG", "91110000802100433B", "91330100799655058B", "12100000400000624D"]


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Any code the standard allows."""
    first = draw(st.sampled_from(AUTHORITIES)) + draw(st.sampled_from(ALPHABET))
    region = draw(st.text("0123456789", min_size=6, max_size=6))
    body = first + region + draw(st.text(ALPHABET, min_size=9, max_size=9))
    return body + calc_check_digit(body)


@pytest.mark.parametrize("code", REAL)
def test_a_real_code_passes_without_a_warning(code: str) -> None:
    checked = check_uscc(code)

    assert checked.value == code
    assert checked.warnings == ()


@pytest.mark.parametrize("body", ["N2330106MF1234567", "Y1330106MF1234567", "A1110000MF1234567"])
def test_a_code_that_begins_with_a_letter_is_accepted(body: str) -> None:
    code = body + calc_check_digit(body)

    assert check_uscc(code).value == code
    assert category(code) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "9144 0300 1922 0382 16",
        "91440300-192203821-6",
        " ９１４４０３００１９２２０３８２１６\t",
        "\ufeff914403001922038216\n",
    ],
)
def test_spaces_hyphens_and_full_width_are_taken_away_silently(typed: str) -> None:
    checked = check_uscc(typed)

    assert checked.value == HUAWEI
    assert checked.warnings == ()


def test_a_wrong_check_character_is_named_with_the_right_one() -> None:
    with pytest.raises(Invalid) as refusal:
        check_uscc("914403001922038215")

    assert refusal.value.message_zh == (
        "统一社会信用代码第 18 位校验位应为 6，现填 5；请对照营业执照核对，可能是第 1–17 位有误。"
    )


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("9I4403001922038216", "第 2 位“I”可能是 1"),
        ("91440300192203821o", "第 18 位“O”可能是 0"),
        ("9144030071S26726XG", "第 11 位“S”可能是 5"),
        ("9144030071526726ZG", "第 17 位“Z”可能是 2"),
        ("9133010079965505V8", "第 17 位“V”可能是 U 或 Y"),
    ],
)
def test_a_look_alike_letter_is_named_with_its_place_and_likely_character(typed: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint):
        check_uscc(typed)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "未填写"),
        (" - ", "只有空格或连字符"),
        ("91440300192203821", "现填 17 位.*补全"),
        ("9144030019220382160", "现填 19 位.*删去"),
        ("440300192203821", "像是三证合一前的旧税号"),
        ("014403001922038216", "第 1 位（登记管理部门）应为 1–9、A、N 或 Y，现填 0"),
        ("91A403001922038216", "第 3 位.*应为数字，现填 A"),
        ("9144030019220382中6", "第 17 位是“中”"),
    ],
)
def test_every_refusal_says_what_to_do(typed: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint) as refusal:
        check_uscc(typed)

    assert "请" in refusal.value.message_zh


def test_an_unlisted_category_is_a_warning_only() -> None:
    body = "94330106MF1234567"

    checked = check_uscc(body + calc_check_digit(body))

    assert category(checked.value) is None
    assert any("94" in warning for warning in checked.warnings)


def test_a_wrong_organisation_code_inside_is_a_warning_only() -> None:
    body = HUAWEI[:16] + "2"  # the organisation code of 华为 ends in 1

    checked = check_uscc(body + calc_check_digit(body))

    assert ["第 17 位" in warning for warning in checked.warnings] == [True]


@pytest.mark.parametrize(
    ("code", "customer_type"),
    [
        (HUAWEI, "企业"),
        ("12100000400000624D", "事业单位"),
        ("92", "个体工商户"),
        ("11", "机关"),
        ("51", "社团"),
    ],
)
def test_the_customer_type_follows_from_the_first_two_characters(code: str, customer_type: str) -> None:
    found = category(code)

    assert found is not None
    assert found.customer_type == customer_type


def test_a_pasted_page_is_refused_at_once_and_not_repeated() -> None:
    began = time.process_time()
    with pytest.raises(Invalid, match=r"过长（10,000 个字符）") as refusal:
        check_uscc("9" * 10_000)

    assert time.process_time() - began < 1
    assert len(refusal.value.message_zh) < 100


@given(codes(), st.lists(st.integers(0, 18), max_size=6), st.sampled_from(" -\u3000\t"), st.booleans())
def test_any_valid_code_is_accepted_in_any_spacing_and_case(
    code: str, places: list[int], gap: str, lower: bool
) -> None:
    typed = "".join(gap * places.count(place) + char for place, char in enumerate(code))

    checked = check_uscc(typed.lower() if lower else typed)

    assert checked.value == code
    assert check_uscc(checked.value) == checked


@given(codes(), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_refused(code: str, place: int, char: str) -> None:
    typed = code[:place] + char + code[place + 1 :]

    if char == code[place]:
        assert check_uscc(typed).value == code
    else:
        with pytest.raises(Invalid):
            check_uscc(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_either_a_code_or_refused(typed: str) -> None:
    try:
        first = check_uscc(typed)
    except Invalid:
        return

    assert len(first.value) == 18
