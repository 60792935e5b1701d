"""金样: closed real cases of a procedure, replayed on its draft; picked and given up here."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import workbench as bench
from engine.cases import numbered
from engine.definitions import build
from engine.errors import CountersignError, NotFound
from engine.people import People
from engine.problems import DefinitionInvalid
from engine.transactions import Tx
from engine.workbench import golden
from engine.workbench.stories.names import procedure
from webui.here import services, snapshot
from webui.texts import status_tag
from webui.workbench.pages import change, person_name, said_when, workbench


@workbench.get("/<process>/golden")
def golden_cases(process: str) -> str:
    """The golden cases with what the draft (without one the newest version) routes otherwise."""
    return _page(process, typed=request.args.get("case", ""))


@workbench.post("/<process>/golden")
def pick_golden(process: str) -> ResponseReturnValue:
    """Pick a closed case by its number; what is refused is said on the page, what was typed stays."""
    number, name = (request.form.get(field, "").strip() for field in ("case", "name"))
    try:
        with services().transactions.read() as tx:
            case = numbered(tx, process, number)
        change(golden.pick, services().engine.definitions, case, name)
    except CountersignError as error:
        return _page(process, error.message, number, name), error.status
    flash(_("已选为金样；只留下路线，姓名、名称和号码都没有留。"))
    return redirect(url_for("workbench.golden_cases", process=process))


@workbench.post("/<process>/golden/<int:golden_id>/drop")
def drop_golden(process: str, golden_id: int) -> ResponseReturnValue:
    change(golden.drop, process, golden_id)
    flash(_("已去掉这件金样。"))
    return redirect(url_for("workbench.golden_cases", process=process))


def _page(process: str, error: str = "", typed: str = "", name: str = "") -> str:
    with services().transactions.read() as tx:
        draft, known = bench.find(tx, process), bench.versions(tx, process)
        if draft is None and not known:
            raise NotFound(what=_("流程 %(process)s", process=process))
        documents = draft.documents if draft else bench.documents_of(tx, process, known[0].id)
        try:
            results, broken = golden.run(tx, build(process, documents)), ""
        except DefinitionInvalid:
            results, broken = [], _("草稿现在还不能执行，先到“变更与发布”改正检查指出的错误")
        rows = _rows(tx, process, results, snapshot(tx).people)
        closed = [_closed(one) for one in golden.closed(tx, process)]
    return render_template(
        "workbench/golden.html",
        process=process,
        name=known[0].name if known else procedure(process, documents).name,
        drafted=bool(draft),
        rows=rows,
        closed=closed,
        broken=broken,
        error=error,
        typed=typed,
        typed_name=name,
    )


def _closed(one: golden.Closed) -> tuple[str, str]:
    """A closed case as it is offered: its number, and what tells it from others without naming anybody."""
    outcome = status_tag("ended", one.outcome)["text"]
    return one.number, _("%(outcome)s，%(when)s，提交 %(n)s 次", outcome=outcome, when=said_when(one.at), n=one.rounds)


def _rows(tx: Tx, process: str, results: list[golden.Result], people: People) -> list[dict[str, Any]]:
    told = {one.id: one.differences for one in results}
    versions = {one.id: one.version for one in bench.versions(tx, process)}
    return [
        {
            "name": one.name,
            "version": versions.get(one.definition_id),
            "moves": len(one.route.moves),
            "picked": _("%(who)s %(when)s", who=person_name(people, one.picked_by), when=said_when(one.picked_at)),
            "differences": told.get(one.id),
            "drop": url_for("workbench.drop_golden", process=process, golden_id=one.id),
        }
        for one in golden.of_process(tx, process)
    ]
