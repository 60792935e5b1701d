"""情景: the owner's tests of a draft, listed with result and coverage, each edited in a table and run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import workbench as bench
from engine.check.stories import FOLDER
from engine.definitions import CALLED
from engine.errors import CountersignError, FormInvalid, NotFound, NotPossible
from engine.problems import DefinitionInvalid, Problem
from engine.workbench.coverage import FLOW, NODE, Coverage, Plays, coverage, drawn
from engine.workbench.stories import edits
from engine.workbench.stories.faults import LAST as LAST_PLACE
from engine.workbench.stories.faults import faults
from engine.workbench.stories.names import Names, Procedure, Step, cases, procedure
from engine.workbench.stories.table import BEGUN, KINDS, RAW, START, Table, read
from webui.demo.company import ADMIN, DEPARTMENTS, PERSONS
from webui.here import services
from webui.workbench import scenario_form as forms
from webui.workbench.pages import change, draft_page, still_open, workbench
from webui.workbench.playing import play_one


@workbench.get("/<process>/scenarios")
def scenario_list(process: str) -> str:
    """The scenarios with how they went, and the diagram with what they pass."""
    return _list_page(process)


def _list_page(process: str, wrong: str = "", typed: str = "") -> str:
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
    places, plays = drawn(process, page["documents"]), page["plays"]
    found = coverage(places, Plays.of(plays.values()))
    return render_template(
        "workbench/scenarios.html",
        **page,
        rows=[_listed(page, name, coverage(places, Plays.of([plays[name]])) if name in plays else None)
              for name in _names_of(page["documents"])],
        coverage=found,
        counts=[(_("环节"), *found.count(NODE)), (_("连线"), *found.count(FLOW))],
        diagrams=_diagrams(process, page, found),
        marks={"nodes": {one.id: "done" if one.id in found.passed else "missed" for one in places} if plays else {}},
        wrong=wrong,
        typed=typed,
    )  # fmt: skip


def _listed(page: Mapping[str, Any], name: str, found: Coverage | None) -> dict[str, Any]:
    """One scenario on the list."""
    process = page["process"]
    try:
        table, fault = read(page["documents"][edits.path_of(name)]), ""
    except DefinitionInvalid as error:
        table, fault = None, error.problems[0].what
    wrong = page["played"].get(name)
    tone, text = ("", _("未运行")) if wrong is None else ("late", _("不符")) if wrong else ("ok", _("符合"))
    return {
        "name": name,
        "title": table.title if table else name,
        "fault": fault,
        "steps": len(table.rows) if table else 0,
        "tag": {"text": text, "tone": tone},
        "wrong": wrong or "",
        "percent": found.percent if found else None,
        "url": url_for("workbench.scenario", process=process, name=name),
        "play": url_for("workbench.play", process=process, name=name),
    }


def _diagrams(process: str, page: Mapping[str, Any], found: Coverage) -> list[dict[str, Any]]:
    """The drawing of the procedure and of the shared steps it calls, each with what nobody passed, in words."""
    parts = [path for path in page["documents"] if path.startswith(CALLED) and path.endswith(".bpmn")]
    names = ["", *(path.removeprefix(CALLED).removesuffix(".bpmn") for path in parts)]
    titles = {one.id: one.name for one in (procedure(name or process, page["documents"]) for name in names)}
    told = []
    for name in names:
        own = Coverage(tuple(one for one in found.places if one.process == (name or process)), frozenset())
        own = Coverage(own.places, found.passed & {one.id for one in own.places})
        url = url_for("workbench.diagram", process=process, of=page["of"], **({"part": name} if name else {}))
        told.append({"name": name and titles.get(name, name), "url": url, "percent": own.percent,
                     "missed": [one.words for one in own.missed]})  # fmt: skip
    return told


@workbench.post("/<process>/scenarios")
def scenario_begin(process: str) -> ResponseReturnValue:
    """A new scenario, empty or a copy (`like`)."""
    name, like = request.form.get("name", "").strip(), request.form.get("like", "")
    wrong, status = _tried(edits.begin, process, _revision(), name, like)
    if wrong:
        return _list_page(process, wrong, name), status
    flash(_("已加入草稿。"))
    return redirect(url_for("workbench.scenario", process=process, name=name))


@workbench.post("/<process>/scenarios/<name>/rename")
def scenario_rename(process: str, name: str) -> ResponseReturnValue:
    to = request.form.get("name", "").strip()
    wrong, status = _tried(edits.rename, process, _revision(), name, to)
    if wrong:
        return _list_page(process, wrong, to), status
    flash(_("已改名。"))
    return redirect(url_for("workbench.scenario", process=process, name=to))


@workbench.post("/<process>/scenarios/<name>/remove")
def scenario_remove(process: str, name: str) -> ResponseReturnValue:
    wrong, status = _tried(edits.remove, process, _revision(), name)
    if wrong:
        return _list_page(process, wrong), status
    flash(_("情景“%(name)s”已从草稿删去。", name=name))
    return redirect(url_for("workbench.scenario_list", process=process))


@workbench.post("/<process>/play-scenarios")
def scenario_play_all(process: str) -> ResponseReturnValue:
    """Play every scenario of the draft, one after another."""
    with services().transactions.read() as tx:
        draft = bench.read(tx, process)
    for name in _names_of(draft.documents):
        play_one(draft, draft.revision, draft, name)
    return redirect(url_for("workbench.scenario_list", process=process))


@workbench.route("/<process>/scenarios/<name>", methods=["GET", "POST"])
def scenario(process: str, name: str) -> ResponseReturnValue:
    """One scenario as a table: rearranged on the page, saved into the draft, run."""
    page, text = _scenario(process, name)
    try:
        table = read(text, edits.path_of(name))
    except DefinitionInvalid:
        return redirect(url_for("workbench.scenario_text", process=process, name=name))
    if request.method == "GET":
        return _table_page(page, name, table, [], unsaved=False)
    names = _names(page, table)
    table = forms.posted_table(request.form, names)
    verb, _colon, rest = request.form.get("do", "save").partition(":")
    if verb not in ("save", "run"):
        at, _colon, kind = rest.partition(":")
        table = forms.rearranged(table, verb, int(at) if at.isdecimal() else -1, kind)
        return _table_page(still_open(page), name, table, [], unsaved=True)
    problems, wrong, status = [], "", 200
    try:
        draft = change(edits.write, process, _revision(), name, table, _names(page, table), "over" in request.form)
    except DefinitionInvalid as error:
        problems, status = list(error.problems), error.status
    except CountersignError as error:
        wrong, status = error.message, error.status
    if problems or wrong:
        page = still_open(_scenario(process, name)[0], told=bool(wrong))
        return _table_page(page, name, table, problems, unsaved=True, wrong=wrong), status
    if verb == "run":
        play_one(draft, draft.revision, draft, name)
    else:
        flash(_("已保存到草稿。"))
    return redirect(url_for("workbench.scenario", process=process, name=name))


@workbench.route("/<process>/scenarios/<name>/text", methods=["GET", "POST"])
def scenario_text(process: str, name: str) -> ResponseReturnValue:
    """The same as text, for what no table shows."""
    page, text = _scenario(process, name)
    wrong, status = "", 200
    if request.method == "POST":
        text = request.form.get("text", "")
        over = "over" in request.form
        wrong, status = _tried(edits.write_text, process, _revision(), name, text, over)
        if not wrong:
            flash(_("已保存到草稿。"))
            return redirect(url_for("workbench.scenario", process=process, name=name))
        page = still_open(_scenario(process, name)[0], told=status == NotPossible.status)
    else:
        problems = edits.problems(process, {edits.path_of(name): text})
        wrong = "\n".join(map(_line, problems))
    return render_template("workbench/scenario_text.html", **page, name_of=name, text=text, wrong=wrong), status


def _scenario(process: str, name: str) -> tuple[dict[str, Any], str]:
    """What every page shows, and the text of the scenario; raises NotFound."""
    with services().transactions.read() as tx:
        page = draft_page(tx, process)
    if edits.path_of(name) not in page["documents"]:
        raise NotFound(what=_("情景 %(name)s（可能已被删除或改名）", name=name))
    return page, page["documents"][edits.path_of(name)]


def _table_page(
    page: Mapping[str, Any], name: str, table: Table, problems: list[Problem], unsaved: bool, wrong: str = ""
) -> str:
    names = _names(page, table)
    *_before, begun = cases(table.rows)
    subjects = [*begun, *(one.name for one in table.customers if one.name)]
    rows = forms.drawn_rows(table, names)
    noted = problems or ([] if unsaved else faults(table, names, edits.path_of(name)))
    play = {} if unsaved else page["plays"].get(name, {})
    results = play.get("rows", [])
    for one, result in zip(rows, results, strict=False):
        one["result"] = result
    for one in rows:
        one["faults"] = [fault for fault in noted if fault.node == f"第 {one['number']} 行"]
    return render_template(
        "workbench/scenario.html",
        **page,
        name_of=name,
        table=table,
        rows=rows,
        raws=sum(one.kind == RAW for one in table.rows),
        customers=forms.drawn_customers(table, _departments()),
        last=None if table.last is None else forms.drawn_expectations(table.last, forms.LAST, subjects, names, begun),
        last_result=results[len(rows)] if len(results) > len(rows) else None,
        last_faults=[one for one in noted if one.node == LAST_PLACE],
        wrong_play="" if unsaved else page["played"].get(name),
        problems=[_line(one) for one in noted],
        refused=bool(problems),
        unsaved=unsaved,
        wrong=wrong,
        kinds={kind: _(KINDS[kind]) for kind in forms.NEW},
        offers={one.id: {key: {"outcomes": list(step.outcomes.values()), "fields": _labels(step)}
                         for key, step in one.steps.items()} for one in names.procedures.values()},
    )  # fmt: skip


def _labels(step: Step) -> dict[str, str]:
    return {one.id: one.label for one in step.fields.values()}


def _names(page: Mapping[str, Any], table: Table) -> Names:
    """What the table may name: the draft's own steps, and those of the published procedures that it starts."""
    own = page["process"]
    started = {one.cells.get("流程") for one in table.rows if one.kind in (START, BEGUN)}
    known = {own: procedure(own, page["documents"])}
    with services().transactions.read() as tx:
        for each in bench.overview(tx):
            if each.process != own and each.newest is not None:
                plain = Procedure(each.process, each.newest.name, Step(), {})
                documents = bench.documents_of(tx, each.process, each.newest.id) if each.process in started else {}
                known[each.process] = procedure(each.process, documents) if documents else plain
    return Names(own, _people(), known)


def _people() -> dict[str, str]:
    """The people of the company that scenarios are played in."""
    home = _departments()
    found = {name: home.get(code, code) for name, code, _posts, _phone in PERSONS.values()}
    return {**found, ADMIN[1]: _("管理员")}


def _departments() -> dict[str, str]:
    return {"MDM": _("主数据维护部门"), **{code: name for code, (name, _kind) in DEPARTMENTS.items()}}


def _names_of(documents: Mapping[str, str]) -> list[str]:
    return sorted(path.removeprefix(FOLDER).removesuffix(".yaml") for path in documents if path.startswith(FOLDER))


def _tried(verb: Any, *args: Any) -> tuple[str, int]:
    """What refuses an edit, in words, with the status; empty when it was kept."""
    try:
        change(verb, *args)
    except DefinitionInvalid as error:
        return "\n".join(map(_line, error.problems)), error.status
    except FormInvalid as error:
        return error.problems[0].message, error.status
    except NotFound:
        raise
    except CountersignError as error:
        return error.message, error.status
    return "", 200


def _line(one: Problem) -> str:
    return f"{one.element}：{one.what}。{one.remedy}" if one.element else f"{one.what}。{one.remedy}"


def _revision() -> int:
    return request.form.get("revision", 0, type=int)
