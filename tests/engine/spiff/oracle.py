"""An independent token game over random structured processes.

It shares no code with the engine: a process is a tree of blocks, and it is played by continuations. The same
tree is drawn as BPMN. After every move it says which tasks and timers must be open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from tests.engine.spiff.drawing_board import Board, many

Then = Callable[[], None]


# --- blocks


@dataclass(frozen=True)
class Task:
    name: str


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Block, ...]


@dataclass(frozen=True)
class Split:
    """AND, OR or XOR with a join of the same kind; branch 0 is the default of OR and XOR."""

    kind: str
    name: str
    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Rework:
    name: str
    body: Block
    redo: Block


@dataclass(frozen=True)
class Inner:
    """A sub-process; with items it runs once for each, at once or one after another."""

    name: str
    body: Block
    items: tuple[str, ...] | None = None
    sequential: bool = False


@dataclass(frozen=True)
class Timed:
    """A task or sub-process with a boundary timer and the tasks the timer leads to."""

    name: str
    host: Task | Inner
    handler: Sequence
    interrupting: bool


Block = Task | Sequence | Split | Rework | Inner | Timed


@dataclass
class Gardener:
    """Grows a random process from a seed."""

    random: Random
    kinds: str
    count: int = 0
    choices: dict[str, Block] = field(default_factory=dict)

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def grow(self, depth: int) -> Block:
        if depth == 0 or self.random.random() < 0.15:
            return Task(self.name("t"))
        kind = self.random.choice(self.kinds)
        many_parts = range(self.random.randint(2, 3))
        if kind in "aox":
            name = {"a": "AND", "o": "OR", "x": "XOR"}[kind]
            block: Block = Split(name, self.name(kind), tuple(self.grow(depth - 1) for _ in many_parts))
        elif kind == "l":
            block = Rework(self.name("l"), self.grow(depth - 1), self.grow(min(1, depth - 1)))
        elif kind == "s":
            block = Inner(self.name("s"), self.grow(depth - 1))
        elif kind == "m":
            items = tuple(f"i{number}" for number in range(self.random.randint(1, 3)))
            block = Inner(self.name("m"), self.grow(depth - 1), items, self.random.random() < 0.5)
        elif kind == "t":
            host = Task(self.name("t")) if depth < 2 else Inner(self.name("s"), self.grow(depth - 1))
            handler = Sequence(tuple(Task(self.name("h")) for _ in many_parts))
            block = Timed(self.name("b"), host, handler, self.random.random() < 0.5)
        else:
            return Sequence(tuple(self.grow(depth - 1) for _ in many_parts))
        if not isinstance(block, Inner):
            self.choices[block.name] = block
        return block

    def decide(self, end_soon: bool) -> dict[str, Any]:
        """Fresh decisions for every gateway."""
        decisions: dict[str, Any] = {}
        for name, block in self.choices.items():
            if isinstance(block, Rework):
                decisions[name] = not end_soon and self.random.random() < 0.5
            elif isinstance(block, Split):
                branches = range(1, len(block.branches))
                decisions[name] = (
                    self.random.randint(0, len(block.branches) - 1)
                    if block.kind == "XOR"
                    else [branch for branch in branches if self.random.random() < 0.5]
                )
        return decisions


# --- the game


@dataclass
class Place:
    """A process instance; it is done when no token is left in it."""

    around: Place | None
    then: Then
    items: tuple[str, ...]  # of the multi-instance activities around it, innermost first
    tokens: int = 1

    def leave(self) -> None:
        self.tokens -= 1
        if self.tokens == 0:
            self.then()

    def within(self, other: Place) -> bool:
        return self is other or (self.around is not None and self.around.within(other))


@dataclass(eq=False)
class Open:
    """A task, timer or running sub-process that waits for a move."""

    name: str
    place: Place
    then: Then
    timer: bool = False


class Game:
    """Where the tokens are."""

    def __init__(self, process: Block, decisions: dict[str, Any]) -> None:
        self.decisions = decisions
        self.open: list[Open] = []
        self.done = False
        top = Place(None, self._end, ())
        self.enter(process, top, top.leave)

    def _end(self) -> None:
        self.done = True

    def move(self, choice: Open, decisions: dict[str, Any]) -> None:
        """Completes a task or fires a timer."""
        self.decisions = decisions
        self.open.remove(choice)
        choice.then()

    def enter(self, block: Block, place: Place, then: Then) -> None:
        match block:
            case Task(name):
                self.open.append(Open(name, place, then))
            case Sequence(parts):
                self._sequence(list(parts), place, then)
            case Split(kind, name, branches):
                self._split([branches[i] for i in self._chosen(kind, name, len(branches))], place, then)
            case Rework(name, body, redo):

                def again() -> None:
                    self.enter(body, place, decide)

                def decide() -> None:
                    self.enter(redo, place, again) if self.decisions[name] else then()

                again()
            case Inner(_, body, items, sequential):
                self._inner(body, items, sequential, place, then)
            case Timed():
                self._timed(block, place, then)

    def _sequence(self, parts: list[Block], place: Place, then: Then) -> None:
        if parts:
            self.enter(parts[0], place, lambda: self._sequence(parts[1:], place, then))
        else:
            then()

    def _chosen(self, kind: str, name: str, count: int) -> list[int]:
        if kind == "AND":
            return list(range(count))
        return [self.decisions[name]] if kind == "XOR" else self.decisions[name] or [0]

    def _split(self, branches: list[Block], place: Place, then: Then) -> None:
        missing = [len(branches)]

        def arrive() -> None:
            missing[0] -= 1
            if missing[0] == 0:
                then()

        for branch in branches:
            self.enter(branch, place, arrive)

    def _inner(self, body: Block, items: tuple[str, ...] | None, sequential: bool, place: Place, then: Then) -> None:
        def begin(item: str | None, after: Then) -> None:
            inside = Place(place, after, place.items if item is None else (item, *place.items))
            self.enter(body, inside, inside.leave)

        def next_of(left: list[str]) -> None:
            begin(left[0], lambda: next_of(left[1:])) if left else then()

        if items is None:
            begin(None, then)
        elif sequential:
            next_of(list(items))
        else:
            missing = [len(items)]

            def arrive() -> None:
                missing[0] -= 1
                if missing[0] == 0:
                    then()

            for item in items:
                begin(item, arrive)

    def _timed(self, block: Timed, place: Place, then: Then) -> None:
        shell = Place(place, lambda: None, place.items)  # marks what belongs to the host, nothing more

        def host_done() -> None:
            self.open = [one for one in self.open if one is not clock]
            then()

        def fire() -> None:
            if block.interrupting:
                self.open = [o for o in self.open if not o.place.within(shell)]
                self.enter(block.handler, place, then)
            else:
                place.tokens += 1
                self.enter(block.handler, place, place.leave)

        clock = Open(block.name, place, fire, timer=True)
        self.open.append(clock)
        if isinstance(block.host, Task):
            self.open.append(Open(block.host.name, shell, host_done))
        else:
            self.enter(block.host, shell, host_done)


# --- the drawing


def draw(process: Block) -> bytes:
    board = Board("random").start().end()
    first, last = _draw(board, process)
    return board.flow("start", first).flow(last, "end").xml()


def _draw(board: Board, block: Block) -> tuple[str, str]:
    """Draws a block; its first and last node."""
    match block:
        case Task(name):
            board.user(name)
            return name, name
        case Sequence(parts):
            ends = [_draw(board, part) for part in parts]
            for (_, last), (first, _) in pairwise(ends):
                board.flow(last, first)
            return ends[0][0], ends[-1][1]
        case Split():
            return _draw_split(board, block)
        case Rework(name, body, redo):
            board.xor(f"{name}_in").xor(f"{name}_out", default=f"{name}_go")
            for part, source, target in ((body, "in", "out"), (redo, "out", "in")):
                first, last = _draw(board, part)
                when = f"{name} == True" if source == "out" else None
                board.flow(f"{name}_{source}", first, when=when).flow(last, f"{name}_{target}")
            board.xor(f"{name}_exit").flow(f"{name}_out", f"{name}_exit", id=f"{name}_go")
            return f"{name}_in", f"{name}_exit"
        case Inner(name, body, items, sequential):
            inside = Board("inside").start(f"{name}_start").end(f"{name}_end")
            first, last = _draw(inside, body)
            inside.flow(f"{name}_start", first).flow(last, f"{name}_end")
            if items is None:
                board.sub(name, inside)
            else:  # with a clock, so that the scopes tell one instance from another
                board.sub(name, inside, many(f"items_{len(items)}", sequential), cs_clock="T2")
            return name, name
        case Timed(name, host, handler, interrupting):
            first, last = _draw(board, host)
            start, end = _draw(board, handler)
            board.timer(name, first, "PT4H", interrupting).flow(name, start)
            if not interrupting:
                board.end(f"{name}_end").flow(end, f"{name}_end")
                return first, last
            board.xor(f"{name}_merge").flow(last, f"{name}_merge").flow(end, f"{name}_merge")
            return first, f"{name}_merge"


def _draw_split(board: Board, block: Split) -> tuple[str, str]:
    name = block.name
    ends = [_draw(board, branch) for branch in block.branches]
    gateway = {"AND": board.parallel, "OR": board.inclusive, "XOR": board.xor}[block.kind]
    gateway(f"{name}_split", **({} if block.kind == "AND" else {"default": f"{name}_{ends[0][0]}"}))
    gateway(f"{name}_join")
    for number, (first, last) in enumerate(ends):
        test = {"AND": None, "OR": f"{number} in {name}", "XOR": f"{name} == {number}"}[block.kind]
        board.flow(f"{name}_split", first, when=test if number else None, id=f"{name}_{first}")
        board.flow(last, f"{name}_join")
    return f"{name}_split", f"{name}_join"


ITEMS = {f"items_{count}": [f"i{number}" for number in range(count)] for count in (1, 2, 3)}
