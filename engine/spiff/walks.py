"""Walks over a graph given as a mapping from a node to the nodes its edges lead to."""

from collections.abc import Collection, Iterable, Mapping


def reached(
    edges: Mapping[str, Iterable[str]], begins: Iterable[str], within: Collection[str] | None = None
) -> set[str]:
    """Every node that can be reached from `begins` (included), staying inside `within` if given."""
    seen: set[str] = set()
    stack = list(begins)
    while stack:
        node = stack.pop()
        if node not in seen and (within is None or node in within):
            seen.add(node)
            stack.extend(edges.get(node, ()))
    return seen


def reverse(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The same graph with its edges turned round."""
    turned: dict[str, list[str]] = {}
    for node, targets in edges.items():
        for target in targets:
            turned.setdefault(target, []).append(node)
    return turned
