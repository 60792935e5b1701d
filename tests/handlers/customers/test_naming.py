import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.customers.matching.name_index import keys_of
from handlers.customers.matching.naming import normalise, parse
from handlers.customers.matching.pinyin import full_pinyin, initials, sounds_alike


def parts(name: str) -> tuple[str, str, str, str]:
    parsed = parse(name)
    return parsed.region, parsed.brand, parsed.trade, parsed.form


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("华为技术有限公司", ("", "华为", "技术", "有限公司")),
        ("深圳市宇阳科技发展有限公司", ("广东深圳", "宇阳", "科技发展", "有限公司")),
        ("宇阳（深圳）科技发展有限公司", ("广东深圳", "宇阳", "科技发展", "有限公司")),
        ("广东省深圳市宇阳科技发展有限公司", ("广东深圳", "宇阳", "科技发展", "有限公司")),
        ("北京华润物资贸易有限公司", ("北京", "华润", "物资贸易", "有限公司")),
        ("江苏省苏州市昆山市恒川机械厂", ("江苏苏州昆山", "恒川", "机械厂", "厂")),
        ("北京市朝阳区老王饭店", ("北京朝阳区", "老王", "饭店", "饭店")),
        ("华润（集团）有限公司", ("", "华润", "", "集团有限公司")),
        ("内蒙古伊利实业集团股份有限公司", ("内蒙古", "伊利", "实业", "集团股份有限公司")),
        ("普华永道中天会计师事务所(特殊普通合伙)", ("", "普华永道中天", "会计师事务所", "(特殊普通合伙)")),
        ("Siemens AG", ("", "SIEMENS", "", "AG")),
    ],
)
def test_a_name_comes_apart_into_region_brand_trade_and_form(name: str, expected: tuple[str, ...]) -> None:
    assert parts(name) == expected


def test_a_brand_has_at_least_two_characters() -> None:
    assert parts("金实业发展有限公司") == ("", "金实业", "发展", "有限公司")


def test_a_name_without_a_brand_of_its_own_keeps_region_and_trade_as_brand() -> None:
    assert parts("上海汽车集团股份有限公司")[1] == "上海汽车"
    assert parts("中国建筑股份有限公司")[1] == "中国建筑"


@pytest.mark.parametrize("name", ["阿里巴巴网络技术有限公司", "东方电气集团有限公司", "红河谷酒业有限公司"])
def test_a_brand_that_begins_like_a_place_is_not_cut(name: str) -> None:
    assert parse(name).region == ""
    assert parse(name).brand[:2] == name[:2]


def test_a_city_named_like_its_province_is_told_apart_by_its_suffix() -> None:
    assert parse("吉林市昌隆化工有限公司").region == "吉林吉林"
    assert parse("吉林省昌隆化工有限公司").region == "吉林"


def test_the_word_market_after_a_city_is_no_suffix() -> None:
    assert parse("上海市场营销服务有限公司").brand == "市场营销"


@pytest.mark.parametrize(
    ("name", "brand", "branch"),
    [
        ("华为技术有限公司北京市分公司", "华为", "北京分公司"),
        ("华为北京分公司", "华为", "北京分公司"),
        ("中国工商银行股份有限公司深圳福田支行", "工商", "广东深圳福田支行"),
        ("华为技术有限公司", "华为", ""),
    ],
)
def test_a_branch_is_kept_apart_from_its_head_office(name: str, brand: str, branch: str) -> None:
    parsed = parse(name)

    assert parsed.brand == brand
    assert parsed.branch == branch


def test_width_spaces_brackets_and_traditional_characters_do_not_matter() -> None:
    assert normalise(" 深圳市宇陽【ＡＢＣ】科技　發展有限公司 ") == "深圳市宇阳(ABC)科技发展有限公司"


def test_a_name_is_indexed_by_the_sound_of_every_two_neighbouring_characters() -> None:
    assert keys_of(parse("苏州市新宇阳有限公司")) == {"su zhou", "zhou xin", "xin yu", "yu yang"}


def test_a_latin_word_is_a_key_as_a_whole() -> None:
    assert "ABB" in keys_of(parse("ＡＢＢ（中国）有限公司"))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("深圳市宇阳科技有限公司", "深圳市宇洋科技有限公司"),  # homophone
        ("深圳市宇阳科技有限公司", "宇陽科技"),  # traditional, region and form dropped
        ("三一重工股份有限公司", "31重工股份有限公司"),  # numerals
        ("重庆长安汽车股份有限公司", "重庆常安汽车股份有限公司"),  # 长 is read chang or zhang
    ],
)
def test_variants_of_a_name_share_a_key(left: str, right: str) -> None:
    assert keys_of(parse(left)) & keys_of(parse(right))


def test_pinyin_knows_several_readings() -> None:
    assert full_pinyin("重庆长安") == "chongqingchangan"
    assert set(initials("长安")) == {"za", "ca"}
    assert sounds_alike("长安", "常安")
    assert not sounds_alike("长安", "平安")


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@given(st.text("北京市上海深圳(集团)有限公司科技发展华润分公司宇阳A1· 省区", max_size=40))
def test_no_name_breaks_the_parser(text: str) -> None:
    parsed = parse(text)

    assert parsed.normal == normalise(text)
    assert set(parsed.form) <= set(parsed.normal)
    assert parsed.trade == "".join(parsed.words)
    assert all(0 < len(key) <= 60 for key in keys_of(parsed))


def test_a_character_that_is_simplified_in_two_steps_is_simplified_wholly() -> None:
    assert normalise("薴") == normalise("苧") == "苎"


def test_of_an_absurdly_long_name_only_the_beginning_is_read() -> None:
    began = time.process_time()

    parsed = parse("长" * 5_000 + "分公司" * 2_000)

    assert len(parsed.brand) == 200
    assert time.process_time() - began < 5
