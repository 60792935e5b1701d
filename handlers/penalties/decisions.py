"""What was decided about findings: exemptions and appeals, read from the events that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.store import ASSESSED, loads, moment, stamp
from engine.transactions import Tx
from handlers.penalties.findings import Positions

APPEALED, DECIDED, EXEMPTED = "penalty.appealed", "penalty.decided", "penalty.exempted"
STATUS = {
    "proposed": "拟考核", "appealed": "申诉中", "upheld": "不成立", "rejected": "成立", "exempt": "豁免",
}  # fmt: skip
READ = (
    f"SELECT instance_id, seq, kind, occurred_at, actor_id, data FROM event WHERE {ASSESSED}"
    " AND kind = ? AND occurred_at >= ? ORDER BY occurred_at, instance_id, seq"
)


@dataclass
class Decision:
    """What has become of a finding; `upheld` means the appeal was: the finding does not stand."""

    status: str = "proposed"
    steps: list[tuple[datetime, str, int | None, Mapping[str, Any], int]] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether the finding is charged."""
        return self.status not in ("upheld", "exempt")


def read(tx: Tx, since: datetime, positions: Positions | None = None) -> dict[str, Decision]:
    """Finding → what was decided of it, from decisions since a moment, up to the positions (None: all).

    A later decision replaces an earlier one, but a rejected appeal does not take back an exemption.
    """
    found: dict[str, Decision] = {}
    for case, seq, kind, at, actor, text in sorted(_rows(tx, since), key=lambda row: (row[3], row[0], row[1])):
        if positions is not None and seq > positions.get(case, 0):
            continue
        data = loads(text)
        decision = found.setdefault(data["finding"], Decision())
        decision.steps.append((moment(at), kind, actor, data, case))
        decision.status = _after(decision.status, kind, data)
    return found


def _rows(tx: Tx, since: datetime) -> list[Any]:
    return [row for kind in (APPEALED, DECIDED, EXEMPTED) for row in tx.all(READ, (kind, stamp(since)))]


def _after(before: str, kind: str, data: Mapping[str, Any]) -> str:
    if kind == EXEMPTED:
        return "exempt" if data.get("exempt", True) else "proposed"
    if kind == APPEALED:
        return before if before in ("exempt", "upheld") else "appealed"
    if before in ("exempt", "upheld"):
        return before
    return "upheld" if data["outcome"] == "upheld" else "rejected"
