"""运行: heat maps over the diagram, with a table of the same figures and the cases behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from engine import workbench as bench
from engine.clock import LOCAL, local
from engine.definitions import CALLED
from engine.errors import NotFound
from engine.people import People
from engine.transactions import Tx
from engine.wording import duration_text
from engine.workbench import heat
from engine.workbench.heat import Heat
from engine.workbench.stories.names import procedure
from webui.here import now, services, snapshot
from webui.workbench.pages import said_when, workbench

USUAL = timedelta(days=90)
SHADES = 4
SHOWN = 200  # cases on one page of a step


@dataclass(frozen=True)
class Measure:
    """What the map colours by: a value to compare by, and the words on the badge (None: no badge)."""

    label: str
    value: Callable[[Heat], float]
    words: Callable[[Heat], str | None]


def _length(span: timedelta | None) -> float:
    return span.total_seconds() if span else 0.0


def _words(span: timedelta | None) -> str | None:
    return None if span is None else duration_text(span)


MEASURES: Mapping[str, Measure] = {
    "count": Measure("次数", lambda one: one.count, lambda one: f"{one.count} 次"),
    "duration": Measure("用时", lambda one: _length(one.duration), lambda one: _words(one.duration)),
    "waiting": Measure("等签收", lambda one: _length(one.waiting), lambda one: _words(one.waiting)),
    "overdue": Measure("超时", lambda one: one.overdue, lambda one: f"{one.overdue} 次" if one.overdue else None),
}


@dataclass(frozen=True)
class Asked:
    """What the page was asked for; days are local and both included."""

    measure: str
    since: date
    until: date
    version: int | None
    department: int | None

    @classmethod
    def read(cls) -> Asked:
        today = local(now()).date()
        measure = request.args.get("measure", "count")
        return cls(
            measure if measure in MEASURES else "count",
            _day("since") or today - USUAL,
            _day("until") or today,
            request.args.get("version", type=int),
            request.args.get("department", type=int),
        )

    @property
    def span(self) -> tuple[datetime, datetime]:
        return _midnight(self.since), _midnight(self.until + timedelta(days=1))

    def url(self, process: str, endpoint: str = "workbench.heat_map", **more: Any) -> str:
        values = {"since": self.since.isoformat(), "until": self.until.isoformat(), "measure": self.measure}
        chosen = {"version": self.version, "department": self.department}
        return url_for(endpoint, process=process, **{**values, **{k: v for k, v in chosen.items() if v}, **more})


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


@workbench.get("/<process>/running")
def heat_map(process: str) -> str:
    asked = Asked.read()
    with services().transactions.read() as tx:
        versions, run = bench.versions(tx, process), heat.versions_run(tx, process)
        if not versions:
            raise NotFound(what=_("流程 %(process)s", process=process))
        shown = next((one for one in versions if one.id == asked.version), versions[0])
        known = snapshot(tx)
        found = heat.steps(tx, process, *asked.span, asked.version, asked.department)
        figures = heat.heat(found, known.calendar(None), now())
        page = {
            "name": versions[0].name,
            "drafted": bench.find(tx, process) is not None,
            "asked": asked,
            "measures": [_measure(process, asked, key) for key in MEASURES],
            "versions": [(one.id, one.version, run[one.id]) for one in versions if one.id in run],
            "departments": [(one.id, one.name) for one in known.people.departments()],
            "diagrams": _diagrams(tx, process, shown),
            "marks": _marks(figures, MEASURES[asked.measure]),
            "rows": [_row(process, asked, node, one) for node, one in _sorted(figures, asked.measure)],
            "cases": len({one.case_id for one in found}),
        }
    return render_template("workbench/running.html", process=process, **page)


@workbench.get("/<process>/running/<node>")
def step_cases(process: str, node: str) -> str:
    """The cases behind the figures of one step."""
    asked = Asked.read()
    with services().transactions.read() as tx:
        known, versions = snapshot(tx), bench.versions(tx, process)
        found = heat.steps(tx, process, *asked.span, asked.version, asked.department, node)
        if not found:
            raise NotFound(what=_("这个环节在所选期间的待办"))
        calendar, moment = known.calendar(None), now()
        rows = [_case(one, calendar, moment, known.people) for one in found[:SHOWN]]
    return render_template(
        "workbench/step_cases.html", process=process, name=versions[0].name, step=found[0].name, rows=rows,
        count=len(found), back_url=asked.url(process),
    )  # fmt: skip


def _measure(process: str, asked: Asked, key: str) -> dict[str, Any]:
    return {
        "label": _(MEASURES[key].label),
        "url": asked.url(process, measure=key),
        "current": key == asked.measure,
    }


def _diagrams(tx: Tx, process: str, version: bench.Version) -> list[dict[str, str]]:
    """The diagram of the version and of the shared steps it calls."""
    documents = bench.documents_of(tx, process, version.id)
    parts = [path for path in documents if path.startswith(CALLED)]
    names = [path.removeprefix(CALLED).removesuffix(".bpmn") for path in parts if path.endswith(".bpmn")]
    url = url_for("workbench.diagram", process=process, of=version.id)
    called = [
        {
            "name": procedure(one, documents).name,
            "url": url_for("workbench.diagram", process=process, of=version.id, part=one),
        }
        for one in names
    ]
    return [{"name": "", "url": url}, *called]


def _marks(figures: Mapping[str, Heat], measure: Measure) -> dict[str, Any]:
    most = max((measure.value(one) for one in figures.values()), default=0) or 1
    shades = {node: round(measure.value(one) / most * SHADES) for node, one in figures.items()}
    badges = [
        {"node": node, "text": words, "tone": "late" if measure.label == "超时" else "done", "at": "top"}
        for node, one in figures.items()
        if (words := measure.words(one))
    ]
    return {"nodes": {node: f"heat-{shade}" for node, shade in shades.items()}, "badges": badges}


def _sorted(figures: Mapping[str, Heat], measure: str) -> list[tuple[str, Heat]]:
    return sorted(figures.items(), key=lambda one: (-MEASURES[measure].value(one[1]), one[0]))


def _row(process: str, asked: Asked, node: str, one: Heat) -> dict[str, Any]:
    return {
        "name": one.name,
        "count": one.count,
        "open": one.open,
        "duration": _words(one.duration) or "–",
        "waiting": _words(one.waiting) or "–",
        "overdue": one.overdue,
        "share": round(100 * one.overdue / one.count),
        "url": asked.url(process, "workbench.step_cases", node=node),
    }


def _case(one: heat.Step, calendar: Any, moment: datetime, people: People) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": one.title,
        "url": url_for("cases.show", case_id=one.case_id),
        "department": people.department(one.department_id).name if one.department_id else "–",
        "opened": said_when(one.opened_at),
        "done": said_when(one.done_at) if one.done_at else "",
        "spent": duration_text(calendar.between(one.opened_at, one.done_at or moment)),
        "overdue": one.overdue(moment),
    }
