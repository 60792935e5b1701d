"""The letters of an assessment: to everybody with a line about his own, to departments about theirs."""

from __future__ import annotations

from datetime import datetime

from engine.errors import Misconfigured
from engine.operations import Context
from engine.people import People
from handlers.notices import letters, outbox
from handlers.notices.outbox import Note
from handlers.penalties.month import Assessed
from handlers.penalties.pricing import ROLES, Line

NOTICES = {  # letter → kind of notice
    "own": "penalty_own", "department": "penalty_department", "result_own": "penalty_result",
    "result_department": "penalty_result",
}  # fmt: skip

TOLD = ("whom", "month", "until", "lines", "total")  # what these letters get


def tell_all(ctx: Context, assessed: Assessed, own: str, department: str, until: str) -> list[int]:
    """A letter to every person with a line about his own, to leaders and focal persons about their department's."""
    mine: dict[int, list[Line]] = {}
    of_department: dict[int, list[Line]] = {}
    for line in assessed.lines:
        if line.person is not None:
            mine.setdefault(line.person, []).append(line)
        if line.department is not None:
            of_department.setdefault(line.department, []).append(line)
    told: list[int] = []
    for person, lines in sorted(mine.items()):
        told += _tell(ctx, [person], own, assessed, lines, until, ctx.people.person(person).name)
    for one, lines in sorted(of_department.items()):
        name = ctx.people.department(one).name
        told += _tell(ctx, answering(ctx.people, one, ctx.now), department, assessed, lines, until, name, str(one))
    return list(dict.fromkeys(told))


def _tell(
    ctx: Context, persons: list[int], letter: str, assessed: Assessed, lines: list[Line], until: str, name: str,
    fact: str = "",
) -> list[int]:  # fmt: skip
    written = letters.write(
        ctx, letter, whom=name, month=assessed.month.title, until=until, lines=[_said(ctx, line) for line in lines],
        total=f"{sum(line.amount for line in lines):.2f}",
    )  # fmt: skip
    note = Note(NOTICES[letter], f"{ctx.job}:{fact}", written.subject, written.body, ctx.case.id)
    return outbox.queue(ctx.tx, ctx.now, ctx.people, persons, note)


def _said(ctx: Context, line: Line) -> str:
    about = f"，{'、'.join(line.findings)}" if line.findings else ""
    return (
        f"第 {line.clause} 条 {ROLES[line.role]} {payer(ctx.people, line)}：{line.formula}＝{line.amount:.2f} 元{about}"
    )


def payer(people: People, line: Line) -> str:
    """Who pays a line: a person, else the department itself."""
    if line.person is not None:
        return people.person(line.person).name
    return people.department(line.department).name if line.department is not None else ""


def answering(people: People, department: int, now: datetime) -> list[int]:
    """The leader and the focal person (of the maintaining department, the maintainer) of a department."""
    kinds = ("maintainer", "leader") if people.department(department).kind == "maintaining" else ("focal", "leader")
    found = []
    for kind in kinds:
        try:
            found.append(people.answering(kind, department, now).acting.person.id)
        except Misconfigured:  # nobody there: the configuration check tells the administrator
            continue
    return list(dict.fromkeys(found))
