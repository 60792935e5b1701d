"""The versions of a policy in words: since when, by whom, why, and what each changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from engine.clock import local
from engine.policy import Policy
from engine.policy_tables import Published
from engine.policy_words import differences
from webui.policies.seen import PolicyView


def versions_page(view: PolicyView) -> dict[str, Any]:
    """The variables of the tab 版本, newest first."""
    known = [one.policy for one in view.versions]
    return {"versions": [_version(view, one, _earlier(known, one.policy)) for one in view.versions]}


def _version(view: PolicyView, one: Published, earlier: Policy | None) -> dict[str, Any]:
    state, tone = _state(view, one)
    return {
        "version": one.policy.version,
        "since": one.policy.effective_from.isoformat(),
        "state": state,
        "tone": tone,
        "author": view.person(one.author_id),
        "approver": view.person(one.approver_id) if one.approver_id else "",
        "published": f"{local(one.published_at):%Y-%m-%d %H:%M}",
        "reason": one.reason,
        "opinion": one.opinion,
        "fingerprint": one.policy.fingerprint,
        "changes": changes(earlier, one.policy) if earlier else [],
        "content": one.content,
    }


def _state(view: PolicyView, one: Published) -> tuple[str, str]:
    if one is view.current:
        return _("现行"), "ok"
    if one.policy.effective_from > local(view.now).date():
        return _("未到生效日"), "accent"
    return _("已被取代"), ""


def _earlier(known: Sequence[Policy], policy: Policy) -> Policy | None:
    before = [one for one in known if one.effective_from < policy.effective_from]
    return max(before, key=lambda one: one.effective_from, default=None)


def changes(old: Policy, new: Policy) -> list[dict[str, str]]:
    """What a version changes against another, apart from its day."""
    return [{"label": name, "old": was, "new": now} for name, was, now in differences(old, new) if name != "生效日期"]
