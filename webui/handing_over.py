"""Handing several steps over to one person: who may take them all, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine import items
from engine.errors import CountersignError, NotAllowed
from engine.people import People, Person
from engine.snapshots import Snapshot
from engine.transactions import Tx
from webui.here import me, services
from webui.inbox_rows import may_steer

TITLE = "SELECT number, title FROM instance WHERE id = ?"


def page(tx: Tx, known: Snapshot, chosen: Sequence[str], now: datetime) -> dict[str, Any]:
    """The steps to hand over, and the persons entitled to every one of them."""
    found = [items.read(tx, item_id) for item_id in chosen]
    if not all(may_steer(known.people, one.post_id, one.department_id, me(), now) for one in found):
        raise NotAllowed(what=_("转办所选各件"), why=_("其中有不归您或本部门办理的"))
    posts = {item.post_id for item in found if item.post_id is not None}
    rows = []
    for item in found:
        case = tx.one(TITLE, (item.instance_id,))
        assert case is not None
        rows.append({"id": item.id, "number": case[0], "title": case[1], "step": item.name})
    takers = [taker for taker in entitled(known.people, posts, now) if taker.id != me()]
    return {"rows": rows, "takers": [{"value": taker.id, "label": taker.name} for taker in takers]}


def entitled(people: People, posts: set[int], now: datetime) -> list[Person]:
    """Who may act in all of these posts now."""
    groups = [{acting.person.id: acting.person for acting in people.acting(post, now)} for post in sorted(posts)]
    if not groups:
        return []
    return [person for key, person in groups[0].items() if all(key in group for group in groups)]


def hand_over(chosen: Sequence[str], to: int, reason: str) -> dict[str, dict[str, str]]:
    """Try each step by itself: one that cannot go stops no other; result by item id."""
    results = {}
    for item_id in chosen:
        try:
            services().engine.transfer(item_id, me(), to, reason)
            results[item_id] = {"text": _("已转办"), "tone": "ok"}
        except CountersignError as error:
            results[item_id] = {"text": error.message, "tone": "late"}
    return results
