"""From BPMN files to a Model: read safely, refuse what cannot run, then let SpiffWorkflow's parser build."""

# mypy: disallow-subclassing-any=False
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH, BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.spiff import drawing as drawings
from engine.spiff import events, expressions, joins, loops, services, specs
from engine.spiff.errors import DiagramError
from engine.spiff.nodes import Model, Problem
from engine.spiff.reading import nodes
from engine.spiff.refusals import problems
from engine.spiff.timers import Address
from engine.spiff.xml import Element, bpmn, ours, root_of

OURS = {
    stock.UserTask: specs.UserTask,
    stock.ManualTask: specs.ManualTask,
    stock.NoneTask: specs.NoneTask,
    stock.ServiceTask: services.Job,
    stock.SubWorkflowTask: specs.SubProcess,
    stock.CallActivity: specs.CallActivity,
    stock.ExclusiveGateway: specs.ExclusiveGateway,
    stock.ParallelGateway: joins.ParallelGateway,
    stock.InclusiveGateway: joins.InclusiveGateway,
    stock.EventBasedGateway: events.EventBasedGateway,
    stock.StartEvent: events.StartEvent,
    stock.EndEvent: events.EndEvent,
    stock.IntermediateCatchEvent: events.IntermediateCatchEvent,
    stock.IntermediateThrowEvent: events.IntermediateThrowEvent,
    stock.BoundaryEvent: events.BoundaryEvent,
    stock.SendTask: events.SendTask,
    stock.ReceiveTask: events.ReceiveTask,
}
DRAWN_ONLY = ("dataObject", "dataObjectReference", "dataStoreReference", "dataStore")


class OurWay:
    """Mixed in before every stock node parser."""

    PARALLEL_MI_CLASS = loops.ParallelInstances
    SEQUENTIAL_MI_CLASS = loops.SequentialInstances
    STANDARD_LOOP_CLASS = loops.Loop
    node: Any
    spec: Any
    task: Any
    spec_class: Any

    def create_task(self) -> Any:
        if self.spec_class is events.SendTask and drawings.OPERATION in ours(self.node):
            return services.Job(self.spec, self.node.get("id"), **self.bpmn_attributes)  # type: ignore[attr-defined]
        return super().create_task()  # type: ignore[misc]

    def get_position(self, node: Any = None) -> dict[str, float]:
        """The order of flows is that of the file; moving a shape must not change a decision."""
        return {"x": 0.0, "y": 0.0}

    def parse_condition(self, sequence_flow: Any) -> str | None:
        text = sequence_flow.findtext(bpmn("conditionExpression"))
        return text.strip() if text else None

    def create_data_spec(self, item: Any, cls: Any) -> Any:
        """The variable of an item is its name; ids are unique in a file, names need not be."""
        return cls(item.get("name") or item.get("id"), item.get("name"))

    def parse_timer_event(self, event: Any) -> Address:
        texts = (event.findtext(bpmn(tag)) for tag in ("timeDate", "timeDuration", "timeCycle"))
        text = next(text for text in texts if text is not None)
        return Address(self.node.get("id"), text.strip())

    def _add_boundary_event(self, children: Any) -> Any:
        """Without the stock join: a group of an activity and its events ends itself."""
        split = events.BoundarySplit(self.spec, f"{self.node.get('id')}.BoundaryEventSplit", lane=self.task.lane)
        split.connect(self.task)
        for event in children:
            split.connect(self.process_parser.parse_node(event))  # type: ignore[attr-defined]
        return split


class OurProcessParser(ProcessParser):
    """Several start events are alternatives: a case begins at one of them."""

    def add_tasks(self) -> None:
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)


class Parser(BpmnParser):
    """SpiffWorkflow's parser with our classes."""

    PROCESS_PARSER_CLASS = OurProcessParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - the name and form are SpiffWorkflow's
        tag: (type(parser.__name__, (OurWay, parser), {}), OURS[spec])
        for tag, (parser, spec) in BpmnParser.PARSER_CLASSES.items()
        if spec in OURS
    }


def parse(
    documents: Mapping[str, bytes],
    process: str,
    *,
    functions: Mapping[str, Callable[..., Any]] | Iterable[str] = (),
) -> Model:
    """The model of one process and of all it calls; `documents` maps file names to BPMN bytes.

    `functions` are pure functions its expressions may call beside `expressions.FUNCTIONS`: a mapping of
    names to callables, or names of built-in ones. Raises DiagramError with every problem found.
    """
    callables = _callables(functions)
    roots = [root_of(name, data) for name, data in documents.items()]
    processes = _processes(roots)
    if process not in processes:
        known = "、".join(sorted(processes)) or "无"
        raise DiagramError((Problem(None, f"文件里没有流程 {process}（有：{known}）", "核对流程的编号"),))
    drawing = drawings.draw(processes, process)
    found = [*_invalid(documents, roots), *problems(drawing, callables)]
    if found:
        raise DiagramError(tuple(found))
    element = processes[process]
    return Model(
        process=process,
        name=element.get("name") or process,
        extensions=MappingProxyType(ours(element)),
        nodes=MappingProxyType(nodes(drawing)),
        lanes=MappingProxyType(drawing.lanes),
        specs=MappingProxyType(_build(roots, process)),
        functions=MappingProxyType(callables),
    )


def _callables(functions: Mapping[str, Callable[..., Any]] | Iterable[str]) -> dict[str, Callable[..., Any]]:
    if isinstance(functions, Mapping):
        return {**expressions.FUNCTIONS, **functions}
    unknown = sorted(set(functions) - expressions.FUNCTIONS.keys())
    if unknown:
        raise ValueError(f"函数 {unknown} 没有实现：请传入“名字 → 函数”的字典，而不只是名字")
    return dict(expressions.FUNCTIONS)


def _processes(roots: Iterable[Element]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for root in roots:
        for element in root.iterfind(bpmn("process")):
            name = element.get("id") or ""
            if name in found:
                raise DiagramError((Problem(name, "两个流程用了同一个编号", "换一个编号", element.get("name")),))
            found[name] = element
    return found


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD_PATH))


def _invalid(documents: Iterable[str], roots: Iterable[Element]) -> list[Problem]:
    """What the BPMN 2.0 schema objects to."""
    found: list[Problem] = []
    for name, root in zip(documents, roots, strict=True):
        if not _schema().validate(root):
            log: Any = _schema().error_log
            found += [_objection(name, entry) for entry in log]
    return found


def _objection(document: str, entry: Any) -> Problem:
    same = re.search(r"attribute 'id': '(.*)' is not a valid value of the atomic type 'xs:ID'", entry.message)
    if same:
        what = f"编号 {same[1]} 重复，或不合规（第 {entry.line} 行）"
        return Problem(same[1], what, "给每个元素一个不同的编号，以字母开头，不含空格")
    what = f"第 {entry.line} 行不符合 BPMN 2.0：{entry.message}"
    return Problem(None, what, "用流程编辑器重新保存", document)


def _build(roots: Iterable[Element], process: str) -> dict[str, Any]:
    """SpiffWorkflow's specifications by name: the process, what it calls, and all sub-processes."""
    parser = Parser()
    try:
        for root in roots:
            etree.strip_elements(root, *map(bpmn, DRAWN_ONLY))
            parser.add_bpmn_xml(root)
        found = {process: parser.get_spec(process), **parser.get_subprocess_specs(process)}
    except RecursionError:
        what = "一条线上的步骤太多，解析不了"
        raise DiagramError((Problem(process, what, "把一部分步骤收进子流程或调用活动"),)) from None
    except SpiffWorkflowException as error:
        where = getattr(error, "id", None) or process
        raise DiagramError((Problem(where, f"解析失败：{error}", "修改这个元素后重新保存"),)) from error
    for spec in found.values():
        gateways = (task for task in spec.task_specs.values() if isinstance(task, joins.InclusiveGateway))
        spec.inclusive_joins = tuple(gateway for gateway in gateways if len(gateway._inputs) > 1)
        for join in spec.inclusive_joins:
            join.look_back()
    return found
