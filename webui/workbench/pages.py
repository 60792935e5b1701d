"""What all pages of 流程工作台 share: who may enter, the rule books, names of people, verbs on behalf of oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from flask import Blueprint
from flask_babel import gettext as _

from engine import policy_tables, policy_texts
from engine import workbench as bench
from engine.check import Rulebook, rulebooks
from engine.errors import NotAllowed
from engine.people import People
from engine.policy import Policies, Policy
from engine.problems import Problem
from engine.transactions import Tx
from engine.wording import moment_text
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
    files = rulebooks(Path(services().settings.processes) / "policies")
    published = {name: tuple(one.policy for one in found) for name, found in policy_tables.load(tx).items()}
    return files | {name: _book(tx, name, versions, files.get(name)) for name, versions in published.items()}


def _book(tx: Tx, name: str, versions: tuple[Policy, ...], file: Rulebook | None) -> Rulebook:
    clauses = policy_texts.clauses(tx, name) or (file.clauses if file else ())
    return Rulebook(Policies(versions), clauses, policy_texts.rules(tx, name))


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
