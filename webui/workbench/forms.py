"""表单与函件: the forms of a draft on structured pages, with their text and a preview by the page builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions import FIELDS, read_forms
from engine.errors import CountersignError, NotFound, NotPossible
from engine.forms.yaml import load
from engine.operations import registry
from engine.posts import DEPARTMENT_KINDS
from engine.problems import DefinitionInvalid
from engine.transactions import Tx
from engine.workbench import form_edits
from webui.here import services
from webui.workbench import form_controls, form_removal, form_rights
from webui.workbench.form_preview import letter_preview, preview
from webui.workbench.form_verbs import back, revision, said, tried
from webui.workbench.pages import change, draft_page, still_open, told, workbench

Made = Callable[[], Any]
SETTINGS = ("title", "intro", "heading", "decision", "prefill")
NAMES = ("guards", "required", "optional")


@workbench.get("/<process>/forms")
def forms(process: str) -> str:
    """All forms and letters of the draft, and who may read and write which field at which step."""
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
    documents = page["documents"]
    catalogue, known = read_forms(documents, [])
    steps = form_edits.steps_of(process, documents, registry)
    problems = form_edits.problems(process, documents, registry)
    names = [*(one for one in steps if one in known), *(one for one in known if one not in steps)]
    return render_template(
        "workbench/forms.html",
        **page,
        forms=[
            {"name": one, "form": known[one], "steps": "、".join(dict.fromkeys(steps.get(one, ())))} for one in names
        ],
        missing=[one for one in steps if f"forms/{one}.yaml" not in documents],
        matrix=form_rights.matrix(catalogue, {one: known[one] for one in names}),
        own={section["id"] for section in _sections(documents)},
        letters=form_edits.letters_of(process, documents, registry),
        problems=[told(one) for one in problems],
    )


@workbench.route("/<process>/forms/<name>", methods=["GET", "POST"])
def form(process: str, name: str) -> ResponseReturnValue:
    """One form: its words, rights, own fields and outcomes, with the page it makes."""
    kind, file = request.values.get("kind", form_rights.EVERYBODY), f"forms/{name}.yaml"
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
        documents, wrong, status = page["documents"], "", 200
        if file not in documents or file == FIELDS:
            raise NotFound(what=_("表单 %(name)s", name=name))
        if request.method == "POST":
            _catalogue, known = read_forms(documents, [])
            edit = _settings(known.get(name), load(documents[file], file), kind)
            try:
                documents = form_edits.changed(process, documents, file, edit, registry)
            except CountersignError as error:
                wrong, status = said(error), error.status
    if request.method == "POST" and not wrong:
        wrong, status = tried(lambda: change(form_edits.edit, process, revision(), file, edit, registry))
        if not wrong:
            flash(_("已保存到草稿。"))
            return redirect(url_for("workbench.form", process=process, name=name, kind=kind))
    with services().transactions.read() as tx:
        shown = _form_page(tx, process, documents, name, kind)
    return render_template("workbench/form.html", **page, **shown, name_of=name, kind=kind, wrong=wrong), status


def _form_page(tx: Tx, process: str, documents: Mapping[str, str], name: str, kind: str) -> dict[str, Any]:
    file = f"forms/{name}.yaml"
    _catalogue, known = read_forms(documents, [])
    found = known.get(name)
    data = load(documents[file], file)
    typed = {key: request.form.get(key, data.get(key)) for key in SETTINGS}
    typed |= {key: request.form.get(key, " ".join(form_controls.names(data.get(key)))) for key in NAMES}
    return {
        "form": found,
        "data": data,
        "said": typed,
        "rights": list(form_rights.rows(found, kind)) if found else [],
        "kinds": {form_rights.EVERYBODY: _("各部门"), **DEPARTMENT_KINDS},
        "written": sorted({kind for key in form_rights.PLAIN for kind in _kinds(data.get(key))}),
        "steps": "、".join(dict.fromkeys(form_edits.steps_of(process, documents, registry).get(name, ()))),
        "trial": preview(tx, process, documents, name, kind),
        "prefills": sorted(registry.prefills),
        "guards": sorted(registry.guards),
    }


@workbench.post("/<process>/forms/<name>/try")
def form_try(process: str, name: str) -> ResponseReturnValue:
    """The form handed in on trial: validated like the real one, nothing of it is kept."""
    kind = request.form.get("kind", form_rights.EVERYBODY)
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
        if f"forms/{name}.yaml" not in page["documents"]:
            raise NotFound(what=_("表单 %(name)s", name=name))
        posted = request.form.to_dict(flat=False)
        trial = preview(tx, process, page["documents"], name, kind, posted)
    found = read_forms(page["documents"], [])[1].get(name)
    status = 422 if trial["errors"] else 200
    return render_template(
        "workbench/form_try.html",
        **page,
        form=found,
        trial=trial,
        name_of=name,
        kind=kind,
        comment=request.form.get("comment", ""),
    ), status


def _kinds(right: Any) -> list[str]:
    return [kind for kinds in right for kind in str(kinds).split() if kind != "*"] if isinstance(right, Mapping) else []


def _settings(form: Any, data: Mapping[str, Any], kind: str) -> form_edits.Change:
    posted = request.form
    values: dict[str, Any] = {key: posted.get(key, "").strip() or None for key in SETTINGS if key in posted}
    for key in NAMES:
        if key in posted and posted[key].split() != form_controls.names(data.get(key)):
            values[key] = posted[key].split() or None
    values |= {"keep": None if posted.get("keep") == "1" else False, "scan": True if posted.get("scan") else None}
    if form is not None and "with-rights" in posted:
        values |= form_rights.typed(form, data, kind, posted)
    return form_edits.settings(values)


@workbench.post("/<process>/forms/<name>/change")
def form_change(process: str, name: str) -> ResponseReturnValue:
    """Move an item up or down, or take it out; what is used elsewhere is asked about first."""
    path, known = request.form.get("at", "").split("/"), request.form.get("id", "")
    by = {"up": -1, "down": 1}.get(request.form.get("do", ""))
    edit = form_edits.move(path, known, by) if by else form_edits.remove(path, known)
    file = f"forms/{name}.yaml"
    if not by:
        with services().transactions.read() as tx:
            page = draft_page(tx, process)
        if asked := form_removal.asked_first(page, file, edit, f"“{known}”", back(process, name)):
            return asked
    wrong, _status = tried(lambda: change(form_edits.edit, process, revision(), file, edit, registry))
    flash(wrong or (_("已移动。") if by else _("已从草稿删去。")))
    if path[-1] == "columns":
        table, at = path[-2], "/".join(path[:-2])
        return redirect(url_for("workbench.form_item", process=process, name=name, at=at, id=table))
    return redirect(back(process, name))


@workbench.post("/<process>/forms/<name>/remove")
def form_remove(process: str, name: str) -> ResponseReturnValue:
    """Take a whole form out of the draft; running cases keep it with their version."""
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
    what = _("表单 %(name)s", name=name)
    if asked := form_removal.asked_first(page, f"forms/{name}.yaml", None, what, back(process, name)):
        return asked
    try:
        _draft, kept = change(form_edits.remove_form, process, revision(), f"forms/{name}.yaml", registry)
    except CountersignError as error:
        flash(said(error))
        return redirect(url_for("workbench.form", process=process, name=name))
    flash(_("表单 %(name)s 已从草稿删去；在办的 %(n)s 件留在原来的版本，照旧用它。", name=name, n=kept))
    return redirect(url_for("workbench.forms", process=process))


@workbench.route("/<process>/text/<path:file>", methods=["GET", "POST"])
def document(process: str, file: str) -> ResponseReturnValue:
    """A form or a letter as text under the same validation; a letter with its preview. A new name begins a document."""
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
    if not file.startswith(("forms/", "letters/")):
        raise NotFound(what=file)
    new = "title: \noutcomes:\n  - {id: done, label: 办结, style: primary}\n" if file.startswith("forms/") else "主题："
    text, wrong, status = page["documents"].get(file, new), "", 200
    if request.method == "POST":
        text = request.form.get("text", "")
        over = "over" in request.form
        if "show" in request.form:
            page = still_open(page)
        else:
            wrong, status = tried(lambda: change(form_edits.write, process, revision(), file, text, registry, over))
            if not wrong:
                flash(_("已保存到草稿。"))
                return redirect(url_for("workbench.document", process=process, file=file))
            with services().transactions.read() as tx:
                page = still_open(draft_page(tx, process), told=status == NotPossible.status)
    stem = file.split("/")[-1].rsplit(".", 1)[0]
    letter = letter_preview(page["documents"], stem, text) if file.startswith("letters/") else None
    return render_template(
        "workbench/document.html", **page, file=file, stem=stem, text=text, wrong=wrong, letter=letter
    ), status


# --- what all of them ask ---------------------------------------------------------------------------------------


def _sections(documents: Mapping[str, str]) -> list[dict[str, Any]]:
    """The catalogue's own sections, those taken from another procedure left out."""
    try:
        found = load(documents.get(FIELDS, ""), FIELDS).get("sections") or []
    except DefinitionInvalid:
        return []
    return [one for one in found if isinstance(one, dict) and "id" in one]
