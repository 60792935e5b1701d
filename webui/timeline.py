"""办理过程: what was done, what is being done, what will follow, beside every page of a case."""

from __future__ import annotations

from typing import Any

from engine.casefile import Item
from engine.foresight import foresight
from engine.spiff import Node
from engine.wording import duration_text
from webui import texts
from webui.case_view import CaseView
from webui.expectations import expected, limit_of, outer_repeat, repeat_of
from webui.pills import due_text, limit_text, pill
from webui.remarks import remarks
from webui.sealing import scans

Step = dict[str, Any]


class Timeline:
    """Builds the steps of one case for one reader."""

    def __init__(self, view: CaseView) -> None:
        self.view = view
        shown = [i for i in view.file.items if i.done or i.live]
        duties = [i for i in shown if "duty" in view.file.node_of(i).extensions]
        self.steps = sorted((i for i in shown if i not in duties), key=_when)
        self.remarks = remarks(view, self.steps, duties)

    def build(self) -> list[Step]:
        """The whole timeline, in the order in which steps were or will be done."""
        return [self._application(), *self._done_and_now(), *self._future()]

    def elapsed(self) -> str:
        """How much working time the case has taken."""
        case = self.view.file.case
        spent = self.view.known.calendar(None).between(case.started_at, case.ended_at or self.view.now)
        return f"全程{'用了' if case.ended_at else '已用'} {duration_text(spent)}"

    # --- done and now ---------------------------------------------------------------------------------------

    def _application(self) -> Step:
        case, view = self.view.file.case, self.view
        started = view.known.people.department(case.department_id).name if case.department_id else ""
        return {
            "state": "done",
            "title": view.file.definition.start.name,
            "time": view.moment(case.started_at),
            "lines": [f"{view.name(case.applicant_id)}　{started}"],
            "events": self.remarks.get("", []),
        }

    def _done_and_now(self) -> list[Step]:
        steps: list[Step] = []
        group: list[Item] = []
        for item in self.steps:
            if group and self._stage(group[-1]) != self._stage(item):
                steps.append(self._parallel(group))
                group = []
            if self._stage(item):
                group.append(item)
            else:
                steps.append(self._single(item))
        return [*steps, self._parallel(group)] if group else steps

    def _stage(self, item: Item) -> str | None:
        """The repeated sub-process a step belongs to, with its round: its items are told in boxes."""
        found = repeat_of(self.view, item)
        return f"{found.id} {item.round}" if found else None

    def _single(self, item: Item) -> Step:
        view = self.view
        tags = [texts.tag(("已挂起", "hold"))] if item.status == "paused" else []
        if item.done_at and item.done_at > item.due:
            tags.append(texts.tag(("超时办结", "late")))
        return {
            "state": self.state(item),
            "title": item.name,
            "time": view.moment(item.done_at) if item.done_at else due_text(view.file.deadline_of(item), view.now),
            "tags": tags,
            "lines": [self._who(item)],
            "quote": item.comment,
            "events": [*self._received(item), *scans(view, item), *self.remarks.get(item.id, [])],
            "clauses": view.clauses(item),
        }

    def state(self, item: Item) -> str:
        if not item.done:
            return "now"
        form = self.view.file.definition_of(item).forms.get(item.form or "")
        outcome = form.outcome(item.outcome) if form else None
        if item.outcome == "returned" or (outcome is not None and outcome.skip_validation):
            return "returned"
        return "late" if item.done_at and item.done_at > item.due else "done"

    def _who(self, item: Item) -> str:
        view = self.view
        if item.done:
            behalf = f"（代{view.name(item.on_behalf_of)}）" if item.on_behalf_of else ""
            return f"{view.name(item.done_by)}{behalf}　{view.place(item)}，{view.teller.outcome(item, item.outcome)}"
        you = "（您）" if view.acting(item) else ""
        seen = f"，{view.moment(item.viewed_at)} 打开" if item.viewed_at else "，尚未打开"
        return f"{view.worker(item)}{you}　{view.place(item)}，{view.moment(item.opened_at)} 送达{seen}"

    def _received(self, item: Item) -> list[dict[str, str]]:
        deadline = self.view.file.deadline_of(item)
        if deadline is None or deadline.received_at != item.opened_at:
            return []
        limit, due = limit_text(deadline.amount), self.view.moment(deadline.due)
        text = f"送达，限 {limit}，{due} 到期"
        return [{"icon": "clock", "text": text, "time": self.view.moment(item.opened_at)}]

    # --- parallel departments -----------------------------------------------------------------------------

    def _parallel(self, items: list[Item]) -> Step:
        view = self.view
        repeat = repeat_of(view, items[0])
        departments = list(dict.fromkeys(item.department_id for item in items))
        running = [item for item in items if item.live]
        late = any(item.done_at and item.done_at > item.due for item in items)
        last = max((item.done_at for item in items if item.done_at), default=None)
        return {
            "state": "now" if running else "late" if late else "done",
            "title": repeat.name if repeat else items[0].name,
            "time": f"并行 {len(departments)} 个部门" if running or last is None else view.moment(last),
            "branches": [self._branch([i for i in items if i.department_id == one]) for one in departments],
            "clauses": view.clauses(items[0]),
        }

    def _branch(self, items: list[Item]) -> dict[str, Any]:
        view, last = self.view, items[-1]
        deadline = view.file.deadline_of(last)
        lines = [line for item in items for line in self._told(item)]
        box = {
            "title": view.teller.department(last.department_id),
            "subtitle": last.name if last.live else "已转回",
            "mine": last.live and view.acting(last) is not None,
            "lines": [*lines, *self._after(last)],
        }
        if last.live:
            box |= {"deadline": pill(deadline, view.now, view.known)}
            box |= {"due": f"{due_text(deadline, view.now)} 到期" if deadline and deadline.status == "open" else ""}
        return box

    def _told(self, item: Item) -> list[str]:
        remarks = [remark["text"] for remark in self.remarks.get(item.id, [])]
        if not item.done or item.done_at is None:
            return [self._who(item), *remarks]
        late = "，超时" if item.done_at > item.due else ""
        comment = f"：{item.comment}" if item.comment else ""
        outcome = self.view.teller.outcome(item, item.outcome)
        told = f"{self.view.name(item.done_by)}　{outcome}{comment}，{self.view.moment(item.done_at)}{late}"
        return [told, *(scan["text"] for scan in scans(self.view, item)), *remarks]

    def _after(self, item: Item) -> list[str]:
        """Who follows in the same department under the same deadline."""
        if not item.live:
            return []
        following = foresight(self.view.file.definition).next(item.node, self.view.file.decided)
        same = [n for n in following if outer_repeat(self.view, n)]
        return [f"随后 {expected(self.view, node, item.department_id)[0]}　{node.name}，同一时限" for node in same[:1]]

    # --- what follows -----------------------------------------------------------------------------------------

    def _future(self) -> list[Step]:
        case = self.view.file.case
        if case.status != "open":
            return []
        here = [item.node for item in self.view.live] or list(self.view.file.jobs_open)
        stages = {stage.id for node in here if (stage := outer_repeat(self.view, self.view.node(node)))}
        steps = []
        for node in foresight(self.view.file.definition).ahead(here, self.view.file.decided):
            stage = outer_repeat(self.view, node)
            if stage is not None and stage.id in stages:
                continue
            if stage is not None:
                stages.add(stage.id)
            steps.append(self._expected_step(node, stage))
        return steps

    def _expected_step(self, node: Node, stage: Node | None) -> Step:
        return {
            "state": "future",
            "title": stage.name if stage else node.name,
            "time": limit_of(self.view, node),
            "lines": ["由维护员分发的部门"]
            if stage
            else [f"预计 {'　'.join(filter(None, expected(self.view, node)))}"],
        }


def _when(item: Item) -> Any:
    return (item.done_at is None, item.done_at or item.opened_at, item.id)
