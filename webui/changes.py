"""变更对比: what the steps of a case changed in its form, old and new side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import prefill
from engine.casefile import CaseFile, Item
from engine.forms import Context, Field, Held, is_sensitive
from engine.forms.fields import empty
from engine.people import People
from engine.wording import moment_text


class Values:
    """Values of a case's form as people read them; sensitive ones masked unless their section is open to them.

    What the record holds that the case is about is masked for everybody.
    """

    def __init__(self, file: CaseFile, context: Context, clear: frozenset[str]) -> None:
        self.file, self.context, self.clear = file, context, clear
        self.held = Held(file.definition.catalogue.fields.values(), file.case.base)

    def field(self, item: Item, name: str) -> Field | None:
        """The field a step wrote: of the catalogue, or one that only this step's form has."""
        form = self.file.definition_of(item).forms.get(item.form or "")
        if form and name in form.fields:
            return form.fields[name]
        return self.file.definition_of(item).catalogue.fields.get(name)

    def told(self, field: Field, value: Any) -> str:
        """One value as text."""
        if empty(value):
            return ""
        if field.kind == "table":
            return "；".join(self._row(field, row) for row in value if isinstance(row, Mapping))
        if self._masked(field, value, field.id):
            return self.held.marked(field, value)
        return self._simple(field, value)

    def _masked(self, field: Field, value: Any, name: str, table: Field | None = None) -> bool:
        return is_sensitive(field, value) and (name not in self.clear or self.held.has(field, value, table))

    def _row(self, table: Field, row: Mapping[str, Any]) -> str:
        cells = [(column, row[column.id]) for column in table.columns if not empty(row.get(column.id))]
        return "，".join(
            self.held.marked(column, value, table)
            if self._masked(column, value, table.id, table)
            else self._simple(column, value)
            for column, value in cells
        )

    def _simple(self, field: Field, value: Any) -> str:
        labels = dict(self.context.with_standing(field, value)) if field.options or field.source else {}
        if isinstance(value, bool):
            return "是" if value else "否"
        if field.kind == "attachment":
            names = self.context.files([str(one) for one in value]) or {}
            return "、".join(names.get(str(one), str(one)) for one in value)
        if field.kind == "search":
            return "已查重"
        if isinstance(value, list):
            return "、".join(labels.get(str(one), str(one)) for one in value)
        text = labels.get(str(value), str(value))
        return f"{text} {field.unit or '元'}" if field.kind == "money" else text


def rows(values: Values, people: People, now: datetime) -> list[dict[str, str]]:
    """Every change since the application, oldest first, for the tab."""
    return [row for item in done(values.file) for row in of_item(values, item, people, now)]


def of_item(values: Values, item: Item, people: People, now: datetime) -> list[dict[str, str]]:
    """What one step changed in the form of the case; what it only noted for itself is no change."""
    form = values.file.definition_of(item).forms.get(item.form or "")
    own = form.own_ids if form else frozenset()
    found = []
    for name, new in item.submission.items():
        field = None if name in own else values.field(item, name)
        if field is not None and item.done_by and item.done_at:
            found.append(
                {
                    "label": field.label,
                    "old": values.told(field, item.replaced.get(name)),
                    "new": values.told(field, new),
                    "who": people.person(item.done_by).name,
                    "when": moment_text(item.done_at, now),
                }
            )
    return found


def differences(values: Values) -> list[dict[str, str]]:
    """What the case changes of a customer that exists: old and new side by side, sensitive values masked."""
    case, catalogue = values.file.case, values.file.definition.catalogue
    values = Values(values.file, values.context, frozenset())
    found = []
    for section in catalogue.sections:
        for field in section.fields:
            pair = prefill.differences(case.form, case.base).get(field.id)
            if pair:
                old, new = (values.told(field, value) or "（空）" for value in pair)
                found.append({"label": field.label, "section": section.title, "old": old, "new": new})
    return found


def done(file: CaseFile) -> list[Item]:
    """The finished steps by the moment they were finished."""
    return sorted((item for item in file.items if item.done and item.done_at), key=lambda one: one.done_at)  # type: ignore[arg-type, return-value]
