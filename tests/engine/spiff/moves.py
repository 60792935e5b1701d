"""Short hands for tests: where a case stands, and moving it on by node names."""

from typing import Any

from engine.spiff import Model, Run, Wait, parse
from tests.engine.spiff.drawing_board import Board


def model_of(*boards: Board) -> Model:
    """The model of the first board's process; the others are processes it may call."""
    return parse({board.process: board.xml() for board in boards}, boards[0].process)


def standing(run: Run, kind: str = "work") -> list[str]:
    """The nodes the case waits at, in alphabetical order."""
    return sorted(wait.node for wait in run.waits if wait.kind == kind)


def at(run: Run, node: str, item: Any = None) -> Wait:
    """The wait at a node (for an item)."""
    return next(wait for wait in run.waits if wait.node == node and (item is None or wait.item == item))


def do(run: Run, node: str, item: Any = None, **data: Any) -> None:
    """Completes a user task or performs a job."""
    wait = at(run, node, item)
    move = run.complete if wait.kind == "work" else run.perform
    move(wait.task, data)


def reloaded(run: Run) -> Run:
    """The same case, saved and loaded again."""
    return Run.load(run.model, run.dump())
