"""The demonstration: an empty database is filled by playing months of cases through the real engine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import update

from engine import store
from engine.clock import LOCAL, ManualClock, SystemClock
from engine.settings import Settings
from engine.store import stamp
from engine.transactions import Transactions
from webui.demo.company import DemoCompany, settle_in
from webui.demo.player import Player
from webui.demo.programme import programme
from webui.founding import equip
from webui.services import Services

FIRST_DAY = datetime(2026, 8, 3, 8, 30, tzinfo=LOCAL)
_SEEN = "UPDATE notice SET read_at = created_at WHERE kind = 'warn' AND channel = 'inbox' AND created_at < ?"
EARLIEST_TODAY = datetime(2026, 11, 24, 14, 10, tzinfo=LOCAL)  # so that autumn 2026 always lies behind us


def fill(settings: Settings) -> bool:
    """Fill an empty database; one that holds anybody is left alone. Returns whether it was filled."""
    transactions = Transactions(settings.database)
    with transactions.read() as tx:
        occupied = tx.one("SELECT 1 FROM person LIMIT 1")
    transactions.close()
    if occupied:
        return False
    today = _today()
    clock = ManualClock(FIRST_DAY)
    services = Services.build(settings, clock)
    company = _found(services, settings)
    Player(services, company, clock).play(programme(FIRST_DAY, today), until=today)
    _warnings_read(services, today)
    offset = int((clock.now() - SystemClock().now()).total_seconds())
    with services.transactions.write() as tx:
        tx.core(update(store.config).values(clock_offset=max(0, offset)))
    services.transactions.close()
    return True


def _warnings_read(services: Services, today: datetime) -> None:
    """Nobody of the stories opens pages: what they were warned of before today they have seen."""
    with services.transactions.write() as tx:
        tx.run(_SEEN, (stamp(today.replace(hour=0, minute=0)),))


def _today() -> datetime:
    """The moment the demonstration has reached: now, but not before autumn 2026 is over."""
    moment = max(SystemClock().now().astimezone(LOCAL), EARLIEST_TODAY)
    return moment.replace(second=0, microsecond=0)


def _found(services: Services, settings: Settings) -> DemoCompany:
    now = services.clock.now()
    with services.transactions.write() as tx:
        company = settle_in(tx, now, settings.company)
        years = range(FIRST_DAY.year - 1, _today().year + 2)
        equip(tx, now, Path(settings.processes), company.admin, years)
    return company


__all__ = ["fill"]
