"""Letters as templates: the sandbox they are filled in, what each may use, and what one asks for.

Read by the check before a letter is published and by whoever fills it (`handlers/notices/letters.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import StrictUndefined, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

COMMON = frozenset({"case", "form", "now"})
CASE = frozenset({"number", "title", "urgent", "round", "applicant", "department"})
_ELSEWHERE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)

Place = tuple[str, int]  # a name and the line it first stands in


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """Plain text, nothing to escape; a name the letter does not know is a mistake, not an empty space."""
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def parsed(text: str) -> nodes.Template:
    """The template; raises jinja2.TemplateSyntaxError with its line, for unknown filters too."""
    environment().compile(text)
    return environment().parse(text)


def asked(template: nodes.Template) -> list[Place]:
    """The names a letter has to be given."""
    names = meta.find_undeclared_variables(template) - environment().globals.keys()
    return _first((one.name, one.lineno) for one in template.find_all(nodes.Name) if one.name in names)


def parts(template: nodes.Template, name: str) -> list[Place]:
    """What a letter reads of `name`: `form.reason` and `form["reason"]` read `reason`; calls are left out."""
    called = {id(one.node) for one in template.find_all(nodes.Call)}  # form.get("reason")
    read = (one for one in _reads(template) if id(one) not in called)
    found = ((_key(one), one.lineno) for one in read if isinstance(one.node, nodes.Name) and one.node.name == name)
    return _first((key, line) for key, line in found if key)


def escapes(template: nodes.Template) -> list[Place]:
    """What reaches behind the plain data a letter is given: names that begin with `_`, other templates."""
    inner = ((_key(one), one.lineno) for one in _reads(template))
    texts = ((one.value, one.lineno) for one in template.find_all(nodes.Const) if isinstance(one.value, str))
    others = ((type(one).__name__.lower(), one.lineno) for one in template.find_all(_ELSEWHERE))
    hidden = [(key, line) for key, line in inner if key.startswith("_")]
    return _first([*hidden, *((text, line) for text, line in texts if text.startswith("__")), *others])


def _reads(template: nodes.Template) -> Iterator[nodes.Getattr | nodes.Getitem]:
    yield from template.find_all(nodes.Getattr)
    yield from template.find_all(nodes.Getitem)


def _key(one: nodes.Getattr | nodes.Getitem) -> str:
    if isinstance(one, nodes.Getattr):
        return one.attr
    return one.arg.value if isinstance(one.arg, nodes.Const) and isinstance(one.arg.value, str) else ""


def _first(found: Iterator[Place] | list[Place]) -> list[Place]:
    lines: dict[str, int] = {}
    for name, line in found:
        lines[name] = min(line, lines.get(name, line))
    return sorted(lines.items(), key=lambda one: (one[1], one[0]))
