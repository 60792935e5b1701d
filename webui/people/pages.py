"""What all pages of 设置 share: who may enter, how a form is shown and a change is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from engine.errors import CountersignError, FormInvalid, NotAllowed
from engine.people import People
from webui.here import now, services

people = Blueprint("people", __name__, url_prefix="/settings")

T = TypeVar("T")


@people.before_request
def administrators_only() -> None:
    """Everybody else is told whom to ask."""
    if current_user.is_admin:
        return
    snapshot = the_people()
    admins = {a.person.name for p in snapshot.posts() if p.kind == "admin" for a in snapshot.acting(p.id, now())}
    why = _("这里由系统管理员维护。需要调整部门、岗位或日历时，请联系") + "、".join(sorted(admins)) + "。"
    raise NotAllowed(what=_("进入设置"), why=why)


@people.context_processor
def navigation() -> dict[str, Any]:
    """The tabs of 设置; a count beside the check when something is wrong."""
    problems = the_people().problems(now())
    pages = {
        "check": (_("配置检查"), "people.index", len(problems)),
        "departments": (_("部门"), "people.departments", 0),
        "persons": (_("人员"), "people.persons", 0),
        "posts": (_("岗位任职"), "people.posts", 0),
        "calendar": (_("工作日历"), "people.calendar", 0),
        "reference": (_("参考数据"), "people.reference_lists", 0),
        "rules": (_("校验规则"), "people.rules", 0),
        "policies": (_("制度"), "policies.index", 0),
        "imports": (_("导入"), "people.imports", 0),
        "audit": (_("变更记录"), "people.audit", 0),
    }
    tabs = [
        {"key": key, "label": label, "url": url_for(endpoint), "count": count}
        for key, (label, endpoint, count) in pages.items()
    ]
    return {"admin_tabs": tabs}


def the_people() -> People:
    """The snapshot in force now."""
    with services().transactions.read() as tx:
        return services().people(tx)


def change(verb: Callable[..., T], *args: Any, **values: Any) -> T:
    """Run a verb of `engine.company` in a transaction, on behalf of the signed-in administrator."""
    with services().transactions.write() as tx:
        return verb(tx, now(), current_user.id, *args, **values)


def moved_text(count: int) -> str:
    return _("%(n)s 件未到期的时限随之改动", n=count) if count else _("没有未到期的时限受影响")


def typed(*names: str) -> dict[str, str]:
    """What the request's form says under these names; missing ones are empty."""
    return {name: request.form.get(name, "").strip() for name in names}


def control(name: str, label: str, value: Any, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A field as `macros/form.html` draws it."""
    options = [{"value": str(key), "label": text} for key, text in more.pop("options", {}).items()]
    shown = "" if value is None else str(value)
    base = {"id": name, "name": name, "label": label, "kind": kind, "value": shown, "options": options}
    return base | {"required": True, "readonly": False, "width": 3, "error": ""} | more


@dataclass
class FormPage:
    """A page with one form: `fields`, where it posts to, where 取消 leads, and other things one may do there."""

    active: str
    title: str
    fields: Sequence[dict[str, Any]]
    action: str
    back: str
    submit: str = ""
    intro: str = ""
    deeds: Sequence[Mapping[str, str]] = field(default_factory=tuple)

    def show(self, error: CountersignError | None = None) -> tuple[str, int]:
        """The page; with an error every message stands at its field and what was typed stays."""
        problems = error.problems if isinstance(error, FormInvalid) else ()
        messages = {problem.field: problem.message for problem in problems}
        for control_ in self.fields:
            control_["error"] = messages.pop(control_["name"], "")
        wrong = [{"name": c["name"], "label": c["label"]} for c in self.fields if c["error"]]
        other = list(messages.values()) if problems else [error.message] if error else []
        page = render_template("admin/form.html", page=self, errors=wrong, other=other)
        return page, error.status if error else 200


def deed(label: str, endpoint: str, confirm: str, **values: Any) -> dict[str, str]:
    """A button beside the form that posts to another verb; `confirm` says what it will do."""
    return {"label": label, "url": url_for(endpoint, **values), "confirm": confirm}


def choices(rows: Iterable[tuple[Any, str]]) -> dict[str, str]:
    return {str(key): label for key, label in rows}
