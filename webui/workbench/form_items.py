"""A field, a column, a section or an outcome of a form on its page: what fits its kind, the rest folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions import FIELDS, read_forms
from engine.errors import NotFound
from engine.forms import Field
from engine.forms.field_reader import read_field
from engine.forms.yaml import load
from engine.operations import registry
from engine.workbench import form_edits
from webui.here import services
from webui.workbench import form_conditions, form_controls, form_pairs
from webui.workbench.form_verbs import back, revision, tried
from webui.workbench.pages import change, draft_page, workbench

WORDS = {"outcomes": "结果", "sections": "栏目", "columns": "列"}


@workbench.route("/<process>/forms/<name>/item", methods=["GET", "POST"])
def form_item(process: str, name: str) -> ResponseReturnValue:
    """One item: `at` is the list it stands in, `id` its id, empty for a new one."""
    path, known, file = request.args.get("at", "").split("/"), request.args.get("id", ""), f"forms/{name}.yaml"
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
    data = deepcopy(load(page["documents"].get(file, ""), file))
    old = _item(form_edits.listed(data, path), known)
    fields = _asked(page["documents"], name, data, path)
    item, wrong, status = dict(old), "", 200
    if request.method == "POST":
        item = form_controls.typed_item(request.form, old, fields)
        if "shift" not in request.form:
            wrong, status = _kept(process, path, known, file, item)
            if not wrong:
                flash(_("已保存到草稿。"))
                return redirect(back(process, name))
            with services().transactions.read() as tx:
                page = draft_page(tx, process)
    return render_template(
        "workbench/form_item.html", **page, **_controls(page["documents"], path, item, fields), name_of=name,
        at="/".join(path), known=known, what=_(WORDS.get(path[-1], "字段")), wrong=wrong, back_url=back(process, name),
        table=_table(path, known, item), unsaved="shift" in request.form or bool(wrong),
    ), status  # fmt: skip


def _item(items: Sequence[Mapping[str, Any]], known: str) -> Mapping[str, Any]:
    old = next((one for one in items if str(one.get("id")) == known), None) if known else {}
    if old is None:
        raise NotFound(what=f"“{known}”")
    return old


def _kept(process: str, path: Sequence[str], known: str, file: str, item: Mapping[str, Any]) -> tuple[str, int]:
    if wrong := form_controls.twice(request.form):
        return wrong, 422
    edit = form_edits.put(path, known, item)
    return tried(lambda: change(form_edits.edit, process, revision(), file, edit, registry))


def _controls(
    documents: Mapping[str, str], path: Sequence[str], item: Mapping[str, Any], fields: Mapping[str, Field]
) -> dict[str, Any]:
    lists = load(documents.get(FIELDS, "sections: []"), FIELDS).get("lists") or {}
    if path[-1] in ("outcomes", "sections"):
        make = form_controls.outcome_controls if path[-1] == "outcomes" else form_controls.section_controls
        return {"controls": make(item, fields), "groups": None}
    controls = form_controls.field_controls(item, registry, lists, path[-1] == "columns", fields)
    form_pairs.kept(controls, request.form)
    known = {one.id: list(form_conditions.values_of(one).items()) for one in fields.values()}
    return {
        "controls": controls,
        "groups": form_controls.by_kind(controls, item),
        "offers": {
            "fits": form_controls.FITS,
            "order": list(form_controls.FITS),
            "values": {name: values for name, values in known.items() if values},
        },
    }


def _table(path: Sequence[str], known: str, item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The columns, once the table itself is kept."""
    if not known or item.get("kind") != "table":
        return None
    return {"at": [*path, known, "columns"], "items": item.get("columns") or []}


def _asked(documents: Mapping[str, str], name: str, data: Mapping[str, Any], path: Sequence[str]) -> dict[str, Field]:
    """The fields that a condition, a check or an outcome here may ask for: the nearest first."""
    catalogue, forms = read_forms(documents, [])
    own = list(data.get("fields") or ()) if name != "fields" else []
    if path[-1] == "columns":
        own = [*form_edits.listed(deepcopy(dict(data)), path), *own]
    near = [read_field(one, catalogue.lists, "", []) for one in own if isinstance(one, Mapping)]
    if path[-1] == "outcomes" and name in forms:  # what the step may write
        form = forms[name]
        kinds = {"*", *form.write}
        written = {one: form.fields[one] for kind in kinds for one in form.writable(kind)}
        return {one: form.fields[one] for one in form.fields if one in written}
    return {one.id: one for one in near if one.id} | dict(catalogue.fields)
