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
WITHDRAWN = ("case.withdrawn", "case.cancelled")  # of an appeal's own case: the appeal was never made
STATUS = {
    "proposed": "拟考核", "appealed": "申诉中", "upheld": "申诉成立，不扣", "rejected": "申诉不成立", "exempt": "豁免",
}  # fmt: skip
READ = (
    f"SELECT instance_id, seq, kind, occurred_at, actor_id, data FROM event WHERE {ASSESSED}"
    " AND kind = ? AND occurred_at >= ? ORDER BY occurred_at, instance_id, seq"
)
ENDED = (
    "SELECT instance_id, seq, kind, occurred_at, actor_id, data FROM event WHERE instance_id = ? AND seq > ?"
    " AND kind IN (?, ?) ORDER BY seq LIMIT 1"
)
Step = tuple[datetime, str, int | None, Mapping[str, Any], int]


@dataclass
class Decision:
    """What has become of a finding; `upheld` means the appeal was: the finding does not stand."""

    status: str = "proposed"
    steps: list[Step] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether the finding is charged."""
        return self.status not in ("upheld", "exempt")

    @property
    def appeals(self) -> list[Step]:
        """The appeals that were not withdrawn, oldest first."""
        withdrawn = {step[4] for step in self.steps if step[1] in WITHDRAWN}
        return [step for step in self.steps if step[1] == APPEALED and step[4] not in withdrawn]

    @property
    def pending(self) -> bool:
        """Whether an appeal made in time is undecided: its month cannot be locked yet (a late one only adjusts)."""
        return self.status == "appealed" and not self.appeals[-1][3].get("late", False)


def read(tx: Tx, since: datetime, positions: Positions | None = None) -> dict[str, Decision]:
    """Finding → what was decided of it, from decisions since a moment, up to the positions (None: all).

    A later decision replaces an earlier one, but a rejected appeal does not take back an exemption. An appeal that was
    withdrawn leaves the finding as it was.
    """
    found: dict[str, Decision] = {}
    for case, seq, kind, at, actor, text in sorted(_rows(tx, since), key=lambda row: (row[3], row[0], row[1])):
        if positions is not None and seq > positions.get(case, 0):
            continue
        data = loads(text)
        name = data["finding"] if "finding" in data else _appealed_in(found, case)
        decision = found.setdefault(name, Decision())
        decision.steps.append((moment(at), kind, actor, data, case))
    for decision in found.values():
        decision.status = _status(decision)
    return found


def _rows(tx: Tx, since: datetime) -> list[Any]:
    rows = [row for kind in (APPEALED, DECIDED, EXEMPTED) for row in tx.all(READ, (kind, stamp(since)))]
    appeals = [(row[0], row[1]) for row in rows if row[2] == APPEALED]
    ended = [tx.one(ENDED, (case, seq, *WITHDRAWN)) for case, seq in appeals]
    return rows + [row for row in ended if row is not None]


def _appealed_in(found: Mapping[str, Decision], case: int) -> str:
    """The finding that the appeal of this case is about."""
    return next(
        name for name, one in found.items() if any(step[1] == APPEALED and step[4] == case for step in one.steps)
    )


def _status(decision: Decision) -> str:
    status, standing = "proposed", [*decision.appeals]
    for step in decision.steps:
        if step[1] in (DECIDED, EXEMPTED) or step in standing:
            status = _after(status, step[1], step[3])
    return status


def _after(before: str, kind: str, data: Mapping[str, Any]) -> str:
    if kind == EXEMPTED:
        return "exempt" if data.get("exempt", True) else "proposed"
    if kind == APPEALED:
        return before if before in ("exempt", "upheld") else "appealed"
    if before in ("exempt", "upheld"):
        return before
    return "upheld" if data["outcome"] == "upheld" else "rejected"
