"""制度试算: the form with the rules in force, and below it what other rules would have come to."""

from __future__ import annotations

import io

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import FormInvalid, NotAllowed
from engine.transactions import Tx
from handlers.penalties import basis, sandbox, whatif
from handlers.penalties.period import Month
from handlers.reporting import Report
from webui.here import holds, now, services, snapshot
from webui.report_files import XLSX, xlsx_bytes
from webui.report_page import shown

what_if = Blueprint("what_if", __name__, url_prefix="/assessment/what-if")

MONTHS = 3


@what_if.get("")
def show() -> ResponseReturnValue:
    """The form; with parameters the outcome below it. Nothing is written, so the address can be passed on."""
    problems: dict[str, str] = {}
    with services().transactions.read() as tx:
        text = _text(tx)
        filled = {**sandbox.values(text, snapshot(tx).calendar(None)), "until": str(_last())}
        typed = {**filled, **{name: request.args[name] for name in filled if name in request.args}}
        told = None
        if request.args:
            try:
                told = _outcome(tx, text, typed)
            except FormInvalid as error:
                problems = {one.field: one.message for one in error.problems}
        fields = [_field(key, label, typed, filled, problems) for key, label in _labels().items()]
        page = shown(told, (), {}, dated=False) if told else {}
        return render_template(
            "assessment/what_if.html", fields=fields, until=typed["until"], months=_choices(), asked=bool(told),
            problem=problems.get("policy"), file=url_for("what_if.export", **request.args.to_dict()), **page,
        )  # fmt: skip


@what_if.get("/whatif.xlsx")
def export() -> ResponseReturnValue:
    """The same outcome as a workbook."""
    with services().transactions.read() as tx:
        text = _text(tx)
        filled = {**sandbox.values(text, snapshot(tx).calendar(None)), "until": str(_last())}
        told = _outcome(tx, text, {**filled, **request.args.to_dict()})
    return send_file(io.BytesIO(xlsx_bytes(told)), XLSX, as_attachment=True, download_name=_("制度试算.xlsx"))


def _text(tx: Tx) -> str:
    """The version in force as a document; for those who judge or write policies only."""
    if not holds(snapshot(tx).people, "assessor", "admin"):
        raise NotAllowed(what=_("制度试算"), why=_("只有考核人员和系统管理员可以"))
    company = basis.live(tx, snapshot(tx), now())
    return company.texts[company.rules(Month.of(now()).last_day).version]


def _outcome(tx: Tx, text: str, typed: dict[str, str]) -> Report:
    company = basis.live(tx, snapshot(tx), now())
    other = sandbox.build(text, snapshot(tx).calendars, typed)
    last = Month.parse(typed["until"])
    months = tuple(last.plus(-back) for back in reversed(range(MONTHS)))
    return whatif.report(tx, whatif.play(tx, months, company, other.policy, other.calendars), other.changed)


def _last() -> Month:
    return Month.of(now()).plus(-1)


def _choices() -> list[tuple[str, str]]:
    return [(str(one), one.title) for one in (_last().plus(-back) for back in range(12))]


def _labels() -> dict[str, str]:
    return {**sandbox.FIELDS, sandbox.HOURS: "工作时间", **sandbox.DAYS}


def _field(
    key: str, label: str, typed: dict[str, str], filled: dict[str, str], problems: dict[str, str]
) -> dict[str, object]:
    return {
        "name": key, "label": _(label), "value": typed[key], "changed": typed[key] != filled[key],
        "was": filled[key], "problem": problems.get(key), "group": key.split(".")[0],
        "wide": key.startswith(("days", "calendar", "ladder")),
    }  # fmt: skip
