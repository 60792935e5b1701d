"""From the controls of a page back to values: names like `banks-0-account_no` become rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.forms.context import Context
from engine.forms.definition import Form
from engine.forms.fields import Field
from engine.forms.filled import blank
from engine.forms.veil import ROW, Stored

Posted = Mapping[str, Sequence[str]]


def values_from_html(
    form: Form, posted: Posted, context: Context | None = None, stored: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What `read` takes, from the controls of a page (a MultiDict's `to_dict(flat=False)`).

    Rows come as `banks-0-account_no`, the search evidence as `search-search_ids` and
    `search-dismissals-<candidate>-reason`. A box that was not ticked is not posted at all: it counts as no.
    A mask that was left as it is means the value in `stored`, what the page was drawn from.
    """
    context = context or Context()
    values: dict[str, Any] = {name: posted[name][-1] for name in ("outcome", "comment") if posted.get(name)}
    for name in sorted(form.writable(context.kind)):
        one = form.fields[name]
        if one.kind == "table":
            values[name] = _posted_rows(one, posted)
        elif one.kind == "search":
            values[name] = _posted_evidence(name, posted)
        elif one.kind in ("multichoice", "attachment"):
            if name in posted or one.kind == "multichoice":
                values[name] = list(posted.get(name, ()))
        elif name in posted or one.kind == "bool":
            values[name] = posted[name][-1] if posted.get(name) else ""
    return Stored(form.fields.values(), stored or {}, context).lifted(values)


def _posted_rows(table: Field, posted: Posted) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    columns = "|".join(re.escape(name) for name in (ROW, *(column.id for column in table.columns)))
    cell = re.compile(rf"{re.escape(table.id)}-([0-9]{{1,5}})-({columns})")
    for name, values in posted.items():
        if values and (found := cell.fullmatch(name)):
            rows.setdefault(int(found[1]), {})[found[2]] = values[-1]
    return [row for _, row in sorted(rows.items()) if table.given or not blank(table, row)]


def _posted_evidence(name: str, posted: Posted) -> dict[str, Any]:
    prefix = f"{name}-dismissals-"
    dismissals: dict[str, dict[str, str]] = {}
    for key, values in posted.items():
        candidate, _, part = key.removeprefix(prefix).rpartition("-")
        if key.startswith(prefix) and candidate and part in ("reason", "evidence") and values:
            dismissals.setdefault(candidate, {})[part] = values[-1]
    return {"search_ids": list(posted.get(f"{name}-search_ids", ())), "dismissals": dismissals}
