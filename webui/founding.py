"""What an installation is equipped with before its first case: days, number ranges, policies, procedures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from engine import calendar_tables, company, migrate, policy_tables, policy_texts, schedules
from engine.clock import SystemClock, local
from engine.definitions import build, publish, read_folder, shared
from engine.errors import FormInvalid
from engine.policy_reader import policy_files
from engine.settings import Settings
from engine.transactions import Transactions, Tx
from engine.vault import Vault
from handlers.customers import numbering, reference, rules
from handlers.customers.matching import reindexing
from webui import passwords


def found(settings: Settings, company_name: str, login: str, name: str, password: str) -> None:
    """Make an empty installation with its first administrator.

    Raises FormInvalid for a weak password, NotPossible when somebody is registered already.
    """
    problems = passwords.problems(password, password, login)
    if problems:
        raise FormInvalid(problems)
    secret = passwords.hashed(password)
    transactions = Transactions(settings.database, Vault(Path(settings.keys)))
    now = SystemClock().now()
    with transactions.write() as tx:
        admin = company.found(tx, now, company_name, login, name, secret)
        equip(tx, now, Path(settings.processes), admin, years=(local(now).year, local(now).year + 1))
    transactions.close()


def upgrade(settings: Settings) -> None:
    """Bring tables, shipped lists and the index of names to this release; a new installation gets its tables."""
    vault = Vault(Path(settings.keys))
    migrate.upgrade(settings.database, vault=vault)
    transactions = Transactions(settings.database, vault)
    with transactions.write() as tx:
        reference.seed(tx, Path(settings.processes) / "reference")
        rules.publish(tx, SystemClock().now(), Path(settings.processes) / "rules" / "customers.yaml")
        policy_texts.lay_down(tx, SystemClock().now(), Path(settings.processes) / "policies")
        reindexing.complete(tx)
    transactions.close()


def equip(tx: Tx, now: datetime, processes: Path, author: int | None, years: Iterable[int]) -> None:
    """Write down the days of these years, the number ranges, and publish what lies in the processes folder."""
    calendar_tables.seed(tx, years)
    numbering.seed(tx)
    reference.seed(tx, processes / "reference")
    rules.publish(tx, now, processes / "rules" / "customers.yaml")
    for file in policy_files(processes / "policies"):
        policy_tables.publish(tx, now, file.read_text(encoding="utf-8"), file.name)
    policy_texts.lay_down(tx, now, processes / "policies")
    for folder in sorted(path.parent for path in processes.glob("*/process.bpmn") if not shared(path.parent)):
        definition = build(folder.name, read_folder(folder))
        publish(tx, now, author, definition, "随系统安装")
        schedules.register(tx, now, definition)
