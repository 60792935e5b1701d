"""The page of an application: first the duplicate search, then the form with what was found as evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from engine import forms, prefill
from engine.definitions import Definition
from engine.errors import FieldProblem
from engine.forms import Context, Form
from engine.people import People
from engine.transactions import Tx
from engine.wording import moment_text
from webui import duplicates, subjects, uploads
from webui.attachments import shown
from webui.here import me, now, services
from webui.procedures import Standing
from webui.start_drafts import StartDraft

Posted = Mapping[str, Sequence[str]]
NO_URGENCY = "新增没有紧急程序：SD-010 3.2 只许修改和冻结标明“紧急处理”。急需的请在“申请原因”中写明，按正常程序提交。"


@dataclass
class ApplicationPage:
    """What the page of one application is drawn from: whose, for which procedure, what has been typed so far."""

    tx: Tx
    people: People
    definition: Definition
    standing: Standing
    key: str
    posted: Posted
    draft: StartDraft | None = None
    problems: Sequence[FieldProblem] = ()
    notices: list[dict[str, str]] = field(default_factory=list)

    @property
    def form(self) -> Form:
        return self.definition.forms[self.definition.start.extensions["form"]]

    def posted_last(self, name: str) -> str:
        """The last value of a control that is no field, empty when there is none."""
        values = self.posted.get(name) or [""]
        return str(values[-1])

    @cached_property
    def subject(self) -> str:
        """The customer an application is about, when it is about one that exists."""
        return self.posted_last("customer") or request.args.get("customer", "")

    @cached_property
    def base(self) -> dict[str, Any]:
        """What that customer holds now: the form is filled in with it; raises NotFound."""
        if self.form.prefill is None or not self.subject:
            return {}
        return prefill.current(self.tx, now(), services().engine.registry, self.form, self.subject)

    @cached_property
    def seal(self) -> str:
        """What tells, when the form comes back, whether the customer has changed meanwhile."""
        return prefill.seal(self.tx, self.base) if self.base else ""

    @cached_property
    def context(self) -> Context:
        department = self.standing.department.id if self.standing.department else None
        registry = services().engine.registry
        return Context(self.tx, now(), self.people, department, None, registry, department)

    @cached_property
    def values(self) -> dict[str, Any]:
        return forms.values_from_html(self.form, self.posted, self.context, self.base)

    @property
    def searching(self) -> bool:
        """Whether the person is still at the first step: nothing was searched for yet."""
        done = (self.values.get(duplicates.FIELD) or {}).get("search_ids")
        return duplicates.wanted(self.form, self.context.kind) and not done

    def address(self, endpoint: str) -> str:
        return url_for(f"apply.{endpoint}", process=self.definition.process, key=self.key)

    def shown(self) -> dict[str, Any]:
        """The variables of apply/search.html and apply/form.html."""
        sections = self._sections()
        asked = [one for part in sections for one in part["fields"] if one["id"] in duplicates.ASKED]
        return {
            "title": self.form.title,
            "intro": self.form.intro,
            "sections": sections,
            "asked": sorted(asked, key=lambda one: duplicates.ASKED.index(one["id"])),
            "errors": self._errors(),
            "notices": self._notices(),
            "actions": self._actions(),
            "draft": {"url": self.address("save_draft"), "saved": self.saved()},
            "back_url": url_for("apply.choose"),
            "search_url": self.address("look"),
            "search": duplicates.evidence(self.tx, self.values),
            "search_problems": duplicates.messages(self.problems),
            "dismissals": duplicates.dismissals(self.values),
            "searches": duplicates.wanted(self.form, self.context.kind),
            "customer": self.subject,
            "about": subjects.of_subject(self.tx, self.subject),
            "seen": self.seal,
            "no_urgency": _(NO_URGENCY) if "urgent" not in self.definition.model.extensions else "",
        }

    def _sections(self) -> list[dict[str, Any]]:
        """The form without its evidence, which has a card of its own."""
        typed = self.values if self.posted else {}
        base = self.base
        drawn = forms.render(
            self.form, base, self.context, typed=typed, problems=self.problems, before=base if base else None
        )
        for part in drawn:
            part["fields"] = [one for one in part["fields"] if one["id"] != duplicates.FIELD]
            for one in part["fields"]:
                if one["id"] not in base:  # of the application, not of the customer: there is no old value
                    one["changed"] = None
                if one["kind"] == "attachment":
                    kept = uploads.of_ids(self.tx, [file["id"] for file in one["value"]])
                    one |= {"value": [shown(file) for file in kept], "upload_url": url_for("attachments.upload")}
        return drawn

    def _errors(self) -> list[dict[str, str]]:
        """One link per field that is not right; a cell is named as its control is."""
        found = {problem.field: problem.label for problem in self.problems if problem.label}
        return [{"name": name.replace(".", "-"), "label": _(label)} for name, label in found.items()]

    def _notices(self) -> list[dict[str, str]]:
        unplaced = [{"tone": "late", "text": one.message} for one in self.problems if not one.label]
        notices = [*self.notices, *unplaced]
        if self.base and self.posted_last("seen") not in ("", self.seal):
            text = _("这个客户的数据在您填写期间已有变更；原值已换成现在的，请逐项核对您的修改。")
            notices.append({"tone": "warn", "text": text})
        if not self.standing.submits:
            text = _("您可以填写并保存草稿。%(why)s", why=self.standing.why)
            notices.append({"tone": "warn", "text": text})
        if self.draft and self.draft.person_id != me():
            name = self.people.person(self.draft.person_id).name
            text = _("这份申请由%(name)s起草。提交前须由您本人核对并重新查重。", name=name)
            notices.append({"tone": "info", "text": text})
        return notices

    def _actions(self) -> list[dict[str, Any]]:
        hand_in = self._submit() if self.standing.submits else self._offer()
        return [hand_in, self._discard()] if self.draft and self.draft.person_id == me() else [hand_in]

    def _submit(self) -> dict[str, Any]:
        outcome = self.form.outcomes[0]
        said = {"verb": outcome.id, "label": outcome.label, "consequence": outcome.consequence, "tone": "primary"}
        return said | {"submits": True, "url": self.address("submit")}

    def _offer(self) -> dict[str, Any]:
        whom = self.standing.whom
        label, consequence = _("请%(whom)s提交", whom=whom), _("由归口人员核对、查重后提交；提交之前不占用客户主键。")
        said = {"verb": "offer", "label": label, "consequence": consequence, "tone": "primary"}
        vacant = "" if whom else _("本部门现在没有归口人员，无人可以提交；请联系系统管理员任命。")
        return said | {"submits": True, "url": self.address("offer"), "disabled": vacant}

    def _discard(self) -> dict[str, Any]:
        confirm = {
            "title": _("删除草稿"),
            "button": _("删除"),
            "danger": True,
            "fields": [],
            "effects": [_("草稿尚未提交，删除后不能找回；不影响任何时限。")],
        }
        said = {"verb": "discard", "label": _("删除草稿"), "tone": "quiet", "url": self.address("discard")}
        return said | {"confirm": confirm}

    def saved(self) -> str:
        if self.draft is None or self.draft.person_id != me():
            return ""
        return _("草稿 %(at)s 已存", at=moment_text(self.draft.saved_at, now()))
