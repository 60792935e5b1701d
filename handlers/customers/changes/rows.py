"""Which row of a table is which after a change: contacts and bank accounts have no number of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What recognises a row that was changed, the surest first.
MARKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "contacts": (("name", "mobile"), ("name",), ("mobile",)),
    "banks": (
        ("account_no",),
        ("cnaps_code", "account_name"),
        ("bank_name", "branch_name"),
        ("account_kind", "currency"),
    ),  # an account in place of another
    "partners": (("function", "partner_code"), ("function",)),
    "relations": (("relation", "related_code"), ("relation",)),
    "sales": (("sales_organisation", "distribution_channel", "division"),),
    "accounting": (("company_code",),),
    "names": (("name",),),
    "blocks": (("scope", "kind"),),
}


def pairs(view: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Place of an old row → place of the new row it became; a row without a counterpart is missing.

    Equal rows first, in their order, then those that share a mark: a contact its name, an account its number.
    """
    found: dict[int, int] = {}
    names = sorted({str(name) for row in (*old, *new) for name in row})
    for marks in (tuple(names), *MARKS.get(view, ())):
        _pair(old, new, marks, found)
    return found


def _pair(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], marks: tuple[str, ...], found: dict[int, int]
) -> None:
    free = [place for place in range(len(new)) if place not in found.values()]
    for place, row in enumerate(old):
        if place in found:
            continue
        mark = _mark(row, marks)
        to = next((one for one in free if any(mark) and _mark(new[one], marks) == mark), None)
        if to is not None:
            found[place] = to
            free.remove(to)


def _mark(row: Mapping[str, Any], marks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for name in marks)
