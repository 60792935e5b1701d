"""Import a company from a workbook through the verbs that pages use too: all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from engine import store
from engine.company.administration import chosen, first_day, period, record
from engine.company.appointment_rules import RANKS
from engine.company.appointments import appoint
from engine.company.days import DAY_KINDS, check_day, own_day
from engine.company.departments import add_department, edit_department
from engine.company.persons import add_person, edit_person
from engine.company.proposals import propose
from engine.company.sheets import DAYS, SHEETS
from engine.company.workbook import Finding, ImportRejected, SheetRow, Workbook
from engine.errors import CountersignError, FieldProblem, FormInvalid
from engine.hours import HoursInvalid, hours_text, parse_hours, typed_hours
from engine.posts import DEPARTMENT_KINDS, POST_KINDS
from engine.transactions import Tx

department, person, post, holder = store.department, store.person, store.post, store.holder

# Reads one row into the tables and says which tally of the summary it belongs to.
Take = Callable[[Mapping[str, str]], str]

# The verbs speak of ids where the workbook has codes and logins.
COLUMN_OF = {"department_id": "department", "person_id": "login"}


@dataclass
class Summary:
    """How many rows of each sheet were added, changed, or already as the file says."""

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    proposal: int | None = None  # the days wait for another administrator under this number


def import_company(tx: Tx, now: datetime, actor_id: int, workbook: Workbook) -> Summary:
    """Add or change the departments, persons, appointments and company days of a workbook.

    Raises ImportRejected with a finding per cell when anything is wrong; the transaction it is raised through
    is rolled back, so nothing is written. Importing the same file twice changes nothing the second time.
    """
    return _Import(tx, now, actor_id, workbook).run()


class _Import:
    def __init__(self, tx: Tx, now: datetime, actor_id: int, workbook: Workbook) -> None:
        self.tx, self.now, self.actor_id, self.workbook = tx, now, actor_id, workbook
        self.findings = list(workbook.findings)
        self.summary = Summary()
        # What failed in an earlier sheet is reported there once, not again in every row that refers to it.
        self.broken: set[str] = set()
        self.days: list[dict[str, Any]] = []  # what the company wants to say of days

    def run(self) -> Summary:
        self._sheet("部门", "code", self._department)
        self._sheet("人员", "login", self._person)
        self._sheet("岗位任职", None, self._appointment)
        self._sheet(DAYS, "day", self._day)
        if self.days and not self.findings:
            self._propose()
        if self.findings:
            raise ImportRejected(sorted(self.findings, key=_place))
        data = {"added": self.summary.added, "changed": self.summary.changed}
        record(self.tx, self.now, self.actor_id, "company.imported", "组织、岗位与日历导入", data)
        return self.summary

    def _propose(self) -> None:
        """The days take effect at once only before the first case; then another administrator approves them."""
        try:
            self.summary.proposal = propose(self.tx, self.now, self.actor_id, {"days": self.days}, "")
        except CountersignError as error:
            self.findings.append(Finding(DAYS, None, None, error.message))

    def _sheet(self, sheet: str, key: str | None, take: Take) -> None:
        incomplete = {f.row for f in self.workbook.findings if f.sheet == sheet}
        seen: dict[str, int] = {}
        for row in self.workbook.rows.get(sheet, ()):
            name = row.values.get(key, "").casefold() if key else ""
            if first := seen.get(name) if name else None:
                column = SHEETS[sheet][0].title
                self.findings.append(Finding(sheet, row.number, column, f"与第 {first} 行重复，请删去一行"))
                continue
            seen[name] = row.number
            readable = not {1, row.number} & incomplete and not self.broken & _references(row)
            if not (readable and self._row(sheet, row, take)):
                self.broken.add(f"{key}:{name}")

    def _row(self, sheet: str, row: SheetRow, take: Take) -> bool:
        try:
            getattr(self.summary, take(row.values))[sheet] += 1
        except FormInvalid as error:
            self.findings += [_finding(sheet, row.number, problem) for problem in error.problems]
            return False
        except CountersignError as error:
            self.findings.append(Finding(sheet, row.number, None, error.message))
            return False
        return True

    def _department(self, values: Mapping[str, str]) -> str:
        kind = chosen("kind", values["kind"], DEPARTMENT_KINDS)
        found = self.tx.core(select(department).where(department.c.code == values["code"])).mappings().first()
        given: dict[str, Any] = {"name": values["name"], "kind": kind}
        if found is None:
            add_department(self.tx, self.now, self.actor_id, code=values["code"], **given)
            return "added"
        changed = edit_department(self.tx, self.now, self.actor_id, found["id"], **given)
        return "changed" if changed else "unchanged"

    def _person(self, values: Mapping[str, str]) -> str:
        particulars: dict[str, Any] = {
            "name": values["name"],
            "department_id": self._department_id(values["department"]),
            "phone": values.get("phone", ""),
            "email": values.get("email", ""),
        }
        known = self._person_id(values["login"])
        if known is None:
            add_person(self.tx, self.now, self.actor_id, login=values["login"], **particulars)
            return "added"
        changed = edit_person(self.tx, self.now, self.actor_id, known, **particulars)
        return "changed" if changed else "unchanged"

    def _appointment(self, values: Mapping[str, str]) -> str:
        department_id = self._department_id(values["department"])
        kind = chosen("kind", values["kind"], POST_KINDS)
        person_id = self._person_id(values["login"])
        if person_id is None:
            text = f"没有登录名为 {values['login']} 的人员；请先在“人员”表加上，或改正登录名"
            raise FormInvalid([FieldProblem("login", text)])
        rank = _rank(values.get("rank", ""))
        begin, end = period(values.get("valid_from", ""), values.get("valid_to", ""), self.now)
        if self._already(department_id, kind, person_id, rank, begin):
            return "unchanged"
        appoint(
            self.tx,
            self.now,
            self.actor_id,
            department_id=department_id,
            kind=kind,
            person_id=person_id,
            rank=rank,
            valid_from=begin,
            valid_to=end,
            exception=values.get("exception", ""),
        )
        return "added"

    def _day(self, values: Mapping[str, str]) -> str:
        kind = chosen("kind", values["kind"], DAY_KINDS)
        said = {"kind": kind, "name": values["name"], "hours": _hours(values.get("hours", "")) or None}
        before = own_day(self.tx, values["day"])
        if said == before:
            return "unchanged"
        given: dict[str, Any] = said | {"hours": said["hours"] or ()}
        check_day(self.tx, self.now, values["day"], reason=values["reason"], **given)
        self.days.append(said | {"day": values["day"], "reason": values["reason"]})
        return "changed" if before else "added"

    def _already(self, department_id: int, kind: str, person_id: int, rank: int, begin: datetime | None) -> bool:
        """Whether the register says so already, from that day on (any day when the file leaves it open)."""
        running = (
            select(holder.c.valid_from)
            .join(post, post.c.id == holder.c.post_id)
            .where(post.c.department_id == department_id, post.c.kind == kind)
            .where(holder.c.person_id == person_id, holder.c.rank == rank)
            .where(or_(holder.c.valid_to.is_(None), holder.c.valid_to > self.now))
        )
        days = {first_day(since) for since in self.tx.core(running).scalars()}
        return bool(days) if begin is None else first_day(begin) in days

    def _department_id(self, code: str) -> int:
        found = self.tx.core(select(department.c.id).where(department.c.code == code)).scalar()
        if found is None:
            text = f"没有编码为 {code} 的部门；请先在“部门”表加上，或改正编码"
            raise FormInvalid([FieldProblem("department", text)])
        return int(found)

    def _person_id(self, login: str) -> int | None:
        return self.tx.core(select(person.c.id).where(person.c.login == login.casefold())).scalar()


def _references(row: SheetRow) -> set[str]:
    named = {"code": row.values.get("department"), "login": row.values.get("login")}
    return {f"{key}:{name.casefold()}" for key, name in named.items() if name}


def _place(finding: Finding) -> tuple[int, int]:
    return list(SHEETS).index(finding.sheet), finding.row or 0


def _finding(sheet: str, number: int, problem: FieldProblem) -> Finding:
    wanted = COLUMN_OF.get(problem.field, problem.field)
    title = next((column.title for column in SHEETS[sheet] if column.field == wanted), None)
    return Finding(sheet, number, title, problem.message)


def _hours(text: str) -> list[str]:
    """Typed working hours in their written form; raises FormInvalid."""
    try:
        return hours_text(parse_hours(typed_hours(text))) if text else []
    except HoursInvalid as error:
        raise FormInvalid([FieldProblem("hours", error.message, "工作时间")]) from error


def _rank(text: str) -> int:
    if not text:
        return 0
    labels = {label: rank for rank, label in RANKS.items()} | {str(rank): rank for rank in RANKS}
    if text not in labels:
        raise FormInvalid([FieldProblem("rank", f"“{text}”不在可选范围：{'、'.join(RANKS.values())}")])
    return labels[text]
