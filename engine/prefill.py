"""Start forms about something that exists: filled in from it, and what it held is kept as the old of old → new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.errors import FieldProblem, FormInvalid, NotPossible
from engine.forms import Form, digest
from engine.forms.fields import empty
from engine.operations import Registry
from engine.transactions import Tx


def current(tx: Tx, now: datetime, registry: Registry, form: Form, subject: str | None) -> dict[str, Any]:
    """What the subject of a form holds now; nothing for a form that starts empty.

    Raises NotPossible when the form needs a subject and none is named, NotFound when there is no such subject.
    """
    if form.prefill is None:
        return {}
    if not subject:
        raise NotPossible(what=f"填写{form.title}", why="没有选定客户；请先在“客户”中找到它，再从那里发起")
    return dict(registry.prefills[form.prefill](tx, now, subject))


def seal(tx: Tx, base: Mapping[str, Any]) -> str:
    """What a page carries to say over which values it was filled in; nobody can guess those by it."""
    return tx.vault.fingerprint(digest(base))


def must_be_seen(tx: Tx, base: Mapping[str, Any], seen: str | None, typed: Mapping[str, Any]) -> None:
    """Refuse a form that was filled in over values that have changed meanwhile; `seen` is the seal of those."""
    if seen is not None and seen != seal(tx, base):
        text = "您填写期间，这个客户的数据已有变更；页面已换成现在的数据，请核对您的修改后再提交"
        raise FormInvalid([FieldProblem("", text)], typed)


def rebased(form: Mapping[str, Any], base: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The fields to set so that a form stands on what the subject holds now: what was not changed follows it."""
    same = (name for name in base.keys() | now.keys() if form.get(name) == base.get(name) != now.get(name))
    return {name: now.get(name) for name in same}


def differences(form: Mapping[str, Any], base: Mapping[str, Any] | None) -> dict[str, tuple[Any, Any]]:
    """What a case changes: field id → (old, new), of the fields that the subject has."""
    pairs = ((name, old, form.get(name)) for name, old in (base or {}).items())
    return {name: (old, new) for name, old, new in pairs if old != new and not (empty(old) and empty(new))}
