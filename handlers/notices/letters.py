"""Letters: the texts of a procedure (`letters/*.j2`) filled with plain data in a sandbox.

The first line of a letter is its subject (`主题：…`), the rest its body. Every letter may use:
`case` — number, title, urgent, round, applicant, department (names); `form` — the values by field id;
`now` — the moment of writing, as text. Letters of an operation get more, as
`@operation(…, letters={name: names})` says; the check holds letters to it (`engine/check/letters.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError

from engine.clock import local
from engine.errors import Misconfigured
from engine.letters import environment, template_of
from engine.operations import Context

SUBJECT = "主题："
# What a template can do wrong: its own errors, and Python's when it calculates with what is not there.
_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str


def render(text: str, name: str, data: Mapping[str, Any]) -> Letter:
    """The letter with its blanks filled.

    Raises Misconfigured when the template uses a name it is not given or cannot be read.
    """
    try:
        written = environment().from_string(template_of(text)).render(dict(data)).strip()
    except _FAULTS as error:
        raise Misconfigured(
            what=f"函件模板 letters/{name}.j2 无法生成：{error}", remedy="在流程目录中更正该模板后重新发布"
        ) from error
    first, _, body = written.partition("\n")
    return Letter(first.removeprefix(SUBJECT).strip(), body.strip())


def write(ctx: Context, name: str, **data: Any) -> Letter:
    """The named letter of the case's own definition.

    Raises Misconfigured when the definition has no such letter.
    """
    text = ctx.definition.letters.get(name)
    if text is None:
        raise Misconfigured(what=f"流程没有函件模板 letters/{name}.j2", remedy=f"在流程目录的 letters 下补上 {name}.j2")
    return render(text, name, {**common(ctx), **data})


def common(ctx: Context) -> dict[str, Any]:
    """What every letter may use, as plain data."""
    case = ctx.case
    return {
        "case": {
            "number": case.number,
            "title": case.title,
            "urgent": case.urgent,
            "round": case.round,
            "applicant": ctx.people.person(case.applicant_id).name if case.applicant_id else "",
            "department": ctx.people.department(case.department_id).name,
        },
        "form": dict(case.form),
        "now": f"{local(ctx.now):%Y-%m-%d %H:%M}",
    }
