"""Lists of two columns on the pages of a form: value and label of options, value and check of a chosen check.

The cells of a list `options` are posted as `options-key` and `options-text`, each once per row; a button of its rows
posts `shift` = `options:row:up` (`down`, `drop`, `add`): the page is drawn again with that done, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

Pair = tuple[str, str]
Posted = MultiDict[str, str]


def drawn(
    name: str, label: str, pairs: Sequence[Pair], heads: Pair, choices: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """The list as a control; `choices` are what the second cell is chosen from, None: free text."""
    return {"id": name, "label": label, "pairs": [*pairs, ("", "")], "heads": heads, "choices": choices, **more}


def typed(posted: Posted, name: str) -> list[Pair]:
    """The rows as typed, those with nothing in them left out."""
    keys, texts = posted.getlist(f"{name}-key"), posted.getlist(f"{name}-text")
    rows = [(key.strip(), text.strip()) for key, text in zip(keys, texts, strict=False)]
    return [row for row in rows if any(row)]


def shifted(posted: Posted, name: str, rows: Sequence[Pair]) -> list[Pair]:
    """The rows after the button that was pressed, if it was one of theirs."""
    found = list(rows)
    whose, _, rest = posted.get("shift", "").partition(":")
    number, _, way = rest.partition(":")
    at = int(number) if number.isdecimal() else -1
    if whose != name or not 0 <= at < len(found):
        return found
    row = found.pop(at)
    if way in ("up", "down"):
        found.insert(max(0, at + (1 if way == "down" else -1)), row)
    return found


def mapping(rows: Sequence[Pair]) -> dict[str, str]:
    """The rows as a mapping, a value left empty being its label."""
    return {key or text: text or key for key, text in rows}


def twice(rows: Sequence[Pair]) -> list[str]:
    """The values that are said more than once."""
    keys = [key or text for key, text in rows]
    return sorted({key for key in keys if keys.count(key) > 1})


def kept(controls: Iterable[dict[str, Any]], posted: Posted) -> None:
    """Draw the lists as they were typed, moved as the button says, whatever is wrong with them."""
    for one in controls:
        if "pairs" in one and f"{one['id']}-key" in posted:
            one["pairs"] = [*shifted(posted, one["id"], typed(posted, one["id"])), ("", "")]
