"""Validating what was posted: only what this person may write here is read, everything else is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from engine.errors import FieldProblem, FormInvalid
from engine.forms.context import Context, Submission
from engine.forms.definition import SCAN, Form, Outcome
from engine.forms.fields import Field, Options, empty
from engine.forms.filled import blank, is_list, please, unfilled_paths, visible
from engine.forms.kinds import alike, convert
from engine.forms.sections import digest
from engine.forms.veil import is_mask
from engine.operations import GuardContext, Judged, Registry

COMMENT = Field("comment", "意见", "textarea", max=2000)


def read(
    form: Form, posted: Mapping[str, Any], current: Mapping[str, Any], context: Context | None = None
) -> Submission:
    """Turn what was posted into a valid step.

    Fields absent from `posted` keep their value; unknown ones and those without a right to write are ignored.
    Raises FormInvalid with one problem per field and what was typed.
    """
    return _Reading(form, posted, current, context or Context()).submission()


def guard(form: Form, submission: Submission, context: GuardContext, registry: Registry) -> None:
    """Run the form's guards over a valid step; raises FormInvalid. Returns are not guarded."""
    outcome = form.outcome(submission.outcome)
    if outcome is None or outcome.skip_validation:
        return
    said = {**submission.values, **{name: new for name, (_, new) in submission.changed.items()}}  # rows and unkept too
    problems = [one for name in form.guards for one in registry.guards[name](context, said)]
    if problems:
        raise FormInvalid(problems, submission.values)


class _Reading:
    """The work of one `read`."""

    def __init__(self, form: Form, posted: Mapping[str, Any], current: Mapping[str, Any], context: Context) -> None:
        self.form, self.context, self.current = form, context, current
        writable = form.writable(context.kind)
        self.fields = [one for name, one in form.fields.items() if name in writable]
        self.posted = {one.id: posted[one.id] for one in self.fields if one.id in posted}
        self.said = {name: posted[name] for name in ("outcome", "comment") if name in posted}
        # What a step itself says is said anew each time; only the customer's data carries on.
        self.values = {name: value for name, value in current.items() if name not in form.own_ids}
        self.problems: dict[str, FieldProblem] = {}
        self.warnings: list[Judged] = []

    def submission(self) -> Submission:
        outcome, comment = self._outcome(), self._comment()
        for one in self.fields:
            if one.id in self.posted or one.given:
                self._convert(one)
        self._hide()
        self._remember(outcome)
        if not outcome.skip_validation:
            self._complete()
            self._check()
            self._judge()
        self._outcome_needs(outcome, comment)
        if outcome.skip_validation:
            self._forgive(outcome)
        if self.problems:
            raise FormInvalid(list(self.problems.values()), {**self.posted, **self.said})
        return self._result(outcome, comment)

    # --- the steps --------------------------------------------------------------------------------------

    def _outcome(self) -> Outcome:
        name = self.said.get("outcome")
        found = self.form.outcome(str(name))
        if found is None and len(self.form.outcomes) == 1 and name is None:
            return self.form.outcomes[0]
        if found is None:
            offered = "、".join(one.label for one in self.form.outcomes)
            problem = FieldProblem("outcome", f"没有选择办理结果；请点击：{offered}", "办理结果")
            raise FormInvalid([problem], {**self.posted, **self.said})
        return found

    def _comment(self) -> str | None:
        try:
            text: str | None = convert(COMMENT, self.said.get("comment"), ())
            return text
        except ValueError as error:
            self._problem(COMMENT, str(error))
            return None

    def _convert(self, one: Field) -> None:
        raw = self.posted.get(one.id)
        try:
            value = self._rows(one, raw) if one.kind == "table" else self._simple(one, raw)
            self._known_files(one, value)
            self.values[one.id] = value
        except ValueError as error:
            self._problem(one, str(error))

    def _rows(self, table: Field, raw: Any) -> list[dict[str, Any]] | None:
        if table.given:
            return self._given_rows(table, raw)
        rows = [row for row in raw if isinstance(row, Mapping) and not blank(table, row)] if is_list(raw) else []
        if len(rows) > table.max:
            raise ValueError(f"最多 {table.max} 行，现有 {len(rows)} 行；请删减")
        return [self._row(table, number, row) for number, row in enumerate(rows)] or None

    def _given_rows(self, table: Field, raw: Any) -> list[dict[str, Any]] | None:
        """The given rows with what was said about each; rows that are not given are ignored."""
        key = table.row_key
        posted = raw if is_list(raw) else ()
        said = {str(row.get(key)): row for row in posted if isinstance(row, Mapping)}
        fixed = [column.id for column in table.columns if column.fixed]
        found = []
        for number, row in enumerate(self.context.rows_of(table)):
            typed = said.get(str(row[key]), row)
            found.append(self._row(table, number, {**typed, **{name: row.get(name) for name in fixed}}))
        return found or None

    def _row(self, table: Field, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in table.columns:
            if column.fixed:
                values[column.id] = row.get(column.id)
                continue
            try:
                values[column.id] = self._simple(column, row.get(column.id), table)
            except ValueError as error:
                self._problem(column, str(error), f"{table.id}.{number}.")
        return {name: value for name, value in values.items() if not empty(value)}

    def _simple(self, one: Field, raw: Any, table: Field | None = None) -> Any:
        if one.sensitive and is_mask(raw):
            raise ValueError(f"这里只有遮盖后的内容，认不出是哪一个；请把{one.label}完整地重新填写")
        return convert(one, raw, self._options(one, raw, table))

    def _options(self, one: Field, raw: Any, table: Field | None = None) -> Options:
        """What may be chosen: what is offered now, and what stands in the record and is posted back unchanged."""
        standing = (
            [row.get(one.id) for row in self.current.get(table.id) or ()] if table else [self.current.get(one.id)]
        )
        return self.context.with_standing(one, raw) if raw in standing else self.context.options_of(one)

    def _known_files(self, one: Field, value: Any) -> None:
        known = self.context.files(value or ()) if one.kind == "attachment" else None
        if known is not None and set(value) - set(known):
            raise ValueError("附件不存在或不属于本单；请重新上传")

    def _hide(self) -> None:
        """What does not matter is not kept: a hidden field cannot smuggle a value in."""
        for one in self.fields:
            if not visible(one, self.form.fields, self.values):
                self.values[one.id] = None
                self.problems = {k: v for k, v in self.problems.items() if k.split(".")[0] != one.id}

    def _remember(self, outcome: Outcome) -> None:
        """A field of this step that another outcome is about, left empty, does not undo an earlier round."""
        for name in self.form.own_ids & self.form.occasional - {*outcome.requires}:
            if empty(self.values.get(name)) and name in self.current:
                self.values[name] = self.current[name]

    def _complete(self) -> None:
        for path, one in unfilled_paths(self.fields, self.form.fields, self.values):
            self._problem(one, please(one), path.removesuffix(one.id))

    def _check(self) -> None:
        """Run the registered check of each field, on rows too; it may put the value into normal form."""
        for one in self.fields:
            self._check_one(one, self.values, "")
            for number, row in enumerate(self.values.get(one.id) or () if one.columns else ()):
                for column in one.columns:
                    self._check_one(column, row, f"{one.id}.{number}.")

    def _check_one(self, one: Field, values: dict[str, Any], prefix: str) -> None:
        name = one.check_name(values)
        if name is None or empty(values.get(one.id)) or prefix + one.id in self.problems:
            return
        try:
            values[one.id] = self.context.registry.checks[name](values[one.id])
        except ValueError as error:
            table = prefix.partition(".")[0]
            if (f"{table}.{one.id}" if table else one.id) not in self._covered:
                self._problem(one, str(error), prefix)

    @cached_property
    def _covered(self) -> frozenset[str]:
        return self.context.covered(self.form.catalogue.rules)

    def _judge(self) -> None:
        """Ask every rule in which a field written here takes part; what blocks is a problem of its field.

        Over a record only what differs from it is judged: old data is no reason to refuse a change of something else.
        """
        written = frozenset(one.id for one in self.fields) & self.form.catalogue.fields.keys()
        if base := self.context.base:
            written = frozenset(name for name in written if not alike(base.get(name), self.values.get(name)))
        if not written:
            return
        for one in self.context.judged(self.form.catalogue.rules, self.values, written):
            if one.blocks:
                self.problems.setdefault(one.field, FieldProblem(one.field, one.message, self._label(one.field)))
            else:
                self.warnings.append(one)

    def _label(self, path: str) -> str:
        """What a field or a cell is called."""
        name, _, cell = path.partition(".")
        known = self.form.fields.get(name)
        columns = known.columns if known else ()
        column = next((one for one in columns if one.id == cell.rpartition(".")[2]), None)
        return column.label if column else known.label if known else name

    def _outcome_needs(self, outcome: Outcome, comment: str | None) -> None:
        for name in outcome.requires:
            one = self.form.fields[name]
            if empty(self.values.get(name)) or self.values.get(name) is False:
                self._problem(one, f"选择“{outcome.label}”时必填；{please(one)}")
        if outcome.needs_comment and not comment:
            self._problem(COMMENT, f"选择“{outcome.label}”时须写明原因")

    def _forgive(self, outcome: Outcome) -> None:
        """A return keeps what is valid; only what the outcome itself demands can stop it."""
        kept = {*outcome.requires, "comment"}
        self.problems = {path: one for path, one in self.problems.items() if path.split(".")[0] in kept}

    def _result(self, outcome: Outcome, comment: str | None) -> Submission:
        changed = {}
        for one in self.fields:
            old, new = self.current.get(one.id), self.values.get(one.id)
            if not alike(old, new):
                changed[one.id] = (old, new)
        meant = {one.id for one in self.fields} - (self.form.occasional - {*outcome.requires})
        decided = {one.decide: self.values.get(one.id) for one in self.fields if one.decide and one.id in meant}
        if self.form.decision:
            decided[self.form.decision] = outcome.id
        kept = {name: value for name, value in self.values.items() if not empty(value) and name != SCAN}
        elsewhere = {one.id for one in self.fields if one.given}
        rows = {name: digest({name: self.values.get(name)}) for name in sorted(elsewhere)}
        left_out = elsewhere if self.form.keep else elsewhere | self.form.own_ids
        kept = {name: value for name, value in kept.items() if name not in left_out}
        sections = self.form.signed(self.context.kind)
        warnings = tuple(self.warnings)
        return Submission(kept, outcome.id, changed, comment, decided, outcome.signs, sections, warnings, rows)

    def _problem(self, one: Field, message: str, prefix: str = "") -> None:
        self.problems.setdefault(prefix + one.id, FieldProblem(prefix + one.id, message, one.label))
