"""Events: definitions that are ignored, references to nothing, timers that could never be right."""

from collections.abc import Iterator
from datetime import timedelta

from engine.spiff import timers
from engine.spiff.drawing import ACTIVITIES, OPERATION, Drawing, Shape, timer_text
from engine.spiff.nodes import CLOCK, DEADLINE, Problem
from engine.spiff.refusals.common import TAG_NAMES, at
from engine.spiff.xml import bpmn, local, ours

EVENTS = {
    "startEvent": (None, "message", "signal", "timer"),
    "endEvent": (None, "message", "error", "escalation", "terminate"),
    "intermediateCatchEvent": ("message", "signal", "timer"),
    "intermediateThrowEvent": (None, "message", "signal", "escalation"),
    "boundaryEvent": ("message", "signal", "timer", "error", "escalation"),
}


EVENT_NAMES = {
    None: "空",
    "message": "消息",
    "signal": "信号",
    "timer": "定时",
    "error": "错误",
    "escalation": "升级",
    "terminate": "终止",
    "cancel": "取消",
    "compensate": "补偿",
    "conditional": "条件",
    "link": "链接",
}


SIGNAL_END = "在结束事件前放一个信号抛出事件，再接普通结束事件"


def events(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    for shape in drawing.shapes.values():
        if shape.tag not in EVENTS:
            continue
        kind = TAG_NAMES[shape.tag]
        if len(shape.definitions) > 1 or shape.element.get("parallelMultiple") == "true":
            yield at(shape, f"{kind}有多个事件定义", "拆成几个事件，每个一个定义")
        elif shape.event not in EVENTS[shape.tag]:
            title = EVENT_NAMES.get(shape.event, shape.event)
            known = "、".join(EVENT_NAMES[event] for event in EVENTS[shape.tag])
            remedy = SIGNAL_END if (shape.tag, shape.event) == ("endEvent", "signal") else f"改用这几种之一：{known}"
            yield at(shape, f"{kind}的“{title}”定义不起作用", remedy)
        if shape.event == "error" and shape.element.get("cancelActivity") == "false":
            yield at(shape, "错误边界事件必须是中断的", "改为中断事件")


def references(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    """Events, boundary events and calls must refer to something that exists."""
    for shape in drawing.shapes.values():
        if shape.tag == "boundaryEvent":
            host = drawing.shapes.get(shape.element.get("attachedToRef") or "")
            if host is None or host.tag not in ACTIVITIES or host.scope != shape.scope:
                yield at(shape, "边界事件没有附着在活动上", "把它拖到一个任务或子流程的边上")
        if shape.tag == "callActivity" and shape.element.get("calledElement") not in drawing.processes:
            called = shape.element.get("calledElement") or "（空）"
            yield at(shape, f"调用的流程 {called} 不存在", "在属性里选择一个已有的流程")
        yield from _named(shape)


def _named(shape: Shape) -> Iterator[Problem]:
    kinds = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}
    holders = list(shape.definitions)
    if shape.tag in ("sendTask", "receiveTask"):
        if shape.tag == "sendTask" and OPERATION in ours(shape.element):
            return
        if shape.element.get("messageRef") is None and not holders:
            yield at(
                shape, "没有选择消息，会直接通过", "在属性里写消息的名字，或改为自动步骤并选“操作”（cs:operation）"
            )
            return
        holders.append(shape.element)
    root = shape.element.getroottree().getroot()
    for holder in holders:
        for kind, title in kinds.items():
            reference = holder.get(f"{kind}Ref")
            own = local(holder) == f"{kind}EventDefinition"
            catches_all = kind in ("error", "escalation") and shape.tag == "boundaryEvent"
            if reference is None and (not own or catches_all):
                continue
            found = [e for e in root.iterfind(bpmn(kind)) if e.get("id") == reference]
            if not found or (kind in ("message", "signal") and not found[0].get("name")):
                yield at(shape, f"没有选择{title}，或{title}没有名字", f"在属性里选择一个有名字的{title}")
            elif kind in ("error", "escalation") and not found[0].get(f"{kind}Code"):
                yield at(shape, f"所选{title}没有代码", f"给{title}填上代码")


def timer_texts(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    for shape in drawing.shapes.values():
        if shape.event != "timer" or shape.tag not in EVENTS or "timer" not in EVENTS[shape.tag]:
            continue
        text = timer_text(shape)
        if not text:
            yield at(shape, "定时器没有时间", "填写 deadline、PT4H 这样的时长，或带时区的时刻")
            continue
        try:
            _check_timer(shape, text)
        except ValueError as error:
            yield at(shape, f"定时器的时间不能用：{error}", "在属性里改正时间")


def _check_timer(shape: Shape, text: str) -> None:
    if shape.text("timeCycle") is not None:
        if shape.tag != "startEvent":
            raise ValueError("循环定时（timeCycle）只能用在开始事件上；重复提醒由催办规则完成")
        return timers.cycle(text)
    if text == DEADLINE and shape.tag == "startEvent":
        raise ValueError("开始事件没有时限可言，不能写 deadline")
    is_duration = isinstance(timers.due(text), timedelta)
    if text != DEADLINE and is_duration != (shape.text("timeDuration") is not None):
        raise ValueError("时长要写在 timeDuration 里，时刻要写在 timeDate 里")
    return None


def deadlines(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    """A `deadline` timer needs one clocked scope that says which deadline is meant."""
    for shape in drawing.shapes.values():
        if timer_text(shape) != DEADLINE or shape.tag not in (
            "boundaryEvent",
            "intermediateCatchEvent",
        ):
            continue
        host = drawing.shapes.get(shape.element.get("attachedToRef") or "")
        if host is not None and host.multiple and CLOCK in ours(host.element):
            yield at(
                shape,
                "多实例的每个实例各有时限，挂在整个活动上的 deadline 说不清是哪一个",
                "把定时器放进多实例子流程里面，挂在里面的任务或子流程上",
            )
        elif not _clocked(drawing, host or shape, set()):
            yield at(shape, "deadline 外面没有带时限的活动", "给它附着的环节或外层子流程选“时钟”（cs:clock）")


def _clocked(drawing: Drawing, shape: Shape, seen: set[str]) -> bool:
    if CLOCK in ours(shape.element):
        return True
    seen.add(shape.id)
    if shape.scope is not None:
        return _clocked(drawing, drawing.shapes[shape.scope], seen)
    callers = [s for s in drawing.shapes.values() if s.element.get("calledElement") == shape.process]
    return any(_clocked(drawing, caller, seen) for caller in callers if caller.id not in seen)


def event_gateways(drawing: Drawing, _: frozenset[str]) -> Iterator[Problem]:
    for shape in drawing.shapes.values():
        if shape.tag != "eventBasedGateway":
            continue
        for flow in drawing.leaving.get(shape.id, []):
            target = drawing.shapes.get(flow.target)
            if target is None:
                continue
            if target.tag not in ("intermediateCatchEvent", "receiveTask") or any(drawing.boundary(target.id)):
                yield at(target, "事件网关后面只能接捕获事件或接收任务", "把它放到捕获事件之后")
            elif len(drawing.arriving.get(target.id, [])) > 1:
                yield at(target, "事件网关后面的事件还有别的入线", "另画一个事件")
