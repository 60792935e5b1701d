"""The editor: a procedure on the canvas, its draft saved and checked while it is drawn."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from engine import workbench as bench
from engine.check import check_documents
from engine.definitions import CALLED, DIAGRAM
from engine.errors import NotFound
from engine.operations import registry
from engine.people import People
from engine.transactions import Tx
from engine.workbench.conditions import conditions
from engine.workbench.stories.names import procedure
from webui.here import me, now, number, services, snapshot
from webui.workbench.offers import offers
from webui.workbench.pages import books, change, may_publish, person_name, present, said_when, told, workbench
from webui.workbench.shared_steps import callers_told, offers_of_callers, with_forms


@workbench.get("/<process>")
def show(process: str) -> str:
    """The draft, to be drawn in; without one the newest version, to be read."""
    with services().transactions.read() as tx:
        draft, current = bench.find(tx, process), present(tx, process, request.args.get("like", ""))
        if draft is None and current is None:
            raise NotFound(what=_("流程 %(process)s", process=process))
        people = snapshot(tx).people
        documents = draft.documents if draft else bench.documents_of(tx, process, current.of if current else 0)
        steps = current.steps if current else None
        page = {
            "process": process,
            "name": current.name if current else procedure(process, documents).name,
            "newest": current.newest if current else None,
            "shared": callers_told(tx, steps, draft) if steps else None,
            "draft": _head(draft, people) if draft else None,
            "asides": [_aside(process, one, people) for one in bench.asides.read(tx, process)],
            "reviews": may_publish(tx),
            "data": _data(tx, process, documents, draft, steps),
        }
    return render_template("workbench/editor.html", **page)


@workbench.post("/<process>/draft")
def begin(process: str) -> ResponseReturnValue:
    change(bench.open_, process, like=request.form.get("like", ""))
    return redirect(url_for("workbench.show", process=process))


@workbench.post("/<process>/save")
def save(process: str) -> ResponseReturnValue:
    """Keep what is on the canvas; 409 with the other's name when somebody was faster, the text being put aside."""
    revision, documents = _posted()
    with services().transactions.write() as tx:
        people = snapshot(tx).people
        if bench.find(tx, process) is None:
            bench.rescue(tx, now(), people, me(), process, revision, documents)
            gone = _("这份草稿已发布或已放弃；您的这一稿已另存，可在流程页取回。")
            return jsonify({"overtaken": gone, "url": url_for("workbench.show", process=process)}), 409
        saved = bench.save(tx, now(), people, me(), process, revision, documents)
    answer = _state(saved.draft, people)
    if saved.overtaken:
        who, when = person_name(people, saved.draft.saved_by), said_when(saved.draft.saved_at)
        text = _(
            "%(who)s 于 %(when)s 保存了这份草稿。您的这一稿没有丢，已另存；请比较后决定用哪一稿。", who=who, when=when
        )
        to_compare = url_for("workbench.compare_aside", process=process, aside=saved.aside)
        return jsonify(answer | {"overtaken": text, "url": to_compare}), 409
    return jsonify(answer)


@workbench.post("/<process>/check")
def check(process: str) -> Response:
    """What `countersign check` would print about the documents on the canvas, saved or not; conditions in words."""
    _revision, documents = _posted()
    with services().transactions.read() as tx:
        kept, known = _kept(tx, process), books(tx)
        own = {path: text for path, text in documents.items() if not path.startswith(CALLED)}
        whole = own | {path: text for path, text in kept.items() if path.startswith(CALLED)}
        draft, steps = bench.find(tx, process), bench.find_shared(tx, process)
        if steps is not None and draft is not None:
            problems = bench.check_shared(tx, steps, draft, whole, known, registry)
        else:
            problems = check_documents(process, whole, known, registry)
    said = conditions(process, with_forms(steps, whole) if steps else whole, registry)
    return jsonify({"problems": [told(one) for one in problems], "words": said.words, "ready": said.ready})


@workbench.get("/<process>/diagram.bpmn")
def diagram(process: str) -> Response:
    """The drawing of the draft (`of=draft`), of a version (`of=<id>`) or of a text put aside (`aside=<id>`).

    `part` asks for the shared steps of that name instead.
    """
    wanted = request.args.get("of", "draft")
    with services().transactions.read() as tx:
        if aside := request.args.get("aside", type=int):
            documents = bench.asides.documents_of(tx, process, aside)
        elif number(wanted):
            documents = bench.documents_of(tx, process, number(wanted))
        else:
            documents = dict(bench.read(tx, process).documents)
    part = request.args.get("part")
    text = documents.get(f"{CALLED}{part}.bpmn" if part else DIAGRAM)
    if text is None:
        raise NotFound(what=_("共用环节 %(part)s", part=part))
    return Response(text, mimetype="application/xml")


def _posted() -> tuple[int, dict[str, str]]:
    """Revision and documents of a request's JSON; anything else is refused."""
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("documents"), dict):
        raise BadRequest
    documents = body["documents"]
    if not all(isinstance(text, str) for text in documents.values()):
        raise BadRequest
    revision = body.get("revision", 0)
    return (revision if isinstance(revision, int) else 0), documents


def _kept(tx: Tx, process: str) -> dict[str, str]:
    draft = bench.find(tx, process)
    if draft is not None:
        return dict(draft.documents)
    known = bench.versions(tx, process)
    return bench.documents_of(tx, process, known[0].id) if known else {}


def _data(
    tx: Tx, process: str, documents: Any, draft: bench.Draft | None, steps: bench.SharedSteps | None
) -> dict[str, Any]:
    """What the page's script works with."""
    offered = offers(books(tx), registry, snapshot(tx).people.departments(now=now()), _clocks_used(tx))
    return {
        "process": process,
        "revision": draft.revision if draft else 0,
        "writable": draft is not None,
        "documents": dict(documents),
        "offers": offered | (offers_of_callers(steps) if steps else {}),
        "urls": {
            "save": url_for("workbench.save", process=process),
            "check": url_for("workbench.check", process=process),
            "changes": url_for("workbench.changes", process=process),
        },
    }


def _clocks_used(tx: Tx) -> dict[str, list[str]]:
    """The names of the procedures whose newest version stands under a clock, by clock: a limit is changed for all."""
    found: dict[str, list[str]] = {}
    for one in bench.overview(tx):
        if one.newest is None:
            continue
        definition = services().engine.definitions.get(tx, one.newest.id)
        for clock in sorted({node.extensions.get("clock", "") for node in definition.model.nodes.values()} - {""}):
            found.setdefault(clock, []).append(definition.name)
    return found


def _state(draft: bench.Draft, people: People) -> dict[str, Any]:
    who, when = person_name(people, draft.saved_by), said_when(draft.saved_at)
    return {"revision": draft.revision, "saved": _("%(who)s %(when)s已保存", who=who, when=when)}


def _head(draft: bench.Draft, people: People) -> dict[str, Any]:
    return _state(draft, people) | {
        "proposed": draft.proposed,
        "remark": draft.remark,
        "proposer": person_name(people, draft.proposed_by) if draft.proposed else "",
    }


def _aside(process: str, one: bench.asides.Aside, people: People) -> dict[str, str]:
    reasons = {"overtaken": _("别人先保存"), "replaced": _("被另一稿替换"), "dropped": _("已放弃")}
    return {
        "who": person_name(people, one.person_id),
        "when": said_when(one.saved_at),
        "why": reasons.get(one.why, one.why),
        "url": url_for("workbench.compare_aside", process=process, aside=one.id),
    }
