"""Diagrams drawn elsewhere: what has one meaning is repaired and listed, what would lose its meaning is refused.

The result is a draft, not a version: what our engine does not run is left as it was drawn, and the check marks it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.definitions import DIAGRAM
from engine.problems import DefinitionInvalid, Problem
from engine.spiff import DiagramError
from engine.spiff.drawing import KINDS
from engine.spiff.xml import BPMN, OURS, Element, bpmn, local, root_of
from engine.workbench.documents import too_many
from engine.workbench.implicit import Repair, draw_out
from engine.workbench.layout import DC, DD, DI, drawn, lay_out

PROCESS_ID = re.compile(r"[a-z][a-z0-9_]{1,59}")
RESERVED = frozenset({"policies", "reference", "rules"})  # folders beside those of procedures
KNOWN = frozenset({BPMN, OURS, DI, DC, DD, "http://www.w3.org/2001/XMLSchema-instance"})
NAMED = ("message", "signal", "error", "escalation")
NEEDLESS = ("ioSpecification", "dataInputAssociation", "dataOutputAssociation")


@dataclass(frozen=True)
class TakenIn:
    """A diagram from outside as a draft may hold it."""

    text: str
    name: str
    repairs: tuple[Repair, ...]


def take_in(data: bytes, process: str) -> TakenIn:
    """The diagram of a file for the procedure with this id; raises DefinitionInvalid naming element and reason."""
    try:
        root = root_of(DIAGRAM, data)
    except DiagramError as error:
        raise DefinitionInvalid(
            Problem(DIAGRAM, one.element or "", one.what, one.remedy) for one in error.problems
        ) from None
    if not PROCESS_ID.fullmatch(process) or process in RESERVED:
        what = "流程编号以小写字母开头，只用小写字母、数字和下划线，2 至 60 个字符"
        raise DefinitionInvalid([Problem(DIAGRAM, process, what, "例如 supplier_create")])
    refused = [*_refusals(root)]
    if refused:
        raise DefinitionInvalid(refused)
    element = _process(root)
    name = element.get("name") or _pool(root, element) or process
    repairs = [repair for rule in RULES for repair in rule(root)]
    repairs += _renamed(root, element, process, name)
    if not drawn(root):
        lay_out(root)
        repairs.append(Repair(process, "文件里没有图形的位置，已自动排版"))
    etree.cleanup_namespaces(root, keep_ns_prefixes=["bpmn", "bpmndi", "dc", "di", "cs"])
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    return TakenIn(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', name, tuple(repairs))


# --- what is refused ------------------------------------------------------------------------------------------------


def _refusals(root: Element) -> Iterator[Problem]:
    yield from too_many(root)
    for name, count in Counter(one.get("id") for one in root.iter() if one.get("id")).items():
        if count > 1:
            yield Problem(DIAGRAM, str(name), f"编号 {name} 用了 {count} 次", "在原来的工具里给每个元素一个不同的编号")
    found = [one for one in root.iterfind(bpmn("process")) if any(local(child) in KINDS for child in one)]
    if not found:
        other = "、".join(sorted({local(one) for one in root if local(one) in ("choreography", "collaboration")}))
        what = f"只有 {other}，没有流程" if other else "没有任何环节"
        yield Problem(DIAGRAM, root.get("id") or "", what, "请上传含有一个流程（process）的图；编排图和对话图不能执行")
    if len(found) > 1:
        names = "、".join(f"“{_pool(root, one) or one.get('name') or one.get('id')}”" for one in found)
        what = f"文件里有 {len(found)} 个流程：{names}；它们靠消息往来，合成一个会失去原意"
        yield Problem(DIAGRAM, found[1].get("id") or "", what, "请把要执行的那一个单独存成文件再上传")


def _process(root: Element) -> Element:
    return next(one for one in root.iterfind(bpmn("process")) if any(local(child) in KINDS for child in one))


def _pool(root: Element, process: Element) -> str:
    pools = (one for one in root.iter(bpmn("participant")) if _plain(one.get("processRef")) == process.get("id"))
    return next((one.get("name") or "" for one in pools), "")


def _plain(reference: str | None) -> str:
    """A reference without the prefix that some tools write before it."""
    return (reference or "").rpartition(":")[2]


# --- what is repaired -----------------------------------------------------------------------------------------------


def _prefixed_references(root: Element) -> Iterator[Repair]:
    """`tns:Message_1` is Message_1: everything stands in one file, so this is no change worth telling."""
    ids = {one.get("id") for one in root.iter() if one.get("id")}
    for one in root.iter():
        for key, value in one.attrib.items():
            text = str(value)
            if str(key).endswith(("Ref", "Element")) and ":" in text and _plain(text) in ids:
                one.set(key, _plain(text))
    return iter(())


def _dangling(root: Element) -> Iterator[Repair]:
    """A reference to nothing is none."""
    for kind in NAMED:
        known = {one.get("id") for one in root.iter(bpmn(kind))}
        for one in root.iter():
            if one.get(f"{kind}Ref") and one.get(f"{kind}Ref") not in known:
                yield Repair(_holder(one), f"所引用的 {one.get(f'{kind}Ref')} 不在文件里，引用已去掉")
                del one.attrib[f"{kind}Ref"]


def _nameless(root: Element) -> Iterator[Repair]:
    """Messages and signals meet by name; one without a name is called by its id."""
    for kind in ("message", "signal"):
        for one in root.iter(bpmn(kind)):
            if not one.get("name"):
                one.set("name", one.get("id") or kind)
                yield Repair(one.get("id") or "", "没有名称，已用编号作名称")


def _empty_conditions(root: Element) -> Iterator[Repair]:
    for one in [*root.iter(bpmn("conditionExpression"))]:
        if not (one.text or "").strip():
            yield Repair(_holder(one), "空的条件已去掉")
            _remove(one)


def _loose_flows(root: Element) -> Iterator[Repair]:
    """A line that ends nowhere leads nowhere."""
    ids = {one.get("id") for one in root.iter() if local(one) in KINDS}
    for one in [*root.iter(bpmn("sequenceFlow"))]:
        if one.get("sourceRef") not in ids or one.get("targetRef") not in ids:
            yield Repair(one.get("id") or "", "连线的一端没有接到任何环节，已去掉")
            _forget(root, one)


def _empty_scopes(root: Element) -> Iterator[Repair]:
    """A sub-process with nothing in it is one step."""
    for one in [*root.iter(bpmn("subProcess"), bpmn("adHocSubProcess"), bpmn("transaction"))]:
        if not any(local(child) in KINDS for child in one):
            one.tag = bpmn("userTask")
            for key in ("triggeredByEvent", "cancelRemainingInstances", "ordering", "method"):
                one.attrib.pop(key, "")
            yield Repair(one.get("id") or "", "子流程里没有环节，按一个人工环节收下")


def _data_wiring(root: Element) -> Iterator[Repair]:
    """Data flows between forms here, not along drawn arrows."""
    found = [one for tag in NEEDLESS for one in root.iter(bpmn(tag))]
    for one in found:
        _remove(one)
    if found:
        yield Repair("", f"数据的输入输出 {len(found)} 处已去掉：数据由表单和操作携带")


def _other_makers(root: Element) -> Iterator[Repair]:
    """Settings of other engines mean nothing here; they are not silently carried along."""
    count: Counter[str] = Counter()
    for one in [*root.iter()]:
        for key in [str(key) for key in one.attrib if str(key).startswith("{")]:
            space = etree.QName(key).namespace
            if space not in KNOWN and local(one) != "BPMNShape" and local(one) != "BPMNEdge":
                count[str(space)] += 1
                del one.attrib[key]
        space = etree.QName(one).namespace
        if space not in KNOWN and one.getparent() is not None:
            count[str(space)] += 1
            _remove(one)
    for one in [*root.iter(bpmn("extensionElements"))]:
        if not len(one):
            _remove(one)
    for space, number in sorted(count.items()):
        whose = f"（{space}）" if space != "None" else ""
        yield Repair("", f"别的软件的设置 {number} 处已去掉{whose}，请在这里重新设置")


def _renamed(root: Element, element: Element, process: str, name: str) -> list[Repair]:
    repairs, before = [], element.get("id") or ""
    if before != process:
        for one in root.iter():
            for key in ("processRef", "bpmnElement"):
                if _plain(one.get(key)) == before:
                    one.set(key, process)
        element.set("id", process)
        repairs.append(Repair(process, f"流程编号 {before} 改为 {process}"))
    element.set("name", name)
    if element.get("isExecutable") != "true":
        element.set("isExecutable", "true")
        repairs.append(Repair(process, "标为可执行"))
    return repairs


RULES: tuple[Callable[[Element], Iterator[Repair]], ...] = (
    _prefixed_references, _other_makers, _data_wiring, _dangling, _nameless, _empty_conditions, _loose_flows,
    _empty_scopes, draw_out,
)  # fmt: skip


def _holder(element: Element) -> str:
    """Id of the nearest drawn element around something."""
    here: Element | None = element
    while here is not None and local(here) not in KINDS and local(here) != "sequenceFlow":
        here = here.getparent()
    return (here.get("id") if here is not None else "") or ""


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _forget(root: Element, flow: Element) -> None:
    """Take a line out with what refers to it."""
    name = flow.get("id") or ""
    for one in [*root.iter(bpmn("incoming"), bpmn("outgoing"))]:
        if (one.text or "").strip() == name:
            _remove(one)
    for one in root.iter():
        if name and one.get("default") == name:
            del one.attrib["default"]
    for edge in [*root.iter(f"{{{DI}}}BPMNEdge")]:
        if edge.get("bpmnElement") == name:
            _remove(edge)
    _remove(flow)
