"""The catalogue as its owner writes it (`processes/rules/customers.yaml`), read strictly: every slip is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.forms.yaml import Reader, load
from engine.problems import DefinitionInvalid, Problem
from handlers.customers.rules.facts import IMPLEMENTED

FILE = "rules/customers.yaml"
SEVERITIES = {"block": "阻止", "warn": "提醒", "off": "停用"}


@dataclass(frozen=True)
class Rule:
    """A rule as people read it; `fields` take part in it: when one of them changes, it is asked again."""

    id: str
    title: str
    standard: str
    fields: tuple[str, ...]
    severity: str
    remedy: str


def parse(text: str, file: str = FILE) -> tuple[Rule, ...]:
    """All rules in the order of the file; raises DefinitionInvalid naming file and rule for all that is wrong."""
    problems: list[Problem] = []
    top = Reader(load(text, file), file, "", problems)
    raw = top.take("rules", list) or []
    top.done()
    rules = tuple(_rule(one, file, problems) for one in raw)
    problems += _faults(rules, file)
    if problems:
        raise DefinitionInvalid(problems)
    return rules


def _rule(data: Any, file: str, problems: list[Problem]) -> Rule:
    name = str(data.get("id", "")) if isinstance(data, Mapping) else ""
    reader = Reader(data, file, f"规则 {name}".strip(), problems)
    found = Rule(
        reader.take("id", str) or "",
        reader.take("title", str) or "",
        reader.take("standard", str) or "",
        reader.names("fields"),
        # YAML reads a bare off as no.
        "off" if reader.data.get("severity") is False and reader.take("severity", bool) is False
        else reader.take("severity", str) or "",
        reader.take("remedy", str) or "",
    )  # fmt: skip
    reader.done()
    if found.severity not in SEVERITIES:
        reader.bad(f"severity “{found.severity}”不可用", "可用：block（阻止）、warn（提醒）、off（停用）")
    implemented = IMPLEMENTED.get(found.id)
    if implemented and implemented.fixed and found.severity != "block":
        reader.bad("这条规则只能是 block", implemented.fixed)
    return found


def _faults(rules: tuple[Rule, ...], file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in rules:
        if one.id in seen:
            yield Problem(file, f"规则 {one.id}", "编号重复", "每条规则只写一次")
        elif one.id not in IMPLEMENTED:
            yield Problem(file, f"规则 {one.id}", "系统里没有这条规则", "请核对编号；新规则须由开发人员实现")
        seen.add(one.id)
    for name in IMPLEMENTED.keys() - seen:
        yield Problem(file, f"规则 {name}", "目录里缺少这条规则", "请补写；不用的规则写 severity: off")


def unknown_fields(rules: tuple[Rule, ...], known: frozenset[str], file: str = FILE) -> Iterator[Problem]:
    """Fields that neither a form nor the store has; `known` are ids, columns as `banks.account_no`."""
    for one in rules:
        for name in one.fields:
            if name not in known:
                yield Problem(file, f"规则 {one.id}", f"没有字段 {name}", "请改为字段目录或客户视图里的名称", "warning")
