"""Each kind of rule: when it is obeyed, when violated, when the log cannot tell, and by which events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import conformance
from engine.conformance import NOT_TESTABLE, OBEYED, VIOLATED
from engine.policy import PolicyInvalid
from engine.store import stamp
from tests.engine.conformance.logs import MA, MONDAY, SUN, happened, log, only, rule

CALL = rule(
    "kind: response, when: {event: item.opened, node: Task_phone}, then: {event: item.completed, node: Task_phone},"
    " before: [{event: deadline.breached, node: Task_phone}, {event: duty.missed}], same: subject"
)
SIGNED = rule(
    "kind: precedence, when: {event: customer.posted}, requires: {event: item.signed, node: Task_approve},"
    " since: {event: item.completed, node: Task_revise}"
)
RELEASED = rule(
    "kind: precedence, when: {event: customer.posted}, requires: {event: item.completed, node: Task_release},"
    " person: by"
)
UNMARKED = rule("kind: absence, when: {event: case.started}, never: {event: case.upgraded}")
TWO_PEOPLE = rule("kind: four_eyes, when: {event: item.completed, node: Task_approve}, other: {event: case.started}")
IN_TIME = rule("kind: time, clock: [T1, T3]")
SEARCHED = rule("kind: content, when: {event: case.started}, must: {fields: search}")
PROMPT = rule("kind: delay, when: {event: customer.change_claimed}, since: known_on, days: 15")


# --- response -------------------------------------------------------------------------------------------------


def test_a_call_that_was_made_obeys_the_rule_and_names_both_events() -> None:
    events = log(happened(1, "item.opened", "Task_phone", subject="1.1"),
                 happened(9, "item.completed", "Task_phone", subject="1.1"))  # fmt: skip

    verdict = only(events, CALL)

    assert (verdict.outcome, verdict.seqs, verdict.clause) == (OBEYED, (2, 3), "3.1")


def test_a_call_after_the_grace_violates_the_rule_at_the_due_moment() -> None:
    # given a breach that the log took down late, as it does, and dated back
    events = log(happened(1, "item.opened", "Task_phone", subject="1.1"),
                 happened(50, "item.completed", "Task_phone", subject="1.1"),
                 happened(31, "deadline.breached", "Task_phone", subject="1.1"))  # fmt: skip

    # when the case is judged
    verdict = only(events, CALL)

    # then the violation is dated and told, with the late call
    assert (verdict.outcome, verdict.seqs) == (VIOLATED, (2, 4, 3))
    assert verdict.at == events[3].occurred_at
    assert "2026-09-14 09:50 才办" in verdict.why


def test_each_round_is_judged_for_itself() -> None:
    events = log(happened(1, "item.opened", "Task_phone", subject="1.1"),
                 happened(31, "deadline.breached", "Task_phone", subject="1.1"),
                 happened(40, "item.opened", "Task_phone", subject="1.2"),
                 happened(45, "item.completed", "Task_phone", subject="1.2"))  # fmt: skip

    outcomes = [verdict.outcome for verdict in conformance.judge(events, CALL)]

    assert outcomes == [VIOLATED, OBEYED]


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (None, NOT_TESTABLE),
        ("case.withdrawn", NOT_TESTABLE),
        ("case.cancelled", NOT_TESTABLE),
        ("case.ended", VIOLATED),
    ],
)
def test_what_was_never_done_depends_on_how_the_case_ended(end: str | None, outcome: str) -> None:
    events = log(happened(1, "item.opened", "Task_phone", subject="1.1"), *([happened(60, end)] if end else []))

    assert only(events, CALL).outcome == outcome


@given(opened=st.integers(0, 100), called=st.integers(0, 200) | st.none(), due=st.integers(0, 200) | st.none())
def test_a_call_is_obeyed_exactly_when_it_comes_after_opening_and_not_after_the_breach(
    opened: int, called: int | None, due: int | None
) -> None:
    # given a call and a breach at any two moments after the item opened, in either order of recording
    events = [happened(opened, "item.opened", "Task_phone", subject="1.1")]
    if called is not None:
        events.append(happened(opened + 1 + called, "item.completed", "Task_phone", subject="1.1"))
    if due is not None:
        events.append(happened(opened + 1 + due, "deadline.breached", "Task_phone", subject="1.1"))

    # when the ended case is judged
    verdict = only(log(*events, happened(999, "case.ended")), CALL)

    # then lateness alone decides
    expected = OBEYED if called is not None and (due is None or called <= due) else VIOLATED
    assert verdict.outcome == expected


# --- precedence -----------------------------------------------------------------------------------------------


def test_a_posting_rests_on_the_signature_before_it() -> None:
    events = log(happened(5, "item.signed", "Task_approve", MA), happened(60, "customer.posted"))

    assert (only(events, SIGNED).outcome, only(events, SIGNED).seqs) == (OBEYED, (2, 3))


def test_a_signature_given_before_the_form_was_revised_counts_no_more() -> None:
    events = log(happened(5, "item.signed", "Task_approve", MA), happened(9, "item.completed", "Task_revise"),
                 happened(60, "customer.posted"))  # fmt: skip

    verdict = only(events, SIGNED)

    assert (verdict.outcome, verdict.seqs) == (VIOLATED, (2, 3, 4))


def test_a_posting_under_another_name_than_the_maintainers_is_a_violation() -> None:
    events = log(happened(5, "item.completed", "Task_release", MA), happened(6, "customer.posted", by=SUN))

    assert only(events, RELEASED).outcome == VIOLATED


@given(st.lists(st.sampled_from(["sign", "revise", "post"]), max_size=12))
def test_every_posting_needs_a_signature_newer_than_the_last_revision(steps: list[str]) -> None:
    # given any sequence of signatures, revisions and postings
    kinds = {"sign": ("item.signed", "Task_approve"), "revise": ("item.completed", "Task_revise"),
             "post": ("customer.posted", None)}  # fmt: skip
    events = log(*(happened(at, *kinds[one]) for at, one in enumerate(steps, start=1)))

    # when it is judged
    verdicts = conformance.judge(events, SIGNED)

    # then each posting is obeyed exactly when what precedes it, revisions apart, ends with a signature
    before = [[one for one in steps[:at] if one != "post"] for at, one in enumerate(steps) if one == "post"]
    assert [v.outcome == OBEYED for v in verdicts] == [bool(past) and past[-1] == "sign" for past in before]


# --- absence, four eyes, content, delay -----------------------------------------------------------------------


def test_a_case_that_must_be_upgraded_was_not_marked() -> None:
    violated = log(happened(30, "case.upgraded", actor=MA), happened(90, "case.ended"))
    obeyed, running = log(happened(90, "case.ended")), log()

    assert [only(one, UNMARKED).outcome for one in (violated, obeyed, running)] == [VIOLATED, OBEYED, NOT_TESTABLE]
    assert only(violated, UNMARKED).seqs == (2,)


@given(st.sampled_from([SUN, MA]))
def test_four_eyes_are_two_people(approver: int) -> None:
    events = log(happened(9, "item.completed", "Task_approve", approver))

    assert only(events, TWO_PEOPLE).outcome == (VIOLATED if approver == SUN else OBEYED)


def test_what_an_application_must_say_is_found_among_its_fields() -> None:
    assert only(log(fields=["legal_name", "search"]), SEARCHED).outcome == OBEYED
    assert only(log(fields=["legal_name"]), SEARCHED).outcome == VIOLATED


@given(st.integers(0, 60))
def test_a_change_is_raised_in_time_up_to_the_last_day(days: int) -> None:
    known = MONDAY.date().toordinal() - days
    events = log(happened(5, "customer.change_claimed", known_on=MONDAY.date().fromordinal(known).isoformat()))

    assert only(events, PROMPT).outcome == (OBEYED if days <= 15 else VIOLATED)


def test_nobody_is_late_with_a_change_of_unknown_date() -> None:
    assert only(log(happened(5, "customer.change_claimed")), PROMPT).outcome == NOT_TESTABLE


# --- time -----------------------------------------------------------------------------------------------------


def deadline(minute: int, kind: str, subject: str = "1.1", clock: str = "T1", **data: object) -> object:
    return happened(minute, f"deadline.{kind}", "Task_check", subject=subject, clock=clock, **data)


def test_a_deadline_is_met_late_or_void() -> None:
    due = stamp(happened(240, "").occurred_at)
    opened = deadline(1, "opened")
    met, void = deadline(60, "closed", status="met", due=due), deadline(60, "closed", status="void", due=due)
    breached, late = deadline(240, "breached", due=due), deadline(300, "closed", status="late", due=due)

    outcomes = [only(log(opened, *rest), IN_TIME) for rest in ((met,), (void,), (), (breached,), (late, breached))]

    assert [one.outcome for one in outcomes] == [OBEYED, NOT_TESTABLE, NOT_TESTABLE, VIOLATED, VIOLATED]
    assert "还没有办完" in outcomes[3].why
    assert outcomes[4].why.endswith("2026-09-14 14:00 办完")
    assert outcomes[4].at == happened(240, "").occurred_at


def test_a_deadline_that_goes_on_under_another_name_is_followed() -> None:
    events = log(deadline(1, "opened"), deadline(60, "continued", "1.9", before="1.1"),
                 deadline(200, "closed", "1.9", status="met"))  # fmt: skip

    assert (only(events, IN_TIME).outcome, only(events, IN_TIME).seqs) == (OBEYED, (2, 4))


# --- which cases, which events --------------------------------------------------------------------------------


def test_a_rule_says_nothing_about_other_processes_nor_of_what_never_came_up() -> None:
    assert conformance.judge(log(process="customer_freeze"), SEARCHED) == []
    assert conformance.judge(log(), CALL) == []
    assert conformance.judge([], SEARCHED) == []


def test_a_rule_for_urgent_cases_waits_until_the_case_is_urgent() -> None:
    letter = rule("kind: precedence, when: {event: item.opened, urgent: true}, requires: {event: letter.issued}")
    opened = happened(9, "item.opened", "Task_check")

    assert conformance.judge(log(opened, urgent=False), letter) == []
    assert only(log(opened, urgent=True), letter).outcome == VIOLATED
    assert only(log(happened(5, "case.upgraded"), opened, urgent=False), letter).outcome == VIOLATED


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kind: responce, when: {event: a}", "kind"),
        ("kind: absence, when: {event: a}", "never"),
        ("kind: absence, when: {events: a}, never: {event: b}", "event"),
        ("kind: time, clock: T1, clok: T2", "clok"),
        ("kind: time, clock: T1, duty: fone", "duty"),
    ],
)
def test_what_is_misspelt_is_named(text: str, key: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        rule(text)

    assert f"clauses.3.1.rules.the-rule.{key}" in refused.value.message or f"when.{key}" in refused.value.message
