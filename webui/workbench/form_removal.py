"""A form, or a part of one, that others use is taken out of the draft only after its uses have been read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from engine.errors import CountersignError
from engine.operations import registry
from engine.workbench import form_edits, form_uses
from webui.here import services
from webui.workbench.pages import books, told


def asked_first(page: Mapping[str, Any], file: str, edit: form_edits.Change | None, what: str, back: str) -> str | None:
    """The page that lists the uses and asks; None when there are none, or they have been confirmed (`sure`).

    `edit` takes out a part; None: the whole file goes.
    """
    if request.form.get("sure"):
        return None
    process, documents = page["process"], page["documents"]
    after = form_edits.tried(documents, file, edit)
    with services().transactions.read() as tx:
        found = form_uses.uses(process, documents, after, books(tx), registry)
        running = form_uses.running(tx, process)
    if not found:
        return None
    return render_template(
        "workbench/form_removal.html", **page, what=what, uses=[told(one) for one in found], running=running,
        refused=_refused(process, documents, file, edit), back_url=back, posted=request.form,
    )  # fmt: skip


def _refused(process: str, documents: Mapping[str, str], file: str, edit: form_edits.Change | None) -> bool:
    """Whether the draft cannot be kept without it, however sure one is."""
    try:
        if edit is None:
            form_edits.without(process, documents, file, registry)
        else:
            form_edits.changed(process, documents, file, edit, registry)
    except CountersignError:
        return True
    return False
