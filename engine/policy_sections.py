"""Reads each section of a policy document into its value. The first option of a choice is its default.

Only readings that the software carries out are options: a policy that asks for more is refused, not ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

from engine.calendar_seed import Fallback, Seed
from engine.errors import CountersignError
from engine.hours import check_hours, parse_hours
from engine.limits import Limit
from engine.policy_reader import Section
from engine.policy_rules import (
    AnnualFreeze,
    Apply,
    Assessment,
    CalendarRule,
    Cap,
    ClockRule,
    Duplicates,
    EntryError,
    Extension,
    FalseNew,
    Freeze,
    Ladder,
    OneTime,
    Overtime,
    Pause,
    Penalty,
    Phone,
    Receipt,
    Rework,
    Routing,
    Seal,
    Unfreeze,
    Urgent,
)
from engine.timeline import CLOCK_KINDS, ClockKind

OPERATIONS = {"create": "新增", "modify": "修改", "freeze": "冻结"}
PAUSES = ("补正材料", "等待客户", "等待法院或外部机关", "争议待裁定", "系统故障", "其他")
CONFIRM_BY = {"finance": "财务部", "hr": "人力资源，即考核人员所在部门"}
ESCALATE_TO = {"leader": "主管领导", "executive": "分管领导", "assessor": "考核人员"}


def read_clock(s: Section, clock: str) -> tuple[ClockRule, ClockRule]:
    """The rules of a clock for normal and for urgent cases."""
    name, penalised = s.text("name", clock), s.flag("penalised", True)
    limits = [None if s.nothing(key) else s.parsed(key, Limit.parse) for key in ("normal", "urgent")]
    kinds = s.by_urgency("kind", lambda at, key: cast(ClockKind, at.choice(key, *CLOCK_KINDS)))
    clauses = s.by_urgency("clauses", lambda at, key: at.many(key, str, ()))
    scope, starts = s.choice("scope", "case", "department"), s.choice("starts", "delivered", "last_return")
    rules = [
        ClockRule(clock, name, limit, kind, penalised, quoted, scope, starts)
        for limit, kind, quoted in zip(limits, kinds, clauses, strict=True)
    ]
    return rules[0], rules[1]


def read_receipt(s: Section) -> Receipt:
    receipt = Receipt(
        start=s.choice("start", "delivered"),
        restart_on_resubmit=s.flag("restart_on_resubmit", True),
        due_inclusive=s.flag("due_inclusive", True),
        no_route_single_clock=s.flag("no_route_single_clock", True),
    )
    if not receipt.due_inclusive:
        raise s.wrong("due_inclusive", "到期时刻办完算按时，系统不支持别的读法", "填写 true（AMB-33）")
    return receipt


def read_urgent(s: Section) -> Urgent:
    return Urgent(
        allowed=s.many("allowed", _one_of(OPERATIONS, "没有“{text}”这种业务")),
        reasons=s.many("reasons", str),
        force_mark=s.flag("force_mark", True),
        letter=s.choice("letter", "at_submit"),
    )


def read_ladder(s: Section) -> Ladder:
    escalate = s.many("escalate", _rung)
    told = s.many("escalate_to", _one_of(ESCALATE_TO, "不能上报给“{text}”"), tuple(ESCALATE_TO)[: len(escalate)])
    if len(told) != len(escalate):
        what = f"写了 {len(told)} 个岗位，而 escalate 有 {len(escalate)} 级"
        raise s.wrong("escalate_to", what, "逐级写明上报给谁，如 [leader, executive, assessor]")
    return Ladder(
        warn_at=s.many("warn_at", _percent),
        escalate=escalate,
        escalate_to=told,
        reminders=s.choice("reminders", "working_hours", "any"),
    )


def read_penalty(s: Section) -> Penalty:
    with s.section("overtime") as o, s.section("false_new") as f, s.section("entry_error") as e:
        return Penalty(_overtime(o), _false_new(f), _entry_error(e))


def read_assessment(s: Section) -> Assessment:
    return Assessment(
        publicity_days=s.number("publicity_days", 0, 60),
        appeal_days=s.number("appeal_days", 0, 60),
        confirm_by=s.many("confirm_by", _one_of(CONFIRM_BY, "不能由“{text}”确认")),
        adjust=s.choice("adjust", "next_month"),
        decide_days=s.number("decide_days", 1, 60, default=5),
    )


def read_calendar(s: Section) -> CalendarRule:
    hours = tuple(interval for one in s.many("hours", lambda text: parse_hours([text])) for interval in one)
    duty = tuple(i for one in s.many("duty", lambda text: parse_hours([text]), ["00:00-24:00"]) for i in one)
    for key, value in (("hours", hours), ("duty", duty)):
        try:
            check_hours(value)
        except CountersignError as error:
            raise s.wrong(key, error.message.rstrip("。"), "改正时段") from None
    return CalendarRule(
        tz=s.parsed("tz", _zone),
        hours=hours,
        seed=cast(Seed, s.choice("seed", "chinesecalendar", "weekday", "everyday")),
        fallback=cast(Fallback, s.choice("fallback", "holidays", "weekday")),
        duty=duty,
    )


def read_annual_freeze(s: Section) -> AnnualFreeze:
    month, day = s.number("month", 1, 12), s.number("day", 1, 31)
    try:
        date(2001, month, day)  # a common year: the review must come every year
    except ValueError:
        raise s.wrong("day", f"不是每年都有 {month} 月 {day} 日", "改为每年都有的日期") from None
    return AnnualFreeze(
        month=month,
        day=day,
        review_days=s.number("review_days", 1, 250),
        no_business_months=s.number("no_business_months", 1, 120),
        filer=s.choice("filer", "owner_unit", "finance"),
    )


def read_phone(s: Section) -> Phone:
    return Phone(grace_min=s.number("grace_min", 1, 24 * 60))


def read_routing(s: Section) -> Routing:
    return Routing(mode=s.choice("mode", "parallel"))


def read_cap(s: Section) -> Cap:
    return Cap(
        per_person_month=None if s.nothing_said("per_person_month") else s.money("per_person_month"),
        percent_of_wage=None if s.nothing_said("percent_of_wage") else s.number("percent_of_wage", 1, 100),
    )


def read_apply(s: Section) -> Apply:
    listed = s.flag("delay_report", True)
    if not listed:
        raise s.wrong("delay_report", "提得迟的修改总会列出，不能关掉", "填写 true（AMB-03）")
    return Apply(listed)


def read_freeze(s: Section) -> Freeze:
    notice = s.read("special", lambda special: special.choice("notice", "at_submit"), {})
    return Freeze(special_notice=notice, scope_default=s.choice("scope_default", "all"))


def read_unfreeze(s: Section) -> Unfreeze:
    return Unfreeze(apply_as=s.choice("as", "modify"))


def read_duplicates(s: Section) -> Duplicates:
    allowed = s.flag("multi_account_exception", True)
    if not allowed:
        raise s.wrong("multi_account_exception", "系统允许经财务部批准的例外，不能关掉", "填写 true（AMB-26）")
    return Duplicates(allowed)


def read_seal(s: Section) -> Seal:
    return Seal(mode=s.choice("mode", "server_or_scan"))


def read_rework(s: Section) -> Rework:
    return Rework(cancel_days=s.number("cancel_days", 1, 250, default=10))


def read_pause(s: Section) -> Pause:
    return Pause(categories=s.many("categories", str, PAUSES))


def read_extension(s: Section) -> Extension:
    most = s.parsed("max", Limit.parse) if s.has("max") else Limit(4, "h")
    if most.unit == "d":
        raise s.wrong("max", "延期按小时计，不按工作日", "写成 4h 的样子")
    return Extension(most, s.number("times", 0, 10, default=1), s.choice("decides", "leader", "executive"))


def read_one_time(s: Section) -> OneTime:
    return OneTime(uses=s.number("uses", 1, 1000, default=3))


def _overtime(s: Section) -> Overtime:
    return Overtime(
        focal=s.money("focal"),
        leader=s.money("leader"),
        every=s.number("every", 1, 1000),
        department_extra=s.money("department_extra"),
        scope=s.choice("scope", "department"),
        bucket=s.choice("bucket", "due_at"),
        include_maintainer=s.flag("include_maintainer", True),
        unit=s.choice("unit", "deadline"),
        person=s.choice("person", "holder_at_due", "longest_holder"),
    )


def _false_new(s: Section) -> FalseNew:
    return FalseNew(
        person=s.money("person"),
        department=s.money("department"),
        factor=s.number("factor", 1, 10),
        escalation=s.choice("escalation", "cap2", "double", "linear"),
        window=s.choice("window", "calendar_year", "rolling_12_months"),
        scope=s.choice("scope", "department", "person"),
        event_at=s.choice("event_at", "return_delivered"),
    )


def _entry_error(s: Section) -> EntryError:
    return EntryError(
        maintainer=s.money("maintainer"),
        unit=s.choice("unit", "customer_posting"),
        bucket=s.choice("bucket", "confirmed_at"),
    )


def _percent(text: str) -> int:
    number = text.removesuffix("%")
    if text == number or not number.isascii() or not number.isdigit() or not 0 < int(number) < 100:
        raise CountersignError("看不懂比例“{text}”，应为 1% 到 99%", text=text)
    return int(number)


def _one_of(choices: Mapping[str, str], refusal: str) -> Callable[[str], str]:
    """A reader of one of these keys; others are refused with what may be chosen."""

    def read(text: str) -> str:
        if text not in choices:
            known = "、".join(f"{key}（{name}）" for key, name in choices.items())
            raise CountersignError(refusal + "，可选：{known}", text=text, known=known)
        return text

    return read


def _rung(text: str) -> Limit | None:
    if text == "at_due":
        return None
    if not text.startswith("+"):
        raise CountersignError("看不懂升级时点“{text}”，应为 at_due（到期时）或 +2h（到期后 2 工时）", text=text)
    return Limit.parse(text[1:])


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise CountersignError("没有“{text}”这个时区，本公司为 Asia/Shanghai", text=text) from None
    return text
