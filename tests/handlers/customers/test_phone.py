import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.customers.values.phone import check_phone
from handlers.customers.values.text import Invalid


@pytest.mark.parametrize(
    ("typed", "stored", "display"),
    [
        ("010-65529988", "+861065529988", "010-6552 9988"),
        ("（０５１２）６２８８　７７１０", "+8651262887710", "0512-6288 7710"),
        ("13800138000", "+8613800138000", "138 0013 8000"),
        ("0086-138 0013 8000", "+8613800138000", "138 0013 8000"),
        ("400-050-0827", "+864000500827", "400 050 0827"),
        ("95588", "95588", "95588"),
        ("12315", "12315", "12315"),
        ("+852 2123 4567", "+85221234567", "+852 2123 4567"),
        ("00852-2123 4567", "+85221234567", "+852 2123 4567"),
    ],
)
def test_a_number_is_stored_as_e164_and_shown_as_people_write_it(typed: str, stored: str, display: str) -> None:
    phone = check_phone(typed)

    assert phone.value == stored
    assert phone.display == display


@pytest.mark.parametrize(
    "typed",
    [
        "021-12345678-801",
        "021-12345678转801",
        "021 12345678 分机 801",
        "(021)12345678#801",
        "02112345678 ext. 801",
    ],
)
def test_every_way_to_write_an_extension_is_understood(typed: str) -> None:
    phone = check_phone(typed)

    assert phone.value == "+862112345678;ext=801"
    assert phone.display == "021-1234 5678 转 801"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("65529988", "缺少区号"),
        ("13800138000/13900139000", "一栏只填一个号码"),
        ("1380013800", "位数不对"),
        ("没有", "无法识别"),
        ("", "未填写"),
        ("1" * 10_000, "过长"),
    ],
)
def test_a_number_nobody_can_dial_is_refused_with_an_example(typed: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint) as refusal:
        check_phone(typed)

    assert "010-65529988" in refusal.value.message_zh


@given(st.sampled_from(["138", "159", "177", "186", "199"]), st.integers(0, 99_999_999), st.integers(0, 99_999))
def test_a_stored_number_is_stored_again_unchanged(prefix: str, rest: int, extension: int) -> None:
    first = check_phone(f"{prefix}{rest:08} 转 {extension}")

    assert check_phone(first.value) == first
    assert check_phone(first.display) == first


@given(st.text(max_size=40))
def test_whatever_is_typed_is_either_stored_for_good_or_refused(typed: str) -> None:
    try:
        first = check_phone(typed)
    except Invalid:
        return

    assert check_phone(first.value).value == first.value
