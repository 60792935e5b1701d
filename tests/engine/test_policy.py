"""The policy file: what SD-010 says, which version holds when, and that no mistake in it goes unnoticed."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clauses import read_clauses
from engine.limits import Limit
from engine.policy import Policies, PolicyInvalid, PolicyMissing
from engine.policy_readings import ELSEWHERE, QUESTIONS, readings

FOLDER = Path(__file__).parents[2] / "processes" / "policies"
TEXT = (FOLDER / "SD-010.yaml").read_text(encoding="utf-8")
CONTENT = yaml.safe_load(TEXT)
SD_010 = Policies.parse(TEXT)
TODAY = date(2026, 9, 16)

AUTHORITATIVE = """
policy: {id: SD-010, version: "2004-04", effective_from: 2004-04-01}
clocks:
  T1: {name: 维护员审核, normal: 4h, urgent: 2h, kind: work}
  T2: {name: 部门完善, normal: 4h, urgent: 2h, kind: work, scope: department}
  T3: {name: 维护与通知, normal: 4h, urgent: 2h, kind: work, starts: last_return}
  applicant_approval: {normal: null, urgent: 2h, kind: work, penalised: false}
receipt: {start: delivered, restart_on_resubmit: true, due_inclusive: true, no_route_single_clock: true}
urgent: {allowed: [modify, freeze], reasons: [legal_dispute, customer_personnel_change], force_mark: true, letter: at_submit}
ladder: {warn_at: [50%, 80%], escalate: [at_due, +2h], reminders: working_hours}
penalty:
  overtime: {focal: 50, leader: 20, every: 3, department_extra: 200, scope: department, bucket: due_at, include_maintainer: true, unit: deadline, person: holder_at_due}
  false_new: {person: 20, department: 50, factor: 2, escalation: cap2, window: calendar_year, scope: department, event_at: return_delivered}
  entry_error: {maintainer: 50, unit: customer_posting, bucket: confirmed_at}
assessment: {publicity_days: 3, appeal_days: 3, confirm_by: [finance, hr], adjust: next_month}
calendar: {tz: Asia/Shanghai, hours: ["08:30-12:00", "13:30-17:30"], seed: chinesecalendar, fallback: holidays}
phone: {grace_min: 30}
annual_freeze: {month: 12, day: 1, review_days: 10, no_business_months: 12, filer: owner_unit}
"""  # noqa: E501  the parameters as the requirements give them


def changed(path: str, value: object, text: str = TEXT) -> str:
    """The policy file with one value replaced."""
    content = yaml.safe_load(text)
    *parents, last = path.split(".")
    target: Any = content
    for key in parents:
        target = target[key]
    target[last] = value
    return yaml.safe_dump(content, allow_unicode=True)


def without(path: str) -> str:
    """The policy file with one key left out."""
    content = deepcopy(CONTENT)
    *parents, last = path.split(".")
    target: Any = content
    for key in parents:
        target = target[key]
    del target[last]
    return yaml.safe_dump(content, allow_unicode=True)


def paths(content: object, prefix: str = "") -> list[str]:
    """Every key of the policy file, dotted."""
    if not isinstance(content, dict):
        return []
    found = []
    for key, value in content.items():
        found += [f"{prefix}{key}", *paths(value, f"{prefix}{key}.")]
    return found


def test_the_maintainer_has_four_hours_and_two_when_urgent() -> None:
    # given the policy in force
    policy = SD_010.at(TODAY)

    # when its clocks are asked
    normal, urgent = policy.limit("T1", urgent=False), policy.limit("T1", urgent=True)

    # then they carry clause 3.1 and 3.2, and lateness is priced
    assert normal
    assert urgent
    assert (normal.limit, normal.kind, normal.penalised, normal.clauses) == (
        Limit(4, "h"),
        "work",
        True,
        ("3.1", "4.1"),
    )
    assert (urgent.limit, urgent.clauses) == (Limit(2, "h"), ("3.2", "4.1"))


def test_the_applicants_leader_is_measured_and_only_timed_when_urgent() -> None:
    # given the policy in force
    policy = SD_010.at(TODAY)

    # when the clock of the applicant's approval is asked
    normal, urgent = (policy.limit("applicant_approval", urgent) for urgent in (False, True))

    # then it has no limit in a normal case, and is never penalised
    assert normal
    assert urgent
    assert (normal.limit, urgent.limit) == (None, Limit(2, "h"))
    assert not normal.penalised
    assert not urgent.penalised


def test_an_unknown_clock_is_not_invented() -> None:
    assert SD_010.at(TODAY).limit("T9", urgent=False) is None


def test_a_create_can_never_be_urgent() -> None:
    policy = SD_010.at(TODAY)

    assert [policy.may_be_urgent(kind) for kind in ("create", "modify", "freeze")] == [False, True, True]


def test_the_amounts_are_exact_decimals() -> None:
    penalty = SD_010.at(TODAY).penalty

    assert (penalty.overtime.focal, penalty.overtime.department_extra) == (Decimal(50), Decimal(200))
    assert isinstance(penalty.entry_error.maintainer, Decimal)


def test_the_parameters_as_required_are_understood_and_ours_agree_with_them() -> None:
    # given the parameters of the requirements, word for word
    required = Policies.parse(AUTHORITATIVE).at(TODAY)

    # when they are compared with the file we ship
    ours = SD_010.at(TODAY)

    # then every section they share says the same
    for section in (
        "receipt",
        "urgent",
        "penalty",
        "assessment",
        "calendar",
        "phone",
        "annual_freeze",
    ):
        assert getattr(ours, section) == getattr(required, section)
    assert ours.ladder.warn_at == required.ladder.warn_at
    assert ours.ladder.reminders == required.ladder.reminders
    assert ours.ladder.escalate[:2] == required.ladder.escalate, "then, on top of it, the assessor"
    assert ours.ladder.escalate_to == (*required.ladder.escalate_to, "assessor")
    for clock in required.clocks:
        for urgent in (False, True):
            mine, theirs = ours.limit(clock, urgent), required.limit(clock, urgent)
            assert mine
            assert theirs
            assert (mine.limit, mine.kind, mine.scope, mine.starts) == (
                theirs.limit,
                theirs.kind,
                theirs.scope,
                theirs.starts,
            )


def test_urgent_cases_may_run_on_the_duty_clock() -> None:
    # given a policy whose urgent cases run around the clock (AMB-02)
    policy = Policies.parse(changed("clocks.T1.kind", {"normal": "work", "urgent": "duty"})).at(TODAY)

    # when both urgencies are asked
    kinds = [rule.kind for urgent in (False, True) if (rule := policy.limit("T1", urgent))]

    # then each has its own kind of time
    assert kinds == ["work", "duty"]


def test_the_version_in_force_at_receipt_decides() -> None:
    # given a revision to two hours from 1 October
    revision = {"id": "SD-010", "version": "2026-10", "effective_from": date(2026, 10, 1)}
    revised = changed("policy", revision, changed("clocks.T1.normal", "2h"))
    policies = Policies.parse(f"{TEXT}\n---\n{revised}")

    # when the eve, the day and a pinned version are asked
    eve, day = policies.at(date(2026, 9, 30)), policies.at(date(2026, 10, 1))

    # then each day has the version of its time, and the old one can still be found
    assert (eve.version, day.version) == ("2004-04", "2026-10")
    assert day.clocks["T1"][0].limit == Limit(2, "h")
    assert policies.version("2004-04") == eve
    assert eve.fingerprint != day.fingerprint


def test_before_the_first_version_there_is_no_policy() -> None:
    with pytest.raises(PolicyMissing, match="2004-04"):
        SD_010.at(date(2004, 3, 31))


def test_the_fingerprint_follows_the_content_not_the_layout() -> None:
    # given the same policy written in another order, without comments
    rewritten = yaml.safe_dump(CONTENT, sort_keys=True)

    # when both are fingerprinted, and one with another amount
    same, other = (
        Policies.parse(text).at(TODAY).fingerprint for text in (rewritten, changed("penalty.overtime.focal", 60))
    )

    # then only the amount makes a difference
    assert SD_010.at(TODAY).fingerprint == same != other


WRONG_VALUES = {
    "clocks.T1.normal": ["4 hours", 4, "0h", [], "2d4h"],
    "clocks.T1.kind": ["lunar", None, 1],
    "clocks.T1.penalised": ["yes", 1, None],
    "clocks.T2.scope": ["village"],
    "clocks.T3.clauses": ["3.1", [], [3.1]],
    "policy.version": [2004, "", None],
    "policy.effective_from": ["1 April", 20040401, "2004-13-01"],
    "receipt.due_inclusive": [False, "true"],
    "receipt.start": ["opened"],
    "urgent.allowed": [["delete"], [], "modify"],
    "ladder.warn_at": [["50"], ["0%"], ["100%"], [50]],
    "ladder.escalate": [["2h"], ["+2x"], ["later"]],
    "ladder.escalate_to": [["leader"], ["leader", "president"]],
    "routing.mode": ["sequence"],
    "rework.cancel_days": [0, "10", 1.5, True],
    "one_time.uses": [0, "3", 1.5],
    "pause.categories": [[], "其他", [1]],
    "extension.max": ["2d", "soon", 4],
    "extension.times": [-1, "1"],
    "extension.decides": ["president"],
    "penalty.overtime.focal": [-1, 50.5, "fifty", None, True, "0.001", "1e99", "NaN"],
    "penalty.overtime.every": [0, -3, "3"],
    "penalty.false_new.escalation": ["triple"],
    "assessment.confirm_by": ["finance", [1]],
    "calendar.tz": ["Asia/Atlantis", "../etc", 8],
    "calendar.hours": [["08:30-13:40", "13:30-17:30"], ["morning"], [510], "08:30-12:00"],
    "phone.grace_min": [20, "30", 0],
    "annual_freeze.day": [32, 0],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"), [(path, value) for path, values in WRONG_VALUES.items() for value in values]
)
def test_a_wrong_value_is_refused_by_the_name_of_its_key(path: str, value: object) -> None:
    with pytest.raises(PolicyInvalid) as refusal:
        Policies.parse(changed(path, value))

    assert f"“{path}”" in refusal.value.message


@given(
    st.sampled_from(paths(CONTENT)),
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.dates()
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=12)
    | st.lists(st.integers() | st.text("ab:-%", max_size=5), max_size=3)
    | st.dictionaries(st.text("abc", max_size=4) | st.integers(), st.integers(), max_size=2),
)
@settings(deadline=None, max_examples=150)
def test_any_value_is_either_understood_or_refused_by_name(path: str, value: object) -> None:
    refusal = refusal_of(changed(path, value))

    if refusal is not None:
        key = str(refusal.values["key"])  # this key, one inside it, or the other place that must agree with it
        agreeing = ("phone.grace_min",) if path.startswith("clocks.phone") else ()
        assert key == path or key.startswith(f"{path}.") or key in agreeing
        assert refusal.message.endswith("。")


def refusal_of(text: str) -> PolicyInvalid | None:
    """Why the text is not a policy; None when it is."""
    try:
        Policies.parse(text)
    except PolicyInvalid as refusal:
        return refusal
    return None


@pytest.mark.parametrize("path", [path for path in paths(CONTENT) if path.count(".") == 0])
def test_a_missing_section_is_named_unless_it_has_a_default(path: str) -> None:
    if path in (
        "routing",
        "rework",
        "one_time",
        "pause",
        "extension",
        "cap",
        "apply",
        "freeze",
        "unfreeze",
        "dup",
        "seal",
    ):
        assert Policies.parse(without(path)).at(TODAY).rework.cancel_days == 10
        return
    with pytest.raises(PolicyInvalid, match=f"“{path}”"):
        Policies.parse(without(path))


@pytest.mark.parametrize("path", ["penalised_", "clocks.T1.penalized", "penalty.overtime.focla", "receipt.strat"])
def test_a_misspelt_key_is_never_ignored(path: str) -> None:
    with pytest.raises(PolicyInvalid, match=f"“{path}”"):
        Policies.parse(changed(path, True))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有任何版本"),
        ("[1, 2]", "整份文档"),
        ("policy: {", "第 1 行"),
        ("a: 1\na: 2", "写了两次"),
        (f"{TEXT}\n---\n{TEXT}", "policy.version"),
        ("policy: !!python/object:os.system {}", "第 1 行"),
    ],
)
def test_a_broken_file_says_where(text: str, said: str) -> None:
    with pytest.raises(PolicyInvalid, match=said):
        Policies.parse(text)


def test_a_file_that_is_not_there_is_a_teaching_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match="SD-020"):
        Policies.read(tmp_path / "SD-020.yaml")


def test_the_readings_in_force_can_be_printed() -> None:
    # given a policy that reads “third time” as doubling again
    policy = Policies.parse(changed("penalty.false_new.escalation", "double")).at(TODAY)

    # when its readings are listed
    answers = {reading.number: reading.answer for reading in readings(policy)}

    # then every open question has its answer in words
    assert set(answers) == {question.number for question in QUESTIONS}
    assert answers["AMB-17"] == "逐次再加倍"
    assert answers["AMB-01"] == "按工作时间计"


def test_every_ambiguity_is_a_key_or_says_where_it_is_decided() -> None:
    numbered = [one.number for one in (*QUESTIONS, *ELSEWHERE)]

    assert sorted(set(numbered)) == [f"AMB-{n:02}" for n in range(1, 43)]
    assert not {one.number for one in QUESTIONS} & {one.number for one in ELSEWHERE}


def test_every_option_of_a_choice_has_its_words() -> None:
    # given each key that decides an ambiguity, and each value a policy may give it
    for path, options in {
        "penalty.false_new.escalation": ("cap2", "double", "linear"),
        "penalty.false_new.window": ("calendar_year", "rolling_12_months"),
        "penalty.false_new.scope": ("department", "person"),
        "penalty.overtime.person": ("holder_at_due", "longest_holder"),
        "annual_freeze.filer": ("owner_unit", "finance"),
    }.items():
        # when a version chooses it, then the readings can say so
        answers = [
            {one.key: one.answer for one in readings(Policies.parse(changed(path, option)).at(TODAY))}[path]
            for option in options
        ]
        assert len(set(answers)) == len(options)


def test_a_person_is_charged_without_a_cap_unless_the_company_sets_one() -> None:
    capped = Policies.parse(changed("cap.per_person_month", 200)).at(TODAY)

    assert (SD_010.at(TODAY).cap.per_person_month, SD_010.at(TODAY).cap.percent_of_wage) == (None, None)
    assert capped.cap.per_person_month == Decimal(200)


def test_every_clause_a_clock_cites_is_in_the_text() -> None:
    # given the clauses of SD-010.md
    known = {clause.number for clause in read_clauses((FOLDER / "SD-010.md").read_text(encoding="utf-8"))}

    # when the clocks of every version cite theirs
    cited = {
        n for policy in SD_010.versions for rules in policy.clocks.values() for rule in rules for n in rule.clauses
    }

    # then all of them exist
    assert cited
    assert cited <= known


@pytest.mark.parametrize(
    ("process", "node", "numbers"),
    [
        ("customer_create", "Task_phone_maintainer", ["3.1"]),
        ("customer_freeze", "Job_notice", ["2.1.4"]),
        ("customer_modify", "Job_letter", ["3.2"]),
        ("customer_annual_freeze", "Task_propose", ["2.1.3"]),
        ("customer_batch_import", "Job_gate", ["2.3"]),
        ("shared_maintain", "Job_gate", ["2.3", "3.1"]),
    ],
)
def test_a_node_knows_the_clauses_it_carries_out(process: str, node: str, numbers: list[str]) -> None:
    clauses = read_clauses((FOLDER / "SD-010.md").read_text(encoding="utf-8"))

    assert [clause.number for clause in clauses if node in clause.nodes.get(process, ())] == numbers


def test_the_clauses_are_quoted() -> None:
    clauses = {clause.number: clause for clause in read_clauses((FOLDER / "SD-010.md").read_text(encoding="utf-8"))}

    assert clauses["4.3"].text == "ERP系统客户主数据维护员录入错误,每条记录扣50元。"
    assert clauses["3.2"].text.endswith("同时提出部门必须另外发函通知相关部门。")
    assert all(clause.text for clause in clauses.values())
