"""What is governed about each drawn element, in words: the facts that two drawings are compared by.

Where a shape lies is no fact. Keys are what people read; an absent key means that the element says nothing about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.check.subject import Subject
from engine.posts import DEPARTMENT_KINDS, POST_KINDS
from engine.spiff.drawing import LOOPS, OPERATION, Flow, Shape, parameters, timer_text
from engine.spiff.nodes import Lane
from engine.spiff.xml import bpmn, ours

Facts = dict[str, str]
Naming = Callable[[str], str]  # id of a shape → what people call it

TAGS = {
    "startEvent": "开始", "endEvent": "结束", "userTask": "人工办理", "manualTask": "人工办理", "task": "人工办理",
    "serviceTask": "自动步骤", "exclusiveGateway": "排他网关", "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关", "eventBasedGateway": "事件网关", "complexGateway": "复杂网关",
    "subProcess": "子流程", "transaction": "事务", "adHocSubProcess": "特别子流程", "callActivity": "共用环节",
    "boundaryEvent": "边界事件", "intermediateCatchEvent": "等待事件", "intermediateThrowEvent": "发出事件",
    "receiveTask": "接收消息", "sendTask": "发送消息", "scriptTask": "脚本", "businessRuleTask": "规则",
}  # fmt: skip
EVENTS = {
    "timer": "定时", "message": "消息", "error": "错误", "signal": "信号", "escalation": "升级", "terminate": "终止",
}  # fmt: skip
DEPARTMENTS = {"applicant": "申请部门", "item": "各会签部门", "maintaining": "主数据维护部门", "assessing": "考核部门"}
YES = {"true": "是", "false": "否"}
# An attribute of ours → what people call it. Posts and departments are asked of the lane as well.
SETTINGS = {
    "form": "表单", "clock": "时钟", "limit": "时限", "continues": "续用时钟", "sign": "签字", "seal": "盖章",
    "separate": "不相容环节", "duty": "义务", "rework": "返工入口", "untimed": "不限时的原因",
    "departments": "可提出的部门", "clauses": "条款",
    OPERATION: "操作", "decides": "产生的决定",
}  # fmt: skip
PROCESS = {
    "policy": "制度", "prefix": "单号前缀", "kind": "业务类别", "title": "标题字段", "urgent": "紧急事由字段",
    "shared": "共用环节",
}  # fmt: skip


def of_shape(subject: Subject, shape: Shape, named: Naming) -> Facts:
    """The facts of a flow node."""
    element, settings = shape.element, ours(shape.element)
    facts = {"类型": TAGS.get(shape.tag, shape.tag), "名称": element.get("name") or ""}
    facts |= {label: YES.get(settings[key], settings[key]) for key, label in SETTINGS.items() if key in settings}
    if shape.tag in ("userTask", "manualTask", "task", "startEvent"):
        facts["岗位"] = post_name(subject.lane_setting(shape, "post"))
        facts["部门"] = department_name(subject.lane_setting(shape, "department"))
    facts |= {f"参数 {one.get('name')}": one.get("value") or "" for one in parameters(shape)}
    facts |= _event(shape, named) | _loop(shape)
    if default := element.get("default"):
        flow = next((one for one in subject.drawing.flows if one.id == default), None)
        facts["默认去向"] = named(flow.target) if flow else default
    if called := element.get("calledElement"):
        facts["引用"] = called
    if shape.scope:
        facts["所在子流程"] = named(shape.scope)
    if documentation := (element.findtext(bpmn("documentation")) or "").strip():
        facts["说明"] = documentation
    return facts


def _event(shape: Shape, named: Naming) -> Facts:
    facts: Facts = {}
    if shape.event:
        facts["事件"] = EVENTS.get(shape.event, shape.event)
    if timer := timer_text(shape):
        facts["定时"] = "时限到期" if timer == "deadline" else timer
    for definition in shape.definitions:
        for key in ("errorRef", "messageRef", "signalRef", "escalationRef"):
            if value := definition.get(key):
                facts["事件引用"] = value
    if attached := shape.element.get("attachedToRef"):
        facts["附着于"] = named(attached)
        facts["是否中断"] = "不中断" if shape.element.get("cancelActivity") == "false" else "中断"
    return facts


def _loop(shape: Shape) -> Facts:
    for tag in LOOPS:
        for loop in shape.children(tag):
            order = "逐个" if loop.get("isSequential") == "true" else "同时"
            texts = [loop.findtext(bpmn(key)) for key in ("loopDataInputRef", "loopCardinality", "loopCondition")]
            facts = {"重复": f"{order}，按 {'、'.join(filter(None, texts)) or '条件'}"}
            if until := loop.findtext(bpmn("completionCondition")):
                facts["重复到"] = until
            return facts
    return {}


def of_flow(flow: Flow, named: Naming) -> Facts:
    """The facts of a sequence flow."""
    facts = {"从": named(flow.source), "到": named(flow.target)}
    facts["条件"] = flow.condition or ""
    facts["名称"] = flow.element.get("name") or ""
    return facts


def of_lane(lane: Lane) -> Facts:
    """The facts of a lane."""
    return {
        "名称": lane.name,
        "岗位": post_name(lane.extensions.get("post")),
        "部门": department_name(lane.extensions.get("department")),
    }


def of_process(subject: Subject) -> Facts:
    """The facts of the process itself."""
    element = subject.drawing.processes.get(subject.process)
    if element is None:
        return {}
    settings: Mapping[str, str] = ours(element)
    facts = {label: settings.get(key, "") for key, label in PROCESS.items()}
    text = (element.findtext(bpmn("documentation")) or "").strip()
    return {"名称": element.get("name") or "", **facts, "说明": text}


def naming(*subjects: Subject) -> Naming:
    """What people call a shape: its name in the first subject that has it, else its kind with its id."""

    def named(shape_id: str) -> str:
        found = (one.drawing.shapes[shape_id] for one in subjects if shape_id in one.drawing.shapes)
        shape = next(found, None)
        if shape is None:
            return shape_id or "（空）"
        return shape.element.get("name") or f"{TAGS.get(shape.tag, shape.tag)} {shape.id}"

    return named


def post_name(kind: str | None) -> str:
    return POST_KINDS.get(kind or "", kind or "")


def department_name(value: str | None) -> str:
    return DEPARTMENTS.get(value or "", DEPARTMENT_KINDS.get(value or "", value or ""))
