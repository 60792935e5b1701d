"""The other rules of a what-if: the version in force with single values typed anew, a calendar with other days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import yaml

from engine.calendar import Calendar, Override
from engine.errors import FieldProblem, FormInvalid
from engine.hours import HoursInvalid, hours_text, parse_hours, typed_hours
from engine.policy import Policies, Policy
from engine.policy_reader import PolicyInvalid
from engine.policy_words import differences

# What can be typed: key in the policy file, label.
FIELDS = {
    **{f"clocks.{clock}.{urgency}": f"{clock} {word}" for clock in ("T1", "T2", "T3")
       for urgency, word in (("normal", "正常"), ("urgent", "紧急"))},
    "penalty.overtime.focal": "超时 扣归口人员（元）",
    "penalty.overtime.leader": "超时 扣分管领导（元）",
    "penalty.overtime.every": "每满几次另扣",
    "penalty.overtime.department_extra": "另扣责任部门（元）",
    "penalty.false_new.person": "申报不实 扣责任人（元）",
    "penalty.false_new.department": "申报不实 扣部门（元）",
    "penalty.entry_error.maintainer": "录入错误 每条（元）",
    "ladder.warn_at": "到期前提醒于",
    "ladder.escalate": "到期后上报于",
}  # fmt: skip
HOURS, FREE, WORKING = "calendar.hours", "days.free", "days.working"
DAYS = {FREE: "改为休息的日子", WORKING: "改为上班的日子"}


@dataclass(frozen=True)
class Sandbox:
    """Rules in force nowhere; `changed` says in words what differs."""

    policy: Policy
    calendars: Mapping[str, Calendar]
    changed: tuple[tuple[str, str], ...]


def values(text: str, calendar: Calendar) -> dict[str, str]:
    """What stands in the version in force, as it is typed."""
    document = yaml.safe_load(text)
    found = {key: _shown(_at(document, key)) for key in FIELDS}
    return {**found, HOURS: "、".join(hours_text(calendar.hours)), FREE: "", WORKING: ""}


def build(text: str, calendars: Mapping[str, Calendar], typed: Mapping[str, str]) -> Sandbox:
    """The rules with what was typed; raises FormInvalid naming the field."""
    document, old = yaml.safe_load(text), Policies.parse(text).versions[0]
    for key in FIELDS:
        if key in typed and typed[key].strip() != _shown(_at(document, key)):
            _put(document, key, typed[key].strip())
    try:
        policy = Policies.parse(yaml.safe_dump(document, allow_unicode=True)).versions[0]
    except PolicyInvalid as error:
        field = next((key for key in FIELDS if key in error.message), "policy")
        raise FormInvalid([FieldProblem(field, error.message)], dict(typed)) from None
    other, days = _calendars(calendars, typed)
    words = [(name, f"{was} → {now}") for name, was, now in differences(old, policy)]
    return Sandbox(policy, other, (*words, *days))


def _calendars(
    calendars: Mapping[str, Calendar], typed: Mapping[str, str]
) -> tuple[Mapping[str, Calendar], list[tuple[str, str]]]:
    company, said = calendars["company"], []
    hours = company.hours
    if typed.get(HOURS, "").strip() not in ("", "、".join(hours_text(hours))):
        try:
            hours = parse_hours(typed_hours(typed[HOURS]))
        except HoursInvalid as error:
            raise FormInvalid([FieldProblem(HOURS, error.message)], dict(typed)) from None
        said.append(("工作时间", f"{'、'.join(hours_text(company.hours))} → {'、'.join(hours_text(hours))}"))
    free, working = _days(typed, FREE), _days(typed, WORKING)
    said += [(DAYS[key], "、".join(map(str, days))) for key, days in ((FREE, free), (WORKING, working)) if days]
    changed = {day: Override("rest", "试算") for day in free} | {day: Override("makeup", "试算") for day in working}
    if not said:
        return calendars, said
    return {
        code: replace(
            one, overrides={**one.overrides, **changed}, hours=hours if code == "company" else one.hours, version=""
        )
        for code, one in calendars.items()
    }, said


def _days(typed: Mapping[str, str], key: str) -> list[date]:
    words = typed.get(key, "").replace("，", " ").replace("、", " ").replace(",", " ").split()
    try:
        return sorted({date.fromisoformat(word) for word in words})
    except ValueError:
        problem = FieldProblem(key, f"看不懂“{typed[key]}”：日期写成 2026-09-21，几个日期用空格隔开。")
        raise FormInvalid([problem], dict(typed)) from None


def _at(document: object, key: str) -> object:
    for name in key.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _put(document: dict[str, object], key: str, text: str) -> None:
    *path, last = key.split(".")
    inner: object = document
    for name in path:
        inner = inner[name] if isinstance(inner, dict) else inner
    assert isinstance(inner, dict), f"no section for {key}"
    before = inner[last]
    if isinstance(before, list):
        inner[last] = text.replace("，", " ").replace("、", " ").replace(",", " ").split()
    else:
        inner[last] = int(text) if text.isascii() and text.isdigit() else None if text in ("", "不限") else text


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "不限" if value is None else str(value)
