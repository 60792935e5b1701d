"""What a draft's form or letter looks like, by the very page builder and renderer that cases use, on sample data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from jinja2 import meta
from jinja2.exceptions import TemplateError

from engine import forms
from engine.definitions import read_forms
from engine.errors import FieldProblem, FormInvalid, Misconfigured
from engine.forms import Context, Field, Form
from engine.forms.html import Posted
from engine.letters import COMMON, template_of
from engine.operations import registry
from engine.transactions import Tx
from engine.workbench import form_edits
from handlers.notices import letters
from webui.here import me, now, snapshot


def preview(
    tx: Tx, process: str, documents: Mapping[str, str], name: str, kind: str, posted: Posted | None = None
) -> dict[str, Any]:
    """The form as a department of this kind sees it; `posted` is handed in on trial, and nothing of it is kept.

    `sections` (none while the forms have faults), `errors` as the page lists them, `told`: what would come of it.
    """
    found = read_forms(documents, [])[1].get(name)
    if found is None or any(one.level == "error" for one in form_edits.problems(process, documents, registry)):
        return {"sections": [], "errors": [], "told": []}
    form, context = _on_trial(found), _context(tx, kind)
    shown = replace(form, catalogue=replace(form.catalogue, rules=None))  # samples are not to be judged
    written = form.writable(context.kind)
    values = {one.id: sample(one) for one in form.fields.values() if one.id not in written}
    given = {key: value for key, value in values.items() if value is not None}
    if posted is None:
        return {"sections": forms.render(shown, given, context), "errors": [], "told": []}
    typed, told, problems = forms.values_from_html(form, posted, context), list[str](), tuple[FieldProblem, ...]()
    try:
        told = list(_outcome(form, forms.read(form, typed, given, context)))
    except FormInvalid as error:
        problems = error.problems
    sections = forms.render(shown, given, context, typed=typed, problems=problems)
    return {"sections": sections, "errors": [_error(one) for one in problems], "told": told}


def _context(tx: Tx, kind: str) -> Context:
    people = snapshot(tx).people
    departments = [one for one in people.departments() if one.kind == kind]
    mine = people.person(me()).department_id
    return Context(tx, now(), people, departments[0].id if departments else mine)


def _on_trial(form: Form) -> Form:
    """The form without what only a case can fill in: files and searches are not asked for."""
    sections = tuple(replace(one, fields=_unasked(one.fields)) for one in form.catalogue.sections)
    catalogue = replace(form.catalogue, sections=sections)
    required = tuple(one for one in form.required if one in catalogue.by_id or not _aside(form.fields[one]))
    own = replace(form.own, fields=_unasked(form.own.fields)) if form.own else None
    outcomes = tuple(replace(one, requires=_asked(form, one.requires)) for one in form.outcomes)
    return replace(form, catalogue=catalogue, own=own, outcomes=outcomes, required=required)


def _aside(one: Field) -> bool:
    return one.kind in ("attachment", "search")


def _asked(form: Form, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if not _aside(form.fields[name]))


def _unasked(fields: Iterable[Field]) -> tuple[Field, ...]:
    aside = {"kind": "static", "text": _("（预览里不上传附件、不查重）"), "required": False}
    return tuple(replace(one, **aside) if _aside(one) else one for one in fields)  # type: ignore[arg-type]


def _outcome(form: Form, done: forms.Submission) -> Iterator[str]:
    """What would come of it: the button, what goes to the diagram, what the rules doubt."""
    outcome = form.outcome(done.outcome)
    yield _("校验通过，办理结果是“%(label)s”。", label=outcome.label if outcome else done.outcome)
    for name, value in done.decisions.items():
        yield _("流程图的变量 %(name)s 得到 %(value)s。", name=name, value="–" if value is None else value)
    yield from (_("提醒：%(message)s", message=one.message) for one in done.warnings)


def _error(one: FieldProblem) -> dict[str, str]:
    return {"name": one.field.replace(".", "-"), "label": one.label or one.field, "message": one.message}


def sample(one: Field) -> Any:
    """A value a field may have; None where a made-up one would mislead."""
    if one.default is not None:
        return one.default
    if one.kind in ("text", "textarea") and not one.sensitive:
        return _("〔%(label)s〕", label=one.label)
    if one.kind in ("choice", "multichoice") and one.options:
        value = int(one.options[0][0]) if one.integer else one.options[0][0]
        return value if one.kind == "choice" else [value]
    return {"number": 1, "money": "1000.00", "date": "2026-09-18", "bool": True}.get(one.kind)


def letter_preview(documents: Mapping[str, str], name: str, text: str) -> dict[str, Any]:
    """The letter on sample data, and the names in it that no letter knows: an operation has to give them."""
    catalogue, _forms = read_forms(documents, [])
    data: dict[str, Any] = {
        "case": {
            "number": "XZ-2026-0001", "title": _("示例客户有限公司"), "urgent": False, "round": 1,
            "applicant": _("申请人"), "department": _("申请部门"),
        },
        "form": {one.id: sample(one) or f"〔{one.label}〕" for one in catalogue.fields.values()},
        "now": "2026-09-18 09:00",
    }  # fmt: skip
    try:
        unknown = meta.find_undeclared_variables(template_of(text)) - COMMON
        told = letters.render(text, name, data | {one: f"〔{one}〕" for one in unknown})
    except (TemplateError, Misconfigured) as error:
        return {"wrong": str(error), "unknown": [], "fields": sorted(catalogue.fields)}
    published = meta_of(documents.get(f"letters/{name}.j2", ""))
    return {
        "subject": told.subject,
        "body": told.body,
        "unknown": sorted(unknown - published),
        "given": sorted(unknown & published),
        "fields": sorted(catalogue.fields),
    }


def meta_of(text: str) -> set[str]:
    """The names a template asks for; none when it cannot be read."""
    try:
        return meta.find_undeclared_variables(template_of(text))
    except TemplateError:
        return set()
