"""报表: each as a page, a print, a workbook and CSV, all drawn from one and the same report."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import policy_texts
from engine.clock import LOCAL, local
from engine.company.administration import record
from engine.errors import NotAllowed, NotFound
from engine.people import POST_KINDS
from engine.policy_sections import PAUSES
from engine.transactions import Tx
from handlers import conformity
from handlers.customers.changes.tables import FREEZE_KINDS
from handlers.customers.reports import (
    annual_review,
    composition,
    duplicates_report,
    freezes,
    listing,
    request_ledger,
)
from handlers.customers.tables import RESULTS
from handlers.penalties import access, compliance, maintaining, personal, quality
from handlers.penalties.basis import live
from handlers.penalties.duties import TITLES
from handlers.penalties.period import Month
from handlers.reporting import Report
from handlers.signs import report as signs
from handlers.signs.thresholds import Thresholds
from handlers.timing import efficiency, pauses, timeliness, urgent
from webui.customers.filters import coded
from webui.event_log import export_url
from webui.here import holds, me, my_departments, now, services, snapshot
from webui.report_files import CSV, XLSX, csv_bytes, xlsx_bytes
from webui.report_page import shown
from webui.shown_codes import catalogue

reports = Blueprint("reports", __name__, url_prefix="/reports")

MONTHS_BACK = 24  # months that a monthly report offers
MANAGING = ("assessor", "admin", "executive", "leader", "maintainer")
REGISTERED = (*MANAGING, "focal")
END_OF_DAY = time(23, 59, 59, 999000)
FILES: Mapping[str, tuple[str, Callable[[Report], bytes]]] = {
    "xlsx": (XLSX, xlsx_bytes),
    "csv": (CSV, csv_bytes),
}


Choices = tuple[tuple[str, str, Mapping[str, str]], ...]  # name, label, value → label


@dataclass(frozen=True)
class Entry:
    """A report of the catalogue; `dated` ones can look back to a day, `choices` are their filters.

    `posts` are the kinds of posts that may read it, empty: everybody; `monthly` ones tell of one month.
    """

    number: str
    title: str
    text: str
    build: Callable[[Tx, datetime, bool, Mapping[str, str]], Report]
    dated: bool = False
    choices: Choices | Callable[[Tx], Choices] = ()
    posts: tuple[str, ...] = ()
    monthly: bool = False

    def filters(self, tx: Tx) -> Choices:
        """What can be chosen, as it stands today."""
        own = self.choices(tx) if callable(self.choices) else self.choices
        listed = {str(one): one.title for one in (Month.of(now()).plus(-back) for back in range(MONTHS_BACK))}
        return (("month", "月份", listed), *own) if self.monthly else own


def _composition(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    groups = {code: f"{code} {name}".strip() for code, name in listing.group_names(tx).items()}
    return composition.composition(tx, at, {**coded(tx, catalogue(tx)), "group": groups}, past=past)


def _freezes(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    return freezes.freezes(tx, at, asked.get("kind", ""), asked.get("scope", ""))


def _duplicates(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    return duplicates_report.duplicates(tx, at)


def _signs(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    known, limits, definitions = snapshot(tx), Thresholds.of(services().settings), services().engine.definitions
    return signs.signs_report(tx, definitions, known.people, known.calendars, at, _month(asked, at), limits)


def _annual(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    return annual_review.annual_review(tx, at, int(asked.get("months", annual_review.DEFAULT)))


def _pauses(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    return pauses.pauses(tx, at, asked.get("category", ""))


def _month(asked: Mapping[str, str], at: datetime) -> Month:
    return Month.parse(asked["month"]) if asked.get("month") else Month.of(at)


def _ledger(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    month = _month(asked, at)
    return request_ledger.request_ledger(tx, at, month.title, month.begin, month.end)


def _timeliness(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    month = _month(asked, at)
    return timeliness.timeliness(tx, snapshot(tx), at, month.title, month.begin, month.end)


def _urgent(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    month = _month(asked, at)
    return urgent.urgent(tx, snapshot(tx).people, at, month.title, month.begin, month.end)


def _efficiency(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    month = _month(asked, at)
    return efficiency.efficiency(tx, snapshot(tx).calendars, at, month.title, month.begin, month.end)


def _personal(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    who = access.viewer(snapshot(tx).people, me(), now())
    return personal.personal(tx, snapshot(tx), _month(asked, at), who, at)


def _record(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    who = access.viewer(snapshot(tx).people, me(), now())
    return personal.record(tx, snapshot(tx), _month(asked, at).year, who, at)


def _own(tx: Tx) -> frozenset[int] | None:
    """The departments whose lines the reader sees; None: all, for who assesses, maintains or is of finance (E-99)."""
    people = snapshot(tx).people
    kinds = {people.department(one).kind for one in my_departments(people)}
    sees_all = holds(people, "assessor", "admin") or kinds & {"finance", "maintaining"}
    return None if sees_all else my_departments(people)


def _quality(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    return quality.quality(tx, _month(asked, at), at, snapshot(tx).people, _own(tx))


def _maintaining(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    basis = live(tx, snapshot(tx), at)
    return maintaining.maintaining(tx, _month(asked, at), basis, asked.get("result", ""), _own(tx))


def _compliance(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    duty = asked.get("duty", "all")
    return compliance.compliance(tx, _month(asked, at), at, snapshot(tx).people, _own(tx), duty)


def _conformity(tx: Tx, at: datetime, past: bool, asked: Mapping[str, str]) -> Report:
    month, rule, outcome = _month(asked, at), asked.get("rule", ""), asked.get("outcome", "")
    return conformity.conformity(tx, month.begin, month.end, at, str(month), rule, outcome)


def _conformity_choices(tx: Tx) -> Choices:
    rules = policy_texts.rules(tx, conformity.POLICY).rules.values()
    named = {"": "全部", **{one.id: f"{one.clause} {one.says}" for one in rules}}
    return ("rule", "规则", named), ("outcome", "结果", conformity.OUTCOMES_TEXT)


CATALOGUE = (
    Entry(request_ledger.NUMBER, request_ledger.TITLE, "每件申请的 T1、T2、T3 收到和完成时间、结果、编码（3.3.3）",
          _ledger, monthly=True),
    Entry(timeliness.NUMBER, timeliness.TITLE, "各部门各时钟的及时率、用时，超时的逐件列出（4.1）", _timeliness,
          monthly=True),
    Entry(quality.NUMBER, quality.TITLE, "各部门、申请人的退回、返工和申请表差错（3.3.3）", _quality, monthly=True),
    Entry(maintaining.NUMBER, maintaining.TITLE, "维护员的核对和建档用时、登记簿、异议、录入错误、临期退回（3.3.3）",
          _maintaining, choices=(("result", "结果", {"": "全部", **{one: RESULTS[one] for one in maintaining.STEPS}}),),
          posts=REGISTERED, monthly=True),
    Entry(compliance.NUMBER, compliance.TITLE, "电话、函、通知、紧急标识、查重、登记、签字：应做、做到、迟做、未做",
          _compliance, choices=(("duty", "义务", {"all": "全部", **TITLES}),), monthly=True),
    Entry("RP-05P", pauses.TITLE, "谁挂起了哪件流程、类别、理由、依据，各部门扣除的工作时间（3.1）", _pauses,
          dated=True, choices=(("category", "类别", {"": "全部", **{one: one for one in PAUSES}}),)),
    Entry(personal.PERSONAL, personal.PERSONAL_TITLE, "每人每项考核建议和计算；看本人和本部门的（第 4 章）",
          _personal, monthly=True),
    Entry(personal.RECORD, personal.RECORD_TITLE, "一年内的申报不实及其次序、证据，供业绩考核（4.2）", _record,
          monthly=True),
    Entry("RP-09", annual_review.TITLE, "无往来客户的最后交易、余额、单据和评审结论（2.1.3）", _annual,
          choices=(("months", "无交易", {str(n): f"{n} 个月以上" for n in annual_review.MONTHS}),)),
    Entry("RP-10", freezes.TITLE, "现有冻结的类别、原因、范围，函件谁何时阅知，解冻记录（2.1.3、2.1.4）", _freezes,
          choices=(("kind", "冻结类别", {"": "全部", **FREEZE_KINDS}),
                   ("scope", "冻结范围", {"": "全部", **freezes.SCOPES}))),
    Entry("RP-12", duplicates_report.TITLE, "疑似重复的客户、共用的银行账号、身份变更过的编码（1.1）", _duplicates),
    Entry(urgent.NUMBER, urgent.TITLE, "各部门紧急处理的件数、占比、原因、函件，被降级的（3.2）", _urgent,
          monthly=True),
    Entry(efficiency.NUMBER, efficiency.TITLE, "从报送到办结的工作时间，各环节等待与办理、瓶颈，在办的已有多久",
          _efficiency, monthly=True),
    Entry("RP-16", composition.TITLE, "按类型、账户组、地区、行业、状态、ABC 分类、合作方式的客户数", _composition,
          dated=True),
    Entry(conformity.NUMBER, conformity.TITLE, "制度逐条：事件日志里遵守、违反或不可检验，涉及哪些流程（1 至 4）",
          _conformity, choices=_conformity_choices, posts=MANAGING, monthly=True),
    Entry(signs.NUMBER, signs.TITLE, "秒批、临期转办和退回、挂起、借代理、集中签批：只列出，不计价，供考核核实", _signs,
          posts=signs.READERS, monthly=True),
)  # fmt: skip


@reports.get("")
def index() -> str:
    with services().transactions.read() as tx:
        people = snapshot(tx).people
    listed = [
        {
            "number": one.number,
            "title": _(one.title),
            "text": _(one.text),
            "url": url_for("reports.show", number=one.number),
        }
        for one in CATALOGUE
        if not one.posts or holds(people, *one.posts)
    ]
    return render_template("reports/index.html", reports=listed, event_log_url=export_url())


@reports.get("/<number>")
def show(number: str) -> str:
    with services().transactions.read() as tx:
        entry, report, asked = _asked(tx, number)
        return render_template("reports/show.html", **shown(report, entry.filters(tx), asked, dated=entry.dated))


@reports.post("/<number>/<suffix>")
def export(number: str, suffix: str) -> ResponseReturnValue:
    """The report as a file; who took it goes on record first."""
    if suffix not in FILES:
        raise NotFound(what=_("文件格式 %(suffix)s", suffix=suffix))
    with services().transactions.write() as tx:
        if not snapshot(tx).people.posts_of(me(), now()):
            why = _("报表文件只供任职人员办理业务时导出，请找本部门归口人员")
            raise NotAllowed(what=_("导出报表"), why=why)
        _entry, report, _parameters = _asked(tx, number)
        said = "，".join(f"{label} {value}" for label, value in report.filters)
        rows = sum(len(table.rows) for table in report.tables)
        record(tx, now(), me(), "report.exported", f"{number} {report.title}", {"rows": rows, "query": said})
    media, write = FILES[suffix]
    name = f"{report.number} {report.title.replace('/', '、')} {local(report.as_of):%Y-%m-%d}.{suffix}"
    return send_file(io.BytesIO(write(report)), media, as_attachment=True, download_name=name)


def _asked(tx: Tx, number: str) -> tuple[Entry, Report, dict[str, Any]]:
    """The report as the address asks for it; a choice that does not exist, or a day to come, asks for nothing."""
    entry = next((one for one in CATALOGUE if one.number == number.upper()), None)
    if entry is None:
        raise NotFound(what=_("报表 %(number)s", number=number))
    if entry.posts and not holds(snapshot(tx).people, *entry.posts):
        readers = "、".join(POST_KINDS[kind] for kind in entry.posts)
        why = _("这份报表只供%(readers)s查看，请向他们索取", readers=readers)
        raise NotAllowed(what=_("查看%(report)s", report=_(entry.title)), why=why)
    choices = entry.filters(tx)
    asked = {name: request.args.get(name, "") for name, _label, values in choices}
    known = {name: asked[name] for name, _label, values in choices if asked[name] in values}
    day = _day(request.args.get("at", "")) if entry.dated else None
    at = datetime.combine(day, END_OF_DAY, LOCAL) if day else now()
    report = entry.build(tx, at, day is not None, {name: value for name, value in known.items() if value})
    return entry, report, {**known, "at": day.isoformat() if day else ""}


def _day(text: str) -> date | None:
    """The past day typed, else None: now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < local(now()).date() else None
