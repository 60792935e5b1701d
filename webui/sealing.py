"""How a signature is sealed, in words: with the electronic seal, or on paper of which a scan is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casefile import Item
from engine.store import moment
from webui.case_view import CaseView


def told(signature: Mapping[str, Any]) -> str:
    """What was given: 签字和印章."""
    if signature.get("scan"):
        return _("签字盖章（纸质扫描件）")
    return _("签字和印章") if signature.get("seal") else _("签字")


def scans(view: CaseView, item: Item) -> list[dict[str, str]]:
    """The scans that stand for the electronic seal of a step, as lines of the timeline that lead to the files."""
    return [
        {
            "icon": "paperclip",
            "text": _("纸质签字盖章，扫描件“%(name)s”由%(who)s上传", name=one["name"], who=view.name(one["by"])),
            "time": view.moment(moment(one["uploaded_at"])),
            "url": url_for("attachments.show", attachment_id=one["file"]),
        }
        for one in (item.signature or {}).get("scan") or ()
    ]
