"""One form as its owner wrote it: what is shown and may be written, by whom, and how the step can end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.forms.catalogue import Catalogue
from engine.forms.field_reader import faulty_conditions, read_field
from engine.forms.fields import Field, Section
from engine.forms.yaml import Reader, load
from engine.problems import DefinitionInvalid, Problem

STYLES = ("primary", "danger", "default")
RESERVED = ("outcome", "comment")
SCAN = "scan"  # the field, and the section, for a scan of the paper that was signed and sealed by hand
SCAN_FIELD = Field(
    SCAN,
    "纸质签字盖章扫描件",
    "attachment",
    help="不用电子印章、而在纸质申请表上签字盖章的，在此上传扫描件；表单内容以本页为准，其后有改动的同样失效。",
    width=6,
    max=3,
)

# Kind of department → names of sections and fields; "*" is every other kind.
Rights = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Outcome:
    """One way to end the step: a button with the sentence that says what it does to the clock."""

    id: str
    label: str
    style: str = "default"
    consequence: str = ""
    requires: tuple[str, ...] = ()
    needs_comment: bool = False
    skip_validation: bool = False  # returns: what is incomplete may be sent back
    signs: bool = False  # this outcome is a signature


@dataclass(frozen=True)
class Form:
    """A form, parsed once per definition and shared; `own` holds the fields that only this step has."""

    id: str
    title: str
    catalogue: Catalogue
    outcomes: tuple[Outcome, ...]
    intro: str = ""
    decision: str | None = None
    write: Rights = field(default_factory=dict)
    read: Rights = field(default_factory=dict)
    signing: Rights = field(default_factory=dict)
    clear: Rights = field(default_factory=dict)  # what is shown unmasked although it is only read
    own: Section | None = None
    keep: bool = True  # own fields become part of the case's form; False: they stay with the work item
    guards: tuple[str, ...] = ()
    prefill: str | None = None  # start forms about something that exists: what fills them in
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scan: bool = False  # a scan of the signed and sealed paper may stand for the electronic seal

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field this form could show, with its overrides of required applied."""
        required = {one.id for one in self.catalogue.expand(self.required)}
        optional = {one.id for one in self.catalogue.expand(self.optional)}
        fields = dict(self.catalogue.fields)
        for name in optional:
            fields[name] = replace(fields[name], required=False)
        for name in required:
            fields[name] = replace(fields[name], required=True)
        return fields | {one.id: one for one in (self.own.fields if self.own else ())}

    def outcome(self, name: str | None) -> Outcome | None:
        return next((one for one in self.outcomes if one.id == name), None)

    @cached_property
    def occasional(self) -> frozenset[str]:
        """Fields that only some outcome demands: another outcome leaves what an earlier round said."""
        return frozenset(name for outcome in self.outcomes for name in outcome.requires)

    @cached_property
    def own_ids(self) -> frozenset[str]:
        return frozenset(one.id for one in (self.own.fields if self.own else ()))

    def writable(self, kind: str) -> frozenset[str]:
        """Ids of the fields a department of this kind may write here."""
        names = {one.id for one in self.catalogue.expand(of_kind(self.write, kind))}
        return frozenset(name for name in names | self.own_ids if self.fields[name].kind != "static")

    def shown(self, kind: str) -> Iterator[tuple[Section, tuple[Field, ...]]]:
        """The sections in page order, each with the fields a department of this kind sees."""
        names = [*of_kind(self.write, kind), *of_kind(self.read, kind)]
        visible = {one.id for one in self.catalogue.expand(names)}
        for section in self.catalogue.sections:
            if fields := tuple(self.fields[one.id] for one in section.fields if one.id in visible):
                yield section, fields
        if self.own:
            yield self.own, self.own.fields

    def signed(self, kind: str) -> tuple[str, ...]:
        """Ids of the sections that a signature given here by a department of this kind covers."""
        return of_kind(self.signing, kind)

    @cached_property
    def signs(self) -> tuple[str, ...]:
        """Every section a signature given here may cover, whoever signs."""
        names = {name for sections in self.signing.values() for name in sections}
        return tuple(name for name in self.catalogue.by_id if name in names)

    @classmethod
    def parse(cls, text: str, catalogue: Catalogue, file: str) -> Form:
        """Read forms/<name>.yaml; raises DefinitionInvalid naming file and element for all that is wrong."""
        problems: list[Problem] = []
        form = _read(Reader(load(text, file), file, "", problems), catalogue)
        problems.extend(_faults(form, file))
        if problems:
            raise DefinitionInvalid(problems)
        return form


def of_kind(rights: Rights, kind: str) -> tuple[str, ...]:
    return rights.get(kind, rights.get("*", ()))


def _read(reader: Reader, catalogue: Catalogue) -> Form:
    name = reader.file.rsplit("/", 1)[-1].removesuffix(".yaml")
    title = reader.take("title", str) or name
    heading = reader.take("heading", str, title)
    own = [read_field(one, catalogue.lists, reader.file, reader.problems) for one in reader.take("fields", list, [])]
    scan = reader.take("scan", bool, False)
    form = Form(
        id=name,
        title=title,
        catalogue=catalogue,
        outcomes=tuple(_outcome(one, reader) for one in reader.take("outcomes", list) or ()),
        intro=reader.take("intro", str, ""),
        decision=reader.take("decision", str, None),
        write=_rights(reader, "write"),
        read=_rights(reader, "read"),
        signing=_rights(reader, "signs"),
        clear=_rights(reader, "clear"),
        own=_own(name, heading, tuple(own), scan),
        keep=reader.take("keep", bool, True),
        guards=reader.names("guards"),
        prefill=reader.take("prefill", str, None),
        required=reader.names("required"),
        optional=reader.names("optional"),
        scan=scan,
    )
    reader.done()
    return form


def _own(name: str, heading: str, fields: tuple[Field, ...], scan: bool) -> Section | None:
    """The fields of this step alone, the scan last."""
    if scan and not fields:
        return Section(SCAN, "纸质签字盖章", note="选填；不上传即加盖电子印章", fields=(SCAN_FIELD,))
    return Section(f"own_{name}", heading, fields=(*fields, *((SCAN_FIELD,) if scan else ()))) if fields else None


def _outcome(data: Any, parent: Reader) -> Outcome:
    name = str(data.get("id", "")) if isinstance(data, Mapping) else ""
    reader = Reader(data, parent.file, f"结果 {name}".strip(), parent.problems)
    outcome = Outcome(
        reader.take("id", str) or "",
        reader.take("label", str) or name,
        reader.take("style", str, "default"),
        reader.take("consequence", str, ""),
        reader.names("requires"),
        reader.take("needs_comment", bool, False),
        reader.take("skip_validation", bool, False),
        reader.take("signs", bool, False),
    )
    reader.done()
    if outcome.style not in STYLES:
        reader.bad(f"style {outcome.style} 不可用", "可用：" + "、".join(STYLES))
    return outcome


def _rights(reader: Reader, key: str) -> Rights:
    """`[general, banks]`, or one list per kinds of department: `{finance: […], marketing unit: […]}`."""
    if not isinstance(reader.data.get(key), Mapping):
        return {"*": reader.names(key)}
    inner = Reader(reader.take(key, dict), reader.file, key, reader.problems)
    rights = {kind: names for kinds in list(inner.data) for names in [inner.names(kinds)] for kind in kinds.split()}
    return rights


def _faults(form: Form, file: str) -> Iterator[Problem]:
    """What is wrong between the parts of a form."""
    known = {*form.catalogue.by_id, *form.catalogue.fields}
    named = {"required": form.required, "optional": form.optional}
    rights = {"write": form.write, "read": form.read, "signs": form.signing, "clear": form.clear}
    for key, right in rights.items():
        named[key] = tuple(name for names in right.values() for name in names)
    for key, names in named.items():
        for name in names:
            if name not in known or (key == "signs" and name not in form.catalogue.by_id):
                what = "栏目" if key == "signs" else "栏目或字段"
                yield Problem(file, key, f"字段目录里没有{what} {name}", "请改为 fields.yaml 里已有的 id")
    if not form.outcomes:
        yield Problem(file, "outcomes", "没有任何结果", "请至少写一个结果（id、label）")
    if len(form.outcomes) > 1 and not form.decision:
        yield Problem(file, "decision", "有多个结果却没有 decision", "请写 decision: 流程图条件使用的变量名")
    if len({one.id for one in form.outcomes}) < len(form.outcomes):
        yield Problem(file, "outcomes", "结果的 id 重复", "每个结果用不同的 id")
    if form.scan and not any(one.signs for one in form.outcomes):
        yield Problem(file, "scan", "没有签字的结果，扫描件无从代替", "在签字的结果上写 signs: true，或删去 scan")
    for outcome in form.outcomes:
        if outcome.signs and not form.signs:
            yield Problem(file, f"结果 {outcome.id}", "签字的结果没有说明签哪些栏目", "请在表单里写 signs: [栏目…]")
        for name in outcome.requires:
            if name not in form.fields:
                yield Problem(file, f"结果 {outcome.id}", f"requires 里的 {name} 不存在", "请改为已定义的字段 id")
    for one in form.own.fields if form.own else ():
        if one.id in known or one.id in RESERVED:
            yield Problem(file, f"字段 {one.id}", "id 已被占用", "请换一个没有用过的 id")
        yield from faulty_conditions(one, form.fields, file)
