"""金样: closed real cases, made anonymous, that a redrawn procedure must route as they were routed.

For a publish gate::

    for result in golden.run(tx, build(process, draft.documents)):
        result.name, result.differences  # nothing in `differences`: the new diagram routes the case equally

`run` moves tokens in memory and writes nothing; a case takes some milliseconds. What is kept of a case is its route
(`replay.Route`): the steps, the chosen outcomes, the values that the diagram decides by, what jobs reported, the timers
that fired. Names, numbers, comments, dates and all other fields are left out; a text that is no code (a lower-case
word of the forms, a number of at most six digits) is replaced by `代号 1`, the same text by the same name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine import casefile, cases
from engine.casefile import CaseFile, Item
from engine.company.administration import record
from engine.definitions import Definition, Definitions
from engine.errors import NotFound, NotPossible
from engine.people import People
from engine.spiff import DoorError, Run, Wait
from engine.store import dumps, loads, moment, stamp
from engine.transactions import Tx
from engine.workbench import replay
from engine.workbench.replay import BACK, JOB, REFUSED, TIMER, WORK, Move, Route, deciding, decisions
from engine.workbench.rights import must_draft

READ = "SELECT id, name, definition_id, route, picked_by, picked_at FROM golden_case WHERE process = ? ORDER BY id"
KEEP = (
    "INSERT INTO golden_case (process, instance_id, definition_id, name, route, picked_by, picked_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance_id) DO NOTHING"
)
DROP = "DELETE FROM golden_case WHERE process = ? AND id = ?"
CLOSED = (
    "SELECT number, outcome, round, ended_at FROM instance WHERE process = ? AND status = 'ended'"
    " AND id NOT IN (SELECT instance_id FROM golden_case WHERE process = ?) ORDER BY ended_at DESC, id DESC LIMIT ?"
)
STATE = "SELECT state FROM instance WHERE id = ?"
# The event that a move is read from; `item.returned` follows the completion of the item it sends back.
MOVES = {"item.completed": WORK, "job.done": JOB, "job.refused": REFUSED, "timer.fired": TIMER}
_CODE = re.compile(r"[a-z][a-z0-9_]*|\d{1,6}")


@dataclass(frozen=True)
class Golden:
    """A golden case; `definition_id` is the version it ran on."""

    id: int
    name: str
    definition_id: int
    route: Route
    picked_by: int
    picked_at: datetime


@dataclass(frozen=True)
class Closed:
    """A closed case that may be picked: how it ended, how often it was handed in, when it was closed."""

    number: str
    outcome: str
    rounds: int
    at: datetime


@dataclass(frozen=True)
class Result:
    """How a golden case goes on another version; nothing in `differences` when it routes equally."""

    id: int
    name: str
    differences: tuple[str, ...]


def pick(
    tx: Tx, now: datetime, people: People, actor: int, definitions: Definitions, case_id: int, name: str = ""
) -> None:
    """Make an ended case a golden case of its procedure; picking it again changes nothing.

    Raises NotAllowed, NotFound; NotPossible for a case that is not ended or that its own version routes otherwise.
    """
    must_draft(people, actor, now, "选为金样")
    file = casefile.read(tx, definitions, case_id)
    route = recorded(tx, file)
    process, definition_id = file.case.process, file.case.definition_id
    name = name.strip()[:80] or "、".join(dict.fromkeys(move.name for move in route.moves if move.kind == WORK))[:80]
    if tx.run(KEEP, (process, case_id, definition_id, name, dumps(asdict(route)), actor, stamp(now))):
        record(tx, now, actor, "procedure.golden_picked", process, {"case": file.case.number})


def closed(tx: Tx, process: str, most: int = 50) -> list[Closed]:
    """The cases closed last that are no golden cases yet, the newest first."""
    rows = tx.all(CLOSED, (process, process, most))
    return [Closed(number, outcome or "", turns, moment(at)) for number, outcome, turns, at in rows]


def drop(tx: Tx, now: datetime, people: People, actor: int, process: str, golden_id: int) -> None:
    """Give a golden case up; raises NotFound."""
    must_draft(people, actor, now, "去掉金样")
    if not tx.run(DROP, (process, golden_id)):
        raise NotFound(what="这件金样")
    record(tx, now, actor, "procedure.golden_dropped", process, {"golden": golden_id})


def of_process(tx: Tx, process: str) -> list[Golden]:
    """The golden cases of a procedure, in the order in which they were picked."""
    return [
        Golden(one, name, definition, _route(loads(route)), by, moment(at))
        for one, name, definition, route, by, at in tx.all(READ, (process,))
    ]


def run(tx: Tx, definition: Definition) -> list[Result]:
    """Replay every golden case of the procedure on a definition, published or not."""
    found = of_process(tx, definition.process)
    return [Result(one.id, one.name, tuple(replay.follow(definition, one.route))) for one in found]


def recorded(tx: Tx, file: CaseFile) -> Route:
    """The route of an ended case, anonymous; raises NotPossible when its own version does not repeat it."""
    if file.case.status != cases.ENDED:
        raise NotPossible(what="选为金样", why="只有办结的流程可以选；撤回、作废和在办的没有走完")
    row = tx.one(STATE, (file.case.id,))
    assert row is not None
    try:
        known = Run.load(file.definition.model, bytes(row[0])).data
        route = _Recorder(file, known).route()
    except (DoorError, KeyError) as error:
        raise NotPossible(what="选为金样", why=f"这件流程的路线不能从日志重演：{error}") from None
    differences = replay.follow(file.definition, route)
    if differences:
        raise NotPossible(what="选为金样", why=f"这件流程在自己的版本上不能重演：{differences[0]}")
    return route


class _Recorder:
    """Reads the moves from the log while the tokens go along, which tells repetitions of one node apart."""

    def __init__(self, file: CaseFile, known: Mapping[str, Any]) -> None:
        self.file, self.known = file, known
        self.definition = file.definition
        self.items = {item.id: item for item in file.items}
        self.values = _values(file)
        self.returned = {one.subject: one.data["to"] for one in file.events if one.kind == "item.returned"}
        self.names: dict[str, str] = {}

    def route(self) -> Route:
        first = next(one for one in self.file.events if one.kind == "case.started")
        start = self._work(first.node or "", "submit", None, self.values[""])
        run = Run.start(self.definition.model, decisions(self.definition, start, []), at=start.node)
        ends, moves = list(run.ended_at), list[Move]()
        for event in self.file.events:
            if event.kind in MOVES and event.subject:
                wait = next(one for one in run.waits if one.task == cases.task_of(event.subject))
                move = self._move(MOVES[event.kind], event.subject, wait, event.data)
                self._do(run, wait, move)
                ends += run.ended_at
                moves.append(move)
        return Route(start, tuple(moves), tuple(ends))

    def _move(self, kind: str, subject: str, wait: Wait, data: Mapping[str, Any]) -> Move:
        node = self.definition.model.nodes[wait.node]
        item = self._hide(wait.item)
        if kind == WORK and subject in self.returned:
            return Move(BACK, node.id, node.name, self.returned[subject], item)
        if kind == WORK:
            return self._work(node.id, self.items[subject].outcome or "", item, self.values[subject])
        if kind == JOB:
            told = {name: self.known.get(name) for name in node.extensions.get("decides", "").split()}
            return Move(JOB, node.id, node.name, "", item, self._hide(told))
        return Move(kind, node.id, node.name, str(data.get("code", "")), item)

    def _work(self, node_id: str, outcome: str, item: Any, values: Mapping[str, Any]) -> Move:
        """A step of a person, with the values that its form hands to the diagram."""
        node = self.definition.model.nodes[node_id]
        form = self.definition.forms.get(node.extensions.get("form", ""))
        if form is not None and form.outcome(outcome) is None:
            outcome = form.outcomes[0].id
        told = {one.id: self._hide(values.get(one.id)) for one in deciding(form, outcome)} if form else {}
        return Move(WORK, node_id, node.name, outcome, item, told)

    def _do(self, run: Run, wait: Wait, move: Move) -> None:
        if move.kind == WORK:
            run.complete(wait.task, decisions(self.definition, move, []))
        elif move.kind == JOB:
            run.perform(wait.task, dict(move.values))
        elif move.kind == REFUSED:
            run.refuse(wait.task, move.outcome)
        elif move.kind == BACK:
            run.jump(wait.task, move.outcome, {})
        else:
            run.fire(wait.task)

    def _hide(self, value: Any) -> Any:
        """The value without anything that a person could be recognised by."""
        if isinstance(value, Mapping):
            return {name: self._hide(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._hide(one) for one in value]
        if not isinstance(value, str) or _CODE.fullmatch(value) or value in self.names.values():
            return value
        return self.names.setdefault(value, f"代号 {len(self.names) + 1}")


def _values(file: CaseFile) -> dict[str, Mapping[str, Any]]:
    """The form as each step handed it in, by item; under "" as the application did. Walked back from the end."""
    found: dict[str, Mapping[str, Any]] = {}
    form = dict(file.case.form)
    done: list[Item] = [item for item in file.items if item.done and item.done_at]
    for item in sorted(done, key=lambda one: (one.done_at, one.id), reverse=True):
        found[item.id] = {**form, **item.submission}
        form.update(item.replaced)
    return found | {"": form}


def _route(stored: Mapping[str, Any]) -> Route:
    return Route(Move(**stored["start"]), tuple(Move(**one) for one in stored["moves"]), tuple(stored["ends"]))
