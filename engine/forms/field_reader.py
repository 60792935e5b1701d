"""Reading one field of the catalogue or of a form, with every fault named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.forms.fields import EMPTY, KINDS, WIDTHS, Condition, Field, Options
from engine.forms.yaml import Reader
from engine.problems import Problem

_LENGTH = {"text": 200, "textarea": 2000, "table": 20, "attachment": 10}  # default `max`: characters, rows, files


def read_field(data: Any, lists: Mapping[str, Options], file: str, problems: list[Problem]) -> Field:
    """One field of the catalogue or of a form."""
    name = str(data.get("id", "")) if isinstance(data, Mapping) else ""
    reader = Reader(data, file, f"字段 {name}".strip(), problems)
    kind = reader.take("kind", str, "text")
    if kind not in KINDS:
        reader.bad(f"不认识的 kind {kind}", "可用：" + "、".join(KINDS))
    columns = tuple(read_field(one, lists, file, problems) for one in reader.take("columns", list, []))
    check, check_by = _check_of(reader)
    one = Field(
        id=reader.take("id", str) or "",
        label=reader.take("label", str) or name,
        kind=kind,
        help=reader.take("help", str, ""),
        width=reader.take("width", int, 6 if kind in ("textarea", "table", "search", "static") else 3),
        max=reader.take("max", int, _LENGTH.get(kind, 200)),
        least=reader.take("least", int, 0 if kind == "money" else None),
        most=reader.take("most", int, None),
        decimals=reader.take("decimals", int, 2 if kind == "money" else 0),
        required=_required(reader),
        show_when=read_condition(reader, "show_when"),
        options=_options(reader, lists),
        source=reader.take("source", str, None),
        suggest=reader.take("suggest", str, None),
        without=reader.take("without", str, None),
        integer=reader.take("integer", bool, False),
        check=check,
        check_by=check_by,
        sensitive=reader.take("sensitive", (bool, str), False),
        default=reader.take("default", (str, int, bool), None),
        columns=columns,
        rows=reader.take("rows", str, None),
        fixed=reader.take("fixed", bool, False),
        decide=reader.take("decide", str, None),
        text=reader.take("text", str, ""),
        unit=reader.take("unit", str, ""),
        mono=reader.take("mono", bool, False),
        radio=reader.take("radio", bool, False),
    )
    reader.done()
    _check_field(one, reader)
    return one


def _check_field(one: Field, reader: Reader) -> None:
    if not one.id.isidentifier() or not one.id.isascii():
        reader.bad(f"id “{one.id}”不合规则", "id 用英文字母、数字和下划线，以字母开头")
    if one.width not in WIDTHS:
        reader.bad(f"width {one.width} 不可用", "width 为 2、3、4 或 6（一行共 6 格）")
    if one.kind in ("choice", "multichoice") and not (one.options or one.source):
        reader.bad("选择字段没有选项", "请写 options（值: 文字）或 source（数据来源）")
    if one.kind == "table" and not one.columns:
        reader.bad("表格没有列", "请在 columns 下列出各列")
    if one.rows and not (one.columns and one.columns[0].fixed):
        reader.bad("行由别处给出的表格，第一列须是区分各行的 fixed 列", "在第一列写 fixed: true")
    if any(column.kind in ("table", "attachment", "search", "static", "multichoice") for column in one.columns):
        reader.bad("表格的列只能是简单字段", "列的 kind 用 text、number、money、date、choice、bool")


def _required(reader: Reader) -> bool | Condition:
    if isinstance(reader.data.get("required"), Mapping):
        return read_condition(reader, "required") or False
    return bool(reader.take("required", bool, False))


def read_condition(reader: Reader, key: str) -> Condition | None:
    """`{field: …, values: […]}`, or `except: […]`: the only form of condition, so that pages can evaluate it too."""
    data = reader.take(key, dict, None)
    if data is None:
        return None
    inner = Reader(data, reader.file, f"{reader.element} {key}", reader.problems)
    negated = "except" in inner.data and "values" not in inner.data
    name, values = inner.take("field", str), inner.take("except" if negated else "values", list)
    inner.done()
    return Condition(name or "", tuple(values or ()), negated)


def _check_of(reader: Reader) -> tuple[str | dict[str, str] | None, str | None]:
    """`check: name`, or `check: {by: other_field, value: name, "*": name}`."""
    check = reader.take("check", (str, dict), None)
    if not isinstance(check, dict):
        return check, None
    named = {str(key): str(value) for key, value in check.items() if key != "by"}
    if "by" not in check or not named:
        reader.bad("check 写成多项时缺少 by", "请写 by: 决定用哪项校验的字段")
    return named, str(check.get("by", ""))


def _options(reader: Reader, lists: Mapping[str, Options]) -> Options:
    raw = reader.take("options", (dict, str), {})
    if isinstance(raw, str):
        if raw not in lists:
            reader.bad(f"没有名为 {raw} 的选项表", "请在 fields.yaml 的 lists 下定义，或核对拼写")
        return lists.get(raw, ())
    return read_options(raw, reader, "options")


def read_options(raw: Any, reader: Reader, name: str) -> Options:
    if not isinstance(raw, Mapping) or not all(isinstance(part, str) for pair in raw.items() for part in pair):
        reader.bad(f"选项表 {name} 有误", "请写成“值: 文字”，数字或纯符号的值加引号")
        return ()
    return tuple(raw.items())


def faulty_conditions(one: Field, known: Mapping[str, Field], file: str) -> Iterator[Problem]:
    """Problems for conditions (also of a table's columns) on a field nobody defined or a value it never has."""
    scope = {**known, **{column.id: column for column in one.columns}}
    for part in (one, *one.columns):
        named = [(c.field, c.values) for c in (part.show_when, part.required) if isinstance(c, Condition)]
        by = [key for key in part.check or () if key != "*"] if part.check_by else []
        for name, values in [*named, *([(part.check_by, by)] if part.check_by else [])]:
            if name not in scope:
                yield Problem(file, f"字段 {part.id}", f"条件里的字段 {name} 不存在", "请改为已定义的字段 id")
            else:
                yield from _never_had(part, scope[name], values, file)


def _never_had(part: Field, asked: Field, values: Iterable[Any], file: str) -> Iterator[Problem]:
    """Values that a field with fixed answers cannot have."""
    known: list[Any] = [True, False] if asked.kind == "bool" else []
    if asked.kind in ("choice", "multichoice") and not asked.source:
        known = [EMPTY, *(int(value) if asked.integer else value for value, _ in asked.options)]
    for value in values if known else ():
        if not any(type(one) is type(value) and one == value for one in known):
            can = "、".join(str(one).lower() if isinstance(one, bool) else str(one) for one in known if one != EMPTY)
            what = f"条件里的值 {value!r} 不是字段 {asked.id}（{asked.label}）可能的值"
            yield Problem(file, f"字段 {part.id}", what, f"可用：{can}；像数字的值加引号，空着写 ''")
