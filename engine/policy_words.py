"""The keys of a policy file and their values in words, for differences and for whoever reads a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine.hours import hours_text
from engine.limits import Limit
from engine.policy import Policy
from engine.policy_readings import QUESTIONS, said

_SKIPPED = ("id", "version", "fingerprint", "clock")
_CHOICES = {question.key: question for question in QUESTIONS if not isinstance(question.answers, str)}
_WORDS = {
    "effective_from": "生效日期", "clocks": "时限", "normal": "正常", "urgent": "紧急", "limit": "限", "name": "名称",
    "kind": "计时方式", "penalised": "超时是否扣款", "clauses": "依据条文", "scope": "按谁", "starts": "起算",
    "receipt": "接到", "start": "何时算接到", "restart_on_resubmit": "重报重新计时", "due_inclusive": "到期时刻算按时",
    "no_route_single_clock": "无需分发时只有一个时限", "allowed": "可以紧急的业务", "reasons": "可以紧急的原因",
    "force_mark": "有此原因必须标明", "letter": "函件", "ladder": "提醒与上报", "warn_at": "提醒于用去",
    "escalate": "上报于", "escalate_to": "依次上报给", "reminders": "提醒时间", "routing": "分发", "mode": "方式",
    "rework": "退回补正", "cancel_days": "提示撤销（工作日）", "one_time": "一次性客户", "uses": "可用次数",
    "penalty": "扣款", "overtime": "超时（4.1）", "false_new": "申报不实（4.2）", "entry_error": "录入错误（4.3）",
    "focal": "归口人员", "leader": "分管领导", "every": "每几次另扣", "department_extra": "责任部门另扣",
    "bucket": "归入月份", "include_maintainer": "维护部门也适用", "unit": "计数单位", "person": "责任人",
    "department": "责任部门", "factor": "第二次的倍数", "escalation": "第三次起", "window": "计次期间",
    "event_at": "成立于", "maintainer": "维护员", "cap": "封顶", "per_person_month": "每人每月",
    "percent_of_wage": "占当月工资（%）", "assessment": "考核程序", "publicity_days": "公示（工作日）",
    "appeal_days": "申诉（工作日）", "confirm_by": "确认人", "adjust": "锁定后的更正", "calendar": "日历", "tz": "时区",
    "hours": "工作时间", "seed": "放假安排", "fallback": "未公布时", "duty": "值班时间", "phone": "电话通知",
    "grace_min": "宽限（分钟）", "annual_freeze": "年度冻结", "month": "月", "day": "日", "review_days": "评审工作日",
    "no_business_months": "无往来（月）", "filer": "报送人", "apply": "申请", "delay_report": "登记迟报",
    "freeze": "冻结", "special_notice": "特殊冻结的通知", "scope_default": "默认范围", "unfreeze": "解冻",
    "apply_as": "申请方式", "dup": "重复客户", "multi_account_exception": "允许经批准的第二个编码", "seal": "盖章",
    "pause": "挂起", "categories": "可挂起的原因", "extension": "延期", "max": "一次最长", "times": "次数",
    "decides": "由谁决定", "decide_days": "裁定（工作日）", "version": "版本",
}  # fmt: skip
_VALUES = {
    "work": "工作时间", "wall": "自然时间", "duty": "值班时间", "case": "按流程", "department": "按部门",
    "person": "按人", "delivered": "送达时", "last_return": "最后一个部门转回时", "modify": "修改", "freeze": "冻结",
    "create": "新增", "legal_dispute": "法律纠纷", "customer_personnel_change": "客户内部人员变更",
    "at_submit": "报送时", "working_hours": "只在工作时间", "any": "任何时间", "parallel": "同时分发",
    "finance": "财务", "hr": "人力资源", "next_month": "下月列调整行", "leader": "主管领导", "executive": "分管领导",
    "assessor": "考核人员", "chinesecalendar": "国务院公布的安排", "weekday": "只看星期", "everyday": "天天上班",
    "holidays": "法定节日推算",
}  # fmt: skip
CODES = {  # what stands in a list of the file for these words
    "ladder.escalate": {"at_due": "到期时"},
    "ladder.escalate_to": {one: _VALUES[one] for one in ("leader", "executive", "assessor")},
}
_OTHER = {
    "ladder.reminders": {one: _VALUES[one] for one in ("working_hours", "any")},
    "extension.decides": {one: _VALUES[one] for one in ("leader", "executive")},
}


def differences(old: Policy, new: Policy) -> list[tuple[str, str, str]]:
    """What a version changes, in words: name, before, after; a clock that comes or goes shows 无."""
    before, after = spelled(old), spelled(new)
    names: Mapping[str, str] = {key: name for key, (name, _) in (before | after).items()}
    said_of = [(names[key], before.get(key, ("", "无"))[1], after.get(key, ("", "无"))[1]) for key in names]
    return [(name, was, now) for name, was, now in said_of if was != now]


def spelled(policy: Policy) -> dict[str, tuple[str, str]]:
    """Every parameter of a version: key → (its name in words, its value in words), in the order of the file."""
    found: dict[str, tuple[str, str]] = {}
    for one in fields(policy):
        if one.name not in _SKIPPED:
            _spell(getattr(policy, one.name), (one.name,), (), found)
    return found


def name_of(path: Sequence[str]) -> str:
    """A parameter in words, by the parts of its key."""
    return " ".join(_WORDS.get(part, part) for part in path)


def choices_of(key: str, values: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """What a parameter may say, as (value, words): one of these values, else the answers to its open question."""
    answers = _CHOICES[key].answers if key in _CHOICES else {}
    known: Mapping[Any, str] = answers if isinstance(answers, Mapping) else {}
    found = {one: _VALUES.get(one, one) for one in values} or {str(one): words for one, words in known.items()}
    return tuple(found.items() or _OTHER.get(key, {}).items())


def clock_name(clock: str, name: str) -> str:
    """What people call a clock: T1 by its number, as the text of the policy does, others by their names."""
    return clock if clock.isupper() else name


def _spell(value: Any, path: tuple[str, ...], said: tuple[str, ...], found: dict[str, tuple[str, str]]) -> None:
    """Enter a value, or its parts, under its key; `said` are the parts of the path as people call them, else `path`."""
    if path == ("clocks",):
        for clock, rules in value.items():
            for urgency, rule in zip(("normal", "urgent"), rules, strict=True):
                names = (*path, clock_name(clock, rule.name), urgency)
                _spell(rule, (*path, clock, urgency), names, found)
    elif is_dataclass(value) and not isinstance(value, Limit):
        for one in fields(value):
            if one.name not in _SKIPPED:
                _spell(getattr(value, one.name), (*path, one.name), (*(said or path), one.name), found)
    else:
        key = ".".join(path)
        found[key] = (name_of(said or path), _value(key, value))


def _value(key: str, value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f} 元"
    if key in _CHOICES and value is not None:
        return said(_CHOICES[key], value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return "不限" if key.endswith(".limit") else "不设"
    if key in ("calendar.hours", "calendar.duty"):
        return "、".join(hours_text(value))
    if isinstance(value, tuple):
        return "、".join(_item(key, one) for one in value)
    return _item(key, value)


def _item(key: str, value: Any) -> str:
    if value is None:
        return "到期时"
    if isinstance(value, Limit):
        return f"到期后 {value}" if key == "ladder.escalate" else str(value)
    if key == "ladder.warn_at":
        return f"{value}%"
    return value.isoformat() if isinstance(value, date) else _VALUES.get(str(value), str(value))
