"""What has changed in the documents beside the diagram: forms and their fields, letters, scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields as parts_of
from difflib import unified_diff
from typing import Any

from engine.check.subject import Subject
from engine.definitions import CALLED, DIAGRAM, FIELDS
from engine.forms import Field, Form
from engine.forms.fields import EMPTY, KINDS, Condition
from engine.workbench.change import Change, compared
from engine.workbench.facts import YES, Facts

FIELD = {
    "label": "名称", "kind": "种类", "required": "必填", "show_when": "显示条件", "options": "选项",
    "source": "数据来源", "max": "最多", "least": "最小", "most": "最大", "decimals": "小数位", "check": "校验",
    "sensitive": "敏感", "default": "默认值", "decide": "交给流程图", "columns": "列", "rows": "给出的行",
    "help": "提示", "unit": "单位", "text": "文字", "fixed": "只显示", "suggest": "输入提示",
    "without": "去掉的选项", "integer": "编号",
}  # fmt: skip
WORDS = {"letters/": "函件", "scenarios/": "情景", CALLED: "共用环节"}


def of_files(before: Subject, after: Subject) -> Iterator[Change]:
    """The changes of all documents but the diagram, in words where their meaning is known."""
    yield from _catalogue(before, after)
    yield from _forms(before, after)
    for path in sorted({*before.documents, *after.documents}):
        if path != DIAGRAM and not path.startswith("forms/"):
            yield from _text(path, before.documents.get(path), after.documents.get(path))


def _catalogue(before: Subject, after: Subject) -> Iterator[Change]:
    """Fields in the order of the catalogue; a section is where its fields are."""
    old, new = _fields(before), _fields(after)
    named = {key: f"字段“{one['名称']}”（{key}）" for key, one in {**old, **new}.items()}
    yield from compared(old, new, named, FIELDS)


def _fields(subject: Subject) -> dict[str, Facts]:
    sections = {one.id: section.title for section in subject.catalogue.sections for one in section.fields}
    return {key: _field(one) | {"栏目": sections[key]} for key, one in subject.catalogue.fields.items()}


def _field(one: Field) -> Facts:
    facts = {label: _word(getattr(one, key)) for key, label in FIELD.items()}
    return facts | {"种类": KINDS.get(one.kind, one.kind)}


def _forms(before: Subject, after: Subject) -> Iterator[Change]:
    old = {name: _form(form) for name, form in before.forms.items()}
    new = {name: _form(form) for name, form in after.forms.items()}
    titles = {name: f"表单“{form.title}”（{name}）" for name, form in {**before.forms, **after.forms}.items()}
    yield from compared(old, new, titles, "forms/", whole=True)
    for path in sorted({*before.documents, *after.documents}):
        known = path.removeprefix("forms/").removesuffix(".yaml")
        if path.startswith("forms/") and known not in titles and path != FIELDS:
            yield from _text(path, before.documents.get(path), after.documents.get(path), "表单")


def _form(form: Form) -> Facts:
    facts = {"标题": form.title, "导语": form.intro, "结果交给": form.decision or "", "预填": form.prefill or ""}
    rights = {"可写": form.write, "可看": form.read, "不遮盖": form.clear, "签字覆盖": form.signing}
    facts |= {label: _rights(each) for label, each in rights.items()}
    facts |= {"必填": _word(form.required), "可不填": _word(form.optional), "整单检查": _word(form.guards)}
    facts["扫描件代替印章"] = _word(form.scan)
    facts |= {f"结果 {one.id}": _outcome(one) for one in form.outcomes}
    for one in form.own.fields if form.own else ():
        facts[f"本步骤字段 {one.id}"] = "，".join(f"{k} {v}" for k, v in _field(one).items() if v)
    return facts


def _outcome(outcome: Any) -> str:
    said = {"签字": outcome.signs, "须写意见": outcome.needs_comment, "不要求齐全": outcome.skip_validation}
    words = [label for label, holds in said.items() if holds] + [f"须填 {one}" for one in outcome.requires]
    return "，".join(filter(None, [f"“{outcome.label}”", outcome.consequence, *words]))


def _rights(rights: Mapping[str, tuple[str, ...]]) -> str:
    if set(rights) <= {"*"}:
        return "、".join(rights.get("*", ()))
    return "；".join(f"{kind}：{'、'.join(names) or '无'}" for kind, names in sorted(rights.items()))


def _word(value: Any) -> str:
    """A value of a field's definition as people read it; empty for what is not set."""
    if isinstance(value, Condition):
        verb = "不为" if value.negated else "为"
        return f"{value.field} {verb} {'、'.join('空' if one == EMPTY else str(one) for one in value.values)}"
    if isinstance(value, bool):
        return YES["true"] if value else ""
    if isinstance(value, Field):
        set_ = (f"{FIELD[p.name]} {_word(getattr(value, p.name))}" for p in parts_of(value) if p.name in FIELD)
        return f"{value.id}（{'，'.join(one for one in set_ if not one.endswith(' '))}）"
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{text}" for key, text in value.items())
    if isinstance(value, tuple):
        return "、".join(" ".join(map(str, one)) if isinstance(one, tuple) else _word(one) for one in value)
    return "" if value in (None, 0) else str(value)


def _text(path: str, old: str | None, new: str | None, word: str = "") -> Iterator[Change]:
    """A document without facts of its own: what lines came and went."""
    if old == new:
        return
    kind = word or next((one for start, one in WORDS.items() if path.startswith(start)), "文件")
    name = f"{kind} {path.rsplit('/', 1)[-1].rsplit('.', 1)[0]}"
    if old is None or new is None:
        yield Change("added" if old is None else "removed", name, (), "", path)
        return
    lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    gone = sum(line.startswith("-") for line in lines)
    come = sum(line.startswith("+") for line in lines)
    yield Change("changed", name, (f"删去 {gone} 行，写入 {come} 行",), "", path)
