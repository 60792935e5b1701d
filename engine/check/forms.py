"""Forms and the code they name: everything referred to exists and fits."""

from __future__ import annotations

from collections.abc import Iterator

from engine.check.subject import Subject, at, fields_of
from engine.definitions import DIAGRAM, FIELDS
from engine.forms import Field
from engine.posts import DEPARTMENT_KINDS
from engine.problems import Problem
from engine.spiff.xml import ours


def of_nodes(subject: Subject) -> Iterator[Problem]:
    """Every user task and the start event people apply on name a form that is there."""
    used = set()
    for shape in subject.of_kind("user", "start"):
        name = ours(shape.element).get("form")
        used.add(name)
        applied_on = shape.scope is None and shape.event is None and shape.process == subject.process
        if not name and (shape.tag != "startEvent" or applied_on):
            yield at(shape, "没有表单", "在节点上写 cs:form，并在 forms 下写同名的 .yaml")
        elif name and f"forms/{name}.yaml" not in subject.documents:
            yield at(shape, f"没有表单 forms/{name}.yaml", "写这张表单，或改正 cs:form")
    for name in subject.forms:
        if name not in used:
            yield Problem(f"forms/{name}.yaml", "", "没有节点使用这张表单", "删去，或在节点上写 cs:form", "warning")


def title(subject: Subject) -> Iterator[Problem]:
    """The process says how its cases are numbered and titled."""
    if not subject.setting("prefix"):
        yield Problem(DIAGRAM, subject.process, "没有单号前缀", '在流程上写 cs:prefix，例如 "CJ"')
    for key in ("title", "urgent"):
        name = subject.setting(key)
        if name and subject.catalogue.fields and name not in subject.catalogue.fields:
            yield Problem(DIAGRAM, subject.process, f"cs:{key} 指的字段 {name} 不存在", f"改为 {FIELDS} 里的字段 id")


def code(subject: Subject) -> Iterator[Problem]:
    """Checks, sources, guards and prefills that forms name are registered."""
    registry, rules = subject.registry, subject.catalogue.rules
    if rules is not None and rules not in registry.rules:
        yield Problem(FIELDS, "rules", f"没有登记名为 {rules} 的规则目录", "已有：" + "、".join(sorted(registry.rules)))
    for one in (part for whole in subject.catalogue.fields.values() for part in (whole, *whole.columns)):
        yield from _named(subject, FIELDS, one)
    for name, form in subject.forms.items():
        file = f"forms/{name}.yaml"
        own = {one.id for one in fields_of(form)} & form.own_ids
        for one in (form.fields[field] for field in sorted(own)):
            yield from _named(subject, file, one)
        if form.prefill and form.prefill not in registry.prefills:
            known = "、".join(sorted(registry.prefills)) or "无"
            yield Problem(file, "prefill", f"没有登记名为 {form.prefill} 的预填", f"已有：{known}")
        for guard in form.guards:
            if guard not in registry.guards:
                known = "、".join(sorted(registry.guards))
                yield Problem(file, "guards", f"没有登记名为 {guard} 的检查", f"已有：{known}")


def _named(subject: Subject, file: str, one: Field) -> Iterator[Problem]:
    checks = {one.check} if isinstance(one.check, str) else {*(one.check or {}).values()}
    for name in sorted(checks - subject.registry.checks.keys()):
        known = "、".join(sorted(subject.registry.checks))
        yield Problem(file, f"字段 {one.id}", f"没有登记名为 {name} 的校验", f"已有：{known}")
    if isinstance(one.sensitive, str) and one.sensitive not in subject.registry.sensitive:
        known = "、".join(sorted(subject.registry.sensitive))
        yield Problem(file, f"字段 {one.id}", f"没有登记名为 {one.sensitive} 的敏感判断", f"已有：{known}")
    sources = subject.registry.sources.keys() | subject.registry.listings.keys()
    if one.source and one.source not in sources:
        known = "、".join(sorted(sources))
        yield Problem(file, f"字段 {one.id}", f"没有登记名为 {one.source} 的数据来源", f"已有：{known}")
    if one.suggest and one.suggest not in subject.registry.suggestions:
        known = "、".join(sorted(subject.registry.suggestions))
        yield Problem(file, f"字段 {one.id}", f"没有登记名为 {one.suggest} 的输入提示", f"已有：{known}")


def rights(subject: Subject) -> Iterator[Problem]:
    """Rights are given to kinds of departments there are."""
    for name, form in subject.forms.items():
        for key, right in (("write", form.write), ("read", form.read), ("signs", form.signing), ("clear", form.clear)):
            for kind in sorted(right.keys() - {*DEPARTMENT_KINDS, "*"}):
                known = "、".join(DEPARTMENT_KINDS)
                yield Problem(f"forms/{name}.yaml", key, f"没有 {kind} 这类部门", f"可用：{known}，或 *（其余）")
