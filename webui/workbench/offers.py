"""What the panel beside the diagram offers: posts, departments, clocks, operations with typed parameters, clauses."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from engine.check import Rulebook
from engine.operations import Operation, Registry
from engine.policy_rules import ClockRule
from engine.posts import DEPARTMENT_KINDS, POST_KINDS, Department
from engine.workbench.facts import DEPARTMENTS
from webui.pills import limit_text

# How a parameter's type of Python is said; anything else is an expression.
TYPES = {"str": "text", "Steps": "text", "int": "number", "bool": "yesno"}


def offers(
    books: Mapping[str, Rulebook],
    registry: Registry,
    departments: Iterable[Department],
    used: Mapping[str, Iterable[str]],
) -> dict[str, Any]:
    """Everything that can be chosen, as plain data for the page; `used` names the procedures of each clock."""
    return {
        "posts": _choices(POST_KINDS),
        "departments": _choices({**DEPARTMENTS, **{one.code: one.name for one in departments}}),
        "kinds": _choices(DEPARTMENT_KINDS),
        "policies": {name: _policy(book, used) for name, book in books.items()},
        "operations": [_operation(one) for _, one in sorted(registry.operations.items())],
    }


def _choices(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": key, "label": label} for key, label in words.items()]


def _policy(book: Rulebook, used: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    clocks = [
        {
            "value": name,
            "label": f"{name} {normal.name}",
            "limit": _limits(normal, urgent),
            "normal": str(normal.limit or ""),
            "urgent": str(urgent.limit or ""),
            "used": _("、").join(used.get(name, ())),
        }
        for name, (normal, urgent) in book.newest.clocks.items()
    ]
    clauses = [{"value": one.number, "label": f"{one.number} {one.title}"} for one in book.clauses]
    return {"version": book.newest.version, "clocks": clocks, "clauses": clauses}


def _limits(normal: ClockRule, urgent: ClockRule) -> str:
    """`4 小时，紧急 2 小时`; empty for what is measured and not limited."""
    if normal.limit is None:
        return ""
    text = limit_text(str(normal.limit))
    if urgent.limit is None or urgent.limit == normal.limit:
        return text
    return _("%(normal)s，紧急 %(urgent)s", normal=text, urgent=limit_text(str(urgent.limit)))


def _operation(one: Operation) -> dict[str, Any]:
    return {
        "value": one.name,
        "label": one.title,
        "parameters": [_parameter(parameter) for parameter in one.parameters.values()],
    }


def _parameter(parameter: inspect.Parameter) -> dict[str, Any]:
    needed = parameter.default is inspect.Parameter.empty
    annotation = parameter.annotation if isinstance(parameter.annotation, str) else parameter.annotation.__name__
    return {
        "name": parameter.name,
        "type": TYPES.get(annotation, "expression"),
        "needed": needed,
        "default": "" if needed else str(parameter.default),
    }
