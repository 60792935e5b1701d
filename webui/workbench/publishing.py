"""The publish gate: propose, send back, publish; and what becomes of drafts otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import workbench as bench
from engine.errors import CountersignError, FormInvalid, NotFound
from engine.operations import registry
from webui.here import services
from webui.workbench.comparing import changes_page
from webui.workbench.pages import books, change, workbench


@workbench.post("/<process>/propose")
def propose(process: str) -> ResponseReturnValue:
    return _decided(process, bench.propose, "reason", _("已提请发布，等主管领导或系统管理员复核。"))


@workbench.post("/<process>/send-back")
def send_back(process: str) -> ResponseReturnValue:
    return _decided(process, bench.send_back, "opinion", _("已退回起草人修改。"), gated=False)


@workbench.post("/<process>/publish")
def publish(process: str) -> ResponseReturnValue:
    said = _("已发布。新发起的流程按新版本办理，在办的留在原来的版本上。")
    return _decided(process, bench.publish, "opinion", said, to="workbench.history")


def _decided(
    process: str, verb: Callable[..., Any], field: str, said: str, to: str = "workbench.changes", gated: bool = True
) -> ResponseReturnValue:
    """Run a verb with the revision the page showed; what is refused is said on the page, what was typed stays."""
    typed = request.form.get(field, "")
    with services().transactions.read() as tx:
        against = (books(tx), registry) if gated else ()
    try:
        change(verb, process, _revision(), typed, *against)
    except NotFound:
        raise
    except CountersignError as error:
        return changes_page(process, reason_of(error), typed), error.status
    flash(said)
    return redirect(url_for(to, process=process))


@workbench.post("/<process>/rebase")
def rebase(process: str) -> ResponseReturnValue:
    change(bench.rebase, process, _revision())
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
    return _replaced(process, change(bench.restore, process, version, _revision()))


def _replaced(process: str, saved: bench.Saved) -> ResponseReturnValue:
    if saved.overtaken:
        flash(_("草稿在您打开之后又有改动，没有替换；请比较后再决定。"))
        return redirect(url_for("workbench.compare_aside", process=process, aside=saved.aside))
    flash(_("已放进草稿；原来的草稿另存着，可以取回。"))
    return redirect(url_for("workbench.show", process=process))


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


def reason_of(error: CountersignError) -> str:
    """What a page says about a refusal: for a field, what is wrong with it."""
    return error.problems[0].message if isinstance(error, FormInvalid) and error.problems else error.message
