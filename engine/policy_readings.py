"""How the company reads what SD-010 leaves open, in words, so that a report can say so."""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.policy import Policy


class Question(NamedTuple):
    """An ambiguity of the policy: its number, the key that decides it, and what each value means."""

    number: str
    key: str
    question: str
    answers: dict[Any, str]


class Reading(NamedTuple):
    """The answer in force."""

    number: str
    key: str
    question: str
    answer: str


_TIME = {"work": "按工作时间计", "wall": "按自然时间计", "duty": "按值班时间计"}
_YES_NO = {True: "是", False: "否"}

QUESTIONS = (
    Question("AMB-01", "clocks.T1.normal.kind", "“4小时”按什么时间计", _TIME),
    Question("AMB-02", "clocks.T1.urgent.kind", "紧急处理的“两小时”按什么时间计", _TIME),
    Question("AMB-09", "routing.mode", "表格怎样分发至相关部门", {"parallel": "同时分发，各部门各计各的限期"}),
    Question("AMB-10", "receipt.no_route_single_clock", "不需其他部门完善时是否只有一个限期", _YES_NO),
    Question("AMB-11", "urgent.letter", "紧急处理的函件何时发出", {"at_submit": "报送时"}),
    Question("AMB-12", "receipt.start", "何时算“接到”", {"delivered": "送达待办即接到"}),
    Question("AMB-14", "penalty.overtime.include_maintainer", "维护部门是否适用 4.1", _YES_NO),
    Question("AMB-15", "penalty.overtime.unit", "“每次”怎样计", {"deadline": "每个限期超时计一次，不论超时多久"}),
    Question("AMB-16", "penalty.overtime.bucket", "“月累计”按哪个时刻归月", {"due_at": "到期时刻所在月"}),
    Question(
        "AMB-17",
        "penalty.false_new.escalation",
        "第三次及以后怎样扣款",
        {"cap2": "仍按第二次的两倍", "double": "逐次再加倍", "linear": "按次数乘基数"},
    ),
    Question(
        "AMB-18",
        "penalty.false_new.window",
        "“第一次、第二次”在多长时间内计",
        {"calendar_year": "自然年内", "rolling_12_months": "连续十二个月内"},
    ),
    Question("AMB-19", "penalty.entry_error.unit", "何为一条“记录”", {"customer_posting": "一次过账中的一个客户"}),
    Question(
        "AMB-20",
        "penalty.false_new.event_at",
        "申报不实何时成立",
        {"return_delivered": "退回单送达申报部门时"},
    ),
    Question("AMB-21", "penalty.overtime.person", "由谁承担", {"holder_at_due": "到期时刻持有待办的人"}),
    Question("AMB-31", "receipt.restart_on_resubmit", "退回后重新报送是否重新计时", _YES_NO),
    Question("AMB-33", "receipt.due_inclusive", "到期时刻办完是否算按时", _YES_NO),
    Question(
        "AMB-34",
        "clocks.T3.normal.starts",
        "维护限期何时起算",
        {"last_return": "最后一个部门转回时", "delivered": "送达时"},
    ),
    Question("AMB-42", "penalty.entry_error.bucket", "录入错误计入哪个月", {"confirmed_at": "确认当月"}),
)


def readings(policy: Policy) -> list[Reading]:
    """What this version answers to each open question it decides."""
    found = [(question, _value(policy, question.key)) for question in QUESTIONS]
    return [Reading(q.number, q.key, q.question, q.answers[value]) for q, value in found if value is not None]


def _value(policy: Policy, key: str) -> Any:
    first, *rest = key.split(".")
    if first == "clocks":
        rule = policy.limit(rest[0], urgent=rest[1] == "urgent")
        return rule and getattr(rule, rest[2])
    value: Any = getattr(policy, first)
    for name in rest:
        value = getattr(value, name)
    return value
