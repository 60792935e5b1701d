"""The page of a case with its tabs, for those who work it and for those who only look."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import forms, signing
from engine.casefile import Item
from engine.forms import Form
from engine.workbench import may_draft, may_publish
from handlers.customers.batch import queries
from handlers.customers.batch.tables import PROCESSES
from webui import changes, sealing
from webui.case_view import CaseView
from webui.diagram import Marks
from webui.here import services
from webui.letters import letters_of
from webui.limits_page import limits_page
from webui.timeline import Timeline

TABS = {"form": "表单", "diagram": "流程图", "log": "流转记录", "changes": "变更对比", "limits": "时限说明"}


def context(view: CaseView, tab: str, base: str, item: Item | None = None) -> dict[str, Any]:
    """What work/show.html needs beside the form and the actions; `base` is the address of the page."""
    tab = tab if tab in TABS else "form"
    found = changes.rows(view.values, view.known.people, view.now)
    timeline = Timeline(view)
    counts = {"log": len(view.file.events), "changes": len(found)}
    page: dict[str, Any] = {
        "case": view.head(item),
        "tab": tab,
        "tabs": [
            {
                "key": key,
                "label": _(label),
                "url": base if key == "form" else f"{base}?tab={key}",
                "count": counts.get(key),
            }
            for key, label in TABS.items()
        ],
        "letters": letters_of(view),
        "differences": changes.differences(view.values),
        "batch": batch_of(view),
        "steps": timeline.build(),
        "elapsed": timeline.elapsed(),
        "tools": [
            *_signed(view),
            *_proof(view),
            *_golden(view),
            {"label": _("打印申请表"), "icon": "printer", "url": url_for("cases.paper", case_id=view.file.case.id)},
        ],
    }
    return page | _tab(view, tab, item, found)


def _signed(view: CaseView) -> list[dict[str, str]]:
    """The way to the 签章文件, once somebody has signed."""
    if not any(item.signature for item in view.file.items):
        return []
    return [{"label": _("签章文件"), "icon": "shield-check", "url": url_for("cases.signed", case_id=view.file.case.id)}]


def _proof(view: CaseView) -> list[dict[str, str]]:
    """The way to the 证据包, for those who may take it out."""
    if not view.may_prove:
        return []
    return [{"label": _("证据包"), "icon": "download", "url": url_for("cases.evidence", case_id=view.file.case.id)}]


def _golden(view: CaseView) -> list[dict[str, str]]:
    """For owners of procedures, the way to make an ended case one that redrawn diagrams are measured by."""
    case, known = view.file.case, view.known
    if case.status != "ended" or not may_draft(known.people, view.me, view.now):
        return []
    url = url_for("workbench.golden_cases", process=case.process, case=case.number)
    return [{"label": _("选为金样"), "icon": "circle-check", "url": url}]


def _tab(view: CaseView, tab: str, item: Item | None, found: list[dict[str, str]]) -> dict[str, Any]:
    if tab == "log":
        return {"events": _told(view), "seal": _seal(view)}
    if tab == "changes":
        return {"changes": found, "signature_note": signatures(view)}
    if tab == "limits":
        return {"limits": limits_page(view, view.deadline(item))}
    if tab == "diagram":
        return {"diagram": Marks(view).page(), "facts": facts(view), "events": view.teller.rows()[-12:]}
    return {}


def _told(view: CaseView) -> list[dict[str, Any]]:
    """The log; for who decides on migrations, the way from a case that has moved to what moved along with it."""
    rows = view.teller.rows()
    if may_publish(view.known.people, view.me, view.now):
        batches = {one.seq: one.data["batch"] for one in view.file.events if one.kind == "case.migrated"}
        for row in rows:
            if row["seq"] in batches:
                batch = batches[row["seq"]]
                url = url_for("workbench.migration_result", process=view.file.case.process, batch=batch)
                row["link"] = {"label": _("第 %(n)s 次迁移", n=batch), "url": url}
    return rows


def sections(view: CaseView) -> list[dict[str, Any]]:
    """The whole form of the case, read-only, sensitive values masked as this person's rights demand.

    Optional fields that nobody filled in are left out.
    """
    catalogue = view.file.definition.catalogue
    names = tuple(section.id for section in catalogue.sections)
    clear = {"*": tuple(sorted(view.clear))}
    whole = Form("case", "", catalogue, (), read={"*": names}, clear=clear)
    before = view.before if view.file.case.base else None
    drawn = forms.render(
        whole, view.file.case.form, view.context(), readonly=True, before=before, held=view.file.case.base
    )
    filled = [with_links(part) for part in drawn if part["filled"]]
    return [without_blanks(part) for part in filled]


def batch_of(view: CaseView) -> dict[str, Any] | None:
    """The file a case decides about: its lines in numbers, with the page that shows each of them."""
    number = view.file.case.form.get("batch") if view.file.case.process in PROCESSES.values() else None
    found = queries.batch(view.tx, int(number)) if number else None
    if found is None:
        return None
    wrong = found.counts.get("faulty", 0) + found.counts.get("duplicate", 0)
    told = [
        (_("读入"), found.total, ""),
        (_("可导入"), found.counts.get("ready", 0), "ready"),
        (_("其中有提醒"), found.doubtful, "doubtful"),
        (_("有误或重复"), wrong, "wrong"),
        (_("已建档"), found.results.get("posted", 0), "posted"),
        (_("未建档"), found.results.get("failed", 0), "failed"),
    ]
    totals = [
        {"label": label, "count": count, "url": url_for("batches.show", batch_id=found.id, which=which or None)}
        for label, count, which in told
        if count
    ]
    url = url_for("batches.show", batch_id=found.id)
    return {
        "id": found.id,
        "file": found.filename,
        "url": url,
        "status": _(found.status_text),
        "totals": totals,
    }


def without_blanks(section: dict[str, Any]) -> dict[str, Any]:
    """A drawn section without what is optional, only to be read, and empty."""

    def tells(field: dict[str, Any]) -> bool:
        return not field["readonly"] or field["required"] or field["value"] not in (None, "", [])

    return section | {"fields": [field for field in section["fields"] if tells(field)]}


def with_links(section: dict[str, Any]) -> dict[str, Any]:
    """Attachments of a drawn section lead to their files."""
    for field in section["fields"]:
        for file in field["value"] or () if field["kind"] == "attachment" else ():
            file["url"] = url_for("attachments.show", attachment_id=file["id"])
    return section


def signature_holds(view: CaseView, item: Item) -> bool:
    """Whether what this step signed still stands, by the form as it is and by what was signed since."""
    assert item.signature is not None
    since = item.done_at or view.now
    later = [
        other.signature for other in changes.done(view.file)
        if other.signature and other.done_at and other.done_at > since
    ]  # fmt: skip
    catalogue = view.file.definition.catalogue
    return signing.valid(services().engine.seals, catalogue, item.signature, view.file.case.form, later)


def signatures(view: CaseView) -> str:
    """Which signatures still cover what the form says now."""
    told = []
    for item in changes.done(view.file):
        if item.signature:
            holds = signature_holds(view, item)
            who, when = view.name(item.done_by), view.moment(item.done_at or view.now)
            state = "仍然有效" if holds else "已失效：签字后其所签栏目有改动，须重新签字盖章"
            told.append(f"{item.name}，{who} {when} 的{sealing.told(item.signature)}{state}。")
    return "".join(told)


def facts(view: CaseView) -> list[dict[str, str]]:
    """What was decided so far, below the diagram."""
    case, definition = view.file.case, view.file.definition
    told = {
        "申请类型": view.kind,
        "紧急处理": "是" if case.urgent else "否",
        "送审次数": f"第 {case.round} 次",
        "流程版本": f"{definition.name} 第 {definition.version} 版",
    }
    decided = [(item.name, view.teller.outcome(item, item.outcome)) for item in changes.done(view.file)]
    return [{"label": label, "value": value} for label, value in [*told.items(), *decided[-6:]]]


def _seal(view: CaseView) -> str:
    head = view.file.events[-1].hash if view.file.events else ""
    return _("每条记录都与前一条相扣，改动、删除或插入任何一条都会被发现。末条校验值 %(hash)s", hash=head[:16])
