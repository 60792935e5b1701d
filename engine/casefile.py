"""Everything a page may show about one case, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import cases, due_story, history
from engine.definitions import Definition, Definitions
from engine.errors import NotFound
from engine.history import Recorded
from engine.limits import Due
from engine.spiff import Node
from engine.store import loads, moment
from engine.timeline import ClockKind
from engine.trail import Passed, Trail
from engine.transactions import Tx

CASE = (
    "SELECT id, number, definition_id, process, title, status, outcome, applicant_id, department_id, urgent, round,"
    " revision, started_at, ended_at, form, subject, base FROM instance WHERE id = ?"
)
ITEMS = (
    "SELECT id, node, name, form, post_id, department_id, item, deadline_id, due, round, status, holder_id, opened_at,"
    " viewed_at, claimed_at, done_at, done_by, on_behalf_of, outcome, comment, submission, replaced, signature"
    " FROM work_item WHERE instance_id = ? ORDER BY opened_at, id"
)
DEADLINE = (
    "id, node, clock, policy_id, department_id, post_id, calendar, received_at, amount, kind, due, provisional, steps,"
    " status, breached, closed_at, paused_at, paused_left, round"
)
DEADLINES = f"SELECT {DEADLINE} FROM deadline WHERE instance_id = ? ORDER BY received_at, id"
DEADLINES_BY_ID = f"SELECT {DEADLINE} FROM deadline WHERE (instance_id, id) IN (VALUES {{marks}})"
NODES_DONE = "SELECT id, node FROM job WHERE instance_id = ? AND status = 'done'"
NODES_OPEN = "SELECT node FROM job WHERE instance_id = ? AND status IN ('waiting', 'paused', 'failed')"


@dataclass(frozen=True)
class Case:
    """The row of a case without its tokens."""

    id: int
    number: str
    definition_id: int
    process: str
    title: str
    status: str
    outcome: str | None
    applicant_id: int | None
    department_id: int | None
    urgent: bool
    round: int
    revision: int
    started_at: datetime
    ended_at: datetime | None
    form: Mapping[str, Any]
    subject: str | None = None
    base: Mapping[str, Any] | None = None

    @property
    def running(self) -> bool:
        return self.status in ("open", "suspended")


@dataclass(frozen=True)
class Item:
    """A work item with what was done in it; `replaced` holds what the changed fields held before."""

    id: str
    node: str
    name: str
    form: str | None
    post_id: int | None
    department_id: int | None
    item: Any
    deadline_id: str | None
    due: datetime
    round: int
    status: str
    holder_id: int | None
    opened_at: datetime
    viewed_at: datetime | None
    claimed_at: datetime | None
    done_at: datetime | None
    done_by: int | None
    on_behalf_of: int | None
    outcome: str | None
    comment: str | None
    submission: Mapping[str, Any]
    replaced: Mapping[str, Any]
    signature: Mapping[str, Any] | None

    @property
    def live(self) -> bool:
        return self.status in ("open", "claimed", "paused")

    @property
    def done(self) -> bool:
        return self.status == "done"


@dataclass(frozen=True)
class Deadline:
    """A clocked scope of a case; `paused_left` counts seconds of its own clock."""

    id: str
    node: str
    clock: str
    policy_id: int | None
    department_id: int | None
    post_id: int | None
    calendar: str
    received_at: datetime
    amount: str
    kind: ClockKind
    due: datetime
    provisional: bool
    steps: str
    status: str
    breached: bool
    closed_at: datetime | None
    paused_at: datetime | None
    paused_left: int | None
    round: int

    @property
    def late(self) -> bool:
        """Whether it was overrun, also when it still is."""
        return self.status == "late" or self.breached

    def computed(self) -> Due:
        """The due moment as it was first computed, before any pause."""
        return due_story.computed(self.steps)


@dataclass(frozen=True)
class CaseFile:
    """One case with its definition, steps, deadlines, automatic steps and log.

    `definition` is the version the case is on. What was done before it was moved there is told by the version it was
    done in: ask `definition_of`, `node_of`, `node_at`. `jobs_done` has the names they have now.
    """

    case: Case
    definition: Definition
    items: tuple[Item, ...]
    deadlines: Mapping[str, Deadline]
    events: tuple[Recorded, ...]
    jobs_done: frozenset[str]
    jobs_open: tuple[str, ...]
    passed: Passed

    def definition_of(self, row: Item | Deadline) -> Definition:
        """The version in which a step or a deadline was done with; the one the case is on, while it is open."""
        return self.passed.of("item" if isinstance(row, Item) else "deadline", row.id)

    def node_of(self, row: Item | Deadline) -> Node:
        """The element of a step or a deadline, as it was drawn when it was done with."""
        return self.definition_of(row).model.nodes[row.node]

    def node_at(self, node: str | None, event: Recorded) -> Node | None:
        """The element an event names, as it was drawn when the event was recorded."""
        return self.passed.at(event.seq).model.nodes.get(node or "")

    def node_now(self, row: Item | Deadline) -> str:
        """What the element of a step or a deadline is called in the version the case is on, if that still has it."""
        return self.passed.now("item" if isinstance(row, Item) else "deadline", row.id, row.node)

    def item(self, item_id: str) -> Item:
        found = next((item for item in self.items if item.id == item_id), None)
        if found is None:
            raise NotFound(what="这项待办")
        return found

    def deadline_of(self, item: Item) -> Deadline | None:
        return self.deadlines.get(item.deadline_id or "")

    @property
    def decided(self) -> dict[str, Any]:
        """What the forms have told the diagram so far: their deciding fields, and how each step last ended."""
        forms, form = self.definition.forms, self.case.form
        fields = [one for each in forms.values() for one in each.fields.values() if one.decide]
        found = {str(one.decide): form[one.id] for one in fields if one.id in form}
        for item in sorted((one for one in self.items if one.done_at), key=lambda one: (one.done_at, one.id)):
            filled = forms.get(item.form or "")
            if filled is not None and filled.decision and filled.outcome(item.outcome or ""):
                found[filled.decision] = item.outcome
        return found

    @property
    def departments(self) -> frozenset[int]:
        """Every department the case has concerned: the applicant's and those it was sent to."""
        found = {item.department_id for item in self.items} | {self.case.department_id}
        return frozenset(department for department in found if department is not None)


def read(tx: Tx, definitions: Definitions, case_id: int) -> CaseFile:
    """The file of a case; raises NotFound."""
    row = tx.one(CASE, (case_id,))
    if row is None:
        raise NotFound(what="这件流程")
    case = _case(tx, row)
    events = tuple(history.read(tx, case_id))
    trail = Trail.of((one.kind, one.seq, one.subject, one.data) for one in events)
    passed = Passed.read(tx, definitions, definitions.get(tx, case.definition_id), trail)
    return CaseFile(
        case,
        passed.current,
        tuple(_item(tx, found) for found in tx.all(ITEMS, (case_id,))),
        {found[0]: deadline(found) for found in tx.all(DEADLINES, (case_id,))},
        events,
        frozenset(passed.now("job", one, node) for one, node in tx.all(NODES_DONE, (case_id,))),
        tuple(found[0] for found in tx.all(NODES_OPEN, (case_id,))),
        passed,
    )


def deadlines_of(tx: Tx, ids: list[str]) -> dict[str, Deadline]:
    """These deadlines by id, in one query."""
    if not ids:
        return {}
    rows = tx.all(DEADLINES_BY_ID.format(marks=cases.key_marks(ids)), cases.keys(ids))
    return {row[0]: deadline(row) for row in rows}


def deadline(row: Any) -> Deadline:
    """A deadline from its columns in the order of DEADLINE."""
    times = {i: None if row[i] is None else moment(row[i]) for i in (7, 10, 15, 16)}
    values = [times.get(i, value) for i, value in enumerate(row)]
    values[11], values[14] = bool(row[11]), bool(row[14])
    return Deadline(*values)


def _case(tx: Tx, row: Any) -> Case:
    values = list(row)
    values[9], values[12], values[14] = bool(row[9]), moment(row[12]), loads(tx.vault.reveal(row[14]))
    values[13] = None if row[13] is None else moment(row[13])
    values[16] = tx.vault.plain(row[16])
    return Case(*values)


def _item(tx: Tx, row: Any) -> Item:
    values = list(row)
    for i in (8, 12, 13, 14, 15):
        values[i] = None if row[i] is None else moment(row[i])
    for i in (6, 22):
        values[i] = None if row[i] is None else loads(row[i])
    for i in (20, 21):
        values[i] = {} if row[i] is None else loads(tx.vault.reveal(row[i]))
    return Item(*values)
