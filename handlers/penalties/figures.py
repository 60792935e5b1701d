"""What a month comes to as it stands: the figures that confirmations sign, and their digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine.people import People
from engine.store import dumps
from engine.transactions import Tx
from handlers.penalties import basis as bases
from handlers.penalties import month
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from handlers.penalties.pricing import Line


def assess(tx: Tx, which: Month, people: People, now: datetime) -> Assessed:
    """The month as it stands now."""
    return month.assess(tx, which, bases.live(tx, bases.known(tx, people), now), steps=False)


def figures(assessed: Assessed) -> dict[str, Any]:
    """What the confirmations sign: how many findings, what they come to, and the digest of every line."""
    personal = sum(line.amount for line in assessed.lines if line.personal)
    return {
        "late_count": len(assessed.late),
        "untrue_count": len(assessed.untrue),
        "wrong_count": len(assessed.wrong),
        "exempt_count": sum(assessed.status(one.name) == "exempt" for one in assessed.findings),
        "upheld_count": sum(assessed.status(one.name) == "upheld" for one in assessed.findings),
        "personal_total": f"{personal:.2f}",
        "department_total": f"{assessed.total - personal:.2f}",
        "figures_digest": digest(assessed.lines),
    }


def digest(lines: Iterable[Line]) -> str:
    """The digest over the priced lines of a month."""
    told = [[*map(str, line.key), str(line.amount), *line.findings] for line in lines]
    return sha256(dumps(told).encode()).hexdigest()
