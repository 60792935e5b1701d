import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.customers.values.masking import MASKS, mask


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("account", "4000 0212 0920 0123 456", "***************3456"),
        ("resident_id", "11010519491231002X", "**************002X"),
        ("mobile", "13812346027", "138****6027"),
        ("mobile", "+8613812346027", "138****6027"),
        ("mobile", "+8651262887710;ext=801", "512****7710"),
        ("email", "zhang@example.com", "z***@example.com"),
        ("email", "z@example.com", "***@example.com"),
        ("name", "张伟", "张*"),
        ("account", "1234567", "*******"),
    ],
)
def test_enough_is_shown_to_recognise_the_value(kind: str, text: str, shown: str) -> None:
    assert mask(kind, text) == shown


def test_the_public_number_of_a_company_is_shown_and_that_of_a_person_is_not() -> None:
    assert mask("tax_id", "914403001922038216") == "914403001922038216"
    assert mask("tax_id", "11010519491231002X") == "**************002X"
    assert mask("tax_id", "110105194912310020") == "**************0020"  # mistyped, perhaps a person's


@given(st.sampled_from(["account", "resident_id", "mobile"]), st.text("0123456789", max_size=30))
def test_never_more_than_seven_digits_and_never_a_whole_value_are_shown(kind: str, digits: str) -> None:
    shown = mask(kind, digits)

    assert len(shown) == len(digits)
    assert len(shown) - shown.count("*") <= 7
    assert not digits or "*" in shown


def test_every_kind_of_mask_hides_an_empty_value() -> None:
    assert {kind: mask(kind, "").strip("*") for kind in MASKS} == dict.fromkeys(MASKS, "")
