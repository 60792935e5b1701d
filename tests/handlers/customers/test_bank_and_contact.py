import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from handlers.customers.values.bank import check_account, check_cnaps
from handlers.customers.values.contact import check_email, check_postcode
from handlers.customers.values.text import Invalid

# Head offices of 工行, 农行, 中行, 建行, 交行, 招行, 邮储.
HEAD_OFFICES = [
    "102100099996",
    "103100000026",
    "104100000004",
    "105100000017",
    "301290000007",
    "308584000013",
    "403100000004",
]


@pytest.mark.parametrize("code", HEAD_OFFICES)
def test_the_cnaps_codes_of_the_great_banks_pass(code: str) -> None:
    assert check_cnaps(f" {code[:4]}-{code[4:]} ").value == code


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(0, 11), st.integers(1, 9))
def test_a_cnaps_code_with_one_wrong_digit_is_refused(body: str, place: int, shift: int) -> None:
    code = body + mod_11_10.calc_check_digit(body)
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]

    assert check_cnaps(code).value == code
    with pytest.raises(Invalid, match="校验位应为"):
        check_cnaps(wrong)


def test_a_company_account_has_no_check_digit() -> None:
    number = "4000021209200123456"
    assert not luhn.is_valid(number)

    assert check_account("4000 0212 0920 0123 456", kind="基本户").value == number


def test_a_personal_card_with_a_wrong_check_digit_is_refused_without_showing_it() -> None:
    card = "622202123456789012" + luhn.calc_check_digit("622202123456789012")
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)

    assert check_account(card, kind="个人卡").value == card
    with pytest.raises(Invalid, match="校验位不符") as refusal:
        check_account(wrong, kind="个人卡")
    assert wrong[-4:] not in refusal.value.message_zh


@pytest.mark.parametrize("typed", ["4000", "40000212092O0123456", "", "4" * 33])
def test_an_account_number_that_cannot_be_one_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="请"):
        check_account(typed, kind="一般户")


def test_a_postcode_of_another_province_is_a_warning_only() -> None:
    assert check_postcode("１０００００", "北京").warnings == ()
    assert check_postcode("518000", "北京").warnings != ()
    assert check_postcode("518000").warnings == ()


@pytest.mark.parametrize("typed", ["1000", "10000O", "1000000"])
def test_a_postcode_is_six_digits(typed: str) -> None:
    with pytest.raises(Invalid, match="邮政编码"):
        check_postcode(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("zhang@Example.COM", "zhang@example.com"),
        (" ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ ", "zhang@example.com"),
        ("<zhang@example.com>", "zhang@example.com"),
        ("张三@例子.中国", "张三@例子.中国"),
    ],
)
def test_an_address_is_stored_with_a_tidy_domain(typed: str, stored: str) -> None:
    assert check_email(typed).value == stored


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("zhang.example.com", "缺少“@”"),
        ("zhang@localhost", "不是完整的域名"),
        ("a@x.com;b@y.com", "不止一个“@”"),
        ("zhang san@example.com", "中间有空格"),
        ("@example.com", "没有用户名"),
        ("zhang..san@example.com", "不允许的字符"),
        ("z" * 10_000 + "@example.com", "过长"),
    ],
)
def test_a_wrong_address_is_refused_with_the_fault(typed: str, fault: str) -> None:
    with pytest.raises(Invalid, match=fault):
        check_email(typed)
