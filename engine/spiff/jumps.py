"""Ad-hoc returns: when a token may go back to an earlier user task without breaking the count of tokens."""

from engine.spiff.errors import NotPossible
from engine.spiff.nodes import Model, Node
from engine.spiff.walks import reached, reverse

SPLITS = ("parallelGateway", "inclusiveGateway")


def check_jump(model: Model, here: str, to: str) -> None:
    """Raises NotPossible unless `to` is an earlier user task with no split or join between it and `here`.

    A token that crossed a split alone would leave its sisters behind; the join would then go on without
    one of them or wait for ever.
    """
    start, target = model.nodes[here], model.nodes.get(to)
    if target is None:
        raise NotPossible(f"退回的目标 {to} 不在流程图里。请从可退回的步骤中选择。")
    if target.kind != "user" or (target.process, target.scope) != (start.process, start.scope):
        raise NotPossible(f"不能退回到「{target.name}」：只能退回到同一流程（或同一子流程）里较早的人工步骤。")
    if start.multiple:
        raise NotPossible(f"「{start.name}」是多人步骤中的一份，不能单独退回。请由汇总之后的步骤退回。")
    edges = _edges(model, start)
    back = {name: targets for name, targets in reverse(edges).items() if name != to}
    forward = {name: targets for name, targets in edges.items() if name != here}
    if here == to or here not in reached(forward, [to]):
        raise NotPossible(f"不能退回到「{target.name}」：它不在「{start.name}」之前。")
    between = reached(forward, [to]) & reached(back, [here]) - {here, to}
    for name in sorted(between):
        if _splits(model.nodes[name]):
            raise NotPossible(
                f"不能从「{start.name}」退回到「{target.name}」：两步之间有分叉或汇聚「{model.nodes[name].name}」，"
                "其他分支会失去呼应。请在流程图上画出这条退回的线。"
            )


def _edges(model: Model, start: Node) -> dict[str, list[str]]:
    level = [n for n in model.nodes.values() if (n.process, n.scope) == (start.process, start.scope)]
    edges = {node.id: list(node.outgoing) for node in level}
    for node in level:
        if node.attached_to in edges:
            edges[node.attached_to].append(node.id)
    return edges


def _splits(node: Node) -> bool:
    """Whether the number of tokens changes here."""
    return node.element in SPLITS or (node.attached_to is not None and not node.interrupting)
