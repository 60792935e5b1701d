"""Whose work is it: from a node's lane to the department and the post that owe it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import Misconfigured
from engine.spiff import Node

if TYPE_CHECKING:
    from engine.step import Step


def setting(node: Node, name: str) -> str | None:
    """A node's own attribute, else its lane's."""
    return node.extensions.get(name) or (node.lane.extensions.get(name) if node.lane else None)


def department_of(step: Step, node: Node, item: Any) -> int | None:
    """The department a node's lane speaks of: the applicant's, the item's, the maintaining one, the assessing one, one
    named by its code, or the only one of a kind (finance, audit).
    """
    whose = setting(node, "department") or "applicant"
    if whose == "applicant":
        return step.case.department_id
    if whose == "item":
        return int(item) if item is not None else None
    if whose == "maintaining":
        return step.people.maintaining(step.now).id
    if whose == "assessing":
        return _assessing(step, node)
    department = step.people.by_code(whose) or step.people.only(whose, step.now)
    if department is None:
        raise Misconfigured(what=f"“{node.name}”要求的部门 {whose} 不存在", remedy="新建该部门，或请流程负责人改图")
    return department.id


def _assessing(step: Step, node: Node) -> int:
    department = step.people.assessing(step.now)
    if department is None:
        raise Misconfigured(what=f"没有人任考核人员，“{node.name}”无人可办", remedy="在“岗位任职”中任命考核人员")
    return department.id


def post_of(step: Step, node: Node, department: int | None) -> int | None:
    """The post that owes a node's work; None for a node without lane and post."""
    kind = setting(node, "post")
    if not kind or department is None:
        return None
    post = step.people.post(kind, department)
    if post is None:
        return step.people.answering(kind, department, step.now).post.id
    return post.id


def staffed(step: Step, node: Node, post_id: int | None) -> int | None:
    """The post, or the one that stands in when nobody acts on it (E-24), which goes on record."""
    if post_id is None or step.people.staffed(post_id, step.now):
        return post_id
    executor = step.people.executor(post_id, step.now)
    instead = executor.post.id if executor else None
    step.record("post.vacant", node=node.id, post=post_id, instead=instead)
    return instead or post_id


def note_alone(step: Step, node: Node, post_id: int | None) -> None:
    """Tell the administrators when only the person who has just done the step before could do this one (E-24).

    Four eyes hold all the same: the step waits for a deputy, or for the vacant post to be filled.
    """
    before = step.waits_before.get(step.finished or "")
    if post_id is None or before is None or before.node not in node.extensions.get("separate", "").split():
        return
    if [one.person.id for one in step.people.acting(post_id, step.now)] != [step.actor_id]:
        return
    post, who = step.people.post_name(post_id), step.people.person(step.actor_id or 0).name
    step.record("post.alone", node=node.id, post=post_id, person=step.actor_id)
    body = (
        f"{who}已办理“{step.node(before.node).name}”，不能再由同一人办理“{node.name}”（不相容岗位分离），而{post}没有其他人任职。\n"
        f"请到“岗位任职”为{post}任命副岗，由副岗办理；或补任空缺的岗位，再由{who}退回本部门重新办理。时限照常计算。"
    )
    subject = f"{step.case.number} 的“{node.name}”须由另一人办理，{post}没有副岗"
    step.engine.registry.raise_alarm(step.tx, step.now, f"alone:{step.case.id}:{node.id}:{post_id}", subject, body)
