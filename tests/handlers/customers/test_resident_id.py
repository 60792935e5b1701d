from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.ric import calc_check_digit

from handlers.customers.values.resident_id import birth_date, check_resident_id
from handlers.customers.values.text import Invalid

# The specimen number of GB 11643-1999.
SPECIMEN = "11010519491231002X"


def completed(body: str) -> str:
    return body + calc_check_digit(body + "0")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    region = draw(st.text("0123456789", min_size=6, max_size=6))
    born = draw(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
    return completed(f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03}")


def test_the_specimen_of_the_standard_passes_and_tells_the_birth_date() -> None:
    checked = check_resident_id("110105 19491231 002x")

    assert checked.value == SPECIMEN
    assert checked.warnings == ()
    assert birth_date(checked.value) == date(1949, 12, 31)


@pytest.mark.parametrize("region", ["330114", "810000", "820000", "830000", "440306", "110103"])
def test_new_merged_and_special_regions_are_no_reason_to_refuse(region: str) -> None:
    checked = check_resident_id(completed(f"{region}19850607123"))

    assert checked.warnings == ()


def test_an_unknown_province_is_a_warning_only() -> None:
    checked = check_resident_id(completed("99010119850607123"))

    assert len(checked.warnings) == 1


def test_a_birth_date_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid, match="第 7–14 位应为出生日期"):
        check_resident_id(completed("11010119900230461"))


def test_a_birth_date_after_today_is_refused_when_today_is_known() -> None:
    number = completed("11010120261123461")

    assert check_resident_id(number, date(2026, 11, 23)).value == number
    with pytest.raises(Invalid, match="不合常理"):
        check_resident_id(number, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("110105491231002", "15 位的第一代身份证已停用"),
        ("11O10519491231002X", "第 3 位是“O”，可能是数字 0"),
        ("110105194912310020", "第 18 位校验位应为 X，现填 0"),
        ("1101051949123100XX", "第 17 位是“X”"),
        ("11010519491231002", "现填 17 位"),
        ("1" * 10_000, "过长"),
    ],
)
def test_a_refusal_names_the_place_and_never_repeats_the_number(typed: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint) as refusal:
        check_resident_id(typed)

    assert typed[:6] not in refusal.value.message_zh


@given(numbers())
def test_any_region_with_a_right_date_and_check_character_is_accepted(number: str) -> None:
    checked = check_resident_id(number.lower())

    assert checked.value == number
    assert check_resident_id(checked.value) == checked


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_refused(number: str, place: int, digit: str) -> None:
    typed = number[:place] + digit + number[place + 1 :]

    if typed == number:
        assert check_resident_id(typed).value == number
    else:
        with pytest.raises(Invalid):
            check_resident_id(typed)
