"""The parameters of a policy as fields of a page: what each is called, what it says, what may be chosen.

A page changes values; the text keeps its order, its comments and everything that no field shows. What is right is for
the reader of the policy to say, so that a page and a file are judged alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from typing import Any, Literal, NamedTuple

from engine.forms.yaml import load
from engine.policy_words import CODES, choices_of, clock_name, name_of
from engine.rewriting import rewritten
from engine.timeline import CLOCK_KINDS

Kind = Literal["text", "day", "limit", "number", "money", "flag", "choice", "list"]
SEPARATORS = "、,，;；\n"
YES_NO: tuple[tuple[str, str], ...] = (("true", "是"), ("false", "否"))
HEADED = frozenset({"policy", "ladder", "assessment"})  # sections that are a group of their own


class Field(NamedTuple):
    """A parameter: its key in the file, its words, and `value` as a page writes it; choices are (value, words)."""

    key: str
    label: str
    kind: Kind
    value: str
    choices: tuple[tuple[str, str], ...] = ()


class Group(NamedTuple):
    """Fields that a page shows together."""

    title: str
    fields: tuple[Field, ...]


_FIXED: tuple[tuple[str, tuple[tuple[str, Kind], ...]], ...] = (
    ("提醒与上报", (
        ("ladder.warn_at", "list"), ("ladder.escalate", "list"), ("ladder.escalate_to", "list"),
        ("ladder.reminders", "choice"),
    )),
    ("挂起、延期、退回", (
        ("pause.categories", "list"), ("extension.max", "limit"), ("extension.times", "number"),
        ("extension.decides", "choice"), ("rework.cancel_days", "number"), ("receipt.restart_on_resubmit", "flag"),
        ("receipt.no_route_single_clock", "flag"),
    )),
    ("超时扣款（4.1）", (
        ("penalty.overtime.focal", "money"), ("penalty.overtime.leader", "money"), ("penalty.overtime.every", "number"),
        ("penalty.overtime.department_extra", "money"), ("penalty.overtime.scope", "choice"),
        ("penalty.overtime.person", "choice"), ("penalty.overtime.include_maintainer", "flag"),
    )),
    ("申报不实扣款（4.2）", (
        ("penalty.false_new.person", "money"), ("penalty.false_new.department", "money"),
        ("penalty.false_new.factor", "number"), ("penalty.false_new.escalation", "choice"),
        ("penalty.false_new.window", "choice"), ("penalty.false_new.scope", "choice"),
    )),
    ("录入错误扣款（4.3）和封顶", (
        ("penalty.entry_error.maintainer", "money"), ("cap.per_person_month", "money"),
        ("cap.percent_of_wage", "number"),
    )),
    ("考核程序", (
        ("assessment.publicity_days", "number"), ("assessment.appeal_days", "number"),
        ("assessment.decide_days", "number"),
    )),
    ("年度冻结和其他", (
        ("annual_freeze.month", "number"), ("annual_freeze.day", "number"), ("annual_freeze.review_days", "number"),
        ("annual_freeze.no_business_months", "number"), ("annual_freeze.filer", "choice"),
        ("phone.grace_min", "number"), ("one_time.uses", "number"), ("apply.delay_report", "flag"),
    )),
)  # fmt: skip


def groups(text: str, file: str) -> list[Group]:
    """The fields of a policy text and what they say; raises DefinitionInvalid when it cannot be read.

    A parameter that the text leaves out is an empty field: the reader's own default holds.
    """
    data = load(text, file)
    found = [Group("版本", (_field(data, "policy.version", "text"), _field(data, "policy.effective_from", "day")))]
    found += [
        Group(f"时限 {name}" if clock_name(clock, name) == name else f"时限 {clock} {name}", fields)
        for clock, name, fields in _clocks(data)
    ]
    found += [Group(title, tuple(_field(data, key, kind) for key, kind in rows)) for title, rows in _FIXED]
    return found


def filled(text: str, file: str, typed: Mapping[str, str]) -> str:
    """The text with the values that were typed, by key; what no field shows and what says the same stays as it is."""
    data = load(text, file)
    changed = deepcopy(data)
    for field in (field for group in groups(text, file) for field in group.fields):
        said = typed.get(field.key, field.value).strip()
        if said != field.value:
            codes = {word: code for code, word in CODES.get(field.key, {}).items()}
            _put(changed, field.key.split("."), _understood(field.kind, said, codes))
    return rewritten(text, changed, file)


def _clocks(data: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[Field, ...]]]:
    clocks = data.get("clocks")
    for clock, rule in clocks.items() if isinstance(clocks, Mapping) else ():
        if isinstance(rule, Mapping) and "." not in clock:
            base = f"clocks.{clock}"
            rows: list[Field] = [_field(data, f"{base}.{urgency}", "limit") for urgency in ("normal", "urgent")]
            if not isinstance(rule.get("kind"), Mapping):  # told apart by urgency it is left to the text
                rows.append(_field(data, f"{base}.kind", "choice"))
            rows.append(_field(data, f"{base}.penalised", "flag"))
            yield clock, str(rule.get("name", "")), tuple(rows)


def _field(data: Mapping[str, Any], key: str, kind: Kind) -> Field:
    path, choices = key.split("."), YES_NO if kind == "flag" else ()
    if kind == "choice":
        choices = choices_of(key, CLOCK_KINDS if key.endswith(".kind") else ())
    told = path if len(path) == 2 and path[0] not in HEADED else path[-1:]
    return Field(key, name_of(told), kind, _said(_get(data, path), CODES.get(key, {})), choices)


def _get(data: Any, path: list[str]) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        if not isinstance(data.get(key), dict):
            data[key] = {}
        data = data[key]
    data[path[-1]] = value


def _said(value: Any, words: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "、".join(words.get(str(one), str(one)) for one in value) if isinstance(value, list) else str(value)


def _understood(kind: Kind, said: str, codes: Mapping[str, str]) -> Any:
    """The value as the file writes it; what is not understood stays as typed, for the reader to name."""
    if kind == "list":
        for separator in SEPARATORS:
            said = said.replace(separator, "\0")
        return [codes.get(one.strip(), one.strip()) for one in said.split("\0") if one.strip()]
    if not said:
        return None
    if kind == "flag":
        return {"true": True, "false": False}.get(said, said)
    if kind in ("number", "money") and said.isascii() and said.isdigit():
        return int(said)
    if kind == "day":
        try:
            return date.fromisoformat(said)
        except ValueError:
            return said
    return said
