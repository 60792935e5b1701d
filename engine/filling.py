"""Filling in the form of a step: the definition decides what is read, the guards whether it may be handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import forms
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
    context = forms.Context(who.tx, who.now, who.people, who.department_id, item, registry, applicant)
    submission = forms.read(form, posted, current, context)
    forms.guard(form, submission, who, registry)
    return submission


def without_form(node: str, outcome: str, values: Mapping[str, Any], current: Mapping[str, Any]) -> Submission:
    """The submission of a step that has no form: all is kept, the diagram decides by `<node id> == '<outcome>'`."""
    changed = {name: (current.get(name), value) for name, value in values.items() if current.get(name) != value}
    return Submission({**current, **values}, outcome, changed, decisions={node: outcome})
