"""What the log of one case says about its deadlines: how long each ran, and who held the work under it when.

Only events are read, so a fact without its events cannot be. Everything up to a position in the case's log is taken
into account and nothing after it: the same position gives the same facts for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.store import loads, moment, placeholders
from engine.transactions import Row, Tx

CHUNK = 400  # cases read by one statement
COLUMNS = "instance_id, seq, kind, occurred_at, recorded_at, actor_id, node, subject, data, hash"


@dataclass(slots=True)
class Holding:
    """A person had a work item in hand; `until` None: to the end of the item."""

    person: int
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Work:
    """A work item under a deadline."""

    id: str
    node: str
    post: int | None
    department: int | None
    opened_at: datetime
    closed_at: datetime | None = None
    done_by: int | None = None
    on_behalf_of: int | None = None
    viewed_at: datetime | None = None
    holdings: list[Holding] = field(default_factory=list)

    def holder(self, at: datetime) -> int | None:
        """Who had it in hand at a moment, or completed it up to then; None: it lay in the common inbox."""
        held = [one for one in self.holdings if one.since <= at and (one.until is None or at < one.until)]
        if held:
            return held[-1].person
        return self.done_by if self.closed_at is not None and self.closed_at <= at else None


@dataclass(slots=True)
class Clocked:
    """A deadline from receipt to its end; `pauses` are the stretches in which it stood still.

    `keys` are the ids it has had: a deadline that goes on in another scope keeps being one (AMB-10).
    """

    case_id: int
    keys: list[str]
    node: str
    clock: str
    policy: str
    department: int | None
    received_at: datetime
    limit: str
    kind: str
    urgent: bool
    calendar: str
    round: int
    due: datetime
    opened_seq: int
    closed_at: datetime | None = None
    status: str = "open"  # open met late void
    breached_seq: int | None = None
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    moved: list[tuple[datetime, datetime, datetime, str]] = field(default_factory=list)  # when, from, to, why
    work: list[Work] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)  # the events it rests on
    exemption: str = ""  # why the system itself proposes not to charge it

    @property
    def key(self) -> str:
        return self.keys[-1]


@dataclass(slots=True)
class CaseFacts:
    """The deadlines of a case, and its events as rows by their number."""

    case_id: int
    deadlines: list[Clocked]
    rows: Sequence[Row]
    process: str = ""
    applicant: int | None = None
    department: int | None = None

    def breach(self, seq: int) -> Clocked | None:
        """The deadline whose breach is the event of that number."""
        return next((one for one in self.deadlines if one.breached_seq == seq), None)


def read(case_id: int, rows: Sequence[Row]) -> CaseFacts:
    """The facts in the events of one case, in the order of recording."""
    reader = _Reader(case_id, rows)
    for row in rows:
        if (take := _TAKE.get(row[2])) is not None:
            take(reader, row, loads(row[8]))
    return reader.facts


def of_cases(tx: Tx, positions: Iterable[tuple[int, int | None]]) -> Iterable[CaseFacts]:
    """The facts of cases, each up to its position (None: all that is there); cases in the order given."""
    wanted = list(positions)
    for begin in range(0, len(wanted), CHUNK):
        part = wanted[begin : begin + CHUNK]
        by_case: dict[int, list[Row]] = {case: [] for case, _ in part}
        marks = placeholders(part)
        sql = f"SELECT {COLUMNS} FROM event WHERE instance_id IN ({marks}) ORDER BY instance_id, seq"
        for row in tx.all(sql, [case for case, _ in part]):
            by_case[row[0]].append(row)
        for case, position in part:
            rows = by_case[case]
            yield read(case, rows if position is None else [row for row in rows if row[1] <= position])


class _Reader:
    """Goes through the events once; keeps what is open."""

    def __init__(self, case_id: int, rows: Sequence[Row]) -> None:
        self.facts = CaseFacts(case_id, [], rows)
        self.by_key: dict[str, Clocked] = {}
        self.items: dict[str, Work] = {}
        self.round = 1

    # --- deadlines ---

    def started(self, row: Row, data: Any) -> None:
        self.facts.process = data.get("process", "")
        self.facts.applicant, self.facts.department = row[5], data.get("department")

    def opened(self, row: Row, data: Any) -> None:
        deadline = Clocked(
            self.facts.case_id, [row[7]], row[6], data["clock"], data["policy"], data["department"], moment(row[3]),
            data["limit"], data.get("kind", "work"), data.get("urgent", False), data.get("calendar", "company"),
            self.round, moment(data["due"]), row[1],
        )  # fmt: skip
        self.by_key[row[7]] = deadline
        self.facts.deadlines.append(deadline)
        deadline.seqs.append(row[1])

    def continued(self, row: Row, data: Any) -> None:
        if (deadline := self.by_key.pop(data["before"], None)) is not None:
            deadline.keys.append(row[7])
            deadline.seqs.append(row[1])
            self.by_key[row[7]] = deadline

    def breached(self, row: Row, _data: Any) -> None:
        if (deadline := self._of(row)) is not None:
            deadline.breached_seq = row[1]

    def closed(self, row: Row, data: Any) -> None:
        if (deadline := self._of(row)) is not None:
            deadline.closed_at, deadline.status = moment(row[3]), data["status"]

    def paused(self, row: Row, _data: Any) -> None:
        if (deadline := self._of(row)) is not None:
            deadline.pauses.append((moment(row[3]), None))

    def resumed(self, row: Row, data: Any) -> None:
        if (deadline := self._of(row)) is not None:
            if deadline.pauses and deadline.pauses[-1][1] is None:
                deadline.pauses[-1] = (deadline.pauses[-1][0], moment(row[3]))
            deadline.due = moment(data["due"])

    def moved(self, row: Row, data: Any) -> None:
        if (deadline := self._of(row)) is not None:
            due = moment(data["due"])
            deadline.moved.append((moment(row[3]), deadline.due, due, data.get("reason", "")))
            deadline.due = due

    def proposed(self, row: Row, data: Any) -> None:
        if (deadline := self._of(row)) is not None:
            deadline.exemption = data.get("reason", "")

    def case_resumed(self, row: Row, _data: Any) -> None:
        """A deadline that had expired when its case was suspended has no resumption of its own."""
        for deadline in self.by_key.values():
            if deadline.pauses and deadline.pauses[-1][1] is None:
                deadline.pauses[-1] = (deadline.pauses[-1][0], moment(row[3]))

    def reprioritised(self, row: Row, _data: Any) -> None:
        for deadline in self.by_key.values():
            if deadline.closed_at is None:
                deadline.urgent = row[2] == "case.upgraded"

    # --- the work under them ---

    def item_opened(self, row: Row, data: Any) -> None:
        item = Work(row[7], row[6], data["post"], data["department"], moment(row[3]))
        self.items[item.id] = item
        if (deadline := self.by_key.get(data["deadline"])) is not None:
            deadline.work.append(item)
            deadline.seqs.append(row[1])

    def viewed(self, row: Row, _data: Any) -> None:
        if (item := self.items.get(row[7])) is not None and item.viewed_at is None:
            item.viewed_at = moment(row[3])
            self._note(row)

    def claimed(self, row: Row, _data: Any) -> None:
        self._hand(row, row[5])

    def transferred(self, row: Row, data: Any) -> None:
        self._hand(row, data["to"])

    def released(self, row: Row, _data: Any) -> None:
        self._hand(row, None)

    def completed(self, row: Row, data: Any) -> None:
        self.round = max(self.round, data.get("round") or 1)
        if (item := self.items.get(row[7])) is not None:
            item.done_by, item.on_behalf_of = row[5], data.get("on_behalf_of")
            self._close(row, item)

    def cancelled(self, row: Row, _data: Any) -> None:
        if (item := self.items.get(row[7])) is not None:
            self._close(row, item)

    def _hand(self, row: Row, person: int | None) -> None:
        if (item := self.items.get(row[7])) is None:
            return
        at = moment(row[3])
        if item.holdings and item.holdings[-1].until is None:
            item.holdings[-1].until = at
        if person is not None:
            item.holdings.append(Holding(person, at))
        self._note(row)

    def _close(self, row: Row, item: Work) -> None:
        item.closed_at = moment(row[3])
        if item.holdings and item.holdings[-1].until is None:
            item.holdings[-1].until = item.closed_at
        self._note(row)

    def _of(self, row: Row) -> Clocked | None:
        deadline = self.by_key.get(row[7])
        if deadline is not None:
            deadline.seqs.append(row[1])
        return deadline

    def _note(self, row: Row) -> None:
        for deadline in self.by_key.values():
            if any(item.id == row[7] for item in deadline.work):
                deadline.seqs.append(row[1])


_TAKE: dict[str, Callable[[_Reader, Row, Any], None]] = {
    "case.started": _Reader.started,
    "case.resumed": _Reader.case_resumed,
    "case.upgraded": _Reader.reprioritised,
    "case.downgraded": _Reader.reprioritised,
    "deadline.opened": _Reader.opened,
    "deadline.continued": _Reader.continued,
    "deadline.breached": _Reader.breached,
    "deadline.closed": _Reader.closed,
    "deadline.paused": _Reader.paused,
    "deadline.resumed": _Reader.resumed,
    "deadline.moved": _Reader.moved,
    "deadline.extended": _Reader.moved,
    "exemption.proposed": _Reader.proposed,
    "item.opened": _Reader.item_opened,
    "item.viewed": _Reader.viewed,
    "item.claimed": _Reader.claimed,
    "item.transferred": _Reader.transferred,
    "item.released": _Reader.released,
    "item.completed": _Reader.completed,
    "item.cancelled": _Reader.cancelled,
    "duty.missed": _Reader.cancelled,
}
