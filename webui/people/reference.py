"""设置 · 参考数据: the governed lists, a code added, renamed, closed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.clock import local
from engine.errors import CountersignError
from handlers.customers.reference import LISTS, Entry, ReferenceList, changes, reference
from webui.here import now, services
from webui.people.pages import FormPage, change, control, people, typed

PAGE = 200


@people.get("/reference")
def reference_lists() -> str:
    """One list at a time, searched by code or name."""
    name = request.args.get("list", "regions")
    query = request.args.get("q", "").strip()
    kind = changes.kind_of(name)
    with services().transactions.read() as tx:
        entries = _sought(reference(tx, name), query)
    today = local(now()).date().isoformat()
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "parent": one.parent,
            "valid": _validity(one),
            "open": one.valid_on(today),
            "url": url_for("people.reference_value", name=name, code=one.code),
        }
        for one in entries[:PAGE]
    ]
    lists = [
        {"key": key, "label": _(one.title), "url": url_for("people.reference_lists", list=key)}
        for key, one in LISTS.items()
    ]
    return render_template(
        "admin/reference.html", rows=rows, lists=lists, kind=kind, name=name, query=query, total=len(entries), most=PAGE
    )


@people.get("/reference/<name>/new")
def new_reference_value(name: str) -> ResponseReturnValue:
    return _new_page(name, {}).show()


@people.post("/reference/<name>/new")
def add_reference_value(name: str) -> ResponseReturnValue:
    values = typed("code", "title", "parent", "valid_from", "reason")
    try:
        change(changes.add, name, **values)
    except CountersignError as error:
        return _new_page(name, values).show(error)
    flash(_("已新增 %(code)s %(name)s。", code=values["code"], name=values["title"]))
    return redirect(url_for("people.reference_lists", list=name, q=values["code"]))


@people.get("/reference/<name>/<code>")
def reference_value(name: str, code: str) -> ResponseReturnValue:
    found = _found(name, code)
    return _edit_page(name, found, {"title": found.name, "valid_to": found.valid_to}).show()


@people.post("/reference/<name>/<code>")
def edit_reference_value(name: str, code: str) -> ResponseReturnValue:
    values = typed("title", "valid_to", "reason")
    try:
        change(changes.edit, name, code, **values)
    except CountersignError as error:
        return _edit_page(name, _found(name, code), values).show(error)
    flash(_("已保存。旧资料中的 %(code)s 不受影响。", code=code))
    return redirect(url_for("people.reference_lists", list=name, q=code))


def _sought(found: ReferenceList, query: str) -> list[Entry]:
    return [one for one in found.entries.values() if not query or one.code.startswith(query) or query in one.name]


def _found(name: str, code: str) -> Entry:
    with services().transactions.read() as tx:
        return changes.must_find(tx, name, code)


def _validity(one: Entry) -> str:
    if not one.valid_from and not one.valid_to:
        return _("一直有效")
    return _("%(first)s 至 %(last)s", first=one.valid_from or "…", last=one.valid_to or "…")


def _new_page(name: str, values: Mapping[str, str]) -> FormPage:
    kind = changes.kind_of(name)
    return FormPage(
        active="reference",
        title=_("新增%(list)s", list=kind.title),
        fields=[
            control("code", _("代码"), values.get("code"), help=_(kind.written), mono=True),
            control("title", _("名称"), values.get("title"), max=120),
            control("parent", _("上级代码"), values.get("parent"), required=False, mono=True),
            control(
                "valid_from", _("生效日期"), values.get("valid_from"), "date", required=False, help=_("留空为今天")
            ),
            control("reason", _("理由"), values.get("reason"), help=_("写明依据，记入变更记录"), max=200, width=6),
        ],
        action=url_for("people.add_reference_value", name=name),
        back=url_for("people.reference_lists", list=name),
        intro=_(kind.standard),
    )


def _edit_page(name: str, found: Entry, values: Mapping[str, str]) -> FormPage:
    last = _("当天仍可选；填写即关闭，清空即重新启用")
    return FormPage(
        active="reference",
        title=f"{found.code} {found.name}",
        fields=[
            control("code", _("代码"), found.code, "static", readonly=True, mono=True),
            control("title", _("名称"), values.get("title"), max=120),
            control("valid_to", _("最后一天"), values.get("valid_to"), "date", required=False, help=last),
            control("reason", _("理由"), values.get("reason"), help=_("写明依据，记入变更记录"), max=200, width=6),
        ],
        action=url_for("people.edit_reference_value", name=name, code=found.code),
        back=url_for("people.reference_lists", list=name),
        intro=_("代码只关闭，不删除：旧资料继续有效，新申请不能再选。"),
    )
