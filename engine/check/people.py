"""Whose work each node is: posts and departments of lanes, start events and user tasks; four eyes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.check.subject import Subject, at
from engine.definitions import DIAGRAM
from engine.posts import DEPARTMENT_KINDS, POST_KINDS
from engine.problems import Problem
from engine.spiff.drawing import KINDS, Shape
from engine.spiff.xml import ours
from engine.starting import ANYBODY


def owners(subject: Subject) -> Iterator[Problem]:
    """Every user task has a post and a department that can be found."""
    for shape in subject.of_kind("user"):
        post, department = (subject.lane_setting(shape, name) for name in ("post", "department"))
        if not post:
            yield at(shape, "不知道由哪个岗位办理", "把它画进写有岗位的泳道，或在属性里选“岗位”（cs:post）")
        if not department:
            yield at(
                shape,
                "不知道由哪个部门办理",
                "在泳道或环节的属性里选“部门”（cs:department：applicant、item、maintaining、assessing）",
            )
        if department == "item" and not subject.repeated(shape):
            yield at(shape, "department 为 item，但它不在多实例里", "放进多实例子流程，或改用别的部门")


def posts(subject: Subject) -> Iterator[Problem]:
    """Posts that lanes and nodes name are kinds of posts there are."""
    known = "、".join(f"{kind}（{name}）" for kind, name in POST_KINDS.items())
    for lane in subject.drawing.lanes.values():
        if (post := lane.extensions.get("post")) and post not in POST_KINDS:
            yield Problem(DIAGRAM, f"泳道 {lane.name}", f"没有 {post} 这种岗位", f"可用：{known}", node=lane.id)
    for shape in subject.drawing.shapes.values():
        anybody = KINDS[shape.tag] == "start" and ours(shape.element).get("post") == ANYBODY
        if (post := ours(shape.element).get("post")) and post not in POST_KINDS and not anybody:
            yield at(shape, f"没有 {post} 这种岗位", f"可用：{known}")


def starters(subject: Subject) -> Iterator[Problem]:
    """Kinds of departments that may start are kinds there are."""
    for shape in subject.of_kind("start"):
        for kind in ours(shape.element).get("departments", "").split():
            if kind not in DEPARTMENT_KINDS:
                yield at(shape, f"没有 {kind} 这类部门", "可用：" + "、".join(DEPARTMENT_KINDS))


def separation(subject: Subject) -> Iterator[Problem]:
    """The nodes named by `cs:separate` exist and are done by people."""
    people = {shape.id for shape in subject.of_kind("user", "start")}
    for shape in subject.drawing.shapes.values():
        for name in ours(shape.element).get("separate", "").split():
            if name not in people:
                yield at(shape, f"cs:separate 里的 {name} 不是人工步骤", "改为流程图里人工任务或开始事件的编号")


def signatures(subject: Subject) -> Iterator[Problem]:
    """Where the diagram asks for a signature, some outcome of the form is one; and the other way round."""
    for shape in subject.of_kind("user"):
        form, asked = subject.form_of(shape), ours(shape.element).get("sign") == "true"
        if form is None:
            continue
        signs = any(outcome.signs for outcome in form.outcomes)
        if asked and not signs:
            yield at(shape, "要求签字，但表单没有签字的结果", f"在 forms/{form.id}.yaml 的结果上写 signs: true")
        if signs and not asked:
            yield at(shape, "表单的结果是签字，但节点没有要求签字", '在节点上写 cs:sign="true"')
        yield from _seal(shape, asked)
        if form.scan and ours(shape.element).get("seal") != "true":
            yield at(shape, "表单允许上传扫描件代替印章，但节点不盖章", '在节点上写 cs:seal="true"，或删去表单的 scan')


def _seal(shape: Shape, asked: bool) -> Iterator[Problem]:
    if ours(shape.element).get("seal") == "true" and not asked:
        yield at(shape, "只要求盖章、没有要求签字", '盖章随签字进行：加上 cs:sign="true"')
