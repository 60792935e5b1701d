"""Drawing a form: plain dicts that the templates' field macros take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.errors import FieldProblem
from engine.forms.context import Context
from engine.forms.definition import SCAN, Form, of_kind
from engine.forms.fields import Condition, Field, Section, empty
from engine.forms.filled import is_list, visible
from engine.forms.sensitive import is_sensitive
from engine.forms.veil import ROW, Held, Row, Stored, is_mask, mask

Drawn = dict[str, Any]


def render(
    form: Form,
    current: Mapping[str, Any],
    context: Context | None = None,
    *,
    typed: Mapping[str, Any] | None = None,
    problems: Iterable[FieldProblem] = (),
    readonly: bool = False,
    before: Mapping[str, Any] | None = None,
    held: Mapping[str, Any] | None = None,
) -> list[Drawn]:
    """The form's sections for the page.

    `typed` is what was posted or kept as a draft and wins over `current` where it may be written; `before` is
    an earlier state of the form: fields that differ from it are marked with their old value. Sensitive values that
    stand in `current`, or in `held` (what the record holds that the case is about), are masked even where written.
    """
    page = _Page(form, current, context or Context(), typed or {}, problems, readonly, before, held)
    return [page.section(section, fields) for section, fields in form.shown(page.context.kind)]


class _Page:
    """The work of one `render`."""

    def __init__(
        self, form: Form, current: Mapping[str, Any], context: Context, typed: Mapping[str, Any],
        problems: Iterable[FieldProblem], readonly: bool, before: Mapping[str, Any] | None,
        held: Mapping[str, Any] | None,
    ) -> None:  # fmt: skip
        self.form, self.context, self.before = form, context, before
        writable = frozenset() if readonly else form.writable(context.kind)
        self.writable = frozenset(name for name in writable if not form.fields[name].only_shown)
        self.clear = {one.id for one in form.catalogue.expand(of_kind(form.clear, context.kind))}
        defaults = {name: form.fields[name].default for name in self.writable}
        known = {name: value for name, value in current.items() if readonly or name not in form.own_ids}
        self.stored, self.held = Stored(form.fields.values(), current, self.context), Held(form.fields.values(), held)
        typed = self.stored.lifted(typed)
        written = {
            name: value for name, value in typed.items() if name in self.writable and not self._stale(name, value)
        }
        self.values: dict[str, Any] = {**defaults, **known, **written}
        self.errors = {problem.field: problem.message for problem in problems}
        self.warnings = {} if readonly else self._judged()

    def _judged(self) -> dict[str, str]:
        """What the rules object to now, by path: shown to whoever fills in and to whoever approves."""
        found: dict[str, str] = {}
        for one in self.context.judged(self.form.catalogue.rules, self.values, None):
            if one.field not in self.errors:
                found[one.field] = found.get(one.field, "") + one.message
        return found

    def _stale(self, name: str, value: Any) -> bool:
        """A mask of what is no longer stored says nothing: what is stored now is shown."""
        return bool(self.form.fields[name].sensitive) and is_mask(value)

    def section(self, section: Section, fields: Sequence[Field]) -> Drawn:
        drawn = [self.field(one, section.owner) for one in fields if self.offered(one)]
        asked = [one for one in fields if one.kind != "static" and one.id != SCAN]
        counted = [one for one in asked if visible(one, self.form.fields, self.values)]
        readonly = not any(one.id in self.writable for one in fields)
        return {
            "id": section.id,
            "title": section.title,
            "fields": drawn,
            "filled": sum(not empty(self.values.get(one.id)) for one in counted),
            "total": len(counted),
            "owner": section.owner,
            "readonly": readonly,
            "note": section.note,
        }

    def offered(self, one: Field) -> bool:
        """A field whose condition the page cannot change is there or not; the others the page shows and hides."""
        return visible(one, self.form.fields, self.values) or self._switchable(one)

    def _switchable(self, one: Field) -> bool:
        return one.show_when is not None and one.id in self.writable and one.show_when.field in self.writable

    def field(self, one: Field, owner: str) -> Drawn:
        readonly = one.id not in self.writable
        value = self.values.get(one.id)
        masked = self._masked(one, value, readonly)
        drawn = self._base(one, value) | {
            "name": one.id,
            "value": mask(value) if masked else self._value(one, value),
            "required": one.is_required(self.values),
            "readonly": readonly,
            "owner": owner,
            "error": self.errors.get(one.id, ""),
            "warning": self.warnings.get(one.id, ""),
            "show_when": _show_when(one.show_when) if self._switchable(one) else None,
            "masked": masked,
            "changed": self._old(one),
        }
        if one.kind == "table":
            drawn["columns"] = [self._column(column, value) for column in one.columns]
            drawn["given"] = one.given
            drawn["rows"] = self._rows(one, value, readonly)
            drawn["masked"] = any(ROW in row for row in drawn["rows"])
            if one.given:
                drawn["value"] = drawn["rows"]
                drawn["columns"] = [column for column in drawn["columns"] if self._told_of(column, drawn["rows"])]
        if one.kind == "search":  # its evidence is gathered beside the form; here it is only told
            drawn |= {"kind": "static", "readonly": True, "value": _evidence(value)}
        return drawn

    def _masked(self, one: Field, value: Any, readonly: bool) -> bool:
        """Whether a mask stands for the value: what somebody has just typed is his to see, what is stored is not."""
        if not self._hidden(one, value):
            return False
        if readonly:
            return one.id not in self.clear or self.held.has(one, value)
        return bool(value == self.stored.values.get(one.id))

    def _hidden(self, one: Field, value: Any) -> bool:
        return is_sensitive(one, value, self.context.registry)

    def _base(self, one: Field, value: Any) -> Drawn:
        options = self.context.with_standing(one, value)
        return {
            "id": one.id, "label": one.label, "kind": one.kind, "help": one.help, "width": one.width,
            "max": one.max if one.kind in ("text", "textarea") else None,
            "options": [{"value": value, "label": label} for value, label in options],
            "unit": one.unit, "mono": one.mono, "radio": one.radio, "suggest": self._suggest(one),
        }  # fmt: skip

    def _suggest(self, one: Field) -> Drawn | None:
        """Where suggestions for a text come from, and the controls they depend on."""
        if one.suggest is None or one.id not in self.writable:
            return None
        return {"name": one.suggest, "needs": [*self.context.registry.suggestions[one.suggest].needs, one.id]}

    def _column(self, column: Field, rows: Any) -> Drawn:
        required = column.required is True
        standing = [row.get(column.id) for row in rows if isinstance(row, Mapping)] if is_list(rows) else []
        unusual = next((one for one in standing if not self._offered(column, one)), None)
        drawn = self._base(column, unusual) | {"name": column.id, "required": required, "default": column.default}
        when = column.required if isinstance(column.required, Condition) else None
        return drawn | {"fixed": column.fixed, "required_when": _show_when(when)}

    def _offered(self, one: Field, value: Any) -> bool:
        return empty(value) or any(str(value) == known for known, _ in self.context.options_of(one))

    @staticmethod
    def _told_of(column: Drawn, rows: Sequence[Drawn]) -> bool:
        """A column that only shows something, and shows nothing in any row, is left out."""
        return not column["fixed"] or any(not empty(row[column["id"]]) for row in rows)

    def _rows(self, table: Field, value: Any, readonly: bool) -> list[Drawn]:
        rows = [row for row in value if isinstance(row, Mapping)] if is_list(value) else []
        if table.given:
            rows = self._given_rows(table, rows)
        return [self._row(table, number, row, readonly) for number, row in enumerate(rows)]

    def _given_rows(self, table: Field, typed: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The rows as they are given, with what was typed about each."""
        key, open_ = table.row_key, [column.id for column in table.columns if not column.fixed]
        said = {str(row.get(key)): row for row in typed}
        return [
            {**row, **{name: said[str(row[key])].get(name) for name in open_}} if str(row[key]) in said else row
            for row in self.context.rows_of(table)
        ]

    def _row(self, table: Field, number: int, row: Row, readonly: bool) -> Drawn:
        key = str(row.get(ROW) or self.stored.key(table, row))
        stored = self.stored.row(table, key)
        cell = self._read_cell if readonly else self._written_cell
        drawn: Drawn = {column.id: cell(table, column, row.get(column.id), stored) for column in table.columns}
        if not readonly and any(self._hidden(column, stored.get(column.id)) for column in table.columns):
            drawn[ROW] = key
        at = f"{table.id}.{number}."
        drawn["errors"] = {one.id: self.errors[at + one.id] for one in table.columns if self.errors.get(at + one.id)}
        warnings = {one.id: self.warnings[at + one.id] for one in table.columns if self.warnings.get(at + one.id)}
        return drawn | ({"warnings": warnings} if warnings else {})

    def _written_cell(self, table: Field, column: Field, cell: Any, stored: Row) -> Any:
        if self._hidden(column, cell) and cell == stored.get(column.id):
            return mask(cell)
        return self._value(column, cell)

    def _read_cell(self, table: Field, column: Field, cell: Any, stored: Row) -> Any:
        if self._hidden(column, cell) and (table.id not in self.clear or self.held.has(column, cell, table)):
            return self.held.marked(column, cell, table)
        return self._value(column, cell)

    def _value(self, one: Field, value: Any) -> Any:
        """Values of choices as text like their options; files by name."""
        if one.kind == "static":
            return one.text
        if one.kind == "choice":
            return "" if value is None else str(value)
        if one.kind == "multichoice":
            return [str(part) for part in value] if is_list(value) else []
        if one.kind == "attachment":
            ids = [str(part) for part in value] if is_list(value) else []
            names = self.context.files(ids) or {}
            return [{"id": part, "name": names.get(part, part)} for part in ids]
        if one.kind == "bool":
            return str(value).lower() in ("true", "1", "on")
        return value

    def _old(self, one: Field) -> str | None:
        """The value before, as text, when it differs; None when it does not."""
        if self.before is None or one.kind in ("table", "attachment", "search", "static"):
            return None
        old, new = self.before.get(one.id), self.values.get(one.id)
        if old == new or (empty(old) and empty(new)):
            return None
        return mask(old) if self._hidden(one, old) else _told(one, old, dict(self.context.with_standing(one, old)))


def _told(one: Field, value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if is_list(value):
        return "、".join(labels.get(str(part), str(part)) for part in value)
    return "" if value is None else labels.get(str(value), str(value))


def _show_when(condition: Condition | None) -> Drawn | None:
    if condition is None:
        return None
    drawn = {"field": condition.field, "values": [_html(value) for value in condition.values]}
    return drawn | ({"negated": True} if condition.negated else {})


def _html(value: Any) -> str:
    """A value as a form control posts it: a ticked box posts 1."""
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)


def _evidence(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    dismissals = value.get("dismissals") or {}
    told = [f"已查重 {len(value.get('search_ids') or ())} 次"]
    told += [
        f"排除 {name}：{why.get('reason')}（{why.get('evidence') or '未附依据'}）" for name, why in dismissals.items()
    ]
    return "；".join(told)
