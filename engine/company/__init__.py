"""The changes administrators make: departments, persons, posts, days, and a whole company from a workbook.

Each verb takes (tx, now, actor_id, …), validates, writes, appends to the audit list and bumps the `config`
row. What was typed wrongly comes back as FormInvalid with the field it belongs to; what the state of things
forbids as NotPossible.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from engine import store
from engine.company.administration import record
from engine.company.appointments import appoint, end_appointment, ensure_post
from engine.company.arrangement import Arrangement, read_arrangement
from engine.company.days import clear_day, ensure_company_calendar, set_day
from engine.company.departments import add_department, close_department, edit_department, switch_calendar
from engine.company.importing import Summary, import_company
from engine.company.persons import (
    add_person,
    deactivate_person,
    edit_person,
    reactivate_person,
    set_password,
)
from engine.company.proposals import Proposal
from engine.company.template import template
from engine.company.workbook import Finding, ImportRejected, read_workbook
from engine.errors import NotPossible
from engine.transactions import Tx

__all__ = [
    "Arrangement",
    "Finding",
    "ImportRejected",
    "Proposal",
    "Summary",
    "add_department",
    "add_person",
    "appoint",
    "clear_day",
    "close_department",
    "deactivate_person",
    "edit_department",
    "edit_person",
    "end_appointment",
    "ensure_company_calendar",
    "ensure_post",
    "found",
    "import_company",
    "reactivate_person",
    "read_arrangement",
    "read_workbook",
    "set_day",
    "set_password",
    "switch_calendar",
    "template",
]


def found(
    tx: Tx,
    now: datetime,
    company_name: str,
    login: str,
    name: str,
    password_hash: str,
    department_name: str = "信息中心",
) -> int:
    """An empty installation: the company calendar, the maintaining department, the first administrator.

    Returns the administrator's id; NotPossible when somebody is registered already.
    """
    if tx.core(select(func.count()).select_from(store.person)).scalar():
        raise NotPossible(what="初始化", why="系统里已经有人员；请由管理员在“设置”中继续维护")
    ensure_company_calendar(tx)
    home = add_department(tx, now, None, code="MDM", name=department_name, kind="maintaining")
    admin = add_person(
        tx,
        now,
        None,
        login=login,
        name=name,
        department_id=home,
        password_hash=password_hash,
        must_change=False,
    )
    appoint(tx, now, admin, department_id=home, kind="admin", person_id=admin)
    record(tx, now, admin, "company.founded", company_name)
    return admin
