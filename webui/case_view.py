"""A case as one person sees it now: the file, who looks, and what both together allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from engine import casefile
from engine.casefile import CaseFile, Deadline, Item
from engine.errors import NotAllowed
from engine.forms import Context
from engine.people import Acting
from engine.snapshots import Snapshot
from engine.spiff import Node
from engine.transactions import Tx
from engine.wording import moment_text
from webui import texts
from webui.changes import Values
from webui.here import link, me, my_departments, now, services, snapshot
from webui.log import Teller
from webui.pills import due_text, pill, used_text

OVERSEERS = ("maintainer", "assessor", "admin")  # posts that see every case


@dataclass(frozen=True)
class CaseView:
    """What every part of a case page is built from; made in one read transaction."""

    tx: Tx
    file: CaseFile
    known: Snapshot
    me: int
    now: datetime

    @classmethod
    def of(cls, tx: Tx, case_id: int) -> CaseView:
        """The case, if the person signed in may see it; raises NotFound, NotAllowed."""
        view = cls(tx, casefile.read(tx, services().engine.definitions, case_id), snapshot(tx), me(), now())
        if not view.allowed:
            raise NotAllowed(what="查看这件流程", why="只有申请部门、经办部门、维护员、考核人员和管理员可以查看")
        return view

    @cached_property
    def my_departments(self) -> frozenset[int]:
        return my_departments(self.known.people)

    def holds(self, *kinds: str) -> bool:
        return any(post.kind in kinds for post in self.known.people.posts_of(self.me, self.now))

    @property
    def allowed(self) -> bool:
        """Whether this person may see the case at all."""
        case = self.file.case
        if (reads := services().engine.registry.readers.get(case.process)) is not None:
            return reads(self.tx, self.known.people, self.now, self.me, case.id)
        mine = case.applicant_id == self.me
        return mine or self.holds(*OVERSEERS) or bool(self.my_departments & self.file.departments)

    @property
    def may_prove(self) -> bool:
        """Whether this person may take the 证据包 out: who applied or did a step of it, for he may be charged for it,
        leaders and focal persons of its departments, 考核, 管理员.
        """
        posts = self.known.people.posts_of(self.me, self.now)
        answers = any(p.kind in ("focal", "leader") and p.department_id in self.file.departments for p in posts)
        worked = self.me == self.file.case.applicant_id or any(one.done_by == self.me for one in self.file.items)
        return worked or answers or self.holds("assessor", "admin")

    @property
    def before(self) -> dict[str, Any]:
        """What fields are marked as changed against: what the customer held, else the form as it stands."""
        return {**self.file.case.form, **(self.file.case.base or {})}

    # --- names ------------------------------------------------------------------------------------------

    @cached_property
    def teller(self) -> Teller:
        return Teller(self.file, self.known, self.now)

    def name(self, person_id: int | None) -> str:
        return self.teller.person(person_id)

    def moment(self, at: datetime) -> str:
        return moment_text(at, self.now)

    def node(self, node_id: str) -> Node:
        """An element of the version the case is on; of what was done: `file.node_of`."""
        return self.file.definition.model.nodes[node_id]

    def place(self, item: Item) -> str:
        """Where a step is done: `经营一部归口人员`."""
        return self.teller.post(item.post_id)

    def acting(self, item: Item) -> Acting | None:
        """In which capacity the person may work a step."""
        return self.known.people.may(self.me, item.post_id, self.now) if item.post_id else None

    def worker(self, item: Item) -> str:
        """Who has the step in hand, else who is first in line for it."""
        if claimant := self.known.people.claimant(item.holder_id, item.post_id, self.now):
            return self.name(claimant)
        executor = self.known.people.executor(item.post_id, self.now) if item.post_id else None
        return executor.acting.person.name if executor else "岗位空缺"

    def alone(self, item: Item) -> str:
        """What must happen when nobody in the post may do a step because he did the one before (E-24); else empty."""
        if item.post_id is None or not item.live:
            return ""
        barred = {
            self._last_done_by(item, name) for name in self.node(item.node).extensions.get("separate", "").split()
        }
        acting = self.known.people.acting(item.post_id, self.now)
        if not acting or any(one.person.id not in barred for one in acting):
            return ""
        return _(
            "“%(step)s”须由另一人办理：%(who)s已办理前一步（不相容岗位分离），%(post)s没有其他人任职。"
            "请系统管理员到“岗位任职”任命副岗，由副岗办理；或补任空缺的归口岗位，再由%(who)s退回本部门重新办理。时限照常计算。",
            step=item.name, who=acting[0].person.name, post=self.place(item),
        )  # fmt: skip

    def _last_done_by(self, item: Item, node: str) -> int | None:
        if self.node(node).kind == "start":
            return self.file.case.applicant_id
        whose = None if item.item is None else item.department_id
        done = [one for one in self.file.items if self.file.node_now(one) == node and one.done and one.done_at]
        own = [one for one in done if whose in (None, one.department_id)]
        return max(own, key=lambda one: (one.done_at, one.id)).done_by if own else None  # type: ignore[arg-type,return-value]

    # --- what is on the page ------------------------------------------------------------------------------

    @cached_property
    def live(self) -> list[Item]:
        """The open steps, duties left out."""
        return [i for i in self.file.items if i.live and "duty" not in self.file.node_of(i).extensions]

    def deadline(self, item: Item | None) -> Deadline | None:
        """The deadline a page is about: the step's own, else the next one due, else the last one there was."""
        if item is not None:
            return self.file.deadline_of(item)
        owed = [found for one in self.live if (found := self.file.deadline_of(one))]
        timed = [d for d in self.file.deadlines.values() if "duty" not in self.file.node_of(d).extensions]
        if owed or self.file.case.running:
            return min(owed, key=lambda one: one.due, default=None)
        return max(timed, key=lambda one: one.received_at, default=None)

    @cached_property
    def clear(self) -> frozenset[str]:
        """Fields whose sensitive values this person sees in full: of sections they or their department wrote."""
        catalogue = self.file.definition.catalogue
        if self.holds("maintainer"):
            return frozenset(catalogue.fields)
        written: set[str] = set()
        for item in self.file.items:
            if item.done_by == self.me or (item.department_id in self.my_departments and item.done):
                written |= set(item.submission)
        if self.file.case.department_id in self.my_departments:
            written |= self._applied
        owned = [s for s in catalogue.sections if written & {one.id for one in s.fields}]
        return frozenset(one.id for section in owned for one in section.fields)

    @cached_property
    def _applied(self) -> set[str]:
        started = next((event for event in self.file.events if event.kind == "case.started"), None)
        return set(started.data.get("fields") or ()) if started else set()

    def context(self, item: Item | None = None) -> Context:
        """What forms need to know in order to draw themselves for this case."""
        department = item.department_id if item else None
        return Context(
            self.tx,
            self.now,
            self.known.people,
            department,
            item.item if item else None,
            services().engine.registry,
            self.file.case.department_id,
            self.file.case.id,
        )

    @cached_property
    def values(self) -> Values:
        return Values(self.file, self.context(), self.clear)

    def step_name(self, item: Item) -> str:
        """A step, with the department it concerns when that is another one (a call to it)."""
        other = isinstance(item.item, int) and item.item != item.department_id
        return f"{item.name}（{self.teller.department(item.item)}）" if other else item.name

    def head(self, item: Item | None = None) -> dict[str, Any]:
        """The title block of the page."""
        case = self.file.case
        deadline = self.deadline(item) if case.running else None
        timed = deadline is not None and deadline.status == "open"
        current = [item] if item else self.live
        steps = list(dict.fromkeys(self.step_name(one) for one in current))
        post = self.known.people.department(case.department_id).name if case.department_id else ""
        return {
            "number": case.number,
            "kind": self.kind,
            "title": case.title,
            "step": "、".join(steps),
            "applicant": f"{post} {self.name(case.applicant_id)}，{self.moment(case.started_at)}",
            "clauses": self.clauses(current[0]) if current else None,
            "urgent": case.urgent,
            "status": texts.status_tag(case.status, case.outcome) if case.status != "open" else None,
            "deadline": pill(deadline, self.now, self.known) if case.running and (item or deadline) else None,
            "due_text": used_text(deadline, self.now, self.known)
            if timed and deadline
            else due_text(deadline, self.now),
        }

    @property
    def kind(self) -> str:
        model = self.file.definition.model
        return texts.KINDS.get(model.extensions.get("kind", ""), model.name)

    def clauses(self, item: Item) -> dict[str, Any] | None:
        """The clauses of the policy that a step carries out, each with where its literal text is; None: none."""
        numbers = self.file.node_of(item).extensions.get("clauses", "").split()
        policy = self.file.definition.model.extensions.get("policy", "")
        if not numbers:
            return None
        urls = [(number, link("policies.show", name=policy, _anchor=f"c{number}")) for number in numbers]
        return {"policy": policy, "numbers": [{"number": number, "url": url} for number, url in urls]}
