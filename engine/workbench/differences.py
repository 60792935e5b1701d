"""The differences between two versions of a procedure that matter to those it governs, in words.

Moving a shape is none. A line that was drawn anew between the same two steps is the same line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import policy_limits
from engine.check.subject import Subject
from engine.check.subject import read as read_subject
from engine.definitions import DIAGRAM
from engine.operations import Registry
from engine.problems import DefinitionInvalid
from engine.spiff.drawing import Flow
from engine.workbench import facts
from engine.workbench.change import Change, compared
from engine.workbench.file_changes import of_files


def changes(process: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """What changes from the documents `old` to `new`: the process, lanes, steps, lines, then the other documents.

    Documents that cannot be read count as empty: the check says what is wrong with them.
    """
    before, after = (_subject(process, policy_limits.without(one)) for one in (old, new))
    found = [*_diagram(before, after), *_limits(new), *of_files(before, after)]
    if not found and old.get(DIAGRAM) != new.get(DIAGRAM):
        return [Change("changed", "图形", ("只改了图形的位置或写法，不影响办理",), "", DIAGRAM)]
    return found


def _limits(documents: Mapping[str, str]) -> Iterator[Change]:
    """The limits that are published together with the new documents."""
    try:
        found = policy_limits.read(documents)
    except DefinitionInvalid:
        return
    for clock in dict.fromkeys(one.clock for one in found.limits) if found else ():
        details = tuple(str(one) for one in found.limits if one.clock == clock) if found else ()
        yield Change("changed", f"制度 {found.policy if found else ''} 的时限 {clock}", details)


def _subject(process: str, documents: Mapping[str, str]) -> Subject:
    return read_subject(process, documents, Registry(), {})[0]


def _diagram(before: Subject, after: Subject) -> Iterator[Change]:
    old, new = facts.of_process(before), facts.of_process(after)
    if old:
        yield from compared({after.process: old}, {after.process: new}, {after.process: "流程"}, DIAGRAM, drawn=True)
    yield from _lanes(before, after)
    named = facts.naming(after, before)
    yield from _shapes(before, after, named)
    yield from _flows(before, after, named)


def _lanes(before: Subject, after: Subject) -> Iterator[Change]:
    old = {lane.id: facts.of_lane(lane) for lane in before.drawing.lanes.values()}
    new = {lane.id: facts.of_lane(lane) for lane in after.drawing.lanes.values()}
    names = {lane: f"泳道“{one['名称'] or lane}”" for lane, one in {**old, **new}.items()}
    yield from compared(old, new, names, DIAGRAM, drawn=True)


def _shapes(before: Subject, after: Subject, named: facts.Naming) -> Iterator[Change]:
    old = {shape.id: facts.of_shape(before, shape, named) for shape in before.drawing.shapes.values()}
    new = {shape.id: facts.of_shape(after, shape, named) for shape in after.drawing.shapes.values()}
    names = {key: f"{one['类型']}“{one['名称'] or key}”" for key, one in {**old, **new}.items()}
    yield from compared(old, new, names, DIAGRAM, drawn=True)


def _flows(before: Subject, after: Subject, named: facts.Naming) -> Iterator[Change]:
    keys = _same_lines(before, after)
    old = {keys.get(flow.id, flow.id): facts.of_flow(flow, named) for flow in before.drawing.flows}
    new = {flow.id: facts.of_flow(flow, named) for flow in after.drawing.flows}
    names = {key: f"连线“{one['从']}”到“{one['到']}”" for key, one in {**new, **old}.items()}
    for change in compared(old, new, names, DIAGRAM, drawn=True):
        yield _without_ends(change)


def _without_ends(change: Change) -> Change:
    """The ends of a new line stand in its name already."""
    details = tuple(one for one in change.details if change.kind != "added" or not one.startswith(("从 ", "到 ")))
    return Change(change.kind, change.what, details, change.node, change.file)


def _same_lines(before: Subject, after: Subject) -> dict[str, str]:
    """Id of a line that is gone → id of the new line between the same two steps."""
    old = {flow.id for flow in before.drawing.flows}
    gone = _between(flow for flow in before.drawing.flows if flow.id not in {one.id for one in after.drawing.flows})
    come = _between(flow for flow in after.drawing.flows if flow.id not in old)
    return {
        first.id: second.id
        for ends in gone.keys() & come.keys()
        for first, second in zip(gone[ends], come[ends], strict=False)
    }


def _between(flows: Iterator[Flow]) -> dict[tuple[str, str], list[Flow]]:
    found: dict[tuple[str, str], list[Flow]] = {}
    for flow in flows:
        found.setdefault((flow.source, flow.target), []).append(flow)
    return found
