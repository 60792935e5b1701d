"""What follows on a step: who will have it, how long, until when; told before anybody decides."""

from __future__ import annotations

from engine import limits, owners
from engine.casefile import Deadline, Item
from engine.errors import CountersignError
from engine.foresight import clocked, foresight
from engine.forms import Form, Outcome
from engine.policy import ClockRule
from engine.snapshots import PolicyVersion
from engine.spiff import Model, Node
from engine.wording import moment_text
from webui.case_view import CaseView
from webui.pills import due_text, limit_text


def consequence(view: CaseView, item: Item, form: Form, outcome: Outcome) -> str:
    """One line on the clock for a button: `送达李志强，限 4 小时，明天 11:05 到期`."""
    decisions = view.file.decided | ({form.decision: outcome.id} if form.decision else {})
    if "duty" in view.node(item.node).extensions:
        return "登记电话通知，留作证据"
    following = foresight(view.file.definition).next(item.node, decisions)
    return "；".join(_delivery(view, item, node) for node in following) or "流程办结"


def _delivery(view: CaseView, item: Item, node: Node) -> str:
    model = view.file.definition.model
    scope, present = clocked(model, node), clocked(model, view.node(item.node))
    same = scope is not None and present is not None and scope.id == present.id and node.id != item.node
    department = item.department_id if same else None
    who, place = expected(view, node, department)
    stage, left = outer_repeat(view, node), outer_repeat(view, view.node(item.node))
    target = who or (stage.name if stage else place or node.name)
    standing = view.file.deadline_of(item)
    if same and standing is not None and scope is not None and scope.kind != "user":
        return f"送{target}，同一时限，{due_text(standing, view.now)} 到期"
    if standing is not None and present is not None and scope is not None and _continues(view, scope, present):
        return f"送{target}，{_what_goes_on(view, standing)}"
    rule = rule_of(view, node)
    if left is not None and stage is None and _others(view, item, left):
        return f"本部门计时结束；全部部门转回后送{target}，{limit_of(view, node)}"
    if rule is None or rule.limit is None:
        return f"送{target}，不计时"
    due = limits.due(view.now, rule.limit, rule.kind, view.known.calendar(None))
    return f"送{target}，限 {limit_text(str(rule.limit))}，{moment_text(due.at, view.now)} 前"


def _continues(view: CaseView, scope: Node, present: Node) -> bool:
    """Whether the next clock only goes on with the present one (policy: no_route_single_clock)."""
    clock = scope.extensions.get("continues")
    version = policy_of(view)
    single = version is not None and version.policy.receipt.no_route_single_clock
    return bool(clock) and clock == present.extensions.get("clock") and single


def _what_goes_on(view: CaseView, standing: Deadline) -> str:
    """What a clock that goes on has left; nobody is promised a fresh limit."""
    late = standing.status == "open" and view.now > standing.due
    return "已超时，时限不另计" if late else f"时限接着计，{due_text(standing, view.now)} 前"


def _others(view: CaseView, item: Item, stage: Node) -> bool:
    """Whether other departments are still working in the same repeated stage."""
    return any(one.id != item.id and outer_repeat(view, view.node(one.node)) == stage for one in view.live)


def expected(view: CaseView, node: Node, department: int | None = None) -> tuple[str, str]:
    """Who will probably do a step: person and post; empty when that cannot be known yet."""
    kind, whose = owners.setting(node, "post"), owners.setting(node, "department")
    people = view.known.people
    try:
        if whose == "maintaining":
            department = people.maintaining(view.now).id
        elif whose != "item":
            department = view.file.case.department_id
        if not kind or department is None:
            return "", ""
        executor = people.answering(kind, department, view.now)
    except CountersignError:
        return "", "岗位空缺"
    return executor.acting.person.name, people.post_name(executor.post.id)


def rule_of(view: CaseView, node: Node) -> ClockRule | None:
    """The limit a step to come would have by the policy in force now."""
    scope, version = clocked(view.file.definition.model, node), policy_of(view)
    if scope is None or version is None:
        return None
    return version.policy.limit(scope.extensions["clock"], view.file.case.urgent)


def policy_of(view: CaseView) -> PolicyVersion | None:
    """The policy in force now for this kind of case."""
    try:
        return view.known.policy(view.file.definition.model.extensions.get("policy", "SD-010"), view.now)
    except CountersignError:
        return None


def limit_of(view: CaseView, node: Node) -> str:
    """The limit of a step to come: `限 4 小时`."""
    rule = rule_of(view, node)
    return f"限 {limit_text(str(rule.limit))}" if rule and rule.limit else "不计时"


def outer_repeat(view: CaseView, node: Node) -> Node | None:
    """The outermost repeated sub-process around a node."""
    return _outer_repeat(view.file.definition.model, node)


def repeat_of(view: CaseView, item: Item) -> Node | None:
    """The outermost repeated sub-process around a step, as it was drawn when the step was done."""
    return _outer_repeat(view.file.definition_of(item).model, view.file.node_of(item))


def _outer_repeat(model: Model, node: Node) -> Node | None:
    found, here = None, model.nodes.get(node.scope or "")
    while here is not None:
        found = here if here.multiple else found
        here = model.nodes.get(here.scope or "")
    return found
