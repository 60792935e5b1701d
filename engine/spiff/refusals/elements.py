"""Elements, structures, ids, service tasks and repetitions that cannot be run."""

from collections.abc import Iterator

from engine.spiff.drawing import OPERATION, Drawing, parameters
from engine.spiff.nodes import Problem
from engine.spiff.refusals.common import at, expression
from engine.spiff.xml import Element, bpmn, ours

UNSUPPORTED = {
    "scriptTask": ("脚本任务会在服务器上执行任意代码，不予支持", "改为自动步骤，并在属性里选“操作”（cs:operation）"),
    "businessRuleTask": ("业务规则任务没有执行者", "改为服务任务，或用排他网关和条件表达规则"),
    "complexGateway": ("复杂网关不能执行", "改为包容网关或并行网关"),
    "adHocSubProcess": ("临时子流程不能执行", "改为普通子流程，并画出步骤的顺序"),
    "transaction": ("事务子流程取消时不会补偿已做的事", "改为普通子流程，用错误边界事件处理失败"),
}


STRUCTURE = {
    "ioSpecification": ("输入输出规格（ioSpecification）", "删去它；流程状态里只有决定，按名字直接使用"),
    "dataInputAssociation": ("数据输入关联", "删去它；数据由表单和业务表保存"),
    "dataOutputAssociation": ("数据输出关联", "删去它；数据由表单和业务表保存"),
}


RESERVED_IDS = ("Start", "End", "Root")


RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", "[child]")


def unsupported_elements(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    for shape in drawing.shapes.values():
        if shape.tag in UNSUPPORTED:
            yield at(shape, *UNSUPPORTED[shape.tag])
        if shape.tag == "subProcess" and shape.element.get("triggeredByEvent") == "true":
            yield at(shape, "事件子流程会破坏其他流程实例", "改为边界事件加普通步骤")
        if shape.element.get("isForCompensation") == "true":
            yield at(shape, "补偿活动从不执行", "删去补偿标记，把补救步骤画在正常路径上")
        for tag, (what, remedy) in STRUCTURE.items():
            if shape.children(tag):
                yield at(shape, f"{what}不起作用", remedy)
    for name, process in drawing.processes.items():
        if process.get("isExecutable", "true") != "true":
            yield Problem(name, "流程标记为不可执行", "在流程属性里勾选“可执行”", process.get("name"))
        if process.find(bpmn("ioSpecification")) is not None:
            yield Problem(name, "输入输出规格（ioSpecification）不起作用", STRUCTURE["ioSpecification"][1])


def identifiers(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    for name, title in drawing.twice:
        yield Problem(name or None, "编号重复", "给每个节点一个不同的编号", title)
    for shape in drawing.shapes.values():
        if not shape.id:
            yield Problem(None, f"有一个 {shape.tag} 没有编号", "用流程编辑器重新保存", shape.element.get("name"))
        elif shape.id in RESERVED_IDS or shape.id.endswith(RESERVED_ENDINGS):
            yield at(shape, f"编号 {shape.id} 是引擎的保留字", "换一个编号")
        elif shape.id in drawing.processes:
            yield at(shape, f"编号 {shape.id} 与流程的编号相同", "换一个编号")


def services(drawing: Drawing, functions: frozenset[str]) -> Iterator[Problem]:
    for shape in drawing.shapes.values():
        if shape.tag == "serviceTask" and OPERATION not in ours(shape.element):
            yield at(shape, "服务任务没有指定操作", "填写 cs:operation，例如 customers.post")
        seen: set[str] = set()
        for parameter in parameters(shape):
            name, value = parameter.get("name") or "", parameter.get("value") or ""
            if not name.isidentifier() or name in seen:
                yield at(shape, f"参数名「{name}」为空、重复或不合规", "参数名用字母、数字和下划线，且不重复")
            seen.add(name)
            yield from expression(shape.id, shape.name, value, functions)


def _output_is_whole(many: Element) -> bool:
    """Both the collection and the item of the output have a name, or neither is there."""
    collection, item = many.find(bpmn("loopDataOutputRef")), many.find(bpmn("outputDataItem"))
    if collection is None or item is None:
        return collection is item
    return bool((collection.text or "").strip() and (item.get("name") or item.get("id")))


def repetitions(drawing: Drawing, functions: frozenset[str]) -> Iterator[Problem]:
    for shape in drawing.shapes.values():
        for loop in shape.children("standardLoopCharacteristics"):
            condition = loop.findtext(bpmn("loopCondition"))
            if loop.get("loopMaximum") is None and not condition:
                yield at(shape, "循环没有条件也没有次数上限", "填写循环条件或最大次数")
            if condition:
                yield from expression(shape.id, shape.name, condition, functions)
        for many in shape.children("multiInstanceLoopCharacteristics"):
            cardinality = many.findtext(bpmn("loopCardinality"))
            collection = many.findtext(bpmn("loopDataInputRef"))
            if bool(cardinality) == bool(collection):
                yield at(shape, "多实例要有集合或次数，二者取一", "填写 loopDataInputRef 或 loopCardinality")
            if not _output_is_whole(many):
                yield at(shape, "多实例的输出集合和输出项要一起填写，并且都有名字", "补上缺少的一个，或都删去")
            for text in (cardinality, collection, many.findtext(bpmn("completionCondition"))):
                if text:
                    yield from expression(shape.id, shape.name, text, functions)
