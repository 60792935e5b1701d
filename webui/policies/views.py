"""制度: clauses, parameters and readings, versions; owners write the next version, a second person publishes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import policy_drafts, policy_tables
from engine.errors import CountersignError, NotFound
from engine.transactions import Tx
from webui.here import me, now, number, services, snapshot, toast
from webui.policies.page import PolicyView, Typed, drawn

policies = Blueprint("policies", __name__, url_prefix="/policies")

LARGEST = policy_drafts.LARGEST * 4  # bytes of a file that is uploaded


@policies.get("")
def index() -> ResponseReturnValue:
    with services().transactions.read() as tx:
        names = sorted(snapshot(tx).policies)
    if not names:
        raise NotFound(what=_("已发布的制度"))
    return show(names[0])


@policies.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    with services().transactions.read() as tx:
        return render_template("policies/show.html", **drawn(_view(tx, name), request.args.get("tab", "clauses")))


@policies.post("/<name>/draft")
def save(name: str) -> ResponseReturnValue:
    """Keep what was typed or uploaded, whatever it says; the page then tells what is wrong with it."""
    text = _text()
    return _do(name, policy_drafts.save, text, typed=Typed(text=text), done=_("草稿已保存。"))


@policies.post("/<name>/draft/parameters")
def fill(name: str) -> ResponseReturnValue:
    """Save the draft with the parameters as they were typed on the page."""
    typed = {key.removeprefix("p."): value for key, value in request.form.items() if key.startswith("p.")}
    return _do(name, policy_drafts.fill, typed, typed=Typed(values=typed), done=_("草稿已保存。"))


@policies.post("/<name>/propose")
def propose(name: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    done = _("已提请发布，由另一位考核人员或系统管理员复核。")
    return _do(name, policy_drafts.propose, reason, typed=Typed(reason=reason), done=done)


@policies.post("/<name>/publish")
def publish(name: str) -> ResponseReturnValue:
    opinion = request.form.get("opinion", "")
    done = _("已发布；自生效之日起收到的环节按新版本计。")
    return _do(name, policy_drafts.publish, opinion, typed=Typed(opinion=opinion), done=done, tab="versions")


@policies.post("/<name>/send-back")
def send_back(name: str) -> ResponseReturnValue:
    opinion = request.form.get("opinion", "")
    return _do(name, policy_drafts.send_back, opinion, typed=Typed(opinion=opinion), done=_("已退回起草人修改。"))


@policies.post("/<name>/drop")
def drop(name: str) -> ResponseReturnValue:
    return _do(name, policy_drafts.drop, typed=Typed(), done=_("草稿已放弃。"), tab="versions")


def _do(
    name: str, verb: Callable[..., Any], *values: str | dict[str, str], typed: Typed, done: str, tab: str = "draft"
) -> ResponseReturnValue:
    """One verb of the gate in a transaction; when it is refused the page says why and keeps what was typed."""
    revision = number(request.form.get("revision", ""))
    try:
        with services().transactions.write() as tx:
            people = snapshot(tx).people
            verb(tx, now(), people, me(), name, revision, *values)
    except CountersignError as error:
        if error.status in (403, 404):
            raise
        with services().transactions.read() as tx:
            page = drawn(_view(tx, name), "draft", typed, error)
            return render_template("policies/show.html", **page), error.status
    toast(done)
    return redirect(url_for("policies.show", name=name, tab=tab))


def _text() -> str:
    """The file that was chosen, else what stands in the box."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get("text", "")
    content = file.read(LARGEST + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CountersignError("文件不是 UTF-8 编码；请另存为 UTF-8 后再上传，草稿没有改动。") from None


def _view(tx: Tx, name: str) -> PolicyView:
    versions = policy_tables.history(tx, name)
    if not versions:
        raise NotFound(what=_("制度 %(name)s", name=name))
    return PolicyView(tx, name, versions, snapshot(tx).people, me(), now())
