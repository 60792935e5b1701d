"""What is filled in, what still matters, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import FieldProblem
from engine.forms.fields import Field, empty

_ROW = ("", None, False)  # what a blank row of a table consists of


def visible(one: Field, fields: Mapping[str, Field], values: Mapping[str, Any]) -> bool:
    """Whether the field matters: its condition holds, and that of the field it depends on, and so on."""
    seen: set[str] = set()
    while one.show_when and one.id not in seen:
        if not one.show_when.holds(values):
            return False
        seen.add(one.id)
        one = fields.get(one.show_when.field, one)
    return True


def is_list(raw: Any) -> bool:
    return isinstance(raw, (list, tuple))


def blank(table: Field, row: Mapping[str, Any]) -> bool:
    """A row nobody filled in: only defaults and unticked boxes."""
    return all(row.get(column.id) in _ROW or str(row.get(column.id)) == str(column.default) for column in table.columns)


def please(one: Field) -> str:
    """What to do about an empty field."""
    verb = {
        "choice": "请选择",
        "multichoice": "请选择",
        "date": "请选择",
        "attachment": "请上传",
        "search": "请先查重",
    }
    if one.kind == "bool":
        return f"请勾选“{one.label}”"
    return f"“{one.label}”必填，{verb.get(one.kind, '请填写')}"


def unfilled_paths(
    fields: Sequence[Field], known: Mapping[str, Field], values: Mapping[str, Any]
) -> Iterator[tuple[str, Field]]:
    """Paths and fields that are required, matter, and are empty; rows of tables included."""
    for one in fields:
        if not visible(one, known, values):
            continue
        if one.is_required(values) and (empty(values.get(one.id)) or values.get(one.id) is False):
            yield one.id, one
        for number, row in enumerate(values.get(one.id) or () if one.columns else ()):
            scope = {**values, **row}
            for column in one.columns:
                shown = column.show_when is None or column.show_when.holds(scope)
                if shown and column.is_required(scope) and empty(row.get(column.id)):
                    yield f"{one.id}.{number}.{column.id}", column


def unfilled(fields: Sequence[Field], known: Mapping[str, Field], values: Mapping[str, Any]) -> list[FieldProblem]:
    """The required fields that are empty, as problems."""
    return [FieldProblem(path, please(one), one.label) for path, one in unfilled_paths(fields, known, values)]
