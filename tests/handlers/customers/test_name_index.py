"""The indexes of names: what the search finds in them, and that they follow customers and applications."""

from __future__ import annotations

from engine.store import loads
from handlers.customers.matching import in_flight, reindexing
from handlers.customers.matching.in_flight import IN_FLIGHT
from handlers.customers.matching.name_index import COMMON, CUSTOMERS, MOST_COMPARED
from handlers.customers.matching.naming import parse
from tests.handlers.office import FORM, HUAWEI, TENCENT, Office, other

YUYANG = "深圳市宇阳科技发展有限公司"


def applied(office: Office) -> list[str]:
    return [row[0] for row in office.read("SELECT name FROM applied_name ORDER BY name")]


def found(office: Office, name: str, tax_id: str = "") -> list[str]:
    return [hit.candidate for hit in office.look("周敏", name, tax_id).hits]


# --- applications in flight ------------------------------------------------------------------------------------------


def test_an_application_is_in_the_index_from_its_start_with_every_name(office: Office) -> None:
    office.apply(form={**FORM, "name_en": "Huawei Technologies Co., Ltd."})

    assert applied(office) == ["Huawei Technologies Co., Ltd.", "华为技术有限公司"]
    assert found(office, "HUAWEI TECHNOLOGIES") == ["CJ-2026-0001"]


def test_a_changed_name_or_number_is_found_and_the_old_one_no_more(office: Office) -> None:
    case = office.apply()

    office.write_form(case, legal_name=YUYANG, tax_id=TENCENT)

    assert applied(office) == [YUYANG]
    assert found(office, "深圳宇洋科技发展有限公司") == ["CJ-2026-0001"]
    assert found(office, "改名前的公司", TENCENT) == ["CJ-2026-0001"]
    assert found(office, "华为技术有限公司", HUAWEI) == []


def test_a_change_of_anything_else_leaves_the_index_alone(office: Office) -> None:
    case = office.apply()
    before = office.read("SELECT id FROM applied_name")

    office.write_form(case, phone="0755 1234 5678")

    assert office.read("SELECT id FROM applied_name") == before


def test_a_withdrawn_application_leaves_the_index_and_its_keys(office: Office) -> None:
    office.end(office.apply(), "withdrawn")

    assert applied(office) == []
    assert office.read("SELECT count(*) FROM applied_name_key") == [(0,)]
    assert office.read("SELECT count(*) FROM applied") == [(0,)]


def test_a_posted_application_is_found_as_the_customer_it_became_and_only_so(office: Office) -> None:
    case = office.ready()

    office.run(case, "customers.post")

    assert applied(office) == []
    assert found(office, "华为技术有限公司") == ["1000000"]


def test_the_index_of_applications_can_be_built_anew_from_their_forms(office: Office) -> None:
    office.apply()
    office.end(office.apply("孙倩", "U1", other(YUYANG, TENCENT)), "withdrawn")
    office.run(office.ready(form=other("苏州宏达机械有限公司", "91320594MA1MC5C24L")), "customers.post")
    before = applied(office)

    with office.write() as tx:
        built = in_flight.rebuild(tx)

    assert built == 1
    assert applied(office) == before == ["华为技术有限公司"]


# --- the search ------------------------------------------------------------------------------------------------------


def test_an_upgraded_database_is_indexed_once(office: Office) -> None:
    office.posted()
    office.apply("孙倩", "U1", other(YUYANG, TENCENT))
    with office.write() as tx:
        tx.run("DELETE FROM name_key")  # as the schema upgrade leaves them
        tx.run("DELETE FROM applied")

    with office.write() as tx:
        first, again = reindexing.complete(tx), reindexing.complete(tx)

    assert (first, again) == (2, 0)
    assert found(office, "华为技术有限公司") == ["1000000"]
    assert found(office, YUYANG) == ["CJ-2026-0002"]


def test_a_search_costs_the_same_few_statements_whatever_it_finds(office: Office) -> None:
    office.posted()
    office.apply("孙倩", "U1", other(YUYANG, TENCENT))
    costs = []

    for name in ("华为技术有限公司", "完全没有这家", YUYANG):
        with office.transactions.read() as tx:
            before = tx.statements
            CUSTOMERS.like(tx, parse(name))
            IN_FLIGHT.like(tx, parse(name))
            costs.append(tx.statements - before)

    assert max(costs) <= 4


def test_names_whose_every_part_is_common_are_still_found(office: Office) -> None:
    case = office.apply()
    with office.write() as tx:
        for number in range(COMMON + 5):
            row = tx.one(
                "INSERT INTO applied_name (instance_id, name) VALUES (?, ?) RETURNING id", (case, f"金达{number}")
            )
            assert row is not None
            IN_FLIGHT.add(tx, row[0], parse("金达贸易有限公司"))

        like = IN_FLIGHT.like(tx, parse("金达贸易有限公司"))

    assert len(like) == MOST_COMPARED


def test_the_log_of_a_search_keeps_the_reasons(office: Office) -> None:
    office.posted()

    made = office.look("周敏", "华为技术有限责任公司", "")

    hits = loads(office.read("SELECT hits FROM search_log WHERE id = ?", made.id)[0][0])
    assert [reason["label"] for reason in hits[0]["reasons"]] == ["字号", "地区", "行业", "组织形式"]
