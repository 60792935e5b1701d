"""Choices on forms that come from the organisation: whom a form can be routed to, who sells."""

from __future__ import annotations

from datetime import datetime

from engine.errors import Misconfigured
from engine.operations import source
from engine.people import People

SELLING = ("marketing", "unit")


@source("people.departments_to_route")
def departments_to_route(people: People, now: datetime) -> list[tuple[str, str]]:
    """Departments with somebody to receive a form: only focal posts are contacted (SD-010 3.3.1, E-90).

    The maintaining department is left out: it is the one that routes.
    """
    found = []
    for department in people.departments(now=now):
        if department.kind == "maintaining" or people.post("focal", department.id) is None:
            continue
        try:
            receiver = people.answering("focal", department.id, now).acting.person.name
        except Misconfigured:  # nobody there: the configuration check tells the administrator
            continue
        found.append((str(department.id), f"{department.name}（{receiver}）"))
    return found


@source("people.departments_to_address")
def departments_to_address(people: People, now: datetime) -> list[tuple[str, str]]:
    """Departments a letter may be addressed to: those a form can be sent to, and the maintaining one (E-64)."""
    maintaining = people.maintaining(now)
    receiver = people.answering("maintainer", maintaining.id, now).acting.person.name
    return [*departments_to_route(people, now), (str(maintaining.id), f"{maintaining.name}（{receiver}）")]


@source("people.selling_departments")
def selling_departments(people: People, now: datetime) -> list[tuple[str, str]]:
    """The departments that may own a customer."""
    return [(str(one.id), one.name) for kind in SELLING for one in people.departments(kind, now)]


@source("people.salespersons")
def salespersons(people: People, now: datetime) -> list[tuple[str, str]]:
    """Active people of the selling departments, by name; namesakes are told apart by their login."""
    selling = [department for kind in SELLING for department in people.departments(kind, now)]
    found = [(person, department) for department in selling for person in people.persons(department.id, active=True)]
    names = [person.name for person, _ in found]
    return [
        (person.name if names.count(person.name) == 1 else f"{person.name}（{person.login}）",
         f"{person.name}　{department.name}")
        for person, department in found
    ]  # fmt: skip
