"""The outbox: notices are written with the step that causes them and leave after its commit.

The inbox notice is the record and needs no sending. Its outbound copy is tried, then again after growing pauses,
then moved to the next channel when one keeps failing (E-83); whatever happens to it, the step stands.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from engine.people import People
from engine.store import person, stamp
from engine.transactions import Transactions, Tx
from handlers.notices.channels import Channel, Message
from handlers.notices.tables import INBOX, OUTBOUND, notice

log = logging.getLogger(__name__)

TRIES = 3  # on one channel, then the next one
PAUSE = timedelta(minutes=1)  # after the first failure; doubles with each
LEASE = timedelta(minutes=5)  # a sender that died leaves its message to others after this
BATCH = 100

_PUT = (
    "INSERT INTO notice (instance_id, person_id, channel, kind, subject, body, dedupe_key, status, next_at,"
    " created_at, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dedupe_key) DO NOTHING"
)


@dataclass(frozen=True)
class Note:
    """What is to be told; `fact` names the occasion (a deadline, a job): it is told once per person."""

    kind: str
    fact: str
    subject: str
    body: str
    instance_id: int | None = None


def queue(tx: Tx, now: datetime, people: People, person_ids: list[int], note: Note) -> list[int]:
    """Put a notice in each person's inbox and a copy for whoever has an address; returns who was told."""
    told = []
    for person_id in dict.fromkeys(person_ids):
        if not _put(tx, now, person_id, note, INBOX):
            continue
        told.append(person_id)
        if people.person(person_id).email:
            _put(tx, now, person_id, note, OUTBOUND)
    return told


def _put(tx: Tx, now: datetime, person_id: int, note: Note, channel: str) -> bool:
    inbox = channel == INBOX
    medium = "inbox" if inbox else "out"
    at = stamp(now)
    values = (
        note.instance_id, person_id, channel, note.kind, note.subject[:200], note.body,
        f"{note.kind}:{note.fact}:{person_id}:{medium}",
        *(("sent", None, at, at) if inbox else ("queued", at, at, None)),
    )  # fmt: skip
    return tx.run(_PUT, values) == 1


def resend(tx: Tx, now: datetime) -> int:
    """Queue every message that no channel could send once more, from the first channel on; returns how many."""
    values = {"status": "queued", "channel": OUTBOUND, "attempts": 0, "next_at": now}
    again = update(notice).where(notice.c.status == "failed").values(**values).returning(notice.c.id)
    return len(tx.core(again).all())


class Outbox:
    """Sends what is queued; `channels` in the order in which they are tried, each under its name."""

    def __init__(self, transactions: Transactions, channels: Mapping[str, Channel]) -> None:
        self.transactions, self.channels = transactions, channels

    def deliver(self, now: datetime) -> int:
        """Send every message that is due; returns how many went out. A broken one stops no other."""
        with self.transactions.read() as tx:
            due = [row[0] for row in tx.core(_DUE, {"now": now}).all()]
        return sum(self._deliver(now, notice_id) for notice_id in due)

    def _deliver(self, now: datetime, notice_id: int) -> bool:
        """Claim, send outside any transaction (a mail server must not hold the database), note the end."""
        claimed = self._claim(now, notice_id)
        if claimed is None:
            return False
        channel, attempts, message = claimed
        try:
            self.channels[channel].send(message)
        except Exception as error:
            log.warning("notice failed", extra={"action": "notice_failed", "notice": notice_id}, exc_info=True)
            self._note_failure(now, notice_id, channel, attempts + 1, f"{type(error).__name__}: {error}")
            return False
        self._write(notice_id, status="sent", sent_at=now, attempts=attempts + 1, next_at=None)
        return True

    def _claim(self, now: datetime, notice_id: int) -> tuple[str, int, Message] | None:
        """Take the message for a lease; None when somebody else has it or no channel is configured."""
        with self.transactions.write() as tx:
            if tx.core(_CLAIM, {"notice_id": notice_id, "now": now, "lease": now + LEASE}).first() is None:
                return None
            row = tx.core(_MESSAGE, {"notice_id": notice_id}).one()
            channel = row.channel if row.channel in self.channels else next(iter(self.channels), None)
            if channel is None:
                _change(
                    tx,
                    notice_id,
                    status="failed",
                    next_at=None,
                    last_error="没有配置外发渠道；以站内通知为准",
                )
                return None
            moved = channel != row.channel
            if moved:
                _change(tx, notice_id, channel=channel, attempts=0)
        message = Message(notice_id, row.email or "", row.name, row.subject, row.body, row.created_at)
        return channel, 0 if moved else row.attempts, message

    def _note_failure(self, now: datetime, notice_id: int, channel: str, attempts: int, why: str) -> None:
        if attempts < TRIES:
            later = now + PAUSE * 2 ** (attempts - 1)
            self._write(notice_id, status="queued", attempts=attempts, next_at=later, last_error=why)
        elif following := self._after(channel):
            self._write(notice_id, status="queued", channel=following, attempts=0, next_at=now + PAUSE, last_error=why)
        else:
            self._write(notice_id, status="failed", attempts=attempts, next_at=None, last_error=why)

    def _after(self, channel: str) -> str | None:
        names = list(self.channels)
        return next(iter(names[names.index(channel) + 1 :]), None)

    def _write(self, notice_id: int, **values: object) -> None:
        with self.transactions.write() as tx:
            _change(tx, notice_id, **values)


def _change(tx: Tx, notice_id: int, **values: object) -> None:
    tx.core(update(notice).where(notice.c.id == notice_id).values(**values))


_OPEN = notice.c.status.in_(("queued", "sending"))
_DUE = (
    select(notice.c.id)
    .where(_OPEN, notice.c.next_at <= bindparam("now", type_=notice.c.next_at.type))
    .order_by(notice.c.next_at, notice.c.id)
    .limit(BATCH)
)
_CLAIM = (
    update(notice)
    .where(
        notice.c.id == bindparam("notice_id"),
        _OPEN,
        notice.c.next_at <= bindparam("now", type_=notice.c.next_at.type),
    )
    .values(status="sending", next_at=bindparam("lease", type_=notice.c.next_at.type))
    .returning(notice.c.id)
)
_MESSAGE = select(notice, person.c.email, person.c.name).join(person).where(notice.c.id == bindparam("notice_id"))
