"""What a new version changes, said in words."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from engine.policy import Policies, Policy
from engine.policy_words import differences, spelled
from tests.engine.test_policy import SD_010, TODAY, changed

OLD = SD_010.at(TODAY)


def told(path: str, value: object) -> list[tuple[str, str, str]]:
    return differences(OLD, Policies.parse(changed(path, value)).at(TODAY))


def test_a_changed_limit_reads_as_a_sentence() -> None:
    assert told("clocks.T2.normal", "6h") == [("时限 T2 正常 限", "4h", "6h")]
    assert told("clocks.applicant_approval.normal", "4h") == [("时限 申请部门审批 正常 限", "不限", "4h")]
    assert ("时限 申诉裁定 正常 限", "5d", "8d") in told("assessment.decide_days", 8)


def test_amounts_choices_and_lists_are_told_in_words() -> None:
    assert told("penalty.overtime.focal", 80) == [("扣款 超时（4.1） 归口人员", "50 元", "80 元")]
    assert told("penalty.false_new.escalation", "double") == [
        ("扣款 申报不实（4.2） 第三次起", "仍按第二次的两倍", "逐次再加倍")
    ]
    assert told("cap.per_person_month", 200) == [("封顶 每人每月", "不设", "200 元")]
    assert told("calendar.hours", ["09:00-18:00"]) == [("日历 工作时间", "08:30-12:00、13:30-17:30", "09:00-18:00")]
    assert told("ladder.warn_at", ["60%"]) == [("提醒与上报 提醒于用去", "50%、80%", "60%")]


def test_what_is_spelled_out_because_it_is_the_default_is_no_difference() -> None:
    assert told("rework.cancel_days", 10) == []


def test_every_parameter_of_a_version_has_a_name_in_words() -> None:
    # given every key of the version in force
    names = {key: name for key, (name, _) in spelled(OLD).items()}

    # when its words are read, then none is a bare identifier, the clocks that SD-010 itself calls T1 to T3 apart
    bare = {part for name in names.values() for part in name.split() if part.isascii()}
    assert bare == {"T1", "T2", "T3"}
    assert {key.split(".")[0] for key in names} == {one.name for one in fields(Policy)} - {
        "id", "version", "fingerprint",
    }  # fmt: skip


@given(st.integers(1, 400), st.integers(1, 400))
def test_a_change_and_its_reversal_swap_before_and_after(first: int, second: int) -> None:
    one, other = (Policies.parse(changed("penalty.overtime.leader", amount)).at(TODAY) for amount in (first, second))

    assert differences(one, other) == [(name, was, now) for name, now, was in differences(other, one)]
    assert bool(differences(one, other)) == (first != second)
