import pytest

from handlers.customers.values.taxpayer import check_taxpayer_number, identity_key
from handlers.customers.values.text import Invalid

HUAWEI = "914403001922038216"
HUAWEI_LEGACY = "440300192203821"  # the same organisation code, 19220382-1
SPECIMEN_ID = "11010519491231002X"


def test_a_unified_code_needs_no_warning() -> None:
    assert check_taxpayer_number(HUAWEI).warnings == ()


@pytest.mark.parametrize("typed", [HUAWEI_LEGACY, SPECIMEN_ID, f"{SPECIMEN_ID}01", f"L{HUAWEI}", f"L{SPECIMEN_ID}"])
def test_an_older_form_is_accepted_and_asks_for_the_unified_code(typed: str) -> None:
    checked = check_taxpayer_number(typed)

    assert checked.value == typed
    assert any("请向客户索取 18 位统一社会信用代码" in warning for warning in checked.warnings)


@pytest.mark.parametrize("typed", ["44030019220382?", "LL" + HUAWEI, "1234567", "914403001922038215", ""])
def test_what_is_no_taxpayer_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="请"):
        check_taxpayer_number(typed)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("9144 0300 1922 0382 16", "USCC"), ("11010519491231002x", "身份证"), (HUAWEI_LEGACY, "旧15位")],
)
def test_a_key_is_the_normalised_number_with_its_kind(typed: str, kind: str) -> None:
    key = identity_key(typed)

    assert key is not None
    assert key.kind == kind
    assert key.value == typed.replace(" ", "").upper()


@pytest.mark.parametrize("typed", ["", "无", "000000000000000", "111111111111111", "914403001922038215"])
def test_placeholders_and_wrong_numbers_are_no_key(typed: str) -> None:
    assert identity_key(typed) is None


def test_the_legacy_number_and_the_unified_code_share_the_organisation_code() -> None:
    legacy, unified = identity_key(HUAWEI_LEGACY), identity_key(HUAWEI)

    assert legacy is not None
    assert unified is not None
    assert legacy.organisation_code == unified.organisation_code == "192203821"
