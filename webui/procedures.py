"""Who may start what: the published procedures as one person finds them, with the reason where the answer is no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import owners, starting
from engine.definitions import Definition, Definitions
from engine.errors import NotAllowed
from engine.forms import Form
from engine.people import Department, People, Person
from engine.transactions import Tx
from webui.here import me, now, services

PUBLISHED = "SELECT DISTINCT process FROM definition ORDER BY process"


@dataclass(frozen=True)
class Standing:
    """What a person may do with a procedure for a department: submit, or at least prepare; else `why` not."""

    department: Department | None
    submits: bool
    prepares: bool
    why: str
    ask: tuple[Person, ...]  # who can submit instead

    @property
    def whom(self) -> str:
        return "、".join(person.name for person in self.ask)


def published(tx: Tx, definitions: Definitions) -> list[Definition]:
    """The newest version of every procedure that people start by a form."""
    found = [definitions.newest(tx, row[0])[1] for row in tx.all(PUBLISHED)]
    return [one for one in found if one.plain_start and one.plain_start.extensions.get("form")]


def standing(
    people: People, definition: Definition, person_id: int, now: datetime, wanted: int | None = None
) -> Standing:
    """For which department the person starts this procedure: the wanted one if they may, else the first they may."""
    home = people.person(person_id).department_id
    held = [post.department_id for post in people.posts_of(person_id, now)]
    own = list(dict.fromkeys([*([home] if home else []), *held]))
    why = "您没有登记所在部门，请联系系统管理员（SD-010 3.1）"
    for department in sorted(own, key=lambda one: one != wanted):
        try:
            starting.may_start(people, definition.start, person_id, department, now)
        except NotAllowed as error:
            why = error.values.get("why", error.message) if department == home or not home else why
        else:
            return Standing(people.department(department), True, True, "", ())
    kinds = definition.start.extensions.get("departments", "").split()
    post = owners.setting(definition.start, "post") or "focal"
    fits = not kinds or people.department(home).kind in kinds if home else False
    if home and fits and (post == "focal" or people.post(post, home) is not None):
        return Standing(people.department(home), False, True, why, _submitters(people, definition, now, [home]))
    every = [one.id for one in people.departments(now=now) if not kinds or one.kind in kinds]
    return Standing(None, False, False, why, _submitters(people, definition, now, every))


def _submitters(people: People, definition: Definition, now: datetime, departments: list[int]) -> tuple[Person, ...]:
    """Who answers on the submitting post of these departments."""
    kind = owners.setting(definition.start, "post") or "focal"
    posts = [post for one in departments if (post := people.post(kind, one))]
    acting = [people.acting(post.id, now) for post in posts]
    return tuple(dict.fromkeys(first[0].person for first in acting if first))


def about_subjects(tx: Tx, people: People) -> list[Definition]:
    """The procedures about a customer that the person signed in may submit or at least prepare."""
    known = [one for one in published(tx, services().engine.definitions) if about_customers(start_form(one))]
    mine = [(one, standing(people, one, me(), now())) for one in known]
    return [one for one, may in mine if may.submits or may.prepares]


def about_customers(form: Form) -> bool:
    """Whether a start form is filled in from a customer; others, as an appeal's, start on the page of their subject."""
    return (form.prefill or "").startswith("customers.")


def start_form(definition: Definition) -> Form:
    """The form on which people apply."""
    return definition.forms[definition.start.extensions["form"]]
