"""通知: what a person has been told; when it was read stays on record as evidence."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.wording import moment_text
from handlers.notices import queries
from handlers.notices.queries import Notice
from webui.here import me, now, services, toast

notices = Blueprint("notices", __name__, url_prefix="/notices")

MOST = 100
KINDS = {
    "escalate": ("催办上报", "late"),
    "result": ("处理结果", "ok"),
    "remind": ("催办提醒", "warn"),
    "warn": ("时限提醒", "warn"),
    "extension": ("延期", "accent"),
    "alarm": ("待处理", "warn"),
    "not_new": ("非新增退回", "warn"),
    "incomplete": ("资料不全退回", "warn"),
    "letter": ("函", "late"),
    "remaining": ("特殊冻结通知", "warn"),
    "overtaken": ("修改已挂起", "warn"),
    "resumed": ("修改已恢复", "ok"),
    "draft": ("草稿待提交", "accent"),
    "penalty_own": ("考核建议", "warn"),
    "penalty_department": ("部门考核建议", "warn"),
    "penalty_result": ("考核结果", "accent"),
    "penalty_decided": ("申诉裁定", "ok"),
}
# The month's case names everybody and is not read by everybody: these lead to one's own.
OWN = ("penalty_own", "penalty_department", "penalty_result")


@notices.get("")
def index() -> str:
    """The newest notices, unread ones on top."""
    with services().transactions.read() as tx:
        unread, latest = queries.unread(tx, me(), MOST), queries.latest(tx, me(), MOST)
    read = [one for one in latest if one.read_at is not None]
    return render_template("notices/list.html", unread=list(map(_shown, unread)), read=list(map(_shown, read)))


@notices.post("/<int:notice_id>/read")
def read(notice_id: int) -> ResponseReturnValue:
    """Mark a notice as read; the first reading counts."""
    with services().transactions.write() as tx:
        queries.mark_read(tx, now(), me(), notice_id)
    return redirect(url_for("notices.index"), 303)


@notices.post("/read")
def read_all() -> ResponseReturnValue:
    with services().transactions.write() as tx:
        count = queries.mark_read(tx, now(), me())
    toast(_("已将 %(n)s 条标为已读。", n=count))
    return redirect(url_for("notices.index"), 303)


def _shown(one: Notice) -> dict[str, Any]:
    kind, tone = KINDS.get(one.kind, ("通知", ""))
    read_at = _("%(at)s 已读", at=moment_text(one.read_at, now())) if one.read_at else ""
    return {
        "id": one.id,
        "kind": {"text": _(kind), "tone": tone},
        "subject": one.subject,
        "body": one.body,
        "at": moment_text(one.created_at, now()),
        "read_at": read_at,
        "url": _address(one),
        "read_url": url_for("notices.read", notice_id=one.id),
    }


def _address(one: Notice) -> str | None:
    """Where the matter itself is."""
    if one.kind in OWN:
        return url_for("assessment.mine")
    if one.instance_id is not None:
        return url_for("cases.show", case_id=one.instance_id)
    return url_for("apply.choose") if one.kind == "draft" else None
