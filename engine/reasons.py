"""Reasons and notes that people give beside a form: the log keeps them for good, so they are read before."""

from __future__ import annotations

from engine.errors import CountersignError
from engine.forms.kinds import convert
from engine.forms.reading import COMMENT


def must_give(reason: str, missing: str = "请填写理由，流转记录与考核要用。") -> None:
    """Refuse a reason that says nothing, with what is `missing`, or that no log should hold."""
    must_fit(reason)
    if not reason.strip():
        raise CountersignError(missing)


def must_fit(note: str) -> None:
    """Refuse what is too long for the log or holds signs nobody can see, as an opinion on a form would be."""
    try:
        convert(COMMENT, note, ())
    except ValueError as error:
        raise CountersignError(f"理由没有收下：{error}。") from error
