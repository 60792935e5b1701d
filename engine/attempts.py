"""How often somebody tried to sign in: the brake against guessing passwords, shared by all web processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from engine.errors import CountersignError
from engine.store import config
from engine.store import login_attempt as attempt
from engine.transactions import Tx

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=90)
# Failures within the window after which nobody may try; behind one address may sit a whole office.
PER_LOGIN, PER_ADDRESS = 5, 20


class TooManyAttempts(CountersignError):
    """短时间内登录失败太多次。"""

    template = "登录失败次数过多，为防止有人猜密码，请 {minutes} 分钟后再试。忘记密码请联系系统管理员重设。"
    status = 429


def begin(tx: Tx, now: datetime, login: str, address: str) -> int:
    """Note an attempt as failed before the password is looked at, so that parallel guesses count too.

    Returns its id for `succeeded`; raises TooManyAttempts saying how many minutes to wait.
    """
    # On PostgreSQL this makes parallel guesses queue; SQLite has one writer at a time anyway.
    tx.core(select(config.c.id).with_for_update())
    since = _last_success(tx, login, now)
    _brake(tx, now, attempt.c.login == login, since, PER_LOGIN)
    _brake(tx, now, attempt.c.address == address, now - WINDOW, PER_ADDRESS)
    tx.core(delete(attempt).where(attempt.c.login == login, attempt.c.at < now - KEPT))
    values = {"login": login, "address": address, "at": now, "succeeded": False}
    return int(tx.core(insert(attempt).values(values).returning(attempt.c.id)).scalar_one())


def succeeded(tx: Tx, attempt_id: int) -> None:
    """The password was right: earlier failures of this login are forgiven."""
    tx.core(update(attempt).where(attempt.c.id == attempt_id).values(succeeded=True))


def _last_success(tx: Tx, login: str, now: datetime) -> datetime:
    question = select(func.max(attempt.c.at)).where(attempt.c.login == login, attempt.c.succeeded)
    return max(tx.core(question).scalar() or now - WINDOW, now - WINDOW)


def _brake(tx: Tx, now: datetime, whose: ColumnElement[bool], since: datetime, limit: int) -> None:
    failures = select(attempt.c.at).where(whose, ~attempt.c.succeeded, attempt.c.at > since)
    latest = tx.core(failures.order_by(attempt.c.at.desc()).limit(limit)).scalars().all()
    if len(latest) == limit:
        wait = latest[-1] + WINDOW - now
        raise TooManyAttempts(minutes=max(1, ceil(wait / timedelta(minutes=1))))
