"""The changes of a version as a handbook prints them: for readers who know no ids."""

from __future__ import annotations

import re

from engine.workbench.change import Change

# Ids, expressions and file names: what only those who draw can read.
_TECHNICAL = re.compile(r"[A-Za-z]\w*_\w+|\b[a-z]\w*\.[a-z]\w+|==|[{}<>]|：[a-z]\w* →|→ [a-z]\w*\b")
_ID = re.compile(r"\s*\b[A-Z][A-Za-z]*_\w+")


def plain(change: Change) -> tuple[str, tuple[str, ...]]:
    """What changed and how; of a technical detail only the name is said."""
    details = dict.fromkeys(_detail(text) for text in change.details)
    return _ID.sub("", change.what), tuple(details)


def _detail(text: str) -> str:
    label, colon, _rest = text.partition("：")
    if not _TECHNICAL.search(text):
        return text
    return f"{label}有改动" if colon and not _TECHNICAL.search(label) else "设置有改动"
