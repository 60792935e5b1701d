"""A proposed change of the calendar before and after its approval: what it would move, and moving it (E-09 to E-11)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine import calendar_tables, recompute
from engine.company import proposals
from engine.company.proposals import Content, Proposal
from engine.errors import NotAllowed
from engine.recompute import Moved
from engine.store import stamp
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

UNFINISHED = "SELECT id FROM calendar_proposal WHERE status = 'approved' AND recomputed_at IS NULL ORDER BY id"
FINISHED = "UPDATE calendar_proposal SET recomputed_at = ? WHERE id = ?"


def propose(engine: Engine, actor: int, content: Content, reason: str) -> int | None:
    """Propose a change, which the other administrators hear of; None when it is in force at once (no case yet)."""
    with engine.transactions.write() as tx:
        _must_administer(engine, tx, actor)
        number = proposals.propose(tx, engine.clock.now(), actor, content, reason)
        if number is not None:
            announce(engine, tx, number)
    return number


def announce(engine: Engine, tx: Tx, number: int) -> None:
    """Tell the administrators of a proposal, once."""
    found = proposals.proposal(tx, number)
    who = engine.snapshots.at(tx).people.person(found.proposed_by).name
    body = (
        f"{who}提请调整工作日历：{found.title}。\n原因：{found.reason or '见各日'}\n"
        "请另一位系统管理员在“设置 · 工作日历”查看会改动的时限，再批准或退回。"
    )
    engine.registry.raise_alarm(tx, engine.clock.now(), f"calendar:{number}", f"日历调整待批准：{found.title}", body)


def preview(engine: Engine, proposal: Proposal) -> list[Moved]:
    """The limits a proposal would move, from when to when, without anything being kept.

    Raises what approving it would raise, e.g. for a day that is past by now.
    """
    now = engine.clock.now()
    with engine.transactions.trial() as tx:
        proposals.enact(tx, now, proposal)
        calendars = calendar_tables.load_calendars(tx)
    with engine.transactions.read() as tx:
        return recompute.foreseen(tx, engine.snapshots.at(tx), calendars, now)


def approve(engine: Engine, actor: int, number: int) -> list[Moved]:
    """Put a proposal in force and recompute every limit that is open and not overdue; returns those that moved."""
    with engine.transactions.write() as tx:
        _must_administer(engine, tx, actor)
        found = proposals.approve(tx, engine.clock.now(), actor, number)
    return _finish(engine, found, actor)


def decline(engine: Engine, actor: int, number: int, answer: str) -> None:
    """Refuse a proposal, or take one's own back."""
    with engine.transactions.write() as tx:
        _must_administer(engine, tx, actor)
        proposals.decline(tx, engine.clock.now(), actor, number, answer)


def sweep(engine: Engine, now: datetime) -> int:
    """Recompute after an approval whose process died before it had; returns how many there were."""
    with engine.transactions.read() as tx:
        left = [proposals.proposal(tx, row[0]) for row in tx.all(UNFINISHED)]
    for found in left:
        _finish(engine, found, found.decided_by or found.proposed_by)
    return len(left)


def _finish(engine: Engine, found: Proposal, actor: int) -> list[Moved]:
    moved = recompute.recompute(engine, actor, found.title)
    with engine.transactions.write() as tx:
        tx.run(FINISHED, (stamp(engine.clock.now()), found.id))
    return moved


def _must_administer(engine: Engine, tx: Tx, actor: int) -> None:
    posts = engine.snapshots.at(tx).people.posts_of(actor, engine.clock.now())
    if not any(post.kind == "admin" for post in posts):
        raise NotAllowed(what="调整工作日历", why="只有系统管理员可以")
