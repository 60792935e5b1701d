"""共用环节 on the pages: which procedures call them, what their forms are, what was published when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import workbench as bench
from engine.people import People
from engine.transactions import Tx
from webui.workbench.pages import person_name, said_when

TITLE = re.compile(r"^title:\s*(.+)$", re.MULTILINE)
POLICY = re.compile(r'\bcs:policy="([^"]+)"')


def callers_told(tx: Tx, steps: bench.SharedSteps, draft: bench.Draft | None) -> dict[str, Any]:
    """The variables of workbench/_callers.html."""
    running, drafts = bench.running(tx), {caller: bench.find(tx, caller) for caller in steps.callers}
    base = bench.documents_of(tx, steps.process, draft.base) if draft and draft.base else {}
    return {
        "agreed": steps.agreed,
        "callers": [
            {
                "process": caller,
                "name": version.name,
                "version": version.version,
                "url": url_for("workbench.show", process=caller),
                "look": url_for("workbench.show", process=steps.process, like=caller),
                "same": not base or steps.texts[caller] == base["process.bpmn"],
                "drafted": drafts[caller] is not None,
                "joined": bool(draft and drafts[caller] and caller in draft.joined),
                "running": sum(running.get(caller, {}).values()),
            }
            for caller, (version, _held) in steps.callers.items()
        ],
    }


def joined_to(tx: Tx, process: str) -> list[dict[str, str]]:
    """The shared steps with whose draft that of a procedure is published: name and address."""
    known = bench.in_force(tx) if (found := bench.joining(tx, process)) else {}
    return [
        {"name": known[one].name if one in known else one, "url": url_for("workbench.changes", process=one)}
        for one in found
    ]


def offers_of_callers(steps: bench.SharedSteps) -> dict[str, Any]:
    """What the panel offers beside a drawing without forms of its own: forms and policy of the callers."""
    held = [documents for _version, documents in steps.callers.values()]
    paths = {path for documents in held for path in documents if path.startswith("forms/")} - {"forms/fields.yaml"}
    policies = [found[1] for documents in held if (found := POLICY.search(documents["process.bpmn"]))]
    return {"forms": [_form(path, held) for path in sorted(paths)], "policy": next(iter(policies), "")}


def with_forms(steps: bench.SharedSteps, documents: Mapping[str, str]) -> dict[str, str]:
    """Shared steps with the forms of a procedure that calls them, so that what steps decide can be said in words."""
    _version, held = next(iter(steps.callers.values()))
    forms = {path: text for path, text in held.items() if path.endswith(".yaml") and not path.startswith("scenarios/")}
    return {**forms, **documents}


def _form(path: str, held: Iterable[Mapping[str, str]]) -> dict[str, str]:
    texts = [documents.get(path) for documents in held]
    title = next((found[1] for text in texts if text and (found := TITLE.search(text))), "")
    name = path.removeprefix("forms/").removesuffix(".yaml")
    some = "" if all(texts) else _("，只有一部分流程有")
    return {"value": name, "label": f"{title or name}（{name}{some}）"}


def drawing_rows(process: str, found: list[bench.Drawing], people: People) -> list[dict[str, Any]]:
    """The rows of workbench/versions.html: a drawing and the versions of procedures that held it."""
    before = {one.number: earlier for one, earlier in pairwise(found)}
    return [_drawing(process, one, before.get(one.number), people) for one in found]


def _drawing(process: str, one: bench.Drawing, before: bench.Drawing | None, people: People) -> dict[str, Any]:
    first = one.first
    evidence = first.evidence or {}
    names = [(version, _("%(name)s第 %(n)s 版", name=version.name, n=version.version)) for version in one.held.values()]
    against = {"from": before.first.id, "to": first.id} if before else {}
    return {
        "label": _("第 %(n)s 稿", n=one.number),
        "held": [{"text": text, "proof": _proof(version)} for version, text in names],
        "when": said_when(first.published_at),
        "author": person_name(people, first.author_id),
        "approver": person_name(people, first.approver_id) if first.approver_id else _("随系统安装"),
        "reason": first.reason,
        "opinion": first.opinion,
        "fingerprint": "",
        "changes": list(evidence.get("changes", ())),
        "compare": url_for("workbench.compare", process=process, **against) if before else "",
        "restore": url_for("workbench.restore", process=process, version=first.id),
    }


def _proof(version: bench.Version) -> str:
    """The address of what a version was published on; "" when it came with the release."""
    if not version.evidence:
        return ""
    return url_for("workbench.version_evidence", process=version.process, version=version.id)
