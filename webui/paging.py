"""What lists share: the text sought for, and turning pages as `pager` of macros/ui.html draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

LONGEST = 100


def sought() -> str:
    """The text in the search box, without what nobody can see (PostgreSQL takes no NUL)."""
    return "".join(one for one in request.args.get("q", "") if one.isprintable()).strip()[:LONGEST]


def pager(page: int, pages: int, total: int, address: Callable[[int], str]) -> dict[str, Any] | None:
    """The pager of a list, None when everything is on one page; `address` gives the url of a page."""
    if pages <= 1:
        return None
    page = min(max(page, 1), pages)
    return {
        "page": page,
        "pages": pages,
        "total": total,
        "previous": address(page - 1) if page > 1 else None,
        "next": address(page + 1) if page < pages else None,
    }
