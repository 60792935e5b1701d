"""That the logs a locked month rests on are still those it was locked with.

At locking the digest over every case's count and last hash is kept. Whoever alters an event breaks the chain of its
case; whoever forges the whole chain ends in another last hash.
"""

from __future__ import annotations

from hashlib import sha256

from engine.history import GENESIS, link
from engine.transactions import Tx
from handlers.penalties import facts
from handlers.penalties.findings import Positions

HEAD = "SELECT event_count, event_head, number FROM instance WHERE id = ?"


def digest(tx: Tx, positions: Positions) -> str:
    """The digest over the logs as they end now; for the moment of locking, when they end at their positions."""
    found = sha256()
    for case in sorted(positions):
        row = tx.one(HEAD, (case,))
        assert row is not None, f"case {case} is gone"
        assert row[0] == positions[case], f"the log of {row[2]} grew while its month was locked"
        found.update(f"{case}:{row[0]}:{row[1]}\n".encode())
    return found.hexdigest()


def fault(tx: Tx, positions: Positions, kept: str) -> str | None:
    """The first place where a log is not what it was at locking; None when all are."""
    found = sha256()
    for case in facts.of_cases(tx, sorted(positions.items())):
        before, expected = GENESIS, 1
        for row in case.rows:
            if row[1] != expected or link(before, tuple(row[:9])) != row[9]:
                what = "被删除" if row[1] != expected else f"（{row[2]}）被改动，或其前被插入事件"
                return f"{_number(tx, case.case_id)} 的第 {expected} 条事件{what}"
            before, expected = row[9], expected + 1
        if expected <= positions[case.case_id]:
            return f"{_number(tx, case.case_id)} 的第 {expected} 条事件被删除"
        found.update(f"{case.case_id}:{expected - 1}:{before}\n".encode())
    return None if found.hexdigest() == kept else "事件链自身连续，但与锁定时的摘要不符：有案卷的日志被整体改写"


def _number(tx: Tx, case: int) -> str:
    row = tx.one(HEAD, (case,))
    return str(row[2]) if row else f"案卷 {case}"
