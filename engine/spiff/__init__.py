"""The door to SpiffWorkflow: nothing outside this package imports it.

Only text ids, plain dicts, aware datetimes and small frozen dataclasses cross the door.
"""

from engine.spiff.coverage import Covered, watch
from engine.spiff.errors import (
    DiagramError,
    DoorError,
    ExpressionError,
    NotPlain,
    NotPossible,
    NotWaiting,
    StateError,
    Stuck,
    TooDeep,
    TooLong,
    UnhandledError,
)
from engine.spiff.nodes import Lane, Model, Node, Parameter, Problem, Scope, Thrown, Wait
from engine.spiff.parser import parse
from engine.spiff.run import Run
from engine.spiff.transfer import Obstacle, moved, obstacles

__all__ = [
    "Covered",
    "DiagramError",
    "DoorError",
    "ExpressionError",
    "Lane",
    "Model",
    "Node",
    "NotPlain",
    "NotPossible",
    "NotWaiting",
    "Obstacle",
    "Parameter",
    "Problem",
    "Run",
    "Scope",
    "StateError",
    "Stuck",
    "Thrown",
    "TooDeep",
    "TooLong",
    "UnhandledError",
    "Wait",
    "moved",
    "obstacles",
    "parse",
    "watch",
]
