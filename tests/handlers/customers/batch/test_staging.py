"""A file of customers is staged: read as it was meant, judged line by line, nothing written to customers."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.customers.batch import staging
from handlers.customers.batch.staging import Stager
from tests.handlers.customers.batch.conftest import Desk
from tests.handlers.customers.batch.papers import as_csv, as_xlsx, columns, customer, number
from tests.handlers.office import FORM, HUAWEI


def test_500_rows_in_gbk_with_duplicates_and_a_bad_number_add_up(each_desk: Desk) -> None:
    """E-104: 3 duplicates inside the file, 2 in the base, 1 bad 统一社会信用代码."""
    desk = each_desk
    desk.posted(customer(9001))
    desk.posted(customer(9002))
    forms = [customer(place) for place in range(494)]
    forms += [customer(7), customer(8), customer(9)]
    forms += [customer(9001), customer(9002)]
    forms.insert(100, customer(9003, tax_id="914403001922038217"))

    batch = desk.stage(as_csv(forms, desk.definition.catalogue, "gbk"))

    assert desk.batch(batch) == {"status": "staged", "total": 500, "checked": 500, "problem": None}
    assert desk.totals(batch) == {"ready": 494, "duplicate": 5, "faulty": 1}
    found = desk.findings(batch)
    assert found[102] == [["tax_id", found[102][0][1]]]
    assert "第 18 位" in found[102][0][1]
    assert found[497] == [["tax_id", "与第 9 行重复；请删去一行"]]
    assert "已存在：1000000" in found[500][0][1]
    assert sorted(found) == [102, 497, 498, 499, 500, 501]
    assert desk.read("SELECT count(*) FROM account")[0][0] == 2, "nothing is posted before approval"


def test_options_may_be_written_as_their_labels_and_dates_as_numbers(desk: Desk) -> None:
    form = customer(1, industry_code="C 制造业", region_code="广东省", division="1", verified_on="46280")

    batch = desk.stage(as_csv([form], desk.definition.catalogue, "utf-8"))

    assert desk.totals(batch) == {"ready": 1}, desk.said(batch)
    kept = staging.loads(desk.read("SELECT form FROM import_row")[0][0])
    assert (kept["industry_code"], kept["region_code"], kept["division"]) == ("C", "440000", "01")
    assert kept["verified_on"] == "2026-09-15"
    assert (kept["account_group"], kept["banks"][0]["currency"]) == ("C001", "CNY")


def test_a_wrong_option_is_told_with_those_that_can_be_filled_in(desk: Desk) -> None:
    batch = desk.stage(as_csv([customer(1, cooperation_mode="随意")], desk.definition.catalogue))

    assert "2 cooperation_mode “随意”不在可选范围内；可填：直接、间接" in desk.said(batch)


def test_the_forms_own_checks_judge_every_cell(desk: Desk) -> None:
    bank = {**FORM["banks"][0], "cnaps_code": "102100099995"}
    form = customer(1, postcode="51812", phone="123", banks=[bank], city="")

    batch = desk.stage(as_csv([form], desk.definition.catalogue))

    assert desk.totals(batch) == {"faulty": 1}
    assert {column for column, _ in desk.findings(batch)[2]} == {"postcode", "phone", "banks.0.cnaps_code", "city"}


def test_what_excel_has_lost_is_named_with_its_cell(desk: Desk) -> None:
    known = [column.id for column in columns(desk.definition.catalogue)]
    account, capital, city = (known.index(one) for one in ("banks.0.account_no", "registered_capital", "city"))

    def spoil(page: Any) -> None:
        page.write_number(1, account, 6.222020200112233e18)
        page.write_formula(1, capital, "=1+1", None, "")
        page.merge_range(2, city, 3, city, "深圳")

    batch = desk.stage(
        as_xlsx([customer(1), customer(2), customer(3)], desk.definition.catalogue, fill=spoil), "客户.xlsx"
    )

    said = desk.said(batch)
    assert desk.totals(batch) == {"faulty": 3}
    assert "2 banks.0.account_no" in said
    assert "超过 15 位" in said
    assert "2 registered_capital" in said
    assert "公式没有计算结果" in said
    assert "3 city" in said
    assert "4 city" in said
    assert "是合并单元格" in said


def test_the_example_line_is_skipped_and_empty_lines_do_not_count(desk: Desk) -> None:
    content = as_csv([customer(1, legal_name="【示例】某某有限公司"), {}, customer(2)], desk.definition.catalogue)

    batch = desk.stage(content)

    assert desk.batch(batch)["total"] == 2
    assert desk.totals(batch) == {"skipped": 1, "ready": 1}


def test_60000_rows_are_refused_with_the_reason(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "客户编码,未清余额\n" + "\n".join(f"{place},1" for place in range(60_000))

    batch = desk.stage(text.encode(), "余额.csv", "figures", as_of="2026-09-15")

    assert desk.batch(batch)["status"] == "rejected"
    assert "有 60,000 行，一次最多 50,000 行；请分成几个文件导入" in desk.batch(batch)["problem"]
    assert desk.read("SELECT count(*) FROM import_row")[0][0] == 0


@pytest.mark.parametrize(
    ("headings", "reason"),
    [
        ("客户全称,城市,客户类型", "“客户全称”列：不认识的列；请改成模板中的列名"),
        ("城市,客户类型", "“客户名称”列：缺少这一列"),
        ("甲,乙", "没有找到列标题；请下载模板"),
        ("客户名称,城市,城市", "“城市”列：这一列出现了两次"),
    ],
)
def test_headings_that_are_not_the_templates_refuse_the_file(desk: Desk, headings: str, reason: str) -> None:
    batch = desk.stage(f"{headings}\n1,2,3\n".encode())

    assert desk.batch(batch)["status"] == "rejected"
    assert reason in desk.batch(batch)["problem"]


def test_an_application_in_flight_counts_as_a_duplicate(desk: Desk) -> None:
    desk.apply()

    batch = desk.stage(as_csv([customer(1, tax_id=HUAWEI)], desk.definition.catalogue))

    assert desk.totals(batch) == {"duplicate": 1}
    assert "正在申请新增" in desk.said(batch)


def test_a_name_near_a_known_one_without_a_number_of_its_own_must_be_explained(desk: Desk) -> None:
    desk.posted(FORM)
    unnumbered = {"tax_id_type": "none", "tax_id": "", "no_tax_id_reason": "证照换发中"}
    near = customer(1, legal_name="华为技术有限责任公司", **unnumbered)

    alone = desk.stage(as_csv([near], desk.definition.catalogue))
    explained = desk.stage(as_csv([{**near, "not_duplicate": "同名不同法人，见营业执照"}], desk.definition.catalogue))

    assert desk.totals(alone) == {"faulty": 1}
    assert "相近；若是同一客户请删去这一行" in desk.said(alone)
    assert desk.totals(explained) == {"ready": 1}, desk.said(explained)


def test_a_killed_process_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "TAKEN_AT_ONCE", 7)
    monkeypatch.setattr(staging, "JUDGED_AT_ONCE", 3)
    batch = desk.hand_in(as_csv([customer(place) for place in range(20)] + [customer(0)], desk.definition.catalogue))

    parts = 0
    while Stager(desk.engine).part():  # each part in a process of its own
        parts += 1

    assert parts > 9
    assert desk.totals(batch) == {"ready": 20, "duplicate": 1}
    assert desk.findings(batch) == {22: [["tax_id", "与第 2 行重复；请删去一行"]]}


def test_existing_customers_keep_their_codes_and_need_only_what_is_known(desk: Desk) -> None:
    known = {"customer_type": "企业", "tax_id_type": "uscc"}
    forms = [
        {**known, "customer_code": "K00123", "legal_name": "甲乙丙机械有限公司", "tax_id": number(1)},
        {**known, "customer_code": "1000777", "legal_name": "丁戊己机械有限公司", "tax_id": number(2)},
        {**known, "customer_code": "K00123", "legal_name": "庚辛壬机械有限公司", "tax_id": number(3)},
        {**known, "customer_code": "6000001", "legal_name": "子丑寅机械有限公司", "tax_id": number(4)},
    ]

    batch = desk.stage(as_csv(forms, desk.definition.catalogue, kind="opening"), kind="opening")

    assert desk.totals(batch) == {"ready": 2, "duplicate": 1, "faulty": 1}, desk.said(batch)
    assert "客户编码 K00123 与第 2 行重复" in desk.said(batch)
    assert "在账户组 C006（境外客户）的编号范围内" in desk.said(batch)


def test_a_doubt_of_a_rule_is_told_and_stops_no_line(desk: Desk) -> None:
    """V-22-1: the account is in somebody else's name; V-09: the postcode is none."""
    strange = [{**FORM["banks"][0], "account_name": "华为终端有限公司"}]
    forms = [customer(1, banks=strange), customer(2, banks=strange, postcode="51")]

    batch = desk.stage(as_csv(forms, desk.definition.catalogue))

    assert desk.totals(batch) == {"ready": 1, "faulty": 1}
    assert ("banks.0.account_name", "warn") in [(one[0], one[2]) for one in desk.doubts(batch)[2]]
    assert [one[0] for one in desk.findings(batch)[3]] == ["postcode"]
