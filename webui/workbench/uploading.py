"""上传流程图: a diagram drawn elsewhere becomes a draft, with the list of what was repaired."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import workbench as bench
from engine.problems import DefinitionInvalid, Problem
from engine.workbench.foreign import take_in
from webui.here import services
from webui.workbench.pages import change, told, workbench


@workbench.get("/new/upload")
def upload() -> str:
    return _page(request.args.get("process", ""))


@workbench.post("/new/upload")
def uploaded() -> ResponseReturnValue:
    process, file = request.form.get("process", "").strip(), request.files.get("file")
    try:
        if not file:
            raise DefinitionInvalid([Problem("", "", _("没有选择文件"), _("请选一个 .bpmn 或 .xml 文件"))])
        with file.stream as stream:  # a large one lies in a temporary file
            found = take_in(stream.read(), process)
    except DefinitionInvalid as error:
        return _page(process, error.problems), error.status
    saved = change(bench.take_in, process, found.text)
    return render_template("workbench/uploaded.html", process=process, found=found, draft=saved.draft)


def _page(process: str, problems: tuple[Problem, ...] = ()) -> str:
    with services().transactions.read() as tx:
        known = [(one.process, one.newest.name if one.newest else one.process) for one in bench.overview(tx)]
        known += [(one.process, one.name) for one in bench.in_force(tx).values()]
    problems_ = [told(one) for one in problems]
    return render_template("workbench/upload.html", process=process, problems=problems_, known=known)
