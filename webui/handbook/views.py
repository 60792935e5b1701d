"""操作手册 on the screen, on paper and as a file; the list of procedures and posts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import workbench as bench
from engine.clock import local
from engine.errors import NotFound
from engine.handbook import ROLES, Handbook, of_post, roles_in
from engine.policy import Policy
from engine.transactions import Tx
from webui.handbook.drawing import pieces
from webui.handbook.pages import Edition, composed, cover, drafted, handbook, published, running_head
from webui.here import download, me, now, services, snapshot
from webui.workbench.pages import books

PRESENT = "SD-010"


@handbook.get("")
def index() -> str:
    """All published procedures and the posts that have something to do in them."""
    with services().transactions.read() as tx:
        known = _known(tx)
        rows = [
            {
                "name": book.name,
                "purpose": book.purpose,
                "version": edition.version.version if edition.version else "",
                "steps": sum(one.kind != "service" for one in book.steps),
                "url": url_for("handbook.show", process=edition.process),
            }
            for edition, book in known
        ]
        roles = roles_in([book for _edition, book in known], _policy(tx))
    posts = [{"title": one.title, "url": url_for("handbook.post", role=one.key)} for one in roles]
    return render_template("handbook/index.html", rows=rows, posts=posts)


@handbook.get("/<process>")
def show(process: str) -> ResponseReturnValue:
    """The newest version, or `?version=` another one; `?file=1` downloads it."""
    version = request.args.get("version", type=int)
    with services().transactions.read() as tx:
        return _printed(tx, published(tx, process, version))


@handbook.get("/<process>/draft")
def show_draft(process: str) -> ResponseReturnValue:
    with services().transactions.read() as tx:
        return _printed(tx, drafted(tx, process))


@handbook.get("/<process>/running.css")
def running(process: str) -> Response:
    """The running heads of the printed pages, which only a stylesheet can state."""
    with services().transactions.read() as tx:
        draft = bool(request.args.get("draft"))
        edition = drafted(tx, process) if draft else published(tx, process, request.args.get("version", type=int))
        return _stylesheet(running_head(edition, composed(tx, edition)), edition.fingerprint)


@handbook.get("/posts/<role>")
def post(role: str) -> ResponseReturnValue:
    """What one post does in all published procedures."""
    with services().transactions.read() as tx:
        title, page = _of_post(tx, role)
    return _rendered("handbook/post.html", title, "", page, url_for("handbook.post_running", role=role))


@handbook.get("/posts/<role>/running.css")
def post_running(role: str) -> Response:
    return _stylesheet(_("岗位操作说明：%(post)s", post=_role(role).title), "")


def _of_post(tx: Tx, key: str) -> tuple[str, dict[str, Any]]:
    role, known, policy = _role(key), _known(tx), _policy(tx)
    book = of_post(role, [one for _edition, one in known], policy)
    sources = [
        {"name": one.name, "version": edition.version.version, "mark": edition.fingerprint[:12]}
        for edition, one in known
        if edition.version and any(one.name in duty.procedures for duty in book.duties)
    ]
    title = _("岗位操作说明：%(post)s", post=role.title)
    return title, {"book": book, "sources": sources, "made": f"{local(now()):%Y-%m-%d}"}


def _role(key: str) -> Any:
    found = next((one for one in ROLES if one.key == key), None)
    if found is None:
        raise NotFound(what=_("这个岗位的操作说明"))
    return found


def _known(tx: Tx) -> list[tuple[Edition, Handbook]]:
    """The newest version of every procedure; shared parts are in those that call them."""
    editions = [published(tx, one.process) for one in bench.overview(tx) if one.newest]
    rules = books(tx)
    return [(edition, composed(tx, edition, rules)) for edition in editions]


def _policy(tx: Tx) -> Policy | None:
    known = books(tx)
    book = known.get(PRESENT) or next(iter(known.values()), None)
    return book.policies.at(local(now()).date()) if book else None


def _printed(tx: Tx, edition: Edition) -> ResponseReturnValue:
    book = composed(tx, edition)
    drawings = [
        {"title": one.title, "pieces": pieces(edition.documents[one.document], f"d{number}", book.marks)}
        for number, one in enumerate(book.diagrams)
    ]
    version = edition.version.version if edition.version else None
    page = {
        "book": book,
        "cover": cover(tx, edition, book),
        "drawings": drawings,
        "draft": edition.draft is not None,
        "redraws": bench.may_draft(snapshot(tx).people, me(), now()),
        "versions": [] if edition.draft else [one.version for one in bench.versions(tx, edition.process)],
        "version": version,
    }
    where = {"draft": "1"} if edition.draft else {"version": version}
    css = url_for("handbook.running", process=edition.process, **where)
    head = running_head(edition, book)
    return _rendered("handbook/procedure.html", head, edition.fingerprint, page, css)


def _rendered(template: str, title: str, mark: str, page: dict[str, Any], css: str) -> ResponseReturnValue:
    """The page on the screen, or with its styles inside as one file."""
    if not request.args.get("file"):
        return render_template(template, title=title, running=css, styles="", **page)
    styles = _static("handbook/handbook.css") + _running(title, mark)
    text = render_template(template, title=title, running="", styles=styles, **page)
    return download(text.encode(), f"{title.replace('　', ' ').replace('：', ' ')}.html", "text/html")


def _static(name: str) -> str:
    return (Path(current_app.static_folder or "") / name).read_text("utf-8")


def _stylesheet(head: str, mark: str) -> Response:
    return Response(_running(head, mark), mimetype="text/css")


def _running(head: str, mark: str) -> str:
    said = _quoted(_("指纹 %(mark)s", mark=mark[:16]) if mark else _("会签"))
    return f"@page {{ @top-left {{ content: {_quoted(head)}; }} @top-right {{ content: {said}; }} }}\n"


def _quoted(text: str) -> str:
    """A CSS string: whatever could end it is written as an escape."""
    return '"' + "".join(f"\\{ord(one):x} " if one in '"\\<>\n\r' else one for one in text) + '"'
