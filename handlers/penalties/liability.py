"""Who answers for a deadline: slices of time that add up to the whole, and whom the policy lets pay (SD-010 4.1).

AMB-21: the 50 falls on whoever held the focal person's or maintainer's work item last up to the due moment and, while
nobody had taken it, on whoever filled that post then. The 20 falls on the leader in office at the due moment, and only
the 20, even while the form lay before him (AMB-41): the slices show it for an appeal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from engine.people import People
from engine.timeline import Timeline
from handlers.penalties.facts import Clocked, Work

PRIMARY = ("focal", "maintainer")  # the posts clause 4.1 means by 归口人员 (AMB-14)
ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a deadline in one hand; `counted` is its length in the deadline's own kind of time.

    Nobody's hand: the work lay in a vacant post, or the system had it (`item` None). `paused` counts nothing.
    """

    since: datetime
    until: datetime
    person: int | None
    item: Work | None
    counted: timedelta
    late: bool
    claimed: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Payer:
    """Whom a finding falls on, and why him; `deputy` for the holder `on_behalf_of`."""

    person: int | None
    post: int | None
    why: str
    on_behalf_of: int | None = None


def slices(deadline: Clocked, people: People, timeline: Timeline, as_of: datetime) -> list[Slice]:
    """Whose hands a deadline went through, from receipt to its end; what is counted adds up to the whole."""
    end = deadline.closed_at or as_of
    found: list[Slice] = []
    for a, b in pairwise(_moments(deadline, people, end)):
        paused = any(since <= a and (until is None or a < until) for since, until in deadline.pauses)
        item = _at_hand(deadline, a)
        holder = item.holder(a) if item is not None else None
        person = holder if holder is not None else _in_office(people, item, a)
        counted = ZERO if paused else timeline.between(a, b)
        one = Slice(a, b, person, item, counted, a >= deadline.due, holder is not None, paused)
        if found and _same(found[-1], one):
            before = found.pop()
            one = Slice(before.since, b, person, item, before.counted + counted, one.late, one.claimed, paused)
        found.append(one)
    return found


def _same(a: Slice, b: Slice) -> bool:
    same = (a.person, a.late, a.claimed, a.paused) == (b.person, b.late, b.claimed, b.paused)
    return same and a.item is b.item


def _moments(deadline: Clocked, people: People, end: datetime) -> list[datetime]:
    return sorted({at for at in _changes(deadline, people) if deadline.received_at < at < end}
                  | {deadline.received_at, end})  # fmt: skip


def _changes(deadline: Clocked, people: People) -> Iterator[datetime]:
    """Every moment at which another hand may begin."""
    yield deadline.due
    for since, until in deadline.pauses:
        yield since
        if until is not None:
            yield until
    for item in deadline.work:
        yield item.opened_at
        if item.closed_at is not None:
            yield item.closed_at
        for holding in item.holdings:
            yield holding.since
            if holding.until is not None:
                yield holding.until
        for appointment in people.appointments(item.post) if item.post is not None else ():
            yield appointment.valid_from
            if appointment.valid_to is not None:
                yield appointment.valid_to


def _at_hand(deadline: Clocked, at: datetime) -> Work | None:
    """The item that waits at a moment; of several the first that opened."""
    return next((one for one in deadline.work
                 if one.opened_at <= at and (one.closed_at is None or at < one.closed_at)), None)  # fmt: skip


def _in_office(people: People, item: Work | None, at: datetime) -> int | None:
    """Who filled an item's post at a moment: its holder, else the first deputy; also when he has left since."""
    return None if item is None or item.post is None else in_office(people, item.post, at)


def in_office(people: People, post: int, at: datetime) -> int | None:
    """The holder of a post at a moment, else its first deputy; None: the post was vacant."""
    return next((one.person_id for one in people.appointments(post) if one.valid(at)), None)


# --- who pays -----------------------------------------------------------------------------------------------------


def focal(deadline: Clocked, people: People, timeline: Timeline, how: str) -> Payer:
    """Whom the 归口人员's amount falls on; `how` is the policy's `penalty.overtime.person`."""
    return PAYERS[how](deadline, people, timeline)


def leader(deadline: Clocked, people: People) -> Payer:
    """Whom the 分管领导's amount falls on: in office at the due moment, by default the 主管领导 (AMB-23, E-96)."""
    for kind in ("executive", "leader"):
        post = people.post(kind, deadline.department) if deadline.department is not None else None
        person = in_office(people, post.id, deadline.due) if post is not None else None
        if post is not None and person is not None:
            return Payer(person, post.id, f"到期时在任的{people.post_name(post.id)}")
    return Payer(None, None, "到期时没有在任的分管领导或主管领导")


def primary(deadline: Clocked, people: People) -> Work | None:
    """The last item up to the due moment that was the focal person's or the maintainer's to do, else the first."""
    known = [one for one in deadline.work if one.opened_at <= deadline.due]
    of_kind = [one for one in known if one.post is not None and people.post_by_id(one.post).kind in PRIMARY]
    chosen = of_kind or known[:1]
    return chosen[-1] if chosen else None


def _holder_at_due(deadline: Clocked, people: People, _timeline: Timeline) -> Payer:
    item = primary(deadline, people)
    if item is None:
        return Payer(None, None, "到期时没有待办")
    holder = item.holder(deadline.due)
    if holder is not None:
        behalf = item.on_behalf_of if item.done_by == holder else None
        return Payer(holder, item.post, "到期时持有待办的人", behalf)
    person = _in_office(people, item, deadline.due)
    if person is None:
        return Payer(None, item.post, "到期时无人签收，岗位空缺")
    return Payer(person, item.post, f"到期时无人签收，由在任的{people.post_name(item.post or 0)}承担")


def _longest(deadline: Clocked, people: People, timeline: Timeline) -> Payer:
    """Whoever had the work longest within the limit; of equals the later."""
    held: dict[int, timedelta] = {}
    for one in slices(deadline, people, timeline, deadline.due):
        if one.person is not None and one.item is not None and not one.late:
            held[one.person] = held.pop(one.person, ZERO) + one.counted
    if not held:
        return _holder_at_due(deadline, people, timeline)
    person = max(reversed(held), key=lambda one: held[one])
    return Payer(person, None, "时限内持有时间最长的人")


PAYERS: dict[str, Callable[[Clocked, People, Timeline], Payer]] = {
    "holder_at_due": _holder_at_due,
    "longest_holder": _longest,
}
