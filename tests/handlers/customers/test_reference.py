"""Governed lists: what is shipped, what may be chosen when, what an upgrade does and leaves alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import LOCAL
from engine.operations import registry
from engine.problems import DefinitionInvalid
from engine.transactions import Tx
from handlers.customers.reference import LISTS, reference, seed
from handlers.customers.reference.lists import Entry
from handlers.customers.reference.shipped import COLUMNS, FOLDER
from handlers.customers.reference.sources import city_named, short
from tests.handlers.office import Office

WEDNESDAY = datetime(2026, 9, 16, 9, 0, tzinfo=LOCAL)


def offered(tx: Tx, name: str, at: datetime = WEDNESDAY) -> list[str]:
    return [code for code, _ in registry.listings[name].offered(tx, at)]


def test_the_shipped_lists_have_the_codes_their_standards_have(office: Office) -> None:
    with office.transactions.read() as tx:
        lists = {name: reference(tx, name) for name in LISTS}

    regions = lists["regions"].entries.values()
    today = [one for one in regions if not one.valid_to]
    assert len([one for one in today if one.code.endswith("0000")]) == 34
    assert len([one for one in today if not one.code.endswith("00")]) > 2900
    assert len(lists["countries"].entries) == 249
    divisions = [one for one in lists["industries"].entries.values() if one.parent]
    assert (len(lists["industries"].entries) - len(divisions), len(divisions)) == (20, 97)
    assert lists["currencies"].name("CNY") == "人民币"
    assert lists["banks"].name("102") == "102 中国工商银行"


def test_every_code_belongs_to_one_that_is_there(office: Office) -> None:
    with office.transactions.read() as tx:
        orphans = [
            (name, one.code)
            for name in LISTS
            for one in reference(tx, name).entries.values()
            if one.parent and reference(tx, name).get(one.parent) is None
        ]

    assert orphans == []


def test_new_districts_are_known_and_merged_ones_keep_their_name(office: Office) -> None:
    with office.transactions.read() as tx:
        regions = reference(tx, "regions")

    assert [regions.name(code) for code in ("330113", "330114", "330103")] == ["临平区", "钱塘区", "下城区"]
    assert regions.entries["330114"].valid_on("2026-09-16")
    assert not regions.entries["330103"].valid_on("2026-09-16")


def test_a_closed_currency_is_offered_no_more_but_keeps_its_name(office: Office) -> None:
    with office.transactions.read() as tx:
        before, after = (offered(tx, "reference.currencies", at.astimezone(LOCAL)) for at in (
            datetime(2025, 12, 31, 23, 59, tzinfo=LOCAL), datetime(2026, 1, 1, tzinfo=LOCAL)
        ))  # fmt: skip
        label = registry.listings["reference.currencies"].label(tx, "BGN")

    assert ("BGN" in before, "BGN" in after) == (True, False)
    assert label == "保加利亚列弗"


def test_provinces_are_offered_without_what_lies_below_them(office: Office) -> None:
    with office.transactions.read() as tx:
        provinces = offered(tx, "reference.provinces")

    assert len(provinces) == 34
    assert all(code.endswith("0000") for code in provinces)


@pytest.mark.parametrize(
    ("province", "city", "code"),
    [
        ("320000", "苏州", "320500"),
        ("320000", "苏州市", "320500"),
        ("320000", "昆山市", "320583"),
        ("310000", "上海", "310000"),
        ("410000", "济源", "419001"),
        ("330000", "苏州市", None),
        ("320000", "", None),
    ],
)
def test_a_city_is_found_within_its_province_by_either_form_of_its_name(
    office: Office, province: str, city: str, code: str | None
) -> None:
    with office.transactions.read() as tx:
        found = city_named(reference(tx, "regions"), province, city)

    assert (found and found.code) == code


def test_suggestions_follow_the_fields_beside_them(office: Office) -> None:
    with office.transactions.read() as tx:
        cities = registry.suggestions["reference.cities"].find(tx, WEDNESDAY, {"region_code": "330000", "city": "杭"})
        where = {"region_code": "330000", "city": "杭州", "district": ""}
        districts = registry.suggestions["reference.districts"].find(tx, WEDNESDAY, where)

    assert cities == ["杭州市"]
    assert "钱塘区" in districts
    assert "下城区" not in districts, "a merged district is suggested to nobody"


def test_seeding_again_changes_nothing(office: Office) -> None:
    with office.write() as tx:
        assert seed(tx) == 0


def test_an_upgrade_brings_new_codes_and_leaves_what_the_company_changed(office: Office) -> None:
    with office.write() as tx:
        tx.run("DELETE FROM reference_value WHERE list = 'banks' AND code = '102'")
        tx.run("UPDATE reference_value SET name = '旧名' WHERE list = 'banks' AND code = '103'")
        tx.run("UPDATE reference_value SET name = '本公司', origin = 'company' WHERE list = 'banks' AND code = '104'")

        written = seed(tx)

    with office.transactions.read() as tx:
        names = [reference(tx, "banks").name(code) for code in ("102", "103", "104")]
    assert written == 2
    assert names == ["102 中国工商银行", "103 中国农业银行", "104 本公司"]


def test_a_shipped_file_with_a_mistake_names_the_line(office: Office, tmp_path) -> None:
    for file in FOLDER.glob("*.csv"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "countries.csv").write_text(",".join(COLUMNS) + "\nCN,中国,,,\nchina,中国,,,\n", encoding="utf-8")

    with pytest.raises(DefinitionInvalid) as refused, office.write() as tx:
        seed(tx, tmp_path)

    assert "countries.csv" in str(refused.value)
    assert "第 3 行" in str(refused.value)


@given(st.dates(), st.dates(), st.dates())
def test_a_code_is_valid_from_its_first_to_its_last_day(first, last, day) -> None:
    entry = Entry("X", "某", "", first.isoformat(), last.isoformat())

    assert entry.valid_on(day.isoformat()) == (first <= day <= last)


@pytest.mark.parametrize(
    ("name", "brief"), [("苏州市", "苏州"), ("东城区", "东城"), ("沙县", "沙县"), ("香港特别行政区", "香港")]
)
def test_short_names_keep_at_least_two_characters(name: str, brief: str) -> None:
    assert short(name) == brief
