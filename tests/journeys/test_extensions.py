"""延期申请: more time asked for before due, decided by somebody else; both due moments stay on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import company as administration
from engine import due_story, extensions
from engine.errors import CountersignError, NotAllowed, NotPossible
from tests.cast import moment
from tests.journeys.company import Company

NINE, DUE = moment("2026-11-17", "09:00"), moment("2026-11-17", "14:30")


def at_finance(company: Company) -> int:
    """Finance got the form on Tuesday at nine: due at 14:30."""
    company.clock.move_to(NINE)
    case = company.sent()
    company.route(case, "FIN")
    return case


def asked(company: Company, case: int, amount: str = "2h", who: str = "黄雅琴") -> int:
    """黄雅琴 asks for more time; returns the request."""
    item = company.item(case, "Task_complete_view")
    company.engine.ask_extension(item, company.cast.person(who), amount, "等会计师的科目")
    return pending(company)[0].id


def pending(company: Company) -> list[extensions.Request]:
    with company.transactions.read() as tx:
        return extensions.pending(tx, company.clock.now())


def dues(company: Company, case: int) -> set[datetime]:
    """The due moment of finance's deadline, its timer and its step in the inbox: one and the same."""
    deadline = company.deadline(case, "T2")
    timers = [row["due"] for row in company.rows("timer", case) if row["deadline_id"] == deadline["id"]]
    items = [row["due"] for row in company.open_items(case) if row["deadline_id"] == deadline["id"]]
    return {deadline["due"], *timers, *items}


def decided(company: Company, request: int, who: str, granted: bool = True, reason: str = "") -> Any:
    return company.engine.decide_extension(request, company.cast.person(who), granted, reason)


def test_a_granted_request_moves_due_timer_and_inbox_and_keeps_both_moments(each_company: Company) -> None:
    company = each_company
    case = at_finance(company)
    company.clock.move_to(moment("2026-11-17", "11:00"))

    request = asked(company, case)
    decided(company, request, "陈立", reason="可以")

    assert dues(company, case) == {moment("2026-11-17", "16:30")}
    event = company.events(case, "deadline.extended")[0]
    assert event["data"]["before"] == "2026-11-17T06:30:00.000+00:00"
    assert event["data"]["due"] == "2026-11-17T08:30:00.000+00:00"
    assert (event["data"]["by"], event["data"]["reason"]) == (company.cast.person("陈立"), "等会计师的科目")
    kept = company.rows("extension", case)[0]
    assert (kept["before"], kept["after"], kept["status"]) == (DUE, moment("2026-11-17", "16:30"), "granted")
    sentences = due_story.explanation(company.deadline(case, "T2")["steps"])
    assert sentences[-1] == (
        "原于 2026-11-17 14:30 到期；准予延期 2 小时，理由：等会计师的科目，改于 2026-11-17 16:30 到期。"
    )
    assert "准予延期" in company.told("黄雅琴", "extension")[0].subject
    assert company.engine.verify() == []


def test_the_leader_hears_of_the_request_and_nothing_moves_before_he_decides(company: Company) -> None:
    case = at_finance(company)

    asked(company, case)

    assert "延期申请" in company.told("陈立", "extension")[0].subject
    assert dues(company, case) == {DUE}


def test_a_refused_request_moves_nothing_and_says_why(company: Company) -> None:
    case = at_finance(company)
    request = asked(company, case)

    with pytest.raises(CountersignError, match="请写明理由"):
        decided(company, request, "陈立", granted=False)
    decided(company, request, "陈立", granted=False, reason="今天必须办完")

    assert dues(company, case) == {DUE}
    assert company.events(case, "deadline.extension_refused")[0]["data"]["answer"] == "今天必须办完"
    assert "今天必须办完" in company.told("黄雅琴", "extension")[0].body


def test_nobody_decides_on_his_own_request_nor_a_stranger(company: Company) -> None:
    case = at_finance(company)
    request = asked(company, case)

    for stranger in ("黄雅琴", "马国栋", "赵磊"):
        with pytest.raises(NotAllowed):
            decided(company, request, stranger)

    assert dues(company, case) == {DUE}


def test_a_leader_who_owes_the_step_himself_asks_the_executive(company: Company) -> None:
    case = at_finance(company)
    company.complete_view(case, "FIN")
    item = company.item(case, "Task_sign_view")
    with pytest.raises(NotPossible) as alone:
        company.engine.ask_extension(item, company.cast.person("陈立"), "1h", "在外开会")
    finance = company.cast.department("FIN")
    executive = company.changed(
        administration.add_person, login="guchangfeng", name="顾长风", department_id=finance, password_hash="",
        must_change=False,
    )  # fmt: skip
    company.changed(administration.appoint, department_id=finance, kind="executive", person_id=executive)

    company.engine.ask_extension(item, company.cast.person("陈立"), "1h", "在外开会")
    decided(company, pending(company)[0].id, "顾长风")

    assert "不能批准自己的申请" in alone.value.message
    assert dues(company, case) == {moment("2026-11-17", "15:30")}


def test_what_has_run_out_is_not_extended_any_more(company: Company) -> None:
    case = at_finance(company)
    request = asked(company, case)
    item = company.item(case, "Task_complete_view")

    company.clock.move_to(DUE + timedelta(seconds=1))
    with pytest.raises(NotPossible, match="不再有效"):
        decided(company, request, "陈立")
    with pytest.raises(NotPossible, match="已经到期"):
        company.engine.ask_extension(item, company.cast.person("黄雅琴"), "1h", "太晚了")

    company.engine.sweep()
    assert company.breaches(case, "T2") == [DUE]


@pytest.mark.parametrize("amount", ["5h", "1d"])
def test_the_policy_limits_how_much(company: Company, amount: str) -> None:
    case = at_finance(company)

    with pytest.raises(NotPossible, match="最多许延 4 小时"):
        asked(company, case, amount)


def test_the_policy_limits_how_often(company: Company) -> None:
    case = at_finance(company)
    request = asked(company, case)
    with pytest.raises(NotPossible, match="已有一份延期申请"):
        asked(company, case, "1h")
    decided(company, request, "陈立")

    with pytest.raises(NotPossible, match="已延期 1 次"):
        asked(company, case, "1h")


def test_the_ladder_goes_along_and_repeats_nothing(company: Company) -> None:
    """Half of four hours was told at eleven; four fifths of six hours come at 14:48 instead of 13:42."""
    case = at_finance(company)
    company.clock.move_to(moment("2026-11-17", "11:01"))
    company.engine.sweep()
    decided(company, asked(company, case), "陈立")

    for hour in ("13:45", "15:20", "16:29"):
        company.clock.move_to(moment("2026-11-17", hour))
        company.engine.sweep()
    before = company.breaches(case, "T2")
    company.clock.move_to(moment("2026-11-17", "16:31"))
    company.engine.sweep()

    warned = [(e["data"]["share"], e["occurred_at"]) for e in company.events(case, "deadline.warned", clock="T2")]
    assert warned == [(50, moment("2026-11-17", "11:01")), (80, moment("2026-11-17", "15:20"))]
    assert (before, company.breaches(case, "T2")) == ([], [moment("2026-11-17", "16:30")])
    assert len(company.told("陈立", "escalate")) == 1


def test_a_pause_after_an_extension_keeps_what_is_left_of_it(company: Company) -> None:
    case = at_finance(company)
    decided(company, asked(company, case), "陈立")
    keeper = company.cast.person("李志强")
    company.clock.move_to(moment("2026-11-17", "14:30"))
    company.engine.suspend(case, keeper, "等待客户", "等客户补章")

    company.clock.move_to(moment("2026-11-18", "09:00"))
    company.engine.resume(case, keeper)

    assert dues(company, case) == {moment("2026-11-18", "11:00")}
    story = "".join(due_story.explanation(company.deadline(case, "T2")["steps"]))
    assert story.index("准予延期 2 小时") < story.index("其间暂停，余 2 小时")


def test_only_whoever_owes_the_step_asks_and_no_call_is_extended(company: Company) -> None:
    case = at_finance(company)

    with pytest.raises(NotAllowed):
        asked(company, case, who="周敏")
    with pytest.raises(NotPossible, match="不设延期"):
        company.engine.ask_extension(
            company.item(case, "Task_phone_departments"), company.cast.person("李志强"), "1h", "没人接"
        )
