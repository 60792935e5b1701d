"""考核月报 as its page draws it: how far it is, the headline figures, the tables, the months, the self-check."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.clock import local
from engine.wording import WEEKDAYS
from handlers.penalties import checks, ledger, queries
from handlers.penalties.queries import Stage
from handlers.penalties.tables import MONTH_STATUS
from handlers.reporting import Report, Table, share_text
from webui.assessment.month_charts import figures, multiples, share_said, shares
from webui.assessment.month_tables import effect_text, sheet, shown_table
from webui.assessment.month_view import MonthView
from webui.assessment.words import minute
from webui.here import me, now, services, snapshot

TABS = ("departments", "persons", "late", "untrue", "wrong")
READING = "AMB-"  # how a note begins that says how an open question is read
SIGNATURES = ("编制", "主数据维护员核对", "部门确认", "财务部", "人力资源部", "主管领导")


def standard_row(view: MonthView) -> int:
    """The department whose row stands open at first: the first with a finding, 0 when none has."""
    with_findings = {one.department for one in view.assessed.findings}
    return next((one for one in view.departments if one in with_findings), 0)


def assessment_page(view: MonthView, tab: str, opened: int | None) -> dict[str, Any]:
    """The variables of assessment/report.html; `opened` is the department whose row is open."""
    report, month, invariants = view.report, view.assessed.month, _invariants(view)
    tables = {key: shown_table(view, table) for key, table in _keyed(report)}
    tab = tab if tab in (*tables, "notes") else TABS[0]
    held = [one for one in invariants if one.applies]
    return {
        "active": "assessment",
        "report": {"title": report.title, "as_of": f"{local(report.as_of):%Y-%m-%d %H:%M}", "filters": report.filters,
                   "rules": [one for one in report.notes[:-1] if not one.startswith(READING)],
                   "readings": [one for one in report.notes if one.startswith(READING)], "legal": report.notes[-1]},
        "month": {"key": str(month), "title": month.title},
        "previous_url": url_for("assessment.show", which=str(month.plus(-1))),
        "next_url": url_for("assessment.show", which=str(month.plus(1))) if month.end <= now() else None,
        "files": [
            {"label": label, "icon": icon, "url": url_for("assessment.export", which=str(month), suffix=suffix)}
            for label, icon, suffix in (("Excel", "file-spreadsheet", "xlsx"), ("CSV", "download", "csv"))
        ],
        "payroll_url": url_for("assessment.payroll", which=str(month)) if view.stage.locked_at else None,
        "stages": stages(view.stage, now()),
        "headline": headline(view),
        "tabs": _tabs(view, tables),
        "tab": tab,
        "tables": tables,
        "sheet": sheet(view, opened),
        "effects": [effect_text(view, one) for one in queries.effects(view.tx, view.assessed)],
        "shares": shares(view),
        "multiples": multiples(view),
        "figures": figures(view),
        "checks": invariants,
        "holding": {"all": all(one.holds for one in held), "good": sum(one.holds for one in held), "of": len(held)},
        "case_url": url_for("cases.show", case_id=view.stage.case_id) if view.stage.case_id else None,
        "signatures": [_(one) for one in SIGNATURES],
        "printed": f"{local(now()):%Y-%m-%d %H:%M}　{snapshot(view.tx).people.person(me()).name}",
        "company": services().settings.company,
    }  # fmt: skip


def _keyed(report: Report) -> list[tuple[str, Table]]:
    """The tables with a name each for their tab; what comes after 表五 is called by its number."""
    return [(TABS[at] if at < len(TABS) else f"t{at + 1}", table) for at, table in enumerate(report.tables)]


def _invariants(view: MonthView) -> list[checks.Invariant]:
    kept = ledger.locked(view.tx, view.assessed.month)
    return checks.invariants(view.tx, view.assessed, view.report, now(), kept)


def _tabs(view: MonthView, tables: dict[str, Any]) -> list[dict[str, Any]]:
    def url(key: str) -> str:
        return url_for("assessment.show", which=str(view.assessed.month), tab=key, _anchor="tables")

    found = [{"key": key, "label": one["title"], "count": 0 if key == TABS[0] else len(one["rows"]), "url": url(key)}
             for key, one in tables.items()]  # fmt: skip
    return [*found, {"key": "notes", "label": _("计算说明"), "count": 0, "url": url("notes")}]


def stages(stage: Stage, at: datetime) -> list[dict[str, str]]:
    """草案 → 公示 → 申诉 → 确认 → 锁定, each with its moment or what it waits for."""
    names = list(MONTH_STATUS)
    here = names.index(stage.status) if stage.status else -1
    said = [
        _("%(at)s 生成", at=minute(stage.drafted_at)) if stage.drafted_at else _("月末以后生成；此前随日志变化"),
        _("%(at)s 送达被考核人", at=minute(stage.published_at)) if stage.published_at else _("送达被考核人和部门"),
        _appeal_text(stage, at),
        _("%(at)s 会签完毕", at=minute(stage.confirmed_at)) if stage.confirmed_at else _("财务部、人力资源部会签"),
        _("%(at)s 锁定", at=minute(stage.locked_at)) if stage.locked_at else _("锁定后差错在次月以调整行更正"),
    ]
    words = (_("草案"), _("公示"), _("申诉"), _("确认"), _("锁定"))
    if stage.status == "public" and stage.appeal_until:
        here = names.index("appeal")  # what is published may be appealed against
    done = len(names) if stage.locked_at else here
    return [
        {"name": word, "text": text, "state": "done" if at_ < done else "now" if at_ == here else ""}
        for at_, (word, text) in enumerate(zip(words, said, strict=True))
    ]


def _appeal_text(stage: Stage, at: datetime) -> str:
    if stage.appeal_until is None:
        return _("公示起三个工作日")
    until = f"{minute(stage.appeal_until)} {WEEKDAYS[local(stage.appeal_until).weekday()]}"
    return _("截止 %(until)s", until=until) if stage.appeal_until > at else _("%(until)s 已截止", until=until)


def headline(view: MonthView) -> list[dict[str, Any]]:
    """The figures of the month, with those of the month before."""
    now_, before = view.months[-1].whole, view.months[-2].whole
    last = f"{view.months[-2].month.month} 月"
    appeals = queries.appeals(view.assessed)
    return [
        {"label": _("考核建议合计"), "value": _yuan(now_.personal + now_.own), "unit": _("元"),
         "said": _("个人 %(a)s，部门 %(b)s；%(last)s %(c)s", a=_yuan(now_.personal), b=_yuan(now_.own), last=last,
                   c=_yuan(before.personal + before.own)) + _adjusted(view)},
        {"label": _("处理超时"), "value": now_.late, "unit": _("次"), "url": view.behind(kind="late"),
         "said": _change(last, before.late, now_.late)},
        {"label": _("环节及时率"), "value": share_text(now_.share).rstrip("%") if now_.share is not None else "–",
         "unit": f"%　{now_.in_time} / {now_.steps}", "said": f"{last} {share_said(before)}"},
        {"label": _("申报不实 · 录入错误"), "value": now_.untrue, "unit": _("次"), "url": view.behind(kind="untrue"),
         "more": {"value": now_.wrong, "unit": _("条"), "url": view.behind(kind="wrong")},
         "said": _("%(last)s %(a)s 次、%(b)s 条", last=last, a=before.untrue, b=before.wrong)},
        {"label": _("申诉"), "value": sum(appeals.values()), "unit": _("件"), "url": view.behind(kind="appeal"),
         "open": appeals["appealed"],
         "said": _("成立 %(a)s 件，不成立 %(b)s 件", a=appeals["upheld"], b=appeals["rejected"])},
    ]  # fmt: skip


def _adjusted(view: MonthView) -> str:
    """What the report adds to or takes off earlier months that are locked."""
    table = next((one for one in view.report.tables if one.title.startswith("表七")), None)
    if table is None:
        return ""
    at = next(at for at, column in enumerate(table.columns) if column.kind == "money")
    return _("；另调整以前月份 %(sum)s 元", sum=table.total[at].value)


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _change(last: str, before: int, after: int) -> str:
    if before == after:
        return _("%(last)s %(n)s 次，持平", last=last, n=before)
    word = _("增加") if after > before else _("减少")
    return _("%(last)s %(n)s 次，%(word)s %(by)s 次", last=last, n=before, word=word, by=abs(after - before))
