"""Error pages in Chinese: what happened, why, what to do; nothing a stranger could learn from."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, current_app, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.definitions import MAX_BYTES
from engine.errors import CountersignError
from webui.here import back

log = logging.getLogger(__name__)

TITLES = {
    400: "请求有误",
    403: "没有权限",
    404: "没有找到",
    405: "不能这样操作",
    409: "现在不能办",
    413: "文件太大",
    422: "填写有误",
    429: "操作太频繁",
    500: "系统出错",
}
REMEDIES = {
    400: "请返回上一页重试；仍不行请联系系统管理员。",
    403: "如确需办理，请联系本部门归口人员或系统管理员调整岗位。",
    404: "请从列表重新进入；如刚被撤回或办结，可在“已办”中查看。",
    405: "请从页面上的按钮操作，不要直接打开这个网址。",
    409: "请刷新后按最新情况办理。",
    413: "每个附件不超过 {megabytes} MB，流程图不超过 {diagram} MB；请压缩或拆分后重新提交，这次的内容没有收下。",
    422: "请返回更正后再提交。",
    429: "请稍候再试。",
    500: "您的操作没有保存。请稍后重试；仍不行请把编号报给系统管理员。",
}


def register(app: Flask) -> None:
    """Answer every error of a request with a page that tells what to do."""
    app.register_error_handler(CountersignError, _ours)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    services = app.extensions["countersign"]
    for kind in services.transactions.unstorable:
        app.register_error_handler(kind, _unstorable)
    app.register_error_handler(Exception, _unexpected)
    megabytes = services.settings.upload_megabytes
    app.extensions["fault_values"] = {"megabytes": megabytes, "diagram": MAX_BYTES // 1_000_000}


def _ours(error: CountersignError) -> ResponseReturnValue:
    text, _sep, rest = error.message.partition("。")
    return page(error.status, f"{text}。" if _sep else text, rest or None)


def _forged(error: CSRFError) -> ResponseReturnValue:
    """The form was older than the session: coming from one of our own pages, that page is shown again."""
    text = _("页面停留太久或登录已更换，为防止冒用，这次没有提交。请刷新页面后再提交。")
    target = back("")
    if request.method == "POST" and target and not _wants_part():
        flash(text)
        return redirect(target, 303)
    return page(400, text)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    texts = {404: _("没有这个页面，或它已经移走。"), 413: _("上传的内容超过了允许的大小。")}
    return page(error.code, texts.get(error.code, _("服务器没有接受这次请求。")))


def _unstorable(error: Exception) -> ResponseReturnValue:
    """The request holds what no row can; the log keeps it, should it be a defect after all."""
    log.warning("request cannot be stored", exc_info=error, extra={"action": "request_unstorable"})
    return page(400, _("请求中有超出范围的编号或日期，或不能保存的字符，没有执行。"))


def _unexpected(error: Exception) -> ResponseReturnValue:
    """A defect: the person gets a number to report, the log gets the traceback under it."""
    reference = secrets.token_hex(4)
    log.exception("request failed", extra={"action": "request_failed", "reference": reference})
    return page(500, _("办理中出现了意外。"), reference=reference)


def page(code: int, text: str, remedy: str | None = None, reference: str | None = None) -> ResponseReturnValue:
    """An error page; JSON or a short fragment when a script asked."""
    remedy = remedy or REMEDIES.get(code, REMEDIES[400]).format(**current_app.extensions["fault_values"])
    said: dict[str, Any] = {
        "code": code,
        "title": _(TITLES.get(code, "操作未完成")),
        "text": text,
        "remedy": remedy,
        "reference": reference,
    }
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said), code
    if _wants_part():
        return render_template("_fault.html", **said), code
    return render_template("error.html", **said), code


def _wants_part() -> bool:
    return "HX-Request" in request.headers
