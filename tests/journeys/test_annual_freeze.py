"""The yearly freeze review (SD-010 2.1.3): who is listed, who says what, what is frozen and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.engine import Application
from engine.errors import FormInvalid, NotAllowed
from engine.store import loads
from handlers.customers.annual import filing
from handlers.customers.reports.annual_review import annual_review
from tests.cast import MONDAY, moment
from tests.journeys.reviews import REVIEW, Reviews

DISPUTE = "仍有备件订单"


@pytest.fixture
def reviews(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Reviews]:
    clock.move_to(MONDAY)
    made = Reviews(sqlite_database, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def each_reviews(database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Reviews]:
    clock.move_to(MONDAY)
    made = Reviews(database, tmp_path, clock)
    yield made
    made.close()


def codes(rows: list[dict[str, str]]) -> list[str]:
    return [row["customer_code"] for row in rows]


# --- the list -------------------------------------------------------------------------------------------------------


def test_who_has_been_silent_for_a_year_is_listed_and_nobody_else(reviews: Reviews) -> None:  # E-67
    silent = reviews.customer(last="2025-03-31")
    reviews.customer(last="2026-11-09")  # last week
    reviews.customer(last=None)  # no figures were ever imported: nothing is known of it

    case = reviews.begin()

    assert codes(reviews.rows_before(case, "review_candidates")) == [silent]
    assert reviews.form(case)["silent_since"] == "2025-11-16"


def test_a_customer_another_review_is_at_work_on_is_not_listed_again(reviews: Reviews) -> None:
    first = reviews.customer()
    reviews.proposed()
    second = reviews.customer()

    again = reviews.begin()

    assert codes(reviews.rows_before(again, "review_candidates")) == [second] != [first]


def test_finance_may_add_a_customer_traded_with_last_week_but_says_why(reviews: Reviews) -> None:  # E-67
    reviews.customer()
    recent = reviews.customer(last="2026-11-09")
    case = reviews.begin()

    with pytest.raises(FormInvalid) as without_reason:
        reviews.propose(case, added=[{"customer_code": recent, "added_reason": ""}])
    reviews.propose(case, added=[{"customer_code": recent, "added_reason": "评审不合格，最后一单已结清"}])

    assert [problem.field for problem in without_reason.value.problems] == ["added.0.added_reason"]
    assert recent in codes(reviews.rows_before(case, "review_proposal"))


def test_a_customer_with_open_items_cannot_be_added(reviews: Reviews) -> None:  # E-65
    reviews.customer()
    owing = reviews.customer(last="2026-11-09", balance="1200.00")
    case = reviews.begin()

    with pytest.raises(FormInvalid) as refused:
        reviews.propose(case, added=[{"customer_code": owing, "added_reason": "评审不合格"}])

    assert "未清余额 1,200.00" in refused.value.problems[0].message


def test_what_finance_leaves_out_needs_a_reason_and_goes_to_nobody(reviews: Reviews) -> None:
    kept, left = reviews.customer(), reviews.customer()
    case = reviews.begin()

    with pytest.raises(FormInvalid) as refused:
        reviews.propose(case, leave={left: ""})
    reviews.propose(case, leave={left: "集团内重组，暂不提"})
    reviews.do(case, "Task_sign_proposal", "陈立", "approve")

    assert [problem.field for problem in refused.value.problems] == ["lines.1.proposal_reason"]
    assert codes(reviews.rows_before(case, "review_lines", "MKT")) == [kept]


def test_a_year_without_a_proposal_ends_there(reviews: Reviews) -> None:
    code = reviews.customer()
    case = reviews.begin()

    reviews.propose(case, leave={code: "有新订单意向"})

    assert (reviews.case(case)["status"], reviews.case(case)["outcome"]) == ("ended", "none_proposed")


def test_the_clock_starts_the_review_on_the_day_of_the_policy(reviews: Reviews) -> None:
    reviews.customer()
    with reviews.transactions.read() as tx:
        rule = reviews.engine.snapshots.at(tx).policy("SD-010", reviews.clock.now()).policy.annual_freeze
    reviews.clock.move_to(moment(f"2026-{rule.month:02d}-{rule.day:02d}", "08:30") + timedelta(seconds=1))

    reviews.engine.sweep()

    assert [row[0] for row in reviews.read("SELECT process FROM instance WHERE applicant_id IS NULL")] == [REVIEW]
    assert any("核对并提议" in line for line in reviews.inbox("黄雅琴"))


def test_only_finance_starts_a_review(reviews: Reviews) -> None:
    application = Application(
        REVIEW, reviews.cast.person("孙倩"), reviews.cast.department("U1"), {"start_reason": "清理"}
    )

    with pytest.raises(NotAllowed, match="财务"):
        reviews.engine.start(application)


# --- the opinions ---------------------------------------------------------------------------------------------------


def test_marketing_sees_every_line_and_a_unit_its_own(reviews: Reviews) -> None:
    first, second = reviews.customer("U1"), reviews.customer("U2")

    case = reviews.proposed()

    assert codes(reviews.rows_before(case, "review_lines", "MKT")) == [first, second]
    assert codes(reviews.rows_before(case, "review_lines", "U1")) == [first]
    assert codes(reviews.rows_before(case, "review_lines", "U2")) == [second]
    assert reviews.rows_before(case, "review_lines", "U3") == []


def test_a_unit_cannot_say_anything_about_the_lines_of_another(reviews: Reviews) -> None:
    first, second = reviews.customer("U1"), reviews.customer("U2")
    case = reviews.proposed()

    smuggled = [{"customer_code": one, "decision": "agree"} for one in (first, second)]
    reviews.do(case, "Task_review", "孙倩", "answer", department="U1", lines=smuggled)

    said = reviews.read("SELECT line_id, decision FROM freeze_opinion WHERE decision IS NOT NULL")
    assert len(said) == 1


def test_every_line_is_answered_and_keeping_one_needs_a_reason(reviews: Reviews) -> None:
    code = reviews.customer("U1")
    case = reviews.proposed()

    with pytest.raises(FormInvalid) as unanswered:
        reviews.do(case, "Task_review", "孙倩", "answer", department="U1", lines=[])
    with pytest.raises(FormInvalid) as unreasoned:
        reviews.opine(case, "U1", keep={code: ""})

    assert [problem.field for problem in unanswered.value.problems] == ["lines.0.decision"]
    assert [problem.field for problem in unreasoned.value.problems] == ["lines.0.reason"]


def test_three_units_one_disagreement_one_silence(each_reviews: Reviews) -> None:  # E-68, E-70
    reviews = each_reviews
    agreed, disputed, silent = (reviews.customer(unit) for unit in ("U1", "U2", "U3"))
    case = reviews.proposed()
    reviews.opine(case, "MKT")
    reviews.opine(case, "U1")
    reviews.opine(case, "U2", keep={disputed: DISPUTE})

    reviews.clock.advance(days=16)
    reviews.engine.sweep()
    assert reviews.told("邱明", "escalate"), "its leader is told when the ten days are over"
    reviews.clock.advance(days=13)
    reviews.engine.sweep()
    reviews.settle(case)

    assert reviews.results(case) == {agreed: "freeze", disputed: "keep", silent: "unanswered"}
    assert reviews.case(case)["outcome"] == "reviewed"
    assert "没有全部答复、保留：1 个" in reviews.told("黄雅琴", "review_result")[0].body
    assert reviews.breaches(case, "annual_review"), "the silent unit is on record"

    application = reviews.filed("U1")
    reviews.release(application)
    reviews.settle(application)

    assert [reviews.status(one) for one in (agreed, disputed, silent)] == ["frozen", "active", "active"]
    assert reviews.outcomes(application) == {agreed: ("frozen", None)}
    assert reviews.read("SELECT count(*) FROM instance WHERE process = 'customer_routine_freeze'") == [(1,)]


def test_an_answer_that_nobody_signed_is_silence(reviews: Reviews) -> None:  # E-70
    code = reviews.customer("U1")
    case = reviews.proposed()
    reviews.opine(case, "MKT")
    reviews.opine(case, "U1", signed=False)

    reviews.clock.advance(days=29)
    reviews.engine.sweep()
    reviews.settle(case)

    assert reviews.results(case) == {code: "unanswered"}
    assert reviews.status(code) == "active"


def test_ten_working_days_to_answer(reviews: Reviews) -> None:
    reviews.customer("U1")
    reviews.clock.move_to(moment("2026-12-01", "09:00"))

    case = reviews.proposed()

    assert {row["due"] for row in reviews.deadlines(case, "annual_review")} == {moment("2026-12-15", "17:30")}


def test_why_a_unit_kept_a_customer_is_shown_next_year(reviews: Reviews) -> None:  # E-68
    code = reviews.customer("U1")
    case = reviews.proposed()
    reviews.opine(case, "MKT")
    reviews.opine(case, "U1", keep={code: DISPUTE})
    reviews.clock.move_to(moment("2027-11-29", "09:00"))

    again = reviews.begin()

    assert reviews.rows_before(again, "review_candidates")[0]["history"] == f"2026 年经营一部保留（{DISPUTE}）"


def test_of_two_owners_one_disagrees_and_the_other_is_offered_its_sales_area(reviews: Reviews) -> None:  # E-69
    code = reviews.customer("U1")
    reviews.extended(code, "U2")
    case = reviews.proposed()
    reviews.opine(case, "MKT")
    reviews.opine(case, "U1", keep={code: DISPUTE})
    reviews.opine(case, "U2")

    application = reviews.application("U2")
    offered = reviews.rows_before(application, "filing_lines", "U2")
    reviews.filed("U2")
    reviews.release(application)
    reviews.settle(application)

    assert reviews.results(case) == {code: "area"}
    assert [(row["scope"], row["choice"]) for row in offered] == [("销售范围 1000/20/01", "")]
    assert reviews.status(code) == "active"
    assert {row[0] for row in reviews.read("SELECT scope FROM account_block")} == {"area:1000/20/01"}


# --- the applications -----------------------------------------------------------------------------------------------


def ready_to_file(reviews: Reviews, *units: str) -> int:
    """All have agreed to everything."""
    case = reviews.proposed()
    for unit in ("MKT", *dict.fromkeys(units)):
        reviews.opine(case, unit)
    return case


def test_both_statements_are_confirmed_signed_and_sealed(reviews: Reviews) -> None:
    code = reviews.customer("U1")
    ready_to_file(reviews, "U1")
    application = reviews.application("U1")

    lines = [{"customer_code": code, "choice": "file"}]

    with pytest.raises(FormInvalid) as refused:
        reviews.do(application, "Task_fill", "孙倩", "submit", lines=lines, dealings_over=True)
    reviews.fill(application, "U1")
    reviews.approve(application, "U1")

    assert [problem.field for problem in refused.value.problems] == ["no_more_dealings"]
    signature = loads(reviews.items(application, "Task_approve")[-1]["signature"])
    assert signature["seal"]
    assert "statements" in signature["sections"]
    assert signature["rows"]["filed_lines"], "the lines are bound too"


def test_a_line_with_open_items_is_reported_and_the_others_are_frozen(each_reviews: Reviews) -> None:  # E-65
    reviews = each_reviews
    clean, owing = reviews.customer("U1"), reviews.customer("U1")
    ready_to_file(reviews, "U1")
    application = reviews.filed("U1")
    reviews.imported(owing, "2025-03-31", balance="880.00")  # imported while the form was on its way

    reviews.release(application)
    reviews.settle(application)

    outcomes = reviews.outcomes(application)
    assert outcomes[clean] == ("frozen", None)
    assert outcomes[owing][0] == "refused"
    assert "未清余额 880.00" in str(outcomes[owing][1])
    assert (reviews.status(clean), reviews.status(owing)) == ("frozen", "active")
    assert "已冻结 1 个，未冻结 1 个" in reviews.told("孙倩", "result")[0].body


def test_a_crash_in_between_freezes_each_line_once(reviews: Reviews, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "FROZEN_AT_ONCE", 1)  # a transaction for every line
    first, second = reviews.customer("U1"), reviews.customer("U1")
    ready_to_file(reviews, "U1")
    application = reviews.filed("U1")

    reviews.release(application)
    assert [reviews.status(one) for one in (first, second)] == ["frozen", "active"], "the first part is safe"
    reviews.bench.crashing.add("customers.freeze_lines")
    reviews.engine.settle(application)
    assert reviews.status(second) == "active", "nothing half done"
    reviews.bench.crashing.clear()
    reviews.clock.advance(hours=1)
    reviews.restart()
    reviews.settle(application)

    assert [reviews.status(one) for one in (first, second)] == ["frozen", "frozen"]
    assert reviews.read("SELECT count(*) FROM posting WHERE instance_id = ?", application) == [(2,)]
    assert {row[0] for row in reviews.read("SELECT version FROM account")} == {2}


def test_what_a_unit_does_not_file_stays_with_its_reason(reviews: Reviews) -> None:
    code = reviews.customer("U1")
    ready_to_file(reviews, "U1")
    application = reviews.application("U1")

    reviews.fill(application, "U1", leave={code: "客户刚来询价"})

    assert (reviews.case(application)["status"], reviews.case(application)["outcome"]) == ("ended", "nothing_filed")
    assert reviews.status(code) == "active"


def test_a_changed_table_voids_the_signature(reviews: Reviews) -> None:
    code = reviews.customer("U1")
    ready_to_file(reviews, "U1")
    application = reviews.filed("U1")
    with reviews.transactions.write() as tx:  # somebody widens what was signed, behind the application's back
        tx.run("UPDATE freeze_filing SET scopes = '[\"area:1000/10/01\"]'")

    reviews.release(application)

    assert reviews.findings(application) == ["unsigned"]
    assert reviews.status(code) == "active"


def test_an_internal_customer_is_frozen_with_a_warning(reviews: Reviews) -> None:  # E-71
    code = reviews.customer("U1")
    with reviews.transactions.write() as tx:
        tx.run("UPDATE account SET account_group = 'C008' WHERE customer_code = ?", (code,))
    ready_to_file(reviews, "U1")
    application = reviews.filed("U1")

    reviews.release(application)
    reviews.settle(application)

    assert reviews.status(code) == "frozen"
    warnings = reviews.events(application, "customer.posted")[0]["data"]["warnings"]
    assert any("合并报表" in text for text in warnings)


# --- what is told of it ---------------------------------------------------------------------------------------------


def test_the_report_tells_figures_proposal_opinions_and_result_of_each_line(reviews: Reviews) -> None:
    agreed, disputed = reviews.customer("U1"), reviews.customer("U2")
    recent = reviews.customer("U1", last="2026-11-09")
    case = reviews.proposed(added=[{"customer_code": recent, "added_reason": "评审不合格"}])
    for unit, kept in (("MKT", {}), ("U1", {}), ("U2", {disputed: DISPUTE})):
        reviews.opine(case, unit, keep=kept)
    application = reviews.filed("U1")
    reviews.release(application)
    reviews.settle(application)

    with reviews.transactions.read() as tx:
        report = annual_review(tx, reviews.clock.now())

    told = {row[0].value: [cell.value for cell in row] for row in report.tables[0].rows}
    assert told[agreed][-4:-1] == ["提议冻结：往来已结束", "营销部：同意冻结；经营一部：同意冻结", "经营一部：已冻结"]
    assert told[disputed][-3:-1] == [f"营销部：同意冻结；经营二部：保留，{DISPUTE}", "保留"]
    assert told[recent][9] == "提议冻结：评审不合格", "what finance added by hand is listed too"
    assert {row[-1] for row in told.values()} == {reviews.case(case)["number"]}
