"""The rights of a form as a table: per section or field 写, 读 or hidden; what is typed becomes the form's lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms import Catalogue, Form
from engine.forms.definition import Rights, of_kind

WRITE, READ, HIDDEN, EACH = "write", "read", "", "each"
EVERYBODY = "*"
PLAIN = ("write", "read", "signs", "clear")


def effective(form: Form, kind: str) -> dict[str, str]:
    """Field id → write, read or hidden, for a department of this kind."""
    fields = form.catalogue.expand
    found = dict.fromkeys(form.catalogue.fields, HIDDEN)
    found |= {one.id: READ for one in fields(of_kind(form.read, kind))}
    return found | {one.id: WRITE for one in fields(of_kind(form.write, kind))}


def matrix(catalogue: Catalogue, forms: Mapping[str, Form]) -> list[dict[str, Any]]:
    """Sections and fields × forms; a cell has the right of most departments and says where others differ."""
    rights = {name: _by_kind(form) for name, form in forms.items()}

    def cells(fields: list[str], section: str = "") -> list[dict[str, Any]]:
        return [_cell(fields, rights[name], section in form.signs) for name, form in forms.items()]

    return [
        {
            "id": section.id,
            "title": section.title,
            "cells": cells([one.id for one in section.fields], section.id),
            "fields": [{"id": one.id, "label": one.label, "cells": cells([one.id])} for one in section.fields],
        }
        for section in catalogue.sections
    ]


def _by_kind(form: Form) -> dict[str, dict[str, str]]:
    kinds = {EVERYBODY, *form.write, *form.read}
    return {kind: effective(form, kind) for kind in kinds}


def _cell(fields: list[str], rights: Mapping[str, Mapping[str, str]], signs: bool) -> dict[str, Any]:
    levels = {kind: {found[one] for one in fields} for kind, found in rights.items()}
    shown = {level for found in levels.values() for level in found}
    word = WRITE if WRITE in shown else READ if READ in shown else HIDDEN
    return {"right": word, "mixed": len(shown) > 1, "signs": signs}


def rows(form: Form, kind: str) -> Iterator[dict[str, Any]]:
    """The rights of one kind of department, section by section with their fields."""
    rights = effective(form, kind)
    for section in form.catalogue.sections:
        levels = {rights[one.id] for one in section.fields} or {HIDDEN}
        yield {
            "id": section.id,
            "title": section.title,
            "right": levels.pop() if len(levels) == 1 else EACH,
            "signs": section.id in of_kind(form.signing, kind),
            "clear": section.id in of_kind(form.clear, kind),
            "fields": [{"id": one.id, "label": one.label, "right": rights[one.id]} for one in section.fields],
        }


def typed(form: Form, data: Mapping[str, Any], kind: str, posted: Mapping[str, str]) -> dict[str, Any]:
    """The four lists of rights after an edit; a list that grants the same stays as it is written."""
    wanted: dict[str, list[str]] = {key: [] for key in PLAIN}
    for section in form.catalogue.sections:
        right = posted.get(f"right-{section.id}", HIDDEN)
        if right == EACH:
            for one in section.fields:
                if (own := posted.get(f"right-{section.id}-{one.id}", HIDDEN)) in (WRITE, READ):
                    wanted[own].append(one.id)
        elif right in (WRITE, READ):
            wanted[right].append(section.id)
        for key in ("signs", "clear"):
            if posted.get(f"{key}-{section.id}") == "1":
                wanted[key].append(section.id)
    wanted["clear"] += [one for one in of_kind(form.clear, kind) if one in form.catalogue.fields]
    now = {"write": form.write, "read": form.read, "signs": form.signing, "clear": form.clear}
    same = _granted(form, wanted["write"], wanted["read"]) == effective(form, kind)
    changed = {}
    for key, names in wanted.items():
        kept = same if key in ("write", "read") else set(names) == set(of_kind(now[key], kind))
        if not kept:
            changed[key] = _written(now[key], data.get(key), kind, names)
    return changed


def _granted(form: Form, write: list[str], read: list[str]) -> dict[str, str]:
    return effective(
        Form("", "", form.catalogue, (), write={EVERYBODY: tuple(write)}, read={EVERYBODY: tuple(read)}), ""
    )


def _written(rights: Rights, raw: Any, kind: str, names: list[str]) -> Any:
    """One list for all, or one per kind of department; kinds written together stay together when all of them change."""
    if kind == EVERYBODY and not isinstance(raw, Mapping):
        return names or None
    found = dict(raw) if isinstance(raw, Mapping) else {EVERYBODY: list(of_kind(rights, EVERYBODY))}
    group = next((key for key in found if kind in str(key).split()), kind)
    if group != kind:  # the others of the group keep what they had
        found = {" ".join(one for one in str(key).split() if one != kind): value for key, value in found.items()}
    found[kind] = names
    return {key: found[key] for key in sorted(found, key=lambda key: key == EVERYBODY)}
