"""What the door says about a diagram and about a running case; plain, frozen, free of SpiffWorkflow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

CLOCK = "clock"  # cs:clock makes an activity a clocked scope
DEADLINE = "deadline"  # text of a timer whose moment belongs to the clocked scope around it


@dataclass(frozen=True)
class Problem:
    """Why a diagram cannot be run, at which element, and what to do about it (Chinese)."""

    element: str | None
    what: str
    remedy: str
    name: str | None = None

    def __str__(self) -> str:
        place = f"「{self.name or self.element}」" if self.element or self.name else "整个文件"
        return f"{place}：{self.what}。{self.remedy}"


@dataclass(frozen=True)
class Lane:
    """A lane: the post that does what is drawn in it (`cs:post`, `cs:department`)."""

    id: str
    name: str
    extensions: Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """`<cs:parameter name value/>`: an argument of an operation; `value` is an expression."""

    name: str
    value: str


@dataclass(frozen=True)
class Node:
    """One drawn element.

    `kind` is start, end, user, service, timer (boundary or catch), event, gateway, subprocess or call;
    `element` is its BPMN tag; `event` names its event definition (message, error, timer …), if it has one.
    `multiple` says that it repeats (multi-instance or loop). `timer` is `deadline` or ISO 8601 text.
    """

    id: str
    name: str
    kind: str
    process: str
    lane: Lane | None = None
    extensions: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    scope: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    timer: str | None = None
    multiple: bool = False
    documentation: str = ""
    outgoing: tuple[str, ...] = ()
    element: str = ""
    event: str | None = None
    calls: str = ""  # the process that a call activity calls


@dataclass(frozen=True, eq=False)
class Model:
    """One parsed definition, shared by all its cases; a run never changes it."""

    process: str
    name: str
    extensions: Mapping[str, str]
    nodes: Mapping[str, Node]
    lanes: Mapping[str, Lane]
    specs: Mapping[str, Any] = field(repr=False)  # SpiffWorkflow specifications: for the door's own use
    functions: Mapping[str, Callable[..., Any]] = field(repr=False)

    @cached_property
    def clocked(self) -> frozenset[str]:
        """The nodes that carry `cs:clock`."""
        return frozenset(node.id for node in self.nodes.values() if CLOCK in node.extensions)

    @cached_property
    def joins_inclusively(self) -> bool:
        """Whether an inclusive join is drawn anywhere, so that a case at rest is asked whether one may go on."""
        return any(spec.inclusive_joins for spec in self.specs.values())

    @cached_property
    def timed(self) -> frozenset[str]:
        """The clocked nodes for whose deadline a timer is drawn."""
        return frozenset(self.told_by(node) for node in self.nodes.values() if node.timer == DEADLINE)

    def told_by(self, timer: Node) -> str:
        """The clocked node whose deadline tells a timer drawn as `deadline`: its host, else the innermost around it."""
        place = timer.attached_to or timer.scope
        while place and place not in self.clocked:
            place = self.nodes[place].scope
        return place or ""


class Scope(NamedTuple):
    """An open clocked scope: an activity whose node carries `cs:clock`."""

    task: str
    node: str
    item: Any


class Wait(NamedTuple):
    """What a case waits for; a tuple, because every step makes two sets of them.

    `kind` is work (a person), job (a handler) or timer (the clock); `task` is the address, stable for the
    life of the case. `scopes` are the addresses of the open clocked scopes around it, innermost first; for
    a boundary timer the scope it is attached to comes first. `due` is set for timers with their own ISO
    8601 date (aware) or duration; None means the deadline of the first scope.
    """

    kind: str
    task: str
    node: str
    item: Any = None
    scopes: tuple[str, ...] = ()
    attached_to: str | None = None
    parameters: Mapping[str, Any] = MappingProxyType({})
    due: datetime | timedelta | None = None


@dataclass(frozen=True)
class Thrown:
    """An event the diagram sent out in this step: a message, a signal, or an escalation nobody caught."""

    kind: str
    name: str
    node: str
    data: Mapping[str, Any]
