"""Filling in the form of a step: the definition decides what is read, the guards whether it may be handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import forms
from engine.errors import FieldProblem, FormInvalid
from engine.forms import Form, Submission
from engine.operations import GuardContext, Registry


def submit(
    form: Form,
    posted: Mapping[str, Any],
    current: Mapping[str, Any],
    who: GuardContext,
    registry: Registry,
    applicant: int | None,
    item: Any = None,
) -> Submission:
    """Read, validate and guard what was posted; `applicant` is the applicant's department.

    Raises FormInvalid with every problem and what was typed.
    """
    context = forms.Context(
        who.tx, who.now, who.people, who.department_id, item, registry, applicant, who.case_id, who.base or None
    )
    submission = forms.read(form, posted, current, context)
    forms.guard(form, submission, who, registry)
    return submission


def told(submission: Submission) -> dict[str, Any]:
    """The warnings a step was handed in with, as the log keeps them."""
    found = [{"rule": one.rule, "field": one.field, "message": one.message} for one in submission.warnings]
    return {"warnings": found} if found else {}


def without_form(node: str, outcome: str, values: Mapping[str, Any], current: Mapping[str, Any]) -> Submission:
    """The submission of a step that has no form: all is kept, the diagram decides by `<node id> == '<outcome>'`."""
    changed = {name: (current.get(name), value) for name, value in values.items() if current.get(name) != value}
    return Submission({**current, **values}, outcome, changed, decisions={node: outcome})


def claim_files(who: GuardContext, case_id: int, form: Form, submission: Submission) -> None:
    """The files that a step names belong to its case from now on.

    Raises FormInvalid for a file of another case or of a stranger; a colleague may have prepared it (E-21).
    """
    for field in form.fields.values():
        if field.kind == "attachment" and field.id in submission.changed:
            ids = [str(one) for one in submission.changed[field.id][1] or ()]
            strange = [one for one in ids if not _claim(who, case_id, one)]
            if strange:
                message = "附件不存在或不属于本单；请重新上传"
                raise FormInvalid([FieldProblem(field.id, message, field.label)], submission.values)


def _claim(who: GuardContext, case_id: int, file: str) -> bool:
    row = who.tx.one("SELECT instance_id, uploaded_by FROM attachment WHERE id = ?", (file,))
    if row is None or row[0] not in (None, case_id):
        return False
    near = who.people.person(row[1]).department_id == who.people.person(who.actor_id).department_id
    if row[0] is None and near:
        who.tx.run("UPDATE attachment SET instance_id = ? WHERE id = ?", (case_id, file))
    return near or row[0] == case_id
