"""The field catalogue of a procedure, `forms/fields.yaml`: every section and field its cases can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.forms.field_reader import faulty_conditions, read_condition, read_field, read_options
from engine.forms.fields import Condition, Field, Options, Section
from engine.forms.yaml import Reader, load
from engine.problems import DefinitionInvalid, Problem


@dataclass(frozen=True)
class Catalogue:
    """All sections and fields a case of this procedure can have, in page order."""

    sections: tuple[Section, ...] = ()
    lists: Mapping[str, Options] = field(default_factory=dict)
    rules: str | None = None  # name in registry.rules: the catalogue of rules that judges these forms

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {one.id: one for section in self.sections for one in section.fields}

    @cached_property
    def by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    def expand(self, names: Sequence[str]) -> Iterator[Field]:
        """The fields behind names of sections or fields; names that are neither are skipped."""
        for name in names:
            if name in self.by_id:
                yield from self.by_id[name].fields
            elif name in self.fields:
                yield self.fields[name]

    @classmethod
    def parse(cls, text: str, file: str = "forms/fields.yaml", used: Mapping[str, str] | None = None) -> Catalogue:
        """Read fields.yaml; raises DefinitionInvalid naming file and field for everything that is wrong.

        `used` are the catalogues of other procedures, by name: `use: {process, sections}` takes sections from one.
        """
        problems: list[Problem] = []
        catalogue = cls.read(text, file, used or {}, problems)
        if problems:
            raise DefinitionInvalid(problems)
        return catalogue

    @classmethod
    def read(cls, text: str, file: str, used: Mapping[str, str], problems: list[Problem]) -> Catalogue:
        """The same with its faults told apart, so that what depends on it can be looked at too.

        Raises DefinitionInvalid only for what is no YAML.
        """
        top = Reader(load(text, file), file, "", problems)
        borrowed = _borrowed(top, used)
        lists = {name: read_options(options, top, name) for name, options in top.take("lists", dict, {}).items()}
        rules = top.take("rules", str, None)
        raw = top.take("sections", list)
        top.done()
        sections = tuple(_section(one, lists, file, problems) for one in raw or ())
        catalogue = cls((*sections, *borrowed), lists, rules)
        _check_references(catalogue, file, problems)
        return catalogue


def _borrowed(top: Reader, used: Mapping[str, str]) -> tuple[Section, ...]:
    """The sections of another procedure's catalogue that this one uses as they are."""
    if "use" not in top.data:
        return ()
    reader = Reader(top.take("use", dict), top.file, "use", top.problems)
    process, names = reader.take("process", str) or "", reader.names("sections")
    reader.done()
    if process not in used:
        reader.bad(f"找不到流程 {process} 的字段目录", "核对名称；它应在相邻的流程文件夹里")
        return ()
    known = Catalogue.parse(used[process], f"{process}/forms/fields.yaml").by_id
    for name in names:
        if name not in known:
            reader.bad(f"{process} 没有栏目 {name}", "可用：" + "、".join(known))
    return tuple(known[name] for name in names if name in known)


def _section(data: Any, lists: Mapping[str, Options], file: str, problems: list[Problem]) -> Section:
    name = str(data.get("id", "")) if isinstance(data, Mapping) else ""
    reader = Reader(data, file, f"栏目 {name}".strip(), problems)
    section = Section(
        reader.take("id", str) or "",
        reader.take("title", str) or "",
        reader.take("owner", str, ""),
        reader.take("note", str, ""),
        tuple(read_field(one, lists, file, problems) for one in reader.take("fields", list, [])),
        read_condition(reader, "show_when"),
    )
    reader.done()
    if section.show_when is None:
        return section
    return replace(section, fields=tuple(_within(one, section.show_when) for one in section.fields))


def _within(one: Field, condition: Condition) -> Field:
    """A field of a conditional section is shown under the section's condition unless it has its own."""
    return one if one.show_when else replace(one, show_when=condition)


def _check_references(catalogue: Catalogue, file: str, problems: list[Problem]) -> None:
    """Ids are unique, and every condition names a field that exists."""
    seen: set[str] = set()
    for section in catalogue.sections:
        for name in [section.id, *(one.id for one in section.fields)]:
            if name in seen:
                problems.append(Problem(file, name, "id 重复", "栏目和字段的 id 在整个流程里各只用一次"))
            seen.add(name)
    for one in catalogue.fields.values():
        problems.extend(faulty_conditions(one, catalogue.fields, file))
