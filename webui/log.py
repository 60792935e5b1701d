"""流转记录: the events of a case as sentences of plain office Chinese."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.casefile import CaseFile, Item
from engine.errors import CountersignError
from engine.history import Recorded
from engine.posts import POST_KINDS
from engine.snapshots import Snapshot
from engine.store import moment
from engine.wording import duration_text, moment_text
from webui import texts
from webui.pills import limit_text

Row = dict[str, Any]


class Teller:
    """Tells the events of one case; ids become names of people, steps and clocks."""

    def __init__(self, file: CaseFile, snapshot: Snapshot, now: datetime) -> None:
        self.file, self.snapshot, self.now = file, snapshot, now
        self.items = {item.id: item for item in file.items}

    def rows(self) -> list[Row]:
        """The whole log by time of occurrence, each with its hash, for the tab."""
        ordered = sorted(self.file.events, key=lambda event: (event.occurred_at, event.seq))
        return [self.row(event) for event in ordered]

    def row(self, event: Recorded) -> Row:
        tag = texts.TAGS.get(event.kind)
        late = event.kind == "deadline.closed" and event.data.get("status") == "late"
        if late:
            tag = ("超时", "late")
        return {
            "time": moment_text(event.occurred_at, self.now),
            "who": self.who(event),
            "step": self.step(event),
            "text": self.sentence(event),
            "tag": texts.tag(tag) if tag else None,
            "detail": self.detail(event),
            "seq": event.seq,
            "kind": event.kind,
            "hash": event.hash,
            "recorded": moment_text(event.recorded_at, self.now),
        }

    def sentence(self, event: Recorded) -> str:
        """What happened, in one sentence; an event of a kind unknown here is named by its kind."""
        sentence = texts.SENTENCES.get(event.kind)
        if sentence is None:
            return f"登记“{event.kind}”"
        return sentence.format_map(_Parts(self._parts(event)))

    def who(self, event: Recorded) -> str:
        if event.actor_id is None:
            return "定时" if event.kind in ("timer.fired", "deadline.breached") else "系统"
        if not event.kind.startswith(("item.", "case.", "deadline.exten")) or event.kind in (
            "item.opened",
            "item.cancelled",
        ):
            return "系统"
        behalf = event.data.get("on_behalf_of")
        name = self.person(event.actor_id)
        return f"{name}（代{self.person(behalf)}）" if behalf else name

    def step(self, event: Recorded) -> str:
        node = self.file.node_at(event.node, event)
        name = node.name if node else ""
        item, deadline = self.items.get(event.subject or ""), self.file.deadlines.get(event.subject or "")
        repeated = node is not None and (node.multiple or node.scope is not None)
        whose = item.item if item else deadline.department_id if deadline and repeated else None
        return f"{name}（{self.department(whose)}）" if isinstance(whose, int) else name

    def detail(self, event: Recorded) -> str:
        """What was said along with it: the comment of a step, the findings of a refused one."""
        if event.kind == "item.completed":
            return str(event.data.get("comment") or "")
        findings = event.data.get("findings")
        if isinstance(findings, list):
            return "；".join(str(one.get("what", "")) for one in findings if isinstance(one, Mapping))
        return ""

    # --- names --------------------------------------------------------------------------------------------

    def person(self, person_id: Any) -> str:
        return _known(lambda: self.snapshot.people.person(int(person_id)).name, "系统") if person_id else "系统"

    def department(self, department_id: Any) -> str:
        return _known(lambda: self.snapshot.people.department(int(department_id)).name, "") if department_id else ""

    def post(self, post_id: Any) -> str:
        return _known(lambda: self.snapshot.people.post_name(int(post_id)), "系统") if post_id else "系统"

    def clock(self, name: str | None) -> str:
        """A clock as the policy calls it: 部门完善."""
        policies = self.snapshot.policies.get(self.file.definition.model.extensions.get("policy", "SD-010"), ())
        for version in policies:
            if rule := version.policy.limit(name or "", self.file.case.urgent):
                return f"“{rule.name}”"
        return "本步"

    def outcome(self, item: Item | None, outcome: str | None) -> str:
        """The label of the button that was pressed."""
        form = self.file.definition_of(item).forms.get(item.form or "") if item else None
        found = form.outcome(outcome) if form else None
        return found.label if found else {"returned": "退回", "done": "办结"}.get(outcome or "", outcome or "办结")

    # --- the parts of a sentence --------------------------------------------------------------------------

    def _parts(self, event: Recorded) -> dict[str, Any]:
        data = event.data
        parts: dict[str, Any] = {name: _plain(value) for name, value in data.items()}
        item = self.items.get(event.subject or "")
        parts |= {
            "step": self.step(event),
            "post": self.post(data.get("post")),
            "instead": self.post(data.get("instead")),
            "to": self.person(data.get("to")),
            "clock": self.clock(data.get("clock")),
            "persons": "、".join(self.person(one) for one in data.get("persons") or ()),
            "leaders": self._leaders(data),
            "files": "".join(f"，附“{one['name']}”" for one in data.get("evidence") or ()),
            "answered": f"（{data['answer']}）" if data.get("answer") else "",
            "notice": texts.NOTICES.get(data.get("notice", ""), "通知"),
            "category": (texts.SUSPENSIONS | texts.OVERTAKEN).get(data.get("category", ""), data.get("category", "")),
            "verb": texts.ORDERS.get(data.get("verb", ""), ""),
            "sealed": "，附纸质签字盖章扫描件"
            if data.get("scan")
            else "，加盖部门电子印章"
            if data.get("seal")
            else "",
            "without": "".join(f"；已办的“{name}”在新版里没有对应" for name in (data.get("dropped") or {}).values()),
            "because": f"（{data['reason']}）" if data.get("reason") else "",
            "round": data.get("round", 1),
            "status": {"late": "超时", "met": "按时", "void": "不再计"}.get(data.get("status", ""), ""),
        }
        if event.kind == "item.completed":
            parts["outcome"] = self.outcome(item, data.get("outcome"))
        if event.kind == "case.ended":
            parts["outcome"] = texts.OUTCOMES.get(data.get("outcome", ""), ("已办结", ""))[0]
        if event.kind == "item.returned":
            target = self.file.node_at(str(data.get("to")), event)
            parts["to_step"] = target.name if target else str(data.get("to"))
        return parts | self._times(data)

    def _leaders(self, data: Mapping[str, Any]) -> str:
        """Whom an escalation went to; a person who knew already is not told again."""
        post = POST_KINDS.get(data.get("whom", ""), "")
        names = "、".join(self.person(one) for one in data.get("persons") or ())
        return post + (names or "（没有另任的人，不重复通知）")

    def _times(self, data: Mapping[str, Any]) -> dict[str, str]:
        times = {}
        if isinstance(data.get("due"), str):
            times["due"] = moment_text(moment(data["due"]), self.now)
        if isinstance(limit := data.get("limit") or data.get("amount"), str):
            times["limit"] = limit_text(limit)
        if isinstance(data.get("left"), int):
            times["left"] = duration_text(timedelta(seconds=data["left"]))
        late = data.get("late")
        times["late"] = (
            f"，迟 {duration_text(timedelta(seconds=late))}触发" if isinstance(late, int) and late > 60 else ""
        )
        return times


class _Parts(defaultdict[str, Any]):
    """Parts of a sentence; what is unknown stays empty, so that an old event is still told."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        super().__init__(str, parts)


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _known(find: Any, otherwise: str) -> str:
    try:
        return str(find())
    except CountersignError:
        return otherwise
