"""发起: from the duplicate search to the case, and everything that keeps an application from being handed in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import company
from tests.handlers.office import FORM
from tests.webui.desk import Desk, controls, press, text
from tests.webui.office import token

ASKED = {name: FORM[name] for name in ("legal_name", "tax_id_type", "tax_id")}


def typed(form: dict[str, Any]) -> dict[str, str]:
    """A form as the controls of the page hold it."""
    plain = {name: value for name, value in form.items() if isinstance(value, str)}
    for name in ("contacts", "banks"):
        for number, row in enumerate(form[name]):
            plain |= {f"{name}-{number}-{column}": "1" if v is True else str(v) for column, v in row.items()}
    return plain


def licence() -> tuple[BytesIO, str]:
    return BytesIO(b"%PDF-1.4 licence"), "营业执照副本.pdf"


def begun(browser: FlaskClient) -> str:
    """The address of a new application."""
    address = browser.get("/apply/customer_create").location
    assert address is not None
    return address


def searched(browser: FlaskClient, **asked: str) -> tuple[str, list[str]]:
    """A new application after its duplicate search: its address and the numbers of the searches."""
    address = begun(browser)
    answer = press(browser, address, f"{address}/search", **(ASKED | asked))
    assert answer.status_code == 303, text(answer)
    return address, controls(browser.get(address))["search-search_ids"]


def hand_in(browser: FlaskClient, address: str, searches: list[str], **changes: Any) -> TestResponse:
    fields = typed(FORM) | {"search-search_ids": searches, "attachments": licence()} | changes
    return press(browser, address, address, **fields)


def cases(desk: Desk) -> list[Any]:
    with desk.transactions.read() as tx:
        return tx.all("SELECT id, title, applicant_id FROM instance ORDER BY id")


# --- handing in -------------------------------------------------------------------------------------------------


def test_a_focal_person_searches_fills_in_and_hands_in(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)

    answer = hand_in(focal, address, searches)

    assert answer.status_code == 303, text(answer)
    told = text(focal.get(answer.location))
    assert "CJ-2026-0001 已提交，送马国栋“主管领导审批”，不计时。" in told
    assert "华为技术有限公司" in told
    case = cases(desk)[0][0]
    assert desk.form(case)["banks"][0]["account_no"] == "4000021209200012345"
    assert desk.column("attachment", "instance_id", desk.form(case)["attachments"][0]) == case


def test_sent_twice_it_is_one_application(desk: Desk) -> None:
    """E-31: a double click, and the browser's way back."""
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)
    form = typed(FORM) | {"search-search_ids": searches, "csrf_token": token(focal.get(address))}

    answers = [focal.post(address, data=form | {"attachments": licence()}) for _ in range(2)]

    assert [answer.location for answer in answers] == ["/cases/1", "/cases/1"]
    assert focal.get(address).location == "/cases/1"
    assert len(cases(desk)) == 1


def test_what_is_wrong_is_named_and_everything_typed_is_kept(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)

    answer = hand_in(focal, address, searches, postcode="5181", **{"banks-0-cnaps_code": "1"})

    kept = controls(answer)
    assert answer.status_code == 422
    assert "处需要更正" in text(answer)
    assert "邮政编码" in text(answer)
    assert kept["postcode"] == ["5181"]
    assert kept["banks-0-account_name"] == ["华为技术有限公司"]
    assert len(kept["attachments"]) == 1  # the licence need not be chosen again
    assert cases(desk) == []


def test_a_name_of_ten_thousand_characters_is_refused_kindly(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)

    answer = hand_in(focal, address, searches, legal_name="华" * 10_000)

    assert answer.status_code == 422
    assert "客户名称" in text(answer)
    assert cases(desk) == []


def test_nothing_is_handed_in_without_the_token(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)

    focal.post(address, data=typed(FORM) | {"search-search_ids": searches, "attachments": licence()})

    assert cases(desk) == []


def test_a_create_cannot_be_urgent(desk: Desk) -> None:
    """E-62."""
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)

    answer = hand_in(focal, address, searches, urgent="1")

    assert answer.status_code == 422
    assert "新增没有紧急程序" in text(answer)
    assert cases(desk) == []


def test_without_a_leader_nothing_is_submitted_and_nothing_is_lost(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)
    desk.change(company.deactivate_person, desk.cast.person("马国栋"))

    answer = hand_in(focal, address, searches)

    assert answer.status_code == 409
    assert "没有提交" in text(answer)
    assert "主管领导" in text(answer)
    assert controls(answer)["street_address"] == ["坂田街道五和大道 1 号"]
    assert cases(desk) == []


# --- searching --------------------------------------------------------------------------------------------------


def test_the_form_begins_with_the_search(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")

    first = focal.get(begun(focal))

    assert "第一步：查重" in text(first)
    assert "apply_reason" not in first.get_data(as_text=True)


def test_a_search_needs_the_name_and_the_number(desk: Desk) -> None:
    """E-32."""
    focal = desk.browser_of("孙倩")
    address = begun(focal)

    answer = press(
        focal,
        address,
        f"{address}/search",
        legal_name="华为技术有限公司",
        tax_id_type="uscc",
        tax_id="",
    )

    assert answer.status_code == 422
    assert "查重须同时按名称和税号" in text(answer)
    assert controls(answer)["legal_name"] == ["华为技术有限公司"]


def test_a_search_of_half_an_hour_ago_must_be_made_again(desk: Desk) -> None:
    """E-32."""
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)
    desk.clock.advance(minutes=31)

    answer = hand_in(focal, address, searches)

    assert answer.status_code == 422
    assert "30 分钟" in text(answer)
    assert cases(desk) == []


def test_an_application_in_flight_is_found_and_blocks(desk: Desk) -> None:
    """E-33: 周敏 already applies for the same firm."""
    desk.apply("周敏", "MKT")
    focal = desk.browser_of("孙倩")

    address, searches = searched(focal)

    assert "在办：CJ-2026-0001，营销部" in text(focal.get(address))
    assert hand_in(focal, address, searches).status_code == 422
    assert len(cases(desk)) == 1


def test_with_scripts_the_search_changes_its_card_only(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    address = begun(focal)
    data = ASKED | {"csrf_token": token(focal.get(address))}

    answer = focal.post(f"{address}/search", data=data, headers={"HX-Request": "true"})

    part = answer.get_data(as_text=True)
    assert part.startswith('<div id="search-result"')
    assert "没有相近的客户" in part


# --- who may ----------------------------------------------------------------------------------------------------


def test_finance_is_told_whom_to_ask(desk: Desk) -> None:
    """E-19."""
    finance = desk.browser_of("黄雅琴")

    page, forced = finance.get("/apply"), finance.get(f"/apply/customer_create/{'0' * 32}")

    assert "可联系：" in text(page)
    assert "孙倩" in text(page)
    assert 'href="/apply/customer_create"' not in page.get_data(as_text=True)
    assert forced.status_code == 403
    assert "周敏" in text(forced)


def test_a_salesperson_prepares_and_the_focal_person_hands_in(desk: Desk) -> None:
    """E-21."""
    salesperson, focal = desk.browser_of("何晓雯"), desk.browser_of("孙倩")
    address, searches = searched(salesperson)
    forced = hand_in(salesperson, address, searches)
    prepared = typed(FORM) | {"search-search_ids": searches, "attachments": licence()}
    offered = press(salesperson, address, f"{address}/offer", **prepared)
    assert (forced.status_code, offered.status_code) == (403, 303)

    assert "何晓雯起草了“华为技术有限公司”的申请" in text(focal.get("/notices"))
    assert address in focal.get("/apply").get_data(as_text=True)
    draft = controls(focal.get(address))
    assert draft["street_address"] == ["坂田街道五和大道 1 号"]
    press(focal, address, f"{address}/search", **draft)
    answer = press(focal, address, address, **controls(focal.get(address)))

    assert answer.status_code == 303, text(answer)
    assert cases(desk)[0][2] == desk.cast.person("孙倩")
    assert address not in focal.get("/apply").get_data(as_text=True)


def test_searching_anew_loses_nothing_that_was_prepared(desk: Desk) -> None:
    """何晓雯 typed all of it but her evidence got lost, so that 孙倩 begins with the search."""
    salesperson, focal = desk.browser_of("何晓雯"), desk.browser_of("孙倩")
    address = begun(salesperson)
    press(salesperson, address, f"{address}/offer", **typed(FORM))

    press(focal, address, f"{address}/search", **controls(focal.get(address)))

    assert controls(focal.get(address))["street_address"] == ["坂田街道五和大道 1 号"]


def test_a_draft_not_offered_stays_its_writer_s_own(desk: Desk) -> None:
    salesperson = desk.browser_of("何晓雯")
    address, _ = searched(salesperson)

    stranger = desk.browser_of("周敏").get(address)

    assert "华为技术有限公司" not in text(stranger)


def test_a_draft_is_found_again_and_can_be_thrown_away(desk: Desk) -> None:
    focal = desk.browser_of("孙倩")
    address, searches = searched(focal)
    draft = ASKED | {"search-search_ids": searches, "apply_reason": "年度框架合同"}
    saved = press(focal, address, f"{address}/draft", **draft)
    assert saved.status_code == 303

    assert controls(focal.get(address))["apply_reason"] == "年度框架合同"
    assert "华为技术有限公司" in text(focal.get("/apply"))
    press(focal, address, f"{address}/discard")

    assert "华为技术有限公司" not in text(focal.get("/apply"))


def test_a_leader_on_leave_can_have_a_deputy_who_gets_the_application(desk: Desk) -> None:
    """The toast names who really has it in hand."""
    focal = desk.browser_of("孙倩")
    place = {"department_id": desk.cast.department("U1"), "kind": "leader", "rank": 1}
    desk.change(company.appoint, person_id=desk.cast.person("何晓雯"), **place)
    desk.change(company.deactivate_person, desk.cast.person("马国栋"))
    address, searches = searched(focal)

    answer = hand_in(focal, address, searches)

    assert "送何晓雯“主管领导审批”" in text(focal.get(answer.location))
