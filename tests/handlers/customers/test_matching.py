from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.customers.matching.naming import normalise
from handlers.customers.matching.score import BLOCK_AT, DISMISS_AT, LIST_AT, Candidate, Match, score
from handlers.customers.matching.vocabulary import Vocabulary, knowing, shipped

HUAWEI = "914403001922038216"
TENCENT = "9144030071526726XG"
YUYANG = "深圳市宇阳科技发展有限公司"


def match(left: str, right: str) -> Match:
    return score(Candidate(left), Candidate(right))


def labels(found: Match) -> list[str]:
    return [reason.label for reason in found.reasons]


def test_the_same_number_decides_whatever_the_names_say() -> None:
    found = score(Candidate("华为技术", tax_id="9144 0300 1922 0382 16"), Candidate("改名后的公司", tax_id=HUAWEI))

    assert found.score == 100
    assert found.decisive == "same_key"
    assert found.verdict == "block"
    assert labels(found) == ["统一社会信用代码相同"]


def test_a_legacy_number_is_the_same_party_as_the_code_that_followed_it() -> None:
    found = score(Candidate("华为", tax_id="440300192203821"), Candidate("华为技术有限公司", tax_id=HUAWEI))

    assert found.decisive == "same_key"
    assert labels(found) == ["组织机构代码相同"]


def test_two_valid_numbers_make_equal_names_information_only() -> None:
    found = score(
        Candidate(YUYANG, tax_id=HUAWEI, phone="0755-28780808"),
        Candidate(YUYANG, tax_id=TENCENT, phone="0755-28780808"),
    )

    assert found.decisive == "different_key"
    assert found.score == DISMISS_AT - 1
    assert found.verdict == "list"


def test_two_legacy_numbers_decide_nothing_because_they_were_reissued() -> None:
    found = score(Candidate(YUYANG, tax_id="440300192203821"), Candidate(YUYANG, tax_id="440301192203821"))

    assert found.decisive is None
    assert found.verdict == "block"


@pytest.mark.parametrize("number", ["", "无", "914403001922038215", "000000000000000"])
def test_a_missing_wrong_or_placeholder_number_decides_nothing(number: str) -> None:
    found = score(Candidate(YUYANG, tax_id=number), Candidate("北京华润物资有限公司", tax_id=number))

    assert found.decisive is None
    assert found.verdict == "list"


@pytest.mark.parametrize(
    "typed",
    [
        "深圳宇阳科技发展有限责任公司",  # 市 dropped, other spelling of the form
        "深圳市宇陽科技發展有限公司",  # traditional
        "深圳市宇阳科技发展有限公司 ",
        "深圳市 宇阳 科技发展 有限公司",
        "广东省深圳市宇阳科技发展有限公司",
        "宇阳（深圳）科技发展有限公司",
        "宇阳科技发展(深圳)有限公司",
    ],
)
def test_the_same_firm_typed_otherwise_blocks(typed: str) -> None:
    found = match(YUYANG, typed)

    assert found.score >= BLOCK_AT
    assert found.verdict == "block"


@pytest.mark.parametrize(
    "typed",
    [
        "宇阳科技发展有限公司",  # region dropped
        "深圳市宇洋科技发展有限公司",  # homophone
        "深圳市宇阳科技有限公司",  # 发展 dropped
        "深圳市宇阳科技发展股份有限公司",  # converted
        "宇阳科技",  # short name
    ],
)
def test_a_near_miss_must_be_dismissed_with_a_reason(typed: str) -> None:
    assert match(YUYANG, typed).verdict == "dismiss"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("北京华润物资有限公司", "北京华润物资贸易有限公司"),  # other trade
        (YUYANG, "广州市宇阳科技发展有限公司"),  # other city
        (YUYANG, "深圳市宇阳物流有限公司"),  # other trade
        (YUYANG, "深圳市宏达科技发展有限公司"),  # other brand
        ("苏州恒川机械有限公司", "苏州恒川机械厂"),  # other kind of body
    ],
)
def test_another_firm_is_listed_only(left: str, right: str) -> None:
    assert match(left, right).verdict == "list"


def test_raw_likeness_does_not_decide_but_the_parts_of_the_name_do() -> None:
    different = match("北京华润物资有限公司", "北京华润物资贸易有限公司")
    same = match(YUYANG, "深圳宇阳科技发展有限责任公司")

    assert different.score < DISMISS_AT
    assert same.score >= BLOCK_AT


def test_a_region_within_the_other_is_nearer_than_another_region() -> None:
    assert match("苏州恒川机械有限公司", "江苏恒川机械有限公司").verdict == "dismiss"
    assert match("苏州恒川机械有限公司", "浙江恒川机械有限公司").verdict == "list"


def test_one_slip_weighs_less_in_a_long_brand_than_in_a_short_one() -> None:
    assert match("杭州海康威视科技有限公司", "杭州海康威观科技有限公司").verdict == "dismiss"
    assert LIST_AT <= match("深圳新宇阳科技有限公司", "深圳宇阳科技有限公司").score < DISMISS_AT
    assert LIST_AT <= match("深圳新宇阳科技有限公司", "深圳新宇航科技有限公司").score < DISMISS_AT
    assert match("深圳宇阳科技有限公司", "深圳宇航科技有限公司").score < LIST_AT


def test_city_and_trade_alone_are_not_worth_showing() -> None:
    assert match(YUYANG, "深圳市宏达科技发展有限公司").score < LIST_AT


@pytest.mark.parametrize("branch", ["华为技术有限公司北京分公司", "华为技术有限公司北京研究所分部"])
def test_a_branch_is_related_to_its_head_office_not_a_duplicate(branch: str) -> None:
    found = match("华为技术有限公司", branch)

    assert found.verdict == "list"
    assert found.score >= LIST_AT
    assert "分支机构：有关联，不是重复" in labels(found)


def test_two_branches_are_one_only_when_they_are_the_same_branch() -> None:
    beijing = "华为技术有限公司北京分公司"

    assert match(beijing, "华为技术有限公司北京市分公司").verdict == "block"
    assert match(beijing, "华为技术有限公司上海分公司").verdict == "list"


def test_telephone_address_and_representative_raise_a_pair_and_are_explained() -> None:
    left = Candidate(
        "苏州恒川精密机械有限公司",
        phone="0512-6288 7710",
        address="金鸡湖大道 1355 号 B 栋 502",
        legal_representative="沈建国",
    )
    right = Candidate(
        "苏州恒川机械有限公司",
        phone="+8651262887710",
        address="金鸡湖大道１３５５号Ｂ栋５０２",
        legal_representative="沈建华",
    )

    bare, supported = match(left.name, right.name), score(left, right)

    points = {reason.label: (reason.points, reason.of) for reason in supported.reasons}
    assert bare.verdict == "list"
    assert supported.verdict == "dismiss"
    assert points["联系电话"] == (6, 6)
    assert points["地址"] == (6, 6)
    assert points["法定代表人"] == (0, 3)


def test_the_same_street_with_another_house_number_counts_half() -> None:
    found = score(
        Candidate(YUYANG, address="金鸡湖大道 1355 号 B 栋 502"),
        Candidate(YUYANG, address="金鸡湖大道 1355 号 B 栋 501"),
    )

    assert [(line.points, line.of) for line in found.reasons if line.label == "地址"] == [(3, 6)]


def test_a_former_name_finds_the_renamed_customer_on_either_side() -> None:
    renamed = Candidate("深圳市远航智能有限公司", other_names=(YUYANG,))

    assert score(Candidate(YUYANG), renamed).verdict == "block"
    assert score(renamed, Candidate(YUYANG)).verdict == "block"


def test_a_branch_known_under_another_name_is_found_before_its_head_office() -> None:
    known = Candidate("华为技术有限公司", other_names=("华为技术有限公司北京分公司",))

    assert score(Candidate("华为技术有限公司北京市分公司"), known).verdict == "block"


def test_persons_of_one_name_are_two_until_more_agrees() -> None:
    zhang = Candidate("张伟", phone="13800138000", address="苏州市金鸡湖大道 1 号", is_person=True)

    assert score(zhang, Candidate("张伟", is_person=True)).verdict == "list"
    assert score(zhang, Candidate("张 伟", phone="+86 138 0013 8000", is_person=True)).verdict == "dismiss"
    assert score(zhang, zhang).verdict == "block"


def test_a_resident_id_decides_and_is_masked_in_the_reason() -> None:
    number = "11010519491231002X"

    found = score(Candidate("张伟", tax_id=number, is_person=True), Candidate("张玮", tax_id=number, is_person=True))

    assert found.decisive == "same_key"
    assert number not in found.reasons[0].left
    assert found.reasons[0].left.endswith("002X")


# --- words nobody has listed ---------------------------------------------------------------------------------


@pytest.fixture
def unlettered() -> Iterator[None]:
    """A parser that knows no place and no trade at all."""
    with knowing(Vocabulary(frozenset(), {})):
        yield


@pytest.mark.usefixtures("unlettered")
@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("昆山宇阳精密模具有限责任公司", "block"),  # 市 dropped, other spelling of the form
        ("宇阳（昆山）精密模具有限公司", "block"),
        ("宇阳精密模具（昆山）有限公司", "block"),
        ("崑山市宇陽精密模具有限公司", "block"),
        ("宇阳精密模具有限公司", "dismiss"),  # region dropped
        ("昆山市宇洋精密模具有限公司", "dismiss"),  # homophone
        ("昆山市宇阳精密模有限公司", "dismiss"),  # a character dropped
        ("昆山市阳精密模具有限公司", "dismiss"),
        ("宇阳精密", "dismiss"),  # short names
        ("昆山宇阳", "dismiss"),
        ("太仓市宇阳精密模具有限公司", "list"),  # other city
        ("昆山市宏达精密模具有限公司", "list"),  # other brand
        ("昆山市宇阳会展有限公司", "list"),  # other trade
        ("昆山市宇阳精密模具有限公司太仓分公司", "list"),
    ],
)
def test_a_name_of_unknown_words_is_read_beside_the_other(typed: str, verdict: str) -> None:
    assert match("昆山市宇阳精密模具有限公司", typed).verdict == verdict


def test_a_legal_form_with_a_lost_character_still_is_that_form() -> None:
    assert match(YUYANG, "深圳市宇阳科技发展有限司").verdict == "block"


def test_a_number_or_an_elder_brand_is_not_a_character_left_out() -> None:
    assert match("上海华润11号酒店有限公司", "上海华润1号酒店有限公司").verdict == "list"
    assert match("苏州新恒川机械有限公司", "苏州恒川机械有限公司").verdict == "list"


def test_beside_a_common_brand_a_missing_region_says_less() -> None:
    left, right = Candidate("宏达机械有限公司"), Candidate("苏州宏达机械有限公司")

    rare, common = score(left, right), score(left, right, commonness=600)

    assert rare.score - common.score == 6
    assert labels(common)[0] == "字号（常见，缺项少计分）"
    assert score(right, right, commonness=600).score == 100


# --- whatever is typed -----------------------------------------------------------------------------------------

PLACES, TRADES = ["深圳市", "北京", "昆山", "市", "（上海）"], ["科技", "发展", "模具", "物资", "贸易"]
BRANDS, FORMS = (
    ["宇阳", "华润", "宇洋", "新", "阳", "3", "三", "ABB", "·"],
    ["有限公司", "有限司", "分公司", "厂", "(集团)"],
)
WORDS = st.sampled_from([*PLACES, *TRADES, *BRANDS, *FORMS])
NAMES = st.lists(WORDS, min_size=1, max_size=7).map("".join)
BRANCHED = ("分公司", "办事处", "营业部")


@settings(deadline=None)  # the first one loads the dictionaries
@given(NAMES, NAMES, st.integers(1, 2000))
def test_a_comparison_is_fair_bounded_and_adds_up(left: str, right: str, commonness: int) -> None:
    found = score(Candidate(left), Candidate(right), commonness)
    back = score(Candidate(right), Candidate(left), commonness)

    total = sum(reason.points for reason in found.reasons)
    limited = any(reason.of == 0 for reason in found.reasons)
    assert found.score == back.score
    assert [reason.points for reason in found.reasons] == [reason.points for reason in back.reasons]
    assert found.score == min(100, total) or (limited and found.score < total)
    assert all(0 <= reason.points <= reason.of for reason in found.reasons)


@settings(deadline=None)  # the first one loads the dictionaries
@given(NAMES, NAMES)
def test_a_comparison_is_fair_with_unknown_words_too(left: str, right: str) -> None:
    with knowing(Vocabulary(frozenset(), {})):
        assert match(left, right).score == match(right, left).score


@settings(deadline=None)  # the first one loads the dictionaries
@given(NAMES, st.booleans())
def test_a_name_is_always_the_same_as_itself(name: str, known: bool) -> None:
    with knowing(shipped() if known else Vocabulary(frozenset(), {})):
        assert match(name, name).score == (100 if normalise(name) else 0) or not name.strip(" ·")


@settings(deadline=None)  # the first one loads the dictionaries
@given(st.sampled_from(["宇阳", "华润", "恒川", "新希望"]), NAMES, st.sampled_from(BRANCHED))
def test_a_branch_never_is_a_duplicate_of_its_head_office(brand: str, place: str, branch: str) -> None:
    office = f"深圳市{brand}科技有限公司"

    assert match(office, f"{office}{place}{branch}").verdict == "list"
