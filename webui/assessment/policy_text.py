"""The clauses of the policy as pages quote them: literally, with the words that matter here marked."""

from __future__ import annotations

from typing import Any

from engine import policy_texts
from engine.transactions import Tx
from handlers.penalties.basis import POLICY
from webui.here import link

LONGEST = 130  # characters of a clause that are quoted whole
MARKED = (
    "每次扣归口人员50元,扣处理部门分管领导20元", "第一次扣责任人20元,扣责任部门50元,第二次加倍扣款", "每条记录扣50元",
    "主数据维护员必须在接到表格的4小时内对表格进行处理", "必须在4小时内处理完表格并转回", "必须在4小时内处理完毕",
    "各处理环节必须在两小时之内处理完毕",
)  # fmt: skip
OF_CLOCK = {"T1": MARKED[3], "T2": MARKED[4], "T3": MARKED[5]}


def quoted(tx: Tx, number: str, clock: str = "") -> dict[str, Any] | None:
    """A clause for the page: its heading, and its text in parts, some marked; of a long one what the clock is about."""
    clause = next((one for one in policy_texts.clauses(tx, POLICY) if one.number == number), None)
    if clause is None:
        return None
    words = OF_CLOCK.get(clock, "")
    text, whole = clause.text, len(clause.text) <= LONGEST or words not in clause.text
    if not whole and words:
        text = next(part for part in clause.text.split(";") if words in part)
    marks = [one for one in MARKED if one in text and (one == words or one not in OF_CLOCK.values())]
    parts = parted(text.strip().rstrip("。"), marks)
    return {"number": number, "title": clause.title, "parts": parts, "excerpt": text != clause.text,
            "url": link("policies.show", name=POLICY, _anchor=f"c{number}")}  # fmt: skip


def parted(text: str, marks: list[str]) -> list[tuple[str, bool]]:
    """The text in parts, each with whether it is marked; together they are the text."""
    parts = [(text, False)]
    for mark in marks:
        parts = [piece for part in parts for piece in (_split(part[0], mark) if not part[1] else [part])]
    return parts


def _split(text: str, mark: str) -> list[tuple[str, bool]]:
    before, found, after = text.partition(mark)
    return [piece for piece in ((before, False), (found, True), (after, False)) if piece[0]]
