"""What a draft's form or letter looks like, by the very page builder and renderer that cases use, on sample data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from jinja2 import meta
from jinja2.exceptions import TemplateError

from engine import forms
from engine.definitions import read_forms
from engine.errors import Misconfigured
from engine.forms import Context, Field
from engine.letters import COMMON, template_of
from engine.operations import registry
from engine.transactions import Tx
from engine.workbench import form_edits
from handlers.notices import letters
from webui.here import me, now, snapshot


def preview(tx: Tx, process: str, documents: Mapping[str, str], name: str, kind: str) -> list[dict[str, Any]]:
    """The sections of the form as a department of this kind sees them; none while the forms have faults."""
    found = read_forms(documents, [])[1].get(name)
    if found is None or any(one.level == "error" for one in form_edits.problems(process, documents, registry)):
        return []
    people = snapshot(tx).people
    departments = [one for one in people.departments() if one.kind == kind]
    mine = people.person(me()).department_id
    context = Context(tx, now(), people, departments[0].id if departments else mine)
    values = {one.id: sample(one) for one in found.fields.values()}
    given = {key: value for key, value in values.items() if value is not None}
    return forms.render(found, given, context)


def sample(one: Field) -> Any:
    """A value a field may have; None where a made-up one would mislead."""
    if one.default is not None:
        return one.default
    if one.kind in ("text", "textarea") and not one.sensitive:
        return one.label
    return {"number": 1, "money": "1000.00", "date": "2026-09-18"}.get(one.kind)


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
