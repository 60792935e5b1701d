"""Publishing: propose, send back, publish; and what becomes of drafts otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import workbench as bench
from engine.errors import CountersignError, FormInvalid, NotFound
from engine.operations import registry
from webui.here import services
from webui.workbench.comparing import changes_page
from webui.workbench.gate import impact_of_draft, intended
from webui.workbench.pages import books, change, workbench
from webui.workbench.playing import play_missing


@workbench.post("/<process>/propose")
def propose(process: str) -> ResponseReturnValue:
    said = _("已提请发布，等主管领导或系统管理员复核。")
    verbs = bench.propose, bench.propose_shared
    return _decided(process, "reason", said, lambda reason: _gated(verbs, process, reason, intended()))


@workbench.post("/<process>/send-back")
def send_back(process: str) -> ResponseReturnValue:
    said = _("已退回起草人修改。")
    return _decided(process, "opinion", said, lambda remark: change(bench.send_back, process, _revision(), remark))


@workbench.post("/<process>/publish")
def publish(process: str) -> ResponseReturnValue:
    said = _("已发布。新发起的流程按新版本办理，在办的留在原来的版本上。")
    verb = partial(_gated, (bench.publish, bench.publish_shared), process)
    return _decided(process, "opinion", said, verb, to="workbench.history")


def _gated(verbs: tuple[Callable[..., Any], Callable[..., Any]], process: str, typed: str, *more: Any) -> None:
    """Run a verb that asks the gate, of a procedure or of shared steps.

    What takes time is done before, while nobody has to wait for it.
    """
    play_missing(process, _revision())
    with services().transactions.read() as tx:
        draft, against = bench.read(tx, process), books(tx)
        impacts = {name: impact_of_draft(tx, text) for name, text in bench.texts_of(tx, draft).items()}
    verb, impact = (verbs[1], impacts) if draft.shared else (verbs[0], impacts[process])
    change(verb, process, _revision(), typed, against, registry, impact, *more)


def _decided(
    process: str, field: str, said: str, verb: Callable[[str], Any], to: str = "workbench.changes"
) -> ResponseReturnValue:
    """Run a verb on what was typed; what is refused is said on the page, what was typed stays."""
    typed = request.form.get(field, "")
    try:
        verb(typed)
    except NotFound:
        raise
    except CountersignError as error:
        return changes_page(process, reason_of(error), typed), error.status
    flash(said)
    return redirect(url_for(to, process=process))


@workbench.post("/<process>/rebase")
def rebase(process: str) -> ResponseReturnValue:
    change(bench.rebase, process, _revision(), request.form.get("like", ""))
    return redirect(url_for("workbench.changes", process=process))


@workbench.post("/<process>/join")
def join(process: str) -> ResponseReturnValue:
    """Publish the drafts of the callers ticked (`caller`) together with the shared steps, and no others."""
    change(bench.join, process, _revision(), frozenset(request.form.getlist("caller")))
    return redirect(url_for("workbench.changes", process=process))


@workbench.post("/<process>/drop")
def drop(process: str) -> ResponseReturnValue:
    change(bench.drop, process, _revision())
    flash(_("草稿已放弃；这一稿已另存，可以取回。"))
    return redirect(url_for("workbench.show", process=process))


@workbench.post("/<process>/asides/<int:aside>/take")
def take_aside(process: str, aside: int) -> ResponseReturnValue:
    return _replaced(process, change(bench.put_back, process, aside, _revision()))


@workbench.post("/<process>/versions/<int:version>/restore")
def restore(process: str, version: int) -> ResponseReturnValue:
    saved = change(bench.restore, process, version, _revision())
    with services().transactions.read() as tx:
        kept = bench.steps_kept(saved.draft.documents, bench.documents_of(tx, process, version))
    return _replaced(process, saved, kept)


def _replaced(process: str, saved: bench.Saved, kept: Sequence[str] = ()) -> ResponseReturnValue:
    """Say what became of a draft; `kept` names shared steps that stay as in force though the old text had others."""
    if saved.overtaken:
        flash(_("草稿在您打开之后又有改动，没有替换；请比较后再决定。"))
        return redirect(url_for("workbench.compare_aside", process=process, aside=saved.aside))
    flash(_("已放进草稿；原来的草稿另存着，可以取回。"))
    if kept:
        names = "”、“".join(kept)
        flash(_("共用环节“%(names)s”仍是现行的一稿，没有随旧版恢复；要恢复，请在它自己的“版本”里。", names=names))
    return redirect(url_for("workbench.show", process=process))


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


def reason_of(error: CountersignError) -> str:
    """What a page says about a refusal: for a field, what is wrong with it."""
    return error.problems[0].message if isinstance(error, FormInvalid) and error.problems else error.message
