"""The catalogue of fields as a whole: sections taken from another procedure, lists of options, its rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions import CALLED, FIELDS
from engine.forms.yaml import load
from engine.operations import registry
from engine.problems import DefinitionInvalid
from engine.workbench import form_edits
from webui.here import services
from webui.workbench import form_pairs
from webui.workbench.form_controls import rows
from webui.workbench.form_verbs import back, revision, tried
from webui.workbench.pages import change, draft_page, workbench

NEW = "list*"  # the rows of a list that has no name yet


@workbench.route("/<process>/forms/catalogue", methods=["GET", "POST"])
def form_catalogue(process: str) -> ResponseReturnValue:
    """What stands in fields.yaml beside its sections."""
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
    data, wrong, status = load(page["documents"].get(FIELDS, "sections: []"), FIELDS), "", 200
    if request.method == "POST":
        values = _typed(data)
        if "shift" not in request.form:
            wrong, status = _kept(process, values)
            if not wrong:
                flash(_("已保存到草稿。"))
                return redirect(back(process, "fields"))
        data |= values
    lists = [form_pairs.drawn(f"list-{name}", name, list(options.items()), (_("值"), _("文字")))
             for name, options in (data.get("lists") or {}).items() if isinstance(options, Mapping)]  # fmt: skip
    new = form_pairs.drawn(NEW, _("新的选项表"), [], (_("值"), _("文字")))
    form_pairs.kept([*lists, new], request.form)
    use = data.get("use") if isinstance(data.get("use"), Mapping) else {}
    return render_template(
        "workbench/form_catalogue.html", **page, rules=data.get("rules") or "", known_rules=sorted(registry.rules),
        use=use, offered=_offered(page["documents"], use), lists=lists, new=new, wrong=wrong,
        unsaved=request.method == "POST", back_url=back(process, "fields"),
    ), status  # fmt: skip


def _kept(process: str, values: Mapping[str, Any]) -> tuple[str, int]:
    for name in {key.removesuffix("-key") for key in request.form if key.startswith("list")}:
        if found := form_pairs.twice(rows(request.form, name)):
            return _("选项表里的值 %(values)s 写了两次；每个值只写一行。", values="、".join(found)), 422
    edit = form_edits.settings(values)
    return tried(lambda: change(form_edits.edit, process, revision(), FIELDS, edit, registry))


def _offered(documents: Mapping[str, str], use: Any) -> dict[str, dict[str, str]]:
    """Procedure → the sections of its catalogue that may be taken: id → title."""
    found: dict[str, dict[str, str]] = {}
    for path, text in documents.items():
        if path.startswith(CALLED) and path.endswith(".yaml"):
            try:
                sections = load(text, path).get("sections") or ()
            except DefinitionInvalid:
                continue
            name = path.removeprefix(CALLED).removesuffix(".yaml")
            found[name] = {str(one["id"]): str(one.get("title", "")) for one in sections if isinstance(one, dict)}
    taken = {one: one for one in use.get("sections") or ()} if use else {}
    return {name: taken | sections if name == use.get("process") else sections for name, sections in found.items()}


def _typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The keys as posted; None takes one out."""
    process, lists = request.form.get("use_process", ""), dict(data.get("lists") or {})
    was = data.get("use") or {}
    taken = request.form.getlist(f"use-{process}")
    order = [one for one in was.get("sections") or () if one in taken]
    sections = [*order, *(one for one in taken if one not in order)]
    for name in list(lists):
        if f"list-{name}-key" in request.form:
            lists[name] = form_pairs.mapping(rows(request.form, f"list-{name}"))
    if name := request.form.get("list_name", "").strip():
        lists[name] = form_pairs.mapping(rows(request.form, NEW))
    values = {
        "rules": request.form.get("rules") or None,
        "lists": {one: said for one, said in lists.items() if said} or None,
    }
    if "use_process" in request.form:
        values["use"] = {**was, "process": process, "sections": sections} if process and sections else None
    return values
