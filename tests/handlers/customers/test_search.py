"""The duplicate search and what it demands before an application for a new customer may be handed in (3.3.2)."""

from __future__ import annotations

from typing import Any

from engine.store import loads
from handlers.customers.matching.search import search
from tests.handlers.office import FORM, HUAWEI, TENCENT, Office, other

YUYANG = "深圳市宇阳科技发展有限公司"


def with_search(office: Office, who: str, form: dict[str, Any], **dismissals: dict[str, str]) -> dict[str, Any]:
    """The form with a fresh search over its own name and number, and reasons against candidates."""
    found = office.look(who, form["legal_name"], form["tax_id"])
    return {**form, "search": {"search_ids": [str(found.id)], "dismissals": dismissals}}


def messages(office: Office, who: str, form: dict[str, Any]) -> str:
    return "\n".join(problem.message for problem in office.objections(who, form))


# --- looking -----------------------------------------------------------------------------------------------


def test_a_customer_is_found_by_its_number_however_the_name_is_written(office: Office) -> None:
    office.posted()

    found = office.look("周敏", "华为公司", "91440300 1922-0382 16")

    assert [(hit.candidate, hit.score, hit.same_key) for hit in found.hits] == [("1000000", 100, True)]
    assert found.hits[0].status_text == "正常"
    assert "统一社会信用代码" in found.hits[0].reasons[0]["label"]


def test_variants_of_a_name_are_found_without_a_number(office: Office) -> None:  # E-42
    office.posted(other(YUYANG, TENCENT))

    scores = {
        variant: [hit.score for hit in office.look("周敏", variant, "").hits]
        for variant in (
            "深圳宇陽科技發展有限責任公司",
            "深圳宇阳科技发展有限责任公司",
            "深圳市宇阳科技发展（有限公司）",
        )
    }

    assert all(scores.values()), scores
    assert scores["深圳宇阳科技发展有限责任公司"][0] >= 95


def test_a_frozen_customer_is_found_and_said_to_be_frozen(office: Office) -> None:
    office.posted()
    freeze(office, "1000000")

    found = office.look("周敏", "华为技术有限公司", HUAWEI)

    assert [(hit.candidate, hit.status_text) for hit in found.hits] == [("1000000", "冻结")]


def test_an_application_in_flight_is_found_with_its_number_and_department(office: Office) -> None:
    office.apply("孙倩", "U1")

    found = office.look("周敏", "华为技术有限公司", HUAWEI)

    assert [hit.candidate for hit in found.hits] == ["CJ-2026-0001"]
    assert found.hits[0].status_text == "在办：CJ-2026-0001，经营一部"


def test_an_application_that_is_over_is_not_found(office: Office) -> None:
    office.end(office.apply("孙倩", "U1"), "withdrawn")

    found = office.look("周敏", "华为技术有限公司", HUAWEI)

    assert found.hits == ()


def test_a_foreign_number_is_a_key_too(office: Office) -> None:
    office.posted(other("Kuka Aktiengesellschaft", "DE 812-345", tax_id_type="foreign", country="DE"))

    form = with_search(office, "周敏", other("Kuka AG", "de812345", tax_id_type="foreign", country="DE"))

    assert "同一税号的客户已存在：1000000" in messages(office, "周敏", form)


def test_what_else_is_filled_in_makes_the_search_see_what_the_submission_will_see(office: Office) -> None:
    office.posted(other("苏州宏达机械有限公司", TENCENT))

    with office.write() as tx:
        by_name = search(tx, office.clock.now(), 1, "宏达机械有限公司", "")
        with_phone = search(tx, office.clock.now(), 1, "宏达机械有限公司", "", form={"phone": FORM["phone"]})

    assert with_phone.hits[0].score > by_name.hits[0].score


def test_every_search_is_logged_with_what_it_showed(office: Office) -> None:  # E-32, R-073
    office.posted()

    found = office.look("周敏", "华为技术有限公司", HUAWEI)

    rows = office.read("SELECT id, at, person_id, name, hits FROM search_log WHERE id = ?", found.id)
    assert rows[0][2:4] == (office.cast.person("周敏"), "华为技术有限公司")
    assert loads(rows[0][4])[0]["candidate"] == "1000000"


# --- handing in --------------------------------------------------------------------------------------------


def test_an_application_without_a_search_is_not_taken(office: Office) -> None:  # E-32
    assert "请点击“查重”" in messages(office, "孙倩", FORM)


def test_a_fresh_search_over_name_and_number_is_enough_for_a_new_customer(office: Office) -> None:
    form = with_search(office, "孙倩", FORM)

    assert office.objections("孙倩", form) == []


def test_a_search_is_good_for_thirty_minutes(office: Office) -> None:
    form = with_search(office, "孙倩", FORM)

    office.clock.advance(minutes=30)
    assert office.objections("孙倩", form) == []
    office.clock.advance(seconds=1)

    assert "09:00，已超过 30 分钟" in messages(office, "孙倩", form)


def test_a_search_for_another_name_or_number_does_not_count(office: Office) -> None:
    form = with_search(office, "孙倩", FORM)

    assert "客户名称是“华为技术有限公司”" in messages(office, "孙倩", {**form, "legal_name": "华为终端有限公司"})
    assert f"税号是“{HUAWEI}”" in messages(office, "孙倩", {**form, "tax_id": TENCENT})


def test_the_name_is_compared_as_the_matcher_reads_it(office: Office) -> None:
    found = office.look("孙倩", "华为 技术有限公司 ", "914403001922038216")

    form = {**FORM, "search": {"search_ids": [str(found.id)], "dismissals": {}}}

    assert office.objections("孙倩", form) == []


def test_somebody_elses_search_does_not_count(office: Office) -> None:
    form = with_search(office, "何晓雯", FORM)

    assert "须由提交人" in messages(office, "孙倩", form)


def test_the_number_of_an_active_customer_stops_the_application(office: Office) -> None:
    office.posted()

    form = with_search(office, "周敏", FORM)

    assert "已存在：1000000 华为技术有限公司（正常，经营一部）；请改走修改或扩展" in messages(office, "周敏", form)


def test_the_number_of_a_frozen_customer_points_to_unfreezing(office: Office) -> None:  # E-36
    office.posted()
    freeze(office, "1000000")

    form = with_search(office, "周敏", FORM)

    assert "办理“解冻”" in messages(office, "周敏", form)


def test_the_number_of_an_application_in_flight_names_who_is_at_it(office: Office) -> None:  # E-33
    office.apply("孙倩", "U1")

    form = with_search(office, "周敏", FORM)

    assert "在办：CJ-2026-0001，经营一部" in messages(office, "周敏", form)


def test_a_declared_exception_passes_a_customer_but_not_an_application_in_flight(office: Office) -> None:  # E-38
    office.posted()
    excepted = {**FORM, "separate_reason": "invoicing"}

    assert office.objections("周敏", with_search(office, "周敏", excepted)) == []
    office.apply("孙倩", "U1", excepted)

    assert "在办" in messages(office, "周敏", with_search(office, "周敏", excepted))


def test_a_near_hit_must_be_dismissed_with_a_reason_and_a_blocking_one_with_evidence_too(office: Office) -> None:
    office.posted(other(YUYANG, TENCENT))
    form = other("深圳宇阳科技发展有限责任公司", "", tax_id_type="none")
    only_reason = {"1000000": {"reason": "股东不同"}}
    justified = {"1000000": {"reason": "股东不同", "evidence": "公示系统查询单 2026-09-16"}}

    bare = messages(office, "周敏", with_search(office, "周敏", form))
    reasoned = messages(office, "周敏", with_search(office, "周敏", form, **only_reason))
    proven = messages(office, "周敏", with_search(office, "周敏", form, **justified))

    assert "极可能是同一客户" in bare
    assert "极可能是同一客户" in reasoned
    assert proven == ""


def test_a_similar_name_needs_a_reason_only(office: Office) -> None:
    office.posted(other("苏州宏达机械有限公司", TENCENT))
    elsewhere = {"phone": "", "street_address": "", "legal_representative": ""}
    form = other("宏达机械有限公司", "", tax_id_type="none", **elsewhere)
    hit = office.look("周敏", form["legal_name"], "").hits[0]
    assert hit.verdict == "dismiss", "the pair this test is about scores 80–95"

    bare = messages(office, "周敏", with_search(office, "周敏", form))
    reasoned = messages(office, "周敏", with_search(office, "周敏", form, **{"1000000": {"reason": "地址不同"}}))

    assert "请写明为何不是同一客户" in bare
    assert reasoned == ""


def test_what_was_posted_after_the_search_is_seen_at_submission(office: Office) -> None:  # again at submission
    form = with_search(office, "周敏", FORM)
    office.posted()

    assert "已存在：1000000" in messages(office, "周敏", form)


def freeze(office: Office, code: str) -> None:
    """A frozen account; the freezing procedure itself is not part of this test."""
    with office.write() as tx:
        tx.run("UPDATE account SET status = 'frozen' WHERE customer_code = ?", (code,))
