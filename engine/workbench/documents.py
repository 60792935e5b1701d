"""What a draft may consist of: the documents of a process folder, from people who may have drawn them elsewhere.

A draft of shared steps (`shared.py`) is a diagram, with limits changed in it; forms, letters and scenarios are those
of the procedures that call it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.definitions import CALLED, CALLS, DIAGRAM, MAX_BYTES
from engine.policy_limits import LIMITS
from engine.problems import DefinitionInvalid, Problem
from engine.spiff import DiagramError
from engine.spiff.drawing import KINDS
from engine.spiff.xml import Element, local, root_of
from engine.workbench.layout import lay_out

MAX_DOCUMENTS = 200
MAX_NODES = 1000
MAX_ALL = 2 * MAX_BYTES
_PATH = re.compile(r"process\.bpmn|(forms/[\w-]+\.yaml)|(letters/[\w-]+\.j2)|(scenarios/[\w-]+\.yaml)|limits\.yaml")


def accepted(documents: Mapping[str, str], kept: Mapping[str, str], shared: bool = False) -> dict[str, str]:
    """What may be kept as a draft, `shared`: of shared steps: known paths, bounded sizes, a diagram safe to read.

    Whether it could run is another question (`check`). What it uses of other folders is taken from `kept`: that is
    changed with those folders. A diagram without any drawing is laid out. Raises DefinitionInvalid.
    """
    own = {path: _normal(text) for path, text in documents.items() if not path.startswith(CALLED)}
    problems = sorted({*_faults(own), *(_beside(own) if shared else ())})
    if problems:
        raise DefinitionInvalid(problems)
    own[DIAGRAM] = _drawn(own[DIAGRAM])
    return own | {path: text for path, text in kept.items() if path.startswith(CALLED)}


def place_of(process: str) -> str:
    """Where a procedure keeps the drawing of shared steps that it calls."""
    return f"{CALLED}{process}.bpmn"


def reached(documents: Mapping[str, str]) -> list[str]:
    """The shared steps that a diagram calls, directly or through others; without text those it asks for in vain."""
    found: list[str] = []
    texts = [documents.get(DIAGRAM, "")]
    while texts:
        for name in CALLS.findall(texts.pop()):
            if name not in found and place_of(name) in documents:
                found.append(name)
                texts.append(documents[place_of(name)])
    return found


def steps_of(documents: Mapping[str, str], process: str) -> dict[str, str]:
    """The shared steps that documents hold under that name, as documents of their own with what they call in turn."""
    own = {**documents, DIAGRAM: documents[place_of(process)]}
    return {DIAGRAM: own[DIAGRAM]} | {place_of(name): own[place_of(name)] for name in reached(own) if name != process}


def _normal(text: object) -> str:
    return str(text).replace("\r\n", "\n").removeprefix("\ufeff")


def _drawn(text: str) -> str:
    """The diagram with a drawing, so that the editor can open it; as it is when it has one."""
    if "BPMNShape" in text:
        return text
    root = root_of(DIAGRAM, text.encode())
    if not any(local(one) in KINDS for one in root.iter()):
        return text
    lay_out(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(root, encoding="unicode", pretty_print=True)}'


def _faults(documents: Mapping[str, str]) -> Iterator[Problem]:
    if len(documents) > MAX_DOCUMENTS:
        yield Problem("", "", f"有 {len(documents)} 个文件，最多 {MAX_DOCUMENTS} 个", "请删去不用的表单和函件")
    if sum(map(len, documents.values())) > MAX_ALL:
        yield Problem("", "", "全部文件合计超过 10 MB", "请删去多余内容后再保存")
    for path, text in documents.items():
        if not _PATH.fullmatch(path):
            remedy = "只能有 process.bpmn、forms/*.yaml、letters/*.j2 和 scenarios/*.yaml"
            yield Problem(path[:80], "", "流程里不能有这个文件", remedy)
        elif len(text.encode()) > MAX_BYTES:
            yield Problem(path, "", "文件超过 5 MB", "请删去多余内容后再保存")
    yield from _diagram(documents.get(DIAGRAM))


def _beside(documents: Mapping[str, str]) -> Iterator[Problem]:
    for path in documents.keys() - {DIAGRAM, LIMITS}:
        remedy = "表单、函件和情景写在引用它的流程里：存进那个流程的草稿，再在“变更与发布”里勾选一起发布"
        yield Problem(path[:80], "", "共用环节只有流程图", remedy)


def _diagram(text: str | None) -> Iterator[Problem]:
    if text is None:
        yield Problem(DIAGRAM, "", "没有流程图", "请先画流程图")
        return
    try:
        yield from too_many(root_of(DIAGRAM, text.encode()))
    except DiagramError as error:
        yield from (Problem(DIAGRAM, one.element or "", one.what, one.remedy) for one in error.problems)


def too_many(root: Element) -> Iterator[Problem]:
    """Nobody reads a diagram of thousands of steps, and every check and layout of it takes minutes."""
    count = sum(local(one) in KINDS for one in root.iter())
    if count > MAX_NODES:
        remedy = "请把成段的步骤画成共用环节，由几个流程分别调用"
        yield Problem(DIAGRAM, "", f"流程图有 {count} 个节点，最多 {MAX_NODES} 个", remedy)
