"""Flows: what is not connected, never ends, never joins, or decides by conditions nobody reads."""

from collections import Counter
from collections.abc import Iterator

from engine.spiff.drawing import ACTIVITIES, OPERATION, Drawing, Flow, Shape
from engine.spiff.nodes import Problem
from engine.spiff.refusals.common import TAG_NAMES, at, expression
from engine.spiff.walks import reached, reverse
from engine.spiff.xml import ours

MAX_SHAPES = 250  # drawn directly in one process or sub-process
DECIDING = ("exclusiveGateway", "inclusiveGateway")


def flows(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    pairs: set[tuple[str, str]] = set()
    for flow in drawing.flows:
        ends = drawing.shapes.get(flow.source), drawing.shapes.get(flow.target)
        if ends[0] is None or ends[1] is None:
            yield Problem(flow.id, "连线有一端没有接到节点", "重新连接或删去这条连线", flow.element.get("name"))
        elif (ends[0].process, ends[0].scope) != (ends[1].process, ends[1].scope):
            yield Problem(flow.id, "连线跨过了子流程的边界", "在子流程内外分别连线", flow.element.get("name"))
        if (flow.source, flow.target) in pairs:
            yield Problem(flow.id, "两个节点之间有两条连线", "合并成一条，条件用 or 连接", flow.element.get("name"))
        pairs.add((flow.source, flow.target))


def connections(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    """Implicit ends, implicit splits and unreachable nodes."""
    for shape in drawing.shapes.values():
        leaving, arriving = drawing.leaving.get(shape.id, []), drawing.arriving.get(shape.id, [])
        if not leaving and shape.tag != "endEvent":
            yield at(shape, "没有出线，流程会永远停在这里", "连到下一步或一个结束事件")
        if leaving and shape.tag == "endEvent":
            yield at(shape, "结束事件不能有出线", "删去出线，或改为中间事件")
        if arriving and shape.tag in ("startEvent", "boundaryEvent"):
            yield at(shape, f"{TAG_NAMES[shape.tag]}不能有入线", "删去入线")
        if not arriving and shape.tag not in ("startEvent", "boundaryEvent"):
            yield at(shape, "没有入线，永远走不到", "从前一步连过来，或删去它")
        if len(leaving) > 1 and not shape.tag.endswith("Gateway") and shape.tag != "startEvent":
            yield at(shape, "有多条出线（隐式分叉）", "在它后面放一个网关，由网关分出各条线")


def starts_and_ends(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    for name, process in drawing.processes.items():
        inside = list(drawing.inside(None, name))
        title = process.get("name") or name
        if not any(shape.tag == "startEvent" for shape in inside):
            yield Problem(name, "流程没有开始事件", "放一个开始事件并连到第一步", title)
        if not any(shape.tag == "endEvent" for shape in inside):
            yield Problem(name, "流程没有结束事件", "放一个结束事件", title)
    for shape in drawing.shapes.values():
        if shape.tag != "subProcess" or shape.element.get("triggeredByEvent") == "true":
            continue
        inside = list(drawing.inside(shape.id, shape.process))
        begins = [inner for inner in inside if inner.tag == "startEvent"]
        if len(begins) != 1 or begins[0].event is not None:
            yield at(shape, "子流程必须恰好有一个普通开始事件", "留下一个没有事件定义的开始事件")
        if not any(inner.tag == "endEvent" for inner in inside):
            yield at(shape, "子流程没有结束事件", "放一个结束事件")


def sizes(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    """SpiffWorkflow's parser calls itself along the flows; how far it gets depends on who called it."""
    for (process, scope), count in Counter((s.process, s.scope) for s in drawing.shapes.values()).items():
        if count > MAX_SHAPES:
            yield Problem(
                scope or process, f"一张图上有 {count} 个节点，超过上限 {MAX_SHAPES}", "把一部分步骤收进子流程"
            )


def ways_out(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    """From every node some end must be reachable, and no round may consist of automatic steps only."""
    ends = [shape.id for shape in drawing.shapes.values() if shape.tag == "endEvent"]
    alive = reached(reverse(drawing.edges), ends)
    forward = {name: [flow.target for flow in leaving] for name, leaving in drawing.leaving.items()}
    automatic = {s.id for s in drawing.shapes.values() if _automatic(s)}
    for shape in drawing.shapes.values():
        if shape.id not in alive and drawing.leaving.get(shape.id):
            yield at(shape, "从这里走不到任何结束事件", "在回路上加一个排他网关，留一条出去的路")
        if shape.id in automatic and shape.id in reached(forward, forward.get(shape.id, ()), within=automatic):
            yield at(shape, "所在回路里没有任何人工或服务任务，会空转", "在回路里放一个要等待的步骤")


def _automatic(shape: Shape) -> bool:
    waits = shape.tag in ACTIVITIES or shape.tag in ("intermediateCatchEvent", "eventBasedGateway")
    return not waits or (shape.tag == "sendTask" and OPERATION not in ours(shape.element))


def parallel_joins(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    """A loop drawn back into a parallel join: that flow can only bring a token after the join has gone on."""
    for shape in drawing.shapes.values():
        arriving = drawing.arriving.get(shape.id, [])
        if shape.tag != "parallelGateway" or len(arriving) < 2:
            continue
        others = {name for name in drawing.shapes if name != shape.id}
        begins = [s.id for s in drawing.shapes.values() if s.tag == "startEvent"]
        before = reached(drawing.edges, begins, within=others)
        if any(flow.source not in before for flow in arriving):
            yield at(
                shape,
                "并行汇聚的一条入线要在它自己之后才走得到，永远等不齐",
                "让返工的线连到汇聚之前的排他网关",
            )


def conditions(drawing: Drawing, functions: frozenset[str]) -> Iterator[Problem]:
    for shape in drawing.shapes.values():
        leaving = drawing.leaving.get(shape.id, [])
        default = shape.element.get("default")
        if shape.tag in DECIDING and len(leaving) > 1:
            yield from _decision(shape, leaving, default, functions)
            continue
        for flow in leaving:
            if flow.condition is not None:
                yield Problem(
                    flow.id,
                    f"「{shape.name}」出线上的条件不起作用",
                    "把条件写在排他网关的出线上",
                    _title(flow),
                )
        if default is not None and shape.tag not in DECIDING:
            yield at(shape, "默认流在这里不起作用", "删去默认标记，或改用排他网关")


def _decision(shape: Shape, leaving: list[Flow], default: str | None, functions: frozenset[str]) -> Iterator[Problem]:
    if default not in {flow.id for flow in leaving}:
        yield at(shape, "网关没有默认出线，条件都不成立时流程会停住", "把一条出线设为默认流，并去掉它的条件")
    for flow in leaving:
        if flow.id == default and flow.condition:
            yield Problem(flow.id, "默认流上的条件不起作用", "去掉条件，或另选默认流", _title(flow))
        elif flow.id != default and not flow.condition:
            yield Problem(flow.id, f"网关「{shape.name}」的出线没有条件", "写上条件，或设为默认流", _title(flow))
        elif flow.id != default:
            yield from expression(flow.id, _title(flow), flow.condition or "", functions)


def _title(flow: Flow) -> str:
    return flow.element.get("name") or f"{flow.source}→{flow.target}"
