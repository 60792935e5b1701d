"""Changes of customers: only what was changed is written, what others changed stands, and all is on record."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import NotAllowed, Refused
from engine.forms import Catalogue
from engine.store import loads
from handlers.customers.changes import claims
from handlers.customers.changes import differences as changes
from handlers.customers.changes.differences import COLUMNS
from handlers.customers.matching.search import find
from handlers.customers.reports.criteria import Criteria
from handlers.customers.reports.listing import customers
from tests.handlers.office import ACCOUNTING, FORM, TENCENT, Office, other

CODE = "1000000"


@pytest.fixture
def stocked(office: Office) -> Office:
    """An office with one customer, 华为."""
    office.posted()
    return office


def refusal_of(office: Office, case: int, operation: str = "customers.post_change", **parameters: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        office.run(case, operation, **parameters)
    return refused.value


def version(office: Office, number: int, code: str = CODE) -> dict[str, Any]:
    rows = office.read(
        "SELECT v.snapshot FROM account_version v JOIN account a ON a.id = v.account_id"
        " WHERE a.customer_code = ? AND v.number = ?",
        code, number,
    )  # fmt: skip
    content: dict[str, Any] = loads(office.transactions.vault.reveal(rows[0][0]))
    return content


# --- what a form opens with -----------------------------------------------------------------------------------------


def test_a_form_about_a_customer_opens_with_what_it_holds_now(stocked: Office) -> None:
    form = stocked.current(CODE)

    sent = {name: value for name, value in (FORM | ACCOUNTING).items() if any(name in one for one in COLUMNS.values())}
    assert {name: form[name] for name in sent} == sent
    assert (form["customer_code"], form["base_version"], form["account_group"]) == (CODE, 1, "C001")
    assert form["contacts"] == FORM["contacts"]


def test_opened_and_handed_in_untouched_it_changes_nothing(stocked: Office) -> None:
    form = stocked.current(CODE)

    assert changes.of(form, form) == ()


# --- posting --------------------------------------------------------------------------------------------------------


def test_a_change_is_written_as_a_new_version_and_the_old_one_stays(each_office: Office) -> None:
    each_office.posted()

    case = each_office.change(CODE, city="东莞", payment_terms="Z060")

    assert version(each_office, 1)["general"][0]["city"] == "深圳"
    assert version(each_office, 2)["general"][0]["city"] == "东莞"
    assert version(each_office, 2)["accounting"][0]["payment_terms"] == "Z060"
    assert each_office.read("SELECT version FROM account") == [(2,)]
    assert each_office.of_kind("customer.posted")[-1]["fields"] == ["general.city", "accounting.1000.payment_terms"]
    assert each_office.read(
        "SELECT kind, base_version, reason, version FROM change_request WHERE instance_id = ?", case
    ) == [("ordinary", 1, "客户来函", 2)]


def test_old_and_new_are_kept_as_applied_for_and_as_posted(stocked: Office) -> None:
    case = stocked.change(CODE, city="东莞")

    rows = stocked.read("SELECT stage, path, label, old, new FROM change_item WHERE instance_id = ? ORDER BY id", case)
    assert [tuple(map(stocked.transactions.vault.plain, row)) for row in rows] == [
        ("submitted", "general.city", "城市", "深圳", "东莞"),
        ("posted", "general.city", "城市", "深圳", "东莞"),
    ]


def test_a_retry_after_a_crash_writes_no_second_version(stocked: Office) -> None:  # E-82
    case = stocked.wish(CODE, city="东莞")
    stocked.run(case, "customers.reserve_change")
    stocked.release(case)

    first = stocked.run(case, "customers.post_change")
    again = stocked.run(case, "customers.post_change")

    assert again.form == first.form == {"customer_code": CODE}
    assert stocked.read("SELECT count(*) FROM account_version") == [(2,)]


def test_nobody_changes_a_customer_without_the_maintainers_step(stocked: Office) -> None:
    case = stocked.wish(CODE, city="东莞")
    stocked.done(case, "Task_release", "孙倩", ("U1", "focal"), "post")

    with pytest.raises(NotAllowed, match="维护员"):
        stocked.run(case, "customers.post_change")

    assert stocked.read("SELECT version FROM account") == [(1,)]


def test_a_cleared_field_is_cleared(stocked: Office) -> None:
    stocked.change(CODE, profit_centre="P1")

    stocked.change(CODE, profit_centre=None)

    assert "profit_centre" not in version(stocked, 3)["accounting"][0]


# --- rows -----------------------------------------------------------------------------------------------------------


def test_contacts_that_come_go_and_change_are_told_apart(stocked: Office) -> None:
    wang = {**FORM["contacts"][0], "position": "经理"}
    li = {"name": "李雷", "role": "legal", "mobile": "13900139000"}

    stocked.change(CODE, contacts=[li, wang])
    stocked.change(CODE, contacts=[li])

    assert version(stocked, 2)["contacts"] == [wang, li]
    assert version(stocked, 3)["contacts"] == [li]
    paths = [row[0] for row in stocked.read("SELECT path FROM change_item WHERE stage = 'posted' ORDER BY id")]
    assert paths[:2] == ["contacts.1.position", "contacts.+1.name"]
    assert "contacts.1.name" in paths


def test_a_new_account_number_is_a_change_of_that_account_and_is_masked(stocked: Office) -> None:
    bank = {**FORM["banks"][0], "account_no": "4000021209200099999"}

    form = {**stocked.current(CODE), "banks": [bank]}
    (change,) = changes.of(form, stocked.current(CODE))

    assert (change.path, change.kind) == ("banks.1.account_no", "changed")
    assert change.shown() == ("***************2345", "***************9999")


# --- conflicts ------------------------------------------------------------------------------------------------------


def released(office: Office, **fields: Any) -> int:
    case = office.wish(CODE, **fields)
    office.run(case, "customers.reserve_change")
    office.release(case)
    return case


def test_of_two_changes_from_one_version_different_fields_both_stand(stocked: Office) -> None:
    first, second = released(stocked, city="东莞"), released(stocked, phone="0769 1234 5678", payment_terms="Z060")

    stocked.run(first, "customers.post_change")
    stocked.run(second, "customers.post_change")

    general = version(stocked, 3)["general"][0]
    assert (general["city"], general["phone"]) == ("东莞", "0769 1234 5678")


def test_the_same_field_changed_otherwise_meanwhile_is_refused_with_all_that_is_known(stocked: Office) -> None:
    first, second = released(stocked, city="东莞"), released(stocked, city="惠州", phone="0769 1234 5678")
    stocked.run(first, "customers.post_change")

    refusal = refusal_of(stocked, second)

    assert refusal.code == "STALE"
    assert "“城市”本单由“深圳”改为“惠州”，其间申请 CJ-2026-0002（李志强" in refusal.message
    assert "已改为“东莞”" in refusal.message
    (conflict,) = refusal.details["conflicts"]
    assert (conflict["field"], conflict["request"], conflict["theirs"]) == ("general.city", "CJ-2026-0002", "东莞")
    assert "0769" not in str(version(stocked, 2)), "nothing of a refused change is written"


def test_the_same_change_twice_is_no_conflict(stocked: Office) -> None:
    first, second = released(stocked, city="东莞"), released(stocked, city="东莞")

    stocked.run(first, "customers.post_change")
    stocked.run(second, "customers.post_change")

    assert version(stocked, 3)["general"][0]["city"] == "东莞"


def test_rows_are_merged_too(stocked: Office) -> None:
    wang, li = FORM["contacts"][0], {"name": "李雷", "role": "legal", "mobile": "13900139000"}
    added = released(stocked, contacts=[wang, li])
    promoted = released(stocked, contacts=[{**wang, "position": "经理"}])

    stocked.run(added, "customers.post_change")
    stocked.run(promoted, "customers.post_change")

    assert version(stocked, 3)["contacts"] == [{**wang, "position": "经理"}, li]


def test_a_contact_somebody_else_removed_cannot_be_changed(stocked: Office) -> None:
    wang, li = FORM["contacts"][0], {"name": "李雷", "role": "legal", "mobile": "13900139000"}
    replaced = released(stocked, contacts=[li])
    promoted = released(stocked, contacts=[{**wang, "position": "经理"}])
    stocked.run(replaced, "customers.post_change")

    assert refusal_of(stocked, promoted).code == "STALE"


# --- names and identity ---------------------------------------------------------------------------------------------


def test_a_name_change_keeps_the_former_name_and_both_are_found(stocked: Office) -> None:  # E-43
    stocked.change(CODE, "identity", legal_name="华为终端有限公司")

    with stocked.transactions.read() as tx:
        found = {
            text: [row.name for row in customers(tx, Criteria(text=text)).rows] for text in ("华为终端", "华为技术")
        }
        hits = find(tx, changes_candidate("华为技术有限公司"), None)
    assert found == {"华为终端": ["华为终端有限公司"], "华为技术": ["华为终端有限公司"]}
    assert version(stocked, 2)["general"][0]["former_names"] == ["华为技术有限公司"]
    assert [(one["kind"], one["name"]) for one in version(stocked, 2)["names"]] == [
        ("former", "华为技术有限公司"),
        ("current", "华为终端有限公司"),
    ]
    assert hits[0].candidate == CODE


def changes_candidate(name: str) -> Any:
    from handlers.customers.matching.search import candidate_of

    return candidate_of({"legal_name": name})


def test_name_and_number_change_only_under_that_kind_of_application_with_evidence(stocked: Office) -> None:
    plain = stocked.wish(CODE, legal_name="华为终端有限公司")
    bare = stocked.wish(CODE, "identity", legal_name="华为终端有限公司", evidence=[], attachments=[])

    assert refusal_of(stocked, plain, "customers.reserve_change").code == "NOT_ALLOWED"
    assert refusal_of(stocked, bare, "customers.reserve_change").code == "NO_EVIDENCE"


def test_a_number_of_another_party_is_never_taken_over(stocked: Office) -> None:  # E-56
    stocked.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    case = stocked.wish(CODE, "identity", tax_id=TENCENT)

    refusal = refusal_of(stocked, case, "customers.reserve_change")

    assert refusal.code == "KEY_TAKEN"
    assert "1000001 深圳市腾讯计算机系统有限公司" in refusal.message
    assert "合并" in refusal.message
    assert "付款方" in refusal.message


def test_a_new_number_is_held_from_the_application_on_and_becomes_the_partys_key(stocked: Office) -> None:
    case = stocked.wish(CODE, "identity", tax_id=TENCENT)
    stocked.run(case, "customers.reserve_change")
    rival = stocked.apply("周敏", "MKT", other("深圳市腾讯计算机系统有限公司", TENCENT))

    refusal = refusal_of(stocked, rival, "customers.reserve")
    stocked.release(case)
    stocked.run(case, "customers.post_change")

    assert "CJ-2026-0002" in refusal.message
    assert stocked.read("SELECT key, tax_id FROM party") == [(f"CN/{TENCENT}", TENCENT)]


def test_every_account_of_a_legal_person_follows_its_name(stocked: Office) -> None:
    stocked.posted({**FORM, "separate_reason": "invoicing"})

    stocked.change(CODE, "identity", legal_name="华为终端有限公司")

    assert version(stocked, 2, "1000001")["general"][0]["legal_name"] == "华为终端有限公司"


# --- extension, cooperation mode ------------------------------------------------------------------------------------


def test_an_extension_adds_an_area_and_a_company_code_to_the_same_code(stocked: Office) -> None:
    stocked.change(CODE, "extension", distribution_channel="20", company_code="1100", payment_terms="Z090")

    content = version(stocked, 2)
    assert [row["distribution_channel"] for row in content["sales"]] == ["10", "20"]
    assert [(row["company_code"], row["payment_terms"]) for row in content["accounting"]] == [
        ("1000", "Z030"),
        ("1100", "Z090"),
    ]
    assert stocked.read("SELECT customer_code FROM account") == [(CODE,)]


def test_another_area_of_the_account_is_changed_on_its_own(stocked: Office) -> None:
    stocked.change(CODE, "extension", distribution_channel="20")

    form = {**stocked.current(CODE, "1000/20/01"), "price_group": "B"}
    stocked.change(CODE, **{name: form.get(name) for name in (*COLUMNS["sales"],)})

    assert [row.get("price_group") for row in version(stocked, 3)["sales"]] == [None, "B"]


def test_an_area_is_not_added_by_the_way(stocked: Office) -> None:
    case = stocked.wish(CODE, distribution_channel="20")

    refusal = refusal_of(stocked, case, "customers.reserve_change")

    assert refusal.code == "NOT_ALLOWED"
    assert "扩展" in refusal.message


def test_another_cooperation_mode_is_no_new_code(stocked: Office) -> None:  # O-68
    stocked.change(CODE, "cooperation", cooperation_mode="indirect")

    assert version(stocked, 2)["sales"][0]["cooperation_mode"] == "indirect"
    assert stocked.read("SELECT count(*) FROM account") == [(1,)]


def test_a_change_of_nothing_is_refused(stocked: Office) -> None:
    assert refusal_of(stocked, stocked.wish(CODE), "customers.reserve_change").code == "EMPTY"


# --- in flight ------------------------------------------------------------------------------------------------------


def test_applications_in_flight_are_on_record_until_their_case_ends(stocked: Office) -> None:
    case = stocked.wish(CODE, city="东莞")
    stocked.run(case, "customers.reserve_change")
    stocked.run(case, "customers.reserve_change")

    with stocked.transactions.read() as tx:
        (claim,) = claims.in_flight(tx, 1)
    stocked.end(case, "withdrawn")

    assert (claim.number, claim.kind, claim.department) == ("CJ-2026-0002", "modify", "经营一部")
    with stocked.transactions.read() as tx:
        assert claims.in_flight(tx, 1) == []


# --- what a form does not ask ---------------------------------------------------------------------------------------

FIELDS = """
sections:
  - id: request
    title: 申请事项
    fields:
      - {id: change_kind, label: 修改类型, kind: choice, options: {bank: 银行, ordinary: 一般}}
  - id: general
    title: 一般和基本视图
    show_when: {field: change_kind, values: [ordinary]}
    fields:
      - {id: country, label: 国家, kind: choice, options: {CN: 中国, US: 美国}}
      - {id: city, label: 城市}
      - {id: postcode, label: 邮政编码, show_when: {field: country, values: [CN]}}
"""


def test_a_field_hidden_by_the_kind_of_application_is_not_cleared(stocked: Office) -> None:
    catalogue = Catalogue.parse(FIELDS)
    base = stocked.current(CODE)

    hidden = changes.of({"change_kind": "bank", "city": None, "postcode": None}, base, catalogue)

    assert hidden == ()


def test_a_field_hidden_by_the_customers_own_data_is_cleared(stocked: Office) -> None:
    catalogue = Catalogue.parse(FIELDS)
    base = stocked.current(CODE)

    moved = changes.of({"change_kind": "ordinary", "country": "US", "postcode": None}, base, catalogue)

    assert {one.field: (one.new, one.section) for one in moved} == {
        "country": ("US", "一般和基本视图"),
        "postcode": (None, "一般和基本视图"),
    }
