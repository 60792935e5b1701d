"""What of a scenario's cases and customers can be seen: how each stands, who was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.clock import local
from engine.store import moment
from handlers.customers.changes.differences import current
from webui.scenarios.stage import Stage
from webui.texts import OUTCOMES

ITEMS = (
    "SELECT w.id, w.node, w.post_id, i.definition_id FROM work_item w JOIN instance i ON i.id = w.instance_id"
    " WHERE w.instance_id = ? AND w.status IN ('open', 'claimed', 'paused') ORDER BY w.id"
)
CASE = "SELECT status, outcome, urgent, definition_id, round FROM instance WHERE id = ?"
DEADLINES = "SELECT clock, due, breached, status, node FROM deadline WHERE instance_id = ? ORDER BY received_at, id"
TOLD = "SELECT p.name FROM notice n JOIN person p ON p.id = n.person_id WHERE n.instance_id = ? AND n.kind = ?"
STATUS = {"open": "在办", "ended": "已结束", "suspended": "已挂起", "withdrawn": "已撤回", "cancelled": "已作废"}
OUTCOME = {outcome: words for outcome, (words, _tone) in OUTCOMES.items()}


def seen(stage: Stage, case: str) -> dict[str, Any]:
    """What a scenario may expect of a case."""
    case_id = stage.case({"单": case})
    with stage.services.transactions.read() as tx:
        row = tx.all(CASE, (case_id,))[0]
        deadlines = tx.all(DEADLINES, (case_id,))
        duties = {one[4] for one in deadlines if "duty" in stage.node(tx, row[3], one[4]).extensions}
        steps = sorted({stage.node(tx, one[3], one[1]).name for one in tx.all(ITEMS, (case_id,))})
    return {
        "状态": row[0],
        "结果": row[1],
        "紧急": bool(row[2]),
        "轮次": row[4],
        "待办": steps,
        "超时": sorted({one[0] for one in deadlines if one[4] not in duties and (one[2] or one[3] == "late")}),
        "时限": {one[0]: f"{local(moment(one[1])):%Y-%m-%d %H:%M}" for one in deadlines},
    }


def standing(stage: Stage) -> dict[str, str]:
    """How each case stands, in words: what is open, what was late, how it ended."""
    return {name: _standing(name, seen(stage, name)) for name in stage.cases}


def told(stage: Stage, case: str, kind: str) -> list[str]:
    """Who was sent a kind of notice about a case."""
    with stage.services.transactions.read() as tx:
        return sorted({row[0] for row in tx.all(TOLD + " AND n.channel = 'inbox'", (stage.cases[case], kind))})


def customer(stage: Stage, name: str) -> dict[str, Any]:
    """A customer of the store as it is now, with `status`."""
    code = stage.code(name)
    with stage.services.transactions.read() as tx:
        status = tx.all("SELECT status FROM account WHERE customer_code = ?", (code,))[0][0]
        return {**current(tx, code), "status": status}


def in_words(key: str, value: Any) -> str:
    """What is expected of a case, or seen of it, as people say it: `在办`, `已建档`, `核对与分发、维护`, `无`."""
    if isinstance(value, list):
        return "、".join(map(str, value)) or "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or value == "":
        return "没有"
    return {"状态": STATUS, "结果": OUTCOME}.get(key, {}).get(str(value), str(value))


def _standing(name: str, seen: Mapping[str, Any]) -> str:
    parts = [in_words(key, seen[key]) for key in ("状态", "结果") if seen[key]]
    parts += [f"{key} {'、'.join(seen[key])}" for key in ("待办", "超时") if seen[key]]
    return f"{name}：{'，'.join(parts)}"
