"""在办影响, the blast radius of a draft: which running cases could move to it and what becomes of their limits.

Computed without writing and without a lock, so nobody waits for it. Of very many cases a part is judged, spread evenly
over all, and the number is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.definitions import Definition
from engine.migration.judging import DECIDE, MOVES, STAYS, Verdict
from engine.migration.limits import Effect
from engine.migration.surveys import survey
from engine.store import moment, stamp
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

RUNNING = "SELECT id FROM instance WHERE process = ? AND status IN ('open', 'suspended') ORDER BY id"
MOST = 1000  # cases judged one by one
KEPT = 100  # lines kept as evidence, those that need a look first
_ORDER = {DECIDE: 0, STAYS: 1, MOVES: 2}


@dataclass(frozen=True)
class Line:
    """One running case; its title is left out: evidence is read by more people than the case is."""

    case_id: int
    number: str
    result: str  # MOVES, DECIDE or STAYS
    steps: tuple[str, ...]
    obstacles: tuple[str, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Impact:
    """The running cases as they stood at a moment, judged against one text (`fingerprint`).

    `judged` is less than `running` when there are more than MOST. `results` tells every judged case by its number,
    `lines` at most KEPT of them in full.
    """

    fingerprint: str
    at: datetime
    running: int
    judged: int
    lines: tuple[Line, ...]
    results: Mapping[str, str]

    @property
    def complete(self) -> bool:
        return self.judged == self.running

    def count(self, result: str) -> int:
        return Counter(self.results.values())[result]

    def kept(self) -> dict[str, Any]:
        """As evidence, without the result of every single case."""
        return {
            "at": stamp(self.at),
            "running": self.running,
            "judged": self.judged,
            "counts": {one: self.count(one) for one in (MOVES, STAYS, DECIDE)},
            "lines": [asdict(one) for one in self.lines],
        }

    def __str__(self) -> str:
        return said(self.kept())


def impact_of(engine: Engine, tx: Tx, new: Definition) -> Impact:
    """What publishing `new`, which is not published yet, would mean for the cases running now."""
    ids = [int(row[0]) for row in tx.all(RUNNING, (new.process,))]
    asked = _spread(ids, MOST)
    verdicts = survey(engine, tx, new.process, 0, new, {}, only=asked)
    lines = sorted(verdicts, key=lambda one: (_ORDER[one.result], not _changes(one), one.case_id))[:KEPT]
    results = {one.number: one.result for one in verdicts}
    now = engine.clock.now()
    return Impact(new.fingerprint, now, len(ids), len(verdicts), tuple(map(_line, lines)), results)


def said(kept: Mapping[str, Any]) -> str:
    """The totals in a sentence, from what is kept as evidence."""
    if not kept["running"]:
        return "没有在办流程"
    counts = kept["counts"]
    head = f"在办 {kept['running']} 件"
    if kept["judged"] < kept["running"]:
        head += f"，均匀抽取 {kept['judged']} 件判定"
    return f"{head}：可迁移 {counts[MOVES]}，不能迁移 {counts[STAYS]}，须人工判断 {counts[DECIDE]}"


def since(before: Mapping[str, str] | None, now: Impact) -> list[str]:
    """How the running cases differ from those of an earlier look (number → result), in words.

    Nothing where one of the two looks took only a part of the cases: two parts differ anyhow.
    """
    if before is None or not now.complete:
        return []
    come, gone = now.results.keys() - before.keys(), before.keys() - now.results.keys()
    turned = {one for one in before.keys() & now.results.keys() if before[one] != now.results[one]}
    told = (("新增", come), ("已不在办", gone), ("结论变了", turned))
    return [f"{label} {len(which)} 件：{_some(which)}" for label, which in told if which]


def effects_of(line: Mapping[str, Any]) -> list[Effect]:
    """The limits of a line that was kept."""
    return [Effect(**one) for one in line["effects"]]


def seen_at(kept: Mapping[str, Any]) -> datetime:
    return moment(kept["at"])


def _some(numbers: set[str], most: int = 5) -> str:
    first = sorted(numbers)[:most]
    return "、".join(first) + (" 等" if len(numbers) > most else "")


def _spread(ids: list[int], most: int) -> frozenset[int]:
    if len(ids) <= most:
        return frozenset(ids)
    return frozenset(ids[place * len(ids) // most] for place in range(most))


def _changes(one: Verdict) -> bool:
    return any(effect.kept != effect.fresh for effect in one.effects)


def _line(one: Verdict) -> Line:
    return Line(
        one.case_id, one.number, one.result, one.steps, tuple(str(found) for found in one.obstacles), one.effects
    )
