"""A scenario's table as the page posts it, and as controls the page draws; what it means is `engine.workbench.stories`.

Controls of row 3 are named `3-…`; rows are listed in order by `rows`. What repeats in a row (fields, expectations)
comes as lists of equal length.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.check.stories import WALL
from engine.forms import Field
from engine.workbench.stories.cells import listed, shown
from engine.workbench.stories.faults import STATUS
from engine.workbench.stories.names import Names, Procedure, Step, case_of, cases
from engine.workbench.stories.table import (
    BEGUN,
    CELLS,
    CUSTOMER,
    EXPECT,
    EXPECTED,
    FIGURES,
    HEADS,
    KINDS,
    RAW,
    START,
    VERBS,
    WAIT,
    WHOLE,
    WORK,
    Customer,
    Expected,
    Row,
    Table,
    customer,
    row,
)

Posted = MultiDict[str, str]
Control = dict[str, Any]
LAST = "last"
UNITS = {"h": "小时", "m": "分钟", "d": "天", "": "照写"}
CLOCKS = {"": "工作时间", WALL: "自然时间"}
ASIDE = ("单", "意见", "理由", "事由", "拒绝", "部门", "余额", "单据")  # cells that seldom matter are drawn folded away
LISTS = ("multichoice", "attachment")  # kinds of fields with several values
AREAS = ("时限", "通知", "其他")
WORDS = {"拒绝": "应被拒绝，理由含", "其他": "其他或客户字段", "客户": "客户"}
NEW = {
    START: "发起",
    WORK: "办理",
    WAIT: "等待",
    EXPECT: "预期",
    WHOLE: "整件动作",
    BEGUN: "系统发起",
    FIGURES: "往来数据",
}


# --- what was posted ------------------------------------------------------------------------------------------------


def posted_table(posted: Posted, names: Names) -> Table:
    """The table as it was typed."""
    rows = [_posted_row(posted, number) for number in posted.getlist("rows")]
    typed = [_with_ids(one, names, case_of(one, begun)) for one, begun in zip(rows, cases(rows), strict=False)]
    return Table(
        title=posted.get("标题", "").strip(),
        begin=posted.get("开始", "").strip(),
        customers=tuple(_posted_customers(posted)),
        rows=tuple(typed),
        last=None if posted.get("last-raw") else _posted_expectations(posted, LAST),
    )


def _posted_row(posted: Posted, number: str) -> Row:
    kind, was = posted.get(f"{number}-kind", RAW), _was(posted.get(f"{number}-was", ""))
    if kind not in KINDS or kind == RAW:
        return row(was)
    if was is not None and row(was).kind != kind:  # no page sends that
        was = None
    cells = {key: posted.get(f"{number}-{key}", "").strip() for key in _columns(kind)}
    fields = zip(posted.getlist(f"{number}-field"), posted.getlist(f"{number}-value"), strict=False)
    given = tuple((name.strip(), value.strip()) for name, value in fields if name.strip() and value.strip())
    expected = _posted_expectations(posted, number) if kind == EXPECT else ()
    return Row(kind, cells, given, expected, was)


def _columns(kind: str) -> tuple[str, ...]:
    return ("多久", "单位", "时钟") if kind == WAIT else (*HEADS.get(kind, ()), *CELLS.get(kind, ()))


def _posted_expectations(posted: Posted, number: str) -> tuple[Expected, ...]:
    columns = {key: posted.getlist(f"{number}-expected-{key}") for key in (*EXPECTED, "其他")}
    found = []
    for at, name in enumerate(posted.getlist(f"{number}-expected")):
        cells = {key: _normal(values[at]) if at < len(values) else "" for key, values in columns.items()}
        if name.strip() or any(cells.values()):
            found.append(Expected(name.strip(), cells))
    return tuple(found)


def _normal(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _posted_customers(posted: Posted) -> Iterator[Customer]:
    columns = {key: posted.getlist(f"customer-{key}") for key in CUSTOMER}
    for at, (name, was) in enumerate(zip(posted.getlist("customer"), posted.getlist("customer-was"), strict=False)):
        cells = {key: values[at].strip() if at < len(values) else "" for key, values in columns.items()}
        if name.strip() or any(cells.values()):
            known = _was(was)
            yield Customer(name.strip(), cells, None if known is None or customer(known).raw else known)
    yield from (Customer("", was=_was(one)) for one in posted.getlist("customer-raw"))


def _was(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _with_ids(one: Row, names: Names, process: str | None) -> Row:
    """Fields and options typed by their labels, said by their ids."""
    known = names.step(one, process).fields
    by_label = {field.label: field.id for field in known.values()}
    before = row(one.was).fields if one.was is not None else ()
    fields = []
    for name, value in one.fields:
        if (name, value) in before:
            fields.append((name, value))
            continue
        name = name if name in known else by_label.get(name, name)
        fields.append((name, _by_id(value, known.get(name))))
    return replace(one, fields=tuple(fields))


def _by_id(text: str, field: Field | None) -> str:
    """An option's id where its label was typed; several of them as the list that they are."""
    options = {label: id_ for id_, label in _options(field).items()}
    if field is None or field.kind not in LISTS or text[:1] in ("[", '"'):
        return options.get(text, text)
    return shown([options.get(one, one) for one in listed("填写", text)])


def rearranged(table: Table, verb: str, at: int, kind: str = "") -> Table:
    """The table with a row moved up or down, doubled, taken out, or a new one of a kind behind it (0: first)."""
    rows = list(table.rows)
    if verb == "insert" and 0 <= at <= len(rows) and kind in NEW:
        rows.insert(at, _fresh(kind))
    elif 1 <= at <= len(rows):
        if verb == "remove":
            del rows[at - 1]
        elif verb == "copy":
            rows.insert(at, rows[at - 1])
        elif verb in ("up", "down"):
            moved = rows.pop(at - 1)
            rows.insert(max(0, at - 2) if verb == "up" else at, moved)
    return replace(table, rows=tuple(rows))


def _fresh(kind: str) -> Row:
    cells = dict.fromkeys(_columns(kind), "")
    if kind == WAIT:
        cells |= {"多久": "4", "单位": "h"}
    return Row(kind, cells)


# --- what is drawn --------------------------------------------------------------------------------------------------


def drawn_rows(table: Table, names: Names) -> list[dict[str, Any]]:
    """The rows with their controls, in order."""
    customers = [one.name for one in table.customers if one.name]
    found = []
    for number, (one, begun) in enumerate(zip(table.rows, cases(table.rows), strict=False), start=1):
        step, procedure = names.step(one, case_of(one, begun)), names.procedure(case_of(one, begun))
        cells = (
            [_cell(str(number), key, one, names, procedure, step) for key in _columns(one.kind)]
            if one.kind != RAW
            else []
        )
        aside = [cell for cell in cells if cell["column"] in ASIDE and one.kind in (START, WORK, WHOLE, FIGURES)]
        found.append({
            "number": number, "kind": one.kind, "label": _(KINDS[one.kind]), "process": procedure.id,
            "was": json.dumps(one.was, ensure_ascii=False) if one.was is not None else "",
            "cells": [cell for cell in cells if cell not in aside], "aside": aside,
            "fields": [_field(name, text, step.fields.get(name)) for name, text in one.fields],
            "offered": [(field.id, field.label) for field in step.fields.values()],
            "fillable": one.kind in (START, WORK),
            "summary": _summary(one, step, aside),
            "expected": drawn_expectations(one.expected, str(number), [*begun, *customers], names, begun),
        })  # fmt: skip
    return found


def _cell(prefix: str, key: str, one: Row, names: Names, procedure: Procedure, step: Step) -> Control:
    value = one.cells.get(key, "")
    options: Mapping[str, str] | None = {
        "谁": {who: f"{who}（{where}）" for who, where in names.people.items()},
        "流程": {each.id: each.name for each in names.procedures.values()},
        "环节": {each: each for each in procedure.steps},
        "结果": {label: label for label in step.outcomes.values()} if one.kind == WORK and step.outcomes else None,
        "动作": {verb: verb for verb in VERBS},
        "单位": {unit: _(label) for unit, label in UNITS.items()},
        "时钟": {clock: _(label) for clock, label in CLOCKS.items()},
    }.get(key)
    if key == "结果" and value in step.outcomes:
        options = {value: step.outcomes[value]} | {
            k: v for k, v in (options or {}).items() if v != step.outcomes[value]
        }
    return control(f"{prefix}-{key}", key, value, options)


def control(name: str, column: str, value: str, options: Mapping[str, str] | None = None) -> Control:
    """A select when there are options (what is there now stays one), a text otherwise."""
    if options is not None and value not in options:
        options = {value: _("%(value)s（没有这一项）", value=value) if value else ""} | dict(options)
    label = _(WORDS.get(column, column))
    kind = "area" if column in AREAS else "text" if options is None else "select"
    return {"name": name, "column": column, "label": label, "value": value, "kind": kind, "options": options or {}}


def _field(name: str, text: str, field: Field | None) -> Control:
    options = _options(field) if field is None or field.kind not in LISTS else {}
    found = control("", "值", text, {"": "", **options} if options else None)
    return found | {"id": name, "label": field.label if field else name}


def _options(field: Field | None) -> dict[str, str]:
    if field is None:
        return {}
    if field.kind == "bool":
        return {"true": _("是"), "false": _("否")}
    return {str(value): label for value, label in field.options} if field.kind in ("choice", "multichoice") else {}


def _summary(one: Row, step: Step, aside: Iterable[Control]) -> str:
    """What is folded away, in words."""
    said = [f"{cell['label']}“{cell['value']}”" for cell in aside if cell["value"]]
    for name, text in one.fields:
        field = step.fields.get(name)
        value = _options(field).get(text, text)
        said.append(f"{field.label if field else name} {value if len(value) <= 24 else value[:24] + '…'}")
    return "；".join(said)


def drawn_expectations(
    expected: Iterable[Expected], prefix: str, subjects: Iterable[str], names: Names, begun: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each expectation with its controls and its summary; an empty one at the end, to be filled in."""
    known = {one: one for one in subjects}
    labels = {name: one.label for procedure in names.procedures.values() for name, one in _fields(procedure)}
    blank = Expected("", dict.fromkeys((*EXPECTED, "其他"), ""))
    return [
        {
            "name": one.name,
            "summary": _expected_summary(one, labels),
            "subject": control(f"{prefix}-expected", "对象", one.name, {"": "", **known}),
            "cells": [_expected_cell(prefix, key, one, names, begun) for key in (*EXPECTED, "其他")],
        }
        for one in (*expected, blank)
    ]


def _expected_cell(prefix: str, key: str, one: Expected, names: Names, begun: Mapping[str, str]) -> Control:
    value = one.cells.get(key, "")
    options: Mapping[str, str] | None = {
        "状态": {"": "", **{status: _(label) for status, label in STATUS.items()}},
        "紧急": {"": "", "true": _("是"), "false": _("否")},
    }.get(key)
    offered = list(names.procedure(begun.get(one.name)).steps) if key == "待办" and one.name in begun else []
    return control(f"{prefix}-expected-{key}", key, value, options) | {"offered": offered}


def _fields(procedure: Procedure) -> Iterator[tuple[str, Field]]:
    for step in (procedure.start, *procedure.steps.values()):
        yield from step.fields.items()


def _expected_summary(one: Expected, labels: Mapping[str, str]) -> str:
    """What is expected in one line, fields by their labels."""
    said = []
    for key in EXPECTED:
        if value := one.cells.get(key, ""):
            value = {"状态": STATUS, "紧急": {"true": "是", "false": "否"}}.get(key, {}).get(value, value)
            said.append(f"{key} {value}".replace("\n", "，"))
    for line in one.cells.get("其他", "").splitlines():
        name, colon, value = line.partition("：")
        said.append(f"{labels.get(name.strip(), name)}{colon}{value}")
    return "；".join(said)


def drawn_customers(table: Table, departments: Mapping[str, str]) -> list[dict[str, Any]]:
    """The customers that exist already with their controls, and an empty line."""
    found = []
    for one in (*table.customers, Customer("", dict.fromkeys(CUSTOMER, ""))):
        was = json.dumps(one.was, ensure_ascii=False) if one.was is not None else ""
        cells = [
            control(f"customer-{key}", key, one.cells.get(key, ""), {"": "", **departments} if key == "部门" else None)
            for key in CUSTOMER
        ]
        found.append({"name": one.name, "was": was, "raw": one.raw, "cells": cells})
    return found
