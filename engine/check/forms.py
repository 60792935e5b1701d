"""Forms and the code they name: everything referred to exists and fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
            yield at(shape, "没有表单", "在属性里选一张“表单”（cs:form）；还没有的，先在“表单与函件”里写")
        elif name and f"forms/{name}.yaml" not in subject.documents:
            yield at(shape, f"没有表单 forms/{name}.yaml", "写这张表单，或改正 cs:form")
    for name in subject.forms:
        if name not in used:
            yield Problem(f"forms/{name}.yaml", "", "没有节点使用这张表单", "删去，或在节点上写 cs:form", "warning")


def title(subject: Subject) -> Iterator[Problem]:
    """The process says how its cases are numbered and titled."""
    if not subject.setting("prefix"):
        yield Problem(DIAGRAM, subject.process, "没有单号前缀", '在流程的属性里写“单号前缀”（cs:prefix），例如 "CJ"')
    for key in ("title", "urgent"):
        name = subject.setting(key)
        if name and subject.catalogue.fields and name not in subject.catalogue.fields:
            yield Problem(DIAGRAM, subject.process, f"cs:{key} 指的字段 {name} 不存在", f"改为 {FIELDS} 里的字段 id")


def code(subject: Subject) -> Iterator[Problem]:
    """Checks, sources, guards and prefills that forms name are registered."""
    registry, rules = subject.registry, subject.catalogue.rules
    if rules is not None:
        yield from _missing(FIELDS, "rules", "规则目录", {rules}, registry.rules)
    for one in (part for whole in subject.catalogue.fields.values() for part in (whole, *whole.columns)):
        yield from _named(subject, FIELDS, one)
    for name, form in subject.forms.items():
        file = f"forms/{name}.yaml"
        own = {one.id for one in fields_of(form)} & form.own_ids
        for one in (form.fields[field] for field in sorted(own)):
            yield from _named(subject, file, one)
        if form.prefill:
            yield from _missing(file, "prefill", "预填", {form.prefill}, registry.prefills)
        yield from _missing(file, "guards", "检查", form.guards, registry.guards)


def _named(subject: Subject, file: str, one: Field) -> Iterator[Problem]:
    registry, place = subject.registry, f"字段 {one.id}"
    checks = {one.check} if isinstance(one.check, str) else {*(one.check or {}).values()}
    yield from _missing(file, place, "校验", checks, registry.checks)
    if isinstance(one.sensitive, str):
        yield from _missing(file, place, "敏感判断", {one.sensitive}, registry.sensitive)
    if one.source:
        yield from _missing(file, place, "数据来源", {one.source}, {*registry.sources, *registry.listings})
    if one.suggest:
        yield from _missing(file, place, "输入提示", {one.suggest}, registry.suggestions)


def _missing(file: str, place: str, what: str, names: Iterable[str], registered: Iterable[str]) -> Iterator[Problem]:
    known = sorted(registered)
    for name in sorted({*names} - {*known}):
        yield Problem(file, place, f"没有登记名为 {name} 的{what}", f"已有：{'、'.join(known) or '无'}")


def rights(subject: Subject) -> Iterator[Problem]:
    """Rights are given to kinds of departments there are."""
    for name, form in subject.forms.items():
        for key, right in (("write", form.write), ("read", form.read), ("signs", form.signing), ("clear", form.clear)):
            for kind in sorted(right.keys() - {*DEPARTMENT_KINDS, "*"}):
                known = "、".join(DEPARTMENT_KINDS)
                yield Problem(f"forms/{name}.yaml", key, f"没有 {kind} 这类部门", f"可用：{known}，或 *（其余）")
