"""附件: sending files in by themselves, getting them out again, removing one's own that no case has yet."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from engine.people import People
from engine.transactions import Tx
from engine.wording import moment_text
from webui import uploads
from webui.case_view import CaseView
from webui.file_types import allowed_text
from webui.here import me, now, services, snapshot, toast
from webui.uploads import Attached, Upload

attachments = Blueprint("attachments", __name__, url_prefix="/attachments")


@attachments.get("")
def index() -> str:
    """One's own files that no case has yet."""
    return _page()


@attachments.post("")
def upload() -> ResponseReturnValue:
    """Take in files; a script gets them as JSON, a page sees the list again."""
    taken, problems = _taken()
    with services().transactions.write() as tx:
        ids = [uploads.keep(tx, now(), me(), one) for one in taken]
        kept = uploads.of_ids(tx, ids)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(files=[shown(one) for one in kept], problems=problems), 422 if problems else 201
    if problems:
        return _page(problems), 422
    toast(_("已上传 %(n)s 个附件。", n=len(kept)))
    return redirect(url_for("attachments.index"), 303)


@attachments.get("/<attachment_id>")
def show(attachment_id: str) -> ResponseReturnValue:
    """The file, always as a download: nothing that was sent in is ever shown as a page of ours."""
    with services().transactions.read() as tx:
        found = uploads.find(tx, attachment_id)
        if found is None:
            abort(404)
        _must_see(tx, found)
        content = uploads.content(tx, attachment_id)
    response = send_file(BytesIO(content), found.media_type, as_attachment=True, download_name=found.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@attachments.post("/<attachment_id>/remove")
def remove(attachment_id: str) -> ResponseReturnValue:
    with services().transactions.write() as tx:
        removed = uploads.remove(tx, me(), attachment_id)
    if not removed:
        abort(404)
    toast(_("附件已删除。"))
    return redirect(url_for("attachments.index"), 303)


def shown(file: Attached) -> dict[str, Any]:
    """A file as `macros/form.html` lists it."""
    note = f"{uploads.size_text(file.size)}，{moment_text(file.uploaded_at, now())}"
    return {"id": file.id, "name": file.name, "url": url_for("attachments.show", attachment_id=file.id)} | {
        "note": note
    }


def _taken() -> tuple[list[Upload], list[str]]:
    taken, problems = [], []
    files = [file for file in request.files.getlist("file") if file.filename]
    for file in files:
        try:
            taken.append(uploads.read(file, services().settings.upload_megabytes))
        except ValueError as error:
            problems.append(str(error))
    return taken, problems if files else [_("没有选择文件；请先选择再上传")]


def _page(problems: list[str] | None = None) -> str:
    with services().transactions.read() as tx:
        rows = [
            shown(one) | {"remove_url": url_for("attachments.remove", attachment_id=one.id)}
            for one in uploads.loose_of(tx, me())
        ]
    limit = services().settings.upload_megabytes
    rule = _("可传 %(kinds)s，每个不超过 %(n)s MB。", kinds=allowed_text(), n=limit)
    return render_template("attachments/list.html", rows=rows, problems=problems or [], rule=rule)


def _must_see(tx: Tx, file: Attached) -> None:
    """Who may see the case sees its files; a loose one only its owner and who submits for the owner's department."""
    if file.uploaded_by == me():
        return
    if file.instance_id is not None:
        CaseView.of(tx, file.instance_id)
    elif not _submits_for(snapshot(tx).people, file.uploaded_by):
        abort(403)


def _submits_for(people: People, owner: int) -> bool:
    home = people.person(owner).department_id
    post = people.post("focal", home) if home else None
    return post is not None and people.may(me(), post.id, now()) is not None
