"""What all pages of 流程工作台 share: who may enter, the rule books, names of people, verbs on behalf of oneself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from flask import Blueprint, request
from flask_babel import gettext as _

from engine import policy_tables, policy_texts
from engine import workbench as bench
from engine.check import Rulebook, rulebooks
from engine.clauses import Clause
from engine.errors import NotAllowed, NotFound
from engine.people import People
from engine.policy import Policies, Policy
from engine.problems import Problem
from engine.transactions import Tx
from engine.wording import moment_text
from engine.workbench.stories.names import procedure
from webui.here import me, now, services, snapshot

workbench = Blueprint("workbench", __name__, url_prefix="/workbench")

T = TypeVar("T")


@workbench.before_request
def owners_only() -> None:
    """Everybody else is told who draws procedures."""
    with services().transactions.read() as tx:
        if not bench.may_draft(snapshot(tx).people, me(), now()):
            why = _("流程由主数据维护部门的维护员、主管领导和系统管理员起草；需要改流程时，请向他们提出")
            raise NotAllowed(what=_("进入流程工作台"), why=why)


def change(verb: Callable[..., T], *args: Any, **values: Any) -> T:
    """Run a verb of `engine.workbench` in a transaction, on behalf of the person signed in."""
    with services().transactions.write() as tx:
        return verb(tx, now(), snapshot(tx).people, me(), *args, **values)


def books(tx: Tx) -> dict[str, Rulebook]:
    """The policies that procedures refer to, as published here; what is not laid down yet comes from the files."""
    published = {name: tuple(one.policy for one in found) for name, found in policy_tables.load(tx).items()}
    known = {name: _book(tx, name, versions) for name, versions in published.items()}
    if known and all(book.clauses for book in known.values()):
        return known
    files = rulebooks(Path(services().settings.processes) / "policies")
    return files | {name: replace(book, clauses=book.clauses or _clauses(files, name)) for name, book in known.items()}


def _book(tx: Tx, name: str, versions: tuple[Policy, ...]) -> Rulebook:
    return Rulebook(Policies(reversed(versions)), policy_texts.clauses(tx, name), policy_texts.rules(tx, name))


def _clauses(files: Mapping[str, Rulebook], name: str) -> tuple[Clause, ...]:
    return files[name].clauses if name in files else ()


def draft_page(tx: Tx, process: str) -> dict[str, Any]:
    """What the pages of a draft's files show: the draft, or the newest version to be read; raises NotFound."""
    draft, known = bench.find(tx, process), bench.versions(tx, process)
    if draft is None and not known:
        raise NotFound(what=_("流程 %(process)s", process=process))
    return {
        "process": process,
        "name": known[0].name if known else procedure(process, draft.documents if draft else {}).name,
        "drafted": draft is not None,
        "revision": draft.revision if draft else 0,
        "over": False,
        "of": "draft" if draft else str(known[0].id),
        "documents": dict(draft.documents) if draft else bench.documents_of(tx, process, known[0].id),
        "played": draft.played if draft else {},
        "plays": draft.plays if draft else {},
    }


def still_open(page: Mapping[str, Any], told: bool = False) -> dict[str, Any]:
    """A page of a draft's file that comes back with what was typed: it stands at the revision it was opened at.

    `told`: its writer reads now that another was faster; from here on a save goes over that one's draft (`over`).
    """
    opened, over = request.form.get("revision", 0, type=int), "over" in request.form
    if told:
        return {**page, "over": over or page["revision"] != opened}
    return {**page, "revision": opened, "over": over}


@dataclass(frozen=True)
class Present:
    """What is in force under an id: a procedure's newest version, or shared steps as the callers hold them.

    `of` is the id of the version that holds it.
    """

    name: str
    of: int
    newest: bench.Version | None = None
    steps: bench.SharedSteps | None = None


def present(tx: Tx, process: str, like: str = "") -> Present | None:
    """What is in force, None for what exists only as a draft; of shared steps that differ, those of caller `like`."""
    known = bench.versions(tx, process)
    if known:
        return Present(known[0].name, known[0].id, newest=known[0])
    steps = bench.find_shared(tx, process)
    if steps is None:
        return None
    return Present(steps.name, steps.base(like if like in steps.callers else next(iter(steps.callers))), steps=steps)


def may_publish(tx: Tx) -> bool:
    return bench.may_publish(snapshot(tx).people, me(), now())


def person_name(people: People, person_id: int | None) -> str:
    """A person's name; who is unknown came with the release."""
    found = people.find_person(person_id) if person_id else None
    return found.name if found else _("系统")


def said_when(moment: datetime) -> str:
    return moment_text(moment, now())


def told(problem: Problem) -> dict[str, str]:
    """A problem as the editor and the pages show it."""
    return {
        "file": problem.file,
        "node": problem.node,
        "element": problem.element,
        "what": problem.what,
        "remedy": problem.remedy,
        "level": problem.level,
    }
