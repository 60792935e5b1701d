"""流程图: which nodes are done, late, being done or still to come, and who has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from engine.casefile import Item
from engine.foresight import foresight
from engine.spiff import Node
from engine.wording import duration_text
from webui.case_view import CaseView
from webui.expectations import expected, limit_of
from webui.pills import overrun, pill

DONE, LATE, NOW, FUTURE = "done", "late", "now", "fut"
PASSED = (DONE, LATE)
CONTAINERS = ("subprocess", "call")


class Marks:
    """The marks of one case on its diagram."""

    def __init__(self, view: CaseView) -> None:
        self.view = view
        self.model = view.file.definition.model
        self.nodes: dict[str, str] = {view.file.definition.start.id: DONE}
        self.latest: dict[str, list[Item]] = {}
        for item in view.file.items:
            if (item.done or item.live) and (node := view.file.node_now(item)) in self.model.nodes:
                self.latest.setdefault(node, []).append(item)
        self._mark()

    def page(self) -> dict[str, Any]:
        """What the template hands to the viewer."""
        live = self.view.live
        departments = {item.department_id for item in live}
        summary = (
            f"{len(departments)} 个部门并行办理"
            if len(departments) > 1
            else "、".join(dict.fromkeys(item.name for item in live))
        )
        definition = self.view.file.definition
        return {
            "url": url_for("cases.diagram", case_id=self.view.file.case.id),
            "handbook": url_for("handbook.show", process=definition.process, version=definition.version),
            "parts": self._parts(),
            "earlier": list(self._earlier()),
            "summary": summary or "已结束",
            "marks": {"nodes": self.nodes, "badges": self._badges(), "tokens": self._tokens()},
        }

    def _parts(self) -> list[dict[str, str]]:
        """The shared steps that the diagram calls, each drawn below it."""
        case = self.view.file.case.id
        return [
            {"name": name, "url": url_for("cases.diagram", case_id=case, part=part)}
            for part, name in self.view.file.definition.called.items()
        ]

    def _earlier(self) -> Iterator[dict[str, Any]]:
        """The versions a moved case was on before, each with the steps that were done in it."""
        case, file = self.view.file.case.id, self.view.file
        for version, definition in file.passed.earlier.items():
            done: dict[str, list[Item]] = {}
            for item in file.items:
                if item.done and file.definition_of(item) is definition:
                    done.setdefault(item.node, []).append(item)
            badges = [badge for node, items in done.items() for badge in self._was(node, items[-1])]
            yield {
                "version": version,
                "url": url_for("cases.diagram", case_id=case, version=version),
                "marks": {"nodes": {node: self._state(items) for node, items in done.items()}, "badges": badges},
            }

    # --- marks --------------------------------------------------------------------------------------------

    def _mark(self) -> None:
        for node_id, items in self.latest.items():
            self.nodes[node_id] = self._state(items)
        self.nodes |= {one: DONE for one in self.view.file.jobs_done if one not in self.nodes}
        self.nodes |= dict.fromkeys(self.view.file.jobs_open, NOW)
        self._pass_through()
        for node in self.model.nodes.values():
            if node.kind in CONTAINERS:
                self._mark_inside(node)
        if self.view.file.case.status == "open":
            file, here = self.view.file, [item.node for item in self.view.live]
            ahead = foresight(file.definition).ahead(here, file.decided)
            self.nodes |= {node.id: FUTURE for node in ahead if node.id not in self.nodes}

    def _state(self, items: list[Item]) -> str:
        if any(item.live for item in items):
            return NOW
        return LATE if any(item.done_at and item.done_at > item.due for item in items) else DONE

    def _pass_through(self) -> None:
        """Gateways and ends leave no row of their own: one between two marked nodes was passed."""
        before: dict[str, set[str]] = {}
        for node in self.model.nodes.values():
            for target in node.outgoing:
                before.setdefault(target, set()).add(node.id)
        for _ in range(len(self.model.nodes)):
            fresh = [node.id for node in self.model.nodes.values() if self._passed(node, before)]
            if not fresh:
                return
            self.nodes |= dict.fromkeys(fresh, DONE)

    def _passed(self, node: Node, before: dict[str, set[str]]) -> bool:
        if node.id in self.nodes or node.kind not in ("gateway", "end", "start"):
            return False
        came = any(self.nodes.get(one) in PASSED for one in before.get(node.id, ()))
        if node.kind == "end":
            return came and node.event is None and not self._gateway_before(node, before)
        went = any(self.nodes.get(one) in (*PASSED, NOW) or self._leads(one) for one in node.outgoing)
        return went and (came or node.kind == "start")

    def _gateway_before(self, node: Node, before: dict[str, set[str]]) -> bool:
        return any(self.model.nodes[one].kind == "gateway" for one in before.get(node.id, ()))

    def _leads(self, node_id: str) -> bool:
        """Whether something that was reached follows through gateways and sub-processes only."""
        seen, queue = set[str](), [node_id]
        while queue:
            node = self.model.nodes[queue.pop()]
            if node.id in seen:
                continue
            seen.add(node.id)
            if self.nodes.get(node.id) in (*PASSED, NOW):
                return True
            if node.kind in CONTAINERS:
                inside = [n for n in self.model.nodes.values() if self._within(n, node.id)]
                if any(self.nodes.get(n.id) in (*PASSED, NOW) for n in inside):
                    return True
            if node.kind == "gateway":
                queue.extend(node.outgoing)
        return False

    def _mark_inside(self, scope: Node) -> None:
        inside = {self.nodes.get(node.id) for node in self.model.nodes.values() if self._within(node, scope.id)}
        if NOW in inside:
            self.nodes[scope.id] = NOW
        elif inside & set(PASSED):
            self.nodes[scope.id] = LATE if LATE in inside else DONE

    def _within(self, node: Node, scope: str) -> bool:
        here: str | None = node.scope
        while here is not None and here != scope:
            here = self.model.nodes[here].scope
        return here == scope

    # --- badges -------------------------------------------------------------------------------------------

    def _badges(self) -> list[dict[str, str]]:
        badges = []
        for node, items in self.latest.items():
            live = [item for item in items if item.live]
            badges += self._now(node, live) if live else self._was(node, items[-1])
        for node_id, state in self.nodes.items():
            if state == FUTURE:
                who = expected(self.view, self.model.nodes[node_id])[0]
                text = "，".join(filter(None, [who and f"预计{who}", limit_of(self.view, self.model.nodes[node_id])]))
                badges.append({"node": node_id, "text": text, "tone": "future"})
        return badges

    def _now(self, node: str, items: list[Item]) -> list[dict[str, str]]:
        if len(items) > 1:
            names = "、".join(self.view.teller.department(item.department_id) for item in items)
            return [{"node": node, "text": f"{names}办理中", "tone": "now", "at": "top"}]
        left = pill(self.view.file.deadline_of(items[0]), self.view.now, self.view.known)
        tone = {"over": "late", "soon": "warn"}.get(left["state"], "now")
        return [{"node": node, "text": f"{self.view.worker(items[0])}，{left['text']}", "tone": tone, "at": "top"}]

    def _was(self, node: str, item: Item) -> list[dict[str, str]]:
        assert item.done_at is not None
        spent = self.view.known.calendar(None).between(item.opened_at, item.done_at)
        badges = [{"node": node, "text": f"{self.view.name(item.done_by)} {duration_text(spent)}", "tone": "done"}]
        deadline = self.view.file.deadline_of(item)
        if item.done_at > item.due and deadline is not None:
            text = overrun(deadline, self.view.known, item.done_at)
            badges.append({"node": node, "text": text, "tone": "late", "at": "top"})
        return badges

    def _tokens(self) -> dict[str, int]:
        tokens: dict[str, int] = {}
        for item in self.view.file.items:
            if item.live:
                tokens[item.node] = tokens.get(item.node, 0) + 1
        return tokens | dict.fromkeys(self.view.file.jobs_open, 1)
