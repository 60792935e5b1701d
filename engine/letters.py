"""Letters as templates: the sandbox they are filled in, what each may use, and what one asks for.

Read by the check before a letter is published and by whoever fills it (`handlers/notices/letters.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

COMMON = frozenset({"case", "form", "now"})
CASE = frozenset({"number", "title", "urgent", "round", "applicant", "department"})
_ELSEWHERE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_REPEATING = (nodes.Mul, nodes.Pow, nodes.Mod)
LONGEST = 20_000  # characters of a letter
FILTERS = frozenset({
    "abs", "capitalize", "count", "d", "default", "first", "float", "int", "join", "last", "length", "list", "lower",
    "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort", "string", "sum", "title",
    "trim", "truncate", "unique", "upper",
})  # fmt: skip

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


def template_of(text: str) -> nodes.Template:
    """The template as read, nothing of it evaluated; raises jinja2.TemplateSyntaxError with its line.

    Also for what could fill the memory out of a few characters, which Jinja would do as soon as it compiles:
    arithmetic that repeats, calls, filters that pad.
    """
    if len(text) > LONGEST:
        raise TemplateSyntaxError(f"函件有 {len(text)} 个字，最多 {LONGEST} 个", 1)
    template = environment().parse(text)
    for one in template.find_all((*_REPEATING, nodes.Call, nodes.Filter)):
        if said := _unbounded(one):
            raise TemplateSyntaxError(said, one.lineno)
    return template


def parsed(text: str) -> nodes.Template:
    """The template, which can be filled in; raises jinja2.TemplateSyntaxError, for unknown filters too."""
    environment().compile(template_of(text))
    return template_of(text)


def _unbounded(one: nodes.Node) -> str:
    if isinstance(one, nodes.Filter):
        return "" if one.name in FILTERS else f"函件不能用过滤器 {one.name}；可用：{'、'.join(sorted(FILTERS))}"
    if isinstance(one, nodes.Call):
        reads = isinstance(one.node, nodes.Getattr) and one.node.attr == "get"  # form.get("reason")
        return "" if reads else "函件里不能调用函数，只能填入数据"
    return "函件里不能做乘法、乘方和取余；要算的由操作算好再填入"


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
