"""The signs, each a pure function of stories: same events, same thresholds, same signs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.clock import local
from engine.wording import duration_text
from handlers.signs.story import OVERTAKEN, Pause, Step, Story
from handlers.signs.thresholds import Thresholds

QUICK, HANDOVER, PING_PONG, PAUSES, DEPUTY, LAST_MINUTE, BURST = (
    "quick", "handover", "ping_pong", "pauses", "deputy", "last_minute", "burst",
)  # fmt: skip
TITLES = {
    QUICK: "秒批", HANDOVER: "临期转办", PING_PONG: "临期退回", PAUSES: "挂起异常", DEPUTY: "借代理审批",
    LAST_MINUTE: "临期集中签批", BURST: "连续签批",
}  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """One line: what was noticed, in which case and step, who is concerned, when, and the figures."""

    kind: str
    case: int
    number: str
    title: str
    step: str
    persons: tuple[int, ...]
    at: datetime
    figures: str
    seq: int  # of the event it rests on


@dataclass(frozen=True)
class Month:
    """The cases looked at, and the stretch in which something has to have happened to be told."""

    stories: Sequence[Story]
    since: datetime
    until: datetime
    limits: Thresholds

    def within(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.until

    def done(self) -> Iterator[tuple[Story, Step]]:
        """The steps finished in the month, by the moment."""
        found = [(story, step) for story in self.stories for step in story.done() if self.within(step.done_at)]
        yield from sorted(found, key=lambda one: (one[1].done_at, one[0].id, one[1].done_seq))

    def signed(self) -> Iterator[tuple[Story, Step]]:
        return ((story, step) for story, step in self.done() if step.signed)


Held = Callable[[int, int, datetime], bool]  # whether a person held the focal post of a department at a moment


def quick(month: Month) -> Iterator[Sign]:
    """Signed without ever having been opened, or within seconds of it."""
    for story, step in month.signed():
        assert step.done_at is not None
        if step.viewed_at is None:
            yield _of(QUICK, story, step, "没有打开过就签字")
            continue
        seconds = (step.done_at - step.viewed_at).total_seconds()
        if seconds < month.limits.quick_seconds:
            yield _of(QUICK, story, step, f"首次打开后 {int(seconds)} 秒签字")


def handover(month: Month) -> Iterator[Sign]:
    """Handed to somebody else shortly before it was due."""
    for story in month.stories:
        for step in story.steps:
            for one in step.handovers:
                if month.within(one.at) and one.left is not None and one.left.minutes < month.limits.last_minutes:
                    persons = tuple(who for who in (one.by, one.before, one.to) if who)
                    figures = f"距到期 {duration_text(one.left.rest)}转办"
                    yield Sign(
                        HANDOVER, story.id, story.number, story.title, step.name, tuple(dict.fromkeys(persons)),
                        one.at, figures, one.seq,
                    )  # fmt: skip


def ping_pong(month: Month) -> Iterator[Sign]:
    """Sent back when nearly all of the time was used, by the same person again and again."""
    by_person: dict[int, list[tuple[Story, Step]]] = defaultdict(list)
    for story, step in month.done():
        if step.returns and step.left and step.done_by and step.left.used_percent >= month.limits.return_percent:
            by_person[step.done_by].append((story, step))
    for found in by_person.values():
        if len(found) < month.limits.returns:
            continue
        for place, (story, step) in enumerate(found, start=1):
            assert step.left is not None
            told = f"用去限期 {step.left.used_percent}% 时退回，本月第 {place} 次，共 {len(found)} 次"
            yield _of(PING_PONG, story, step, told)


def pauses(month: Month) -> Iterator[Sign]:
    """Suspended shortly before something was due, very often by one person, or for most of the case's time."""
    chosen = [
        (story, one) for story in month.stories for one in story.pauses
        if one.category != OVERTAKEN and one.by and month.within(one.at)
    ]  # fmt: skip
    count: dict[int, int] = defaultdict(int)
    for _, one in chosen:
        count[one.by or 0] += 1
    for story, one in sorted(chosen, key=lambda found: (found[1].at, found[0].id)):
        told = []
        if one.left is not None and one.left.minutes < month.limits.last_minutes:
            told.append(f"距到期 {duration_text(one.left.rest)}挂起")
        if count[one.by or 0] >= month.limits.pauses:
            told.append(f"此人本月挂起 {count[one.by or 0]} 次")
        share = _paused_percent(story, month.until)
        if share >= month.limits.paused_percent:
            told.append(f"这件流程 {share}% 的时间在挂起")
        if told:
            yield _paused(story, one, "，".join(told))


def deputy(month: Month, focal: Held) -> Iterator[Sign]:
    """A leader's signature given by a deputy who prepares that department's forms, or for whom the leader deputises."""
    signed = [(story, step) for story, step in month.signed() if step.on_behalf_of]
    pairs = {(step.done_by, step.on_behalf_of) for _, step in signed}
    for story, step in signed:
        who, whose, at = step.done_by, step.on_behalf_of, step.done_at
        assert who is not None
        assert whose is not None
        assert at is not None
        told = []
        if written := story.written_by(who, step):
            told.append(f"代签人在本件填写过“{written}”")
        if step.department is not None and focal(who, step.department, at):
            told.append("代签人是本部门归口人员")
        if (whose, who) in pairs:
            told.append("两人本月互相代签")
        if told:
            yield _of(DEPUTY, story, step, "；".join(told), (who, whose))


def last_minute(month: Month) -> Iterator[Sign]:
    """Several signatures of one person on one day, each in the last minutes of its time."""
    groups: dict[tuple[int, str], list[tuple[Story, Step]]] = defaultdict(list)
    for story, step in month.signed():
        if step.left is not None and step.left.minutes < month.limits.last_minutes and step.done_by:
            assert step.done_at is not None
            groups[step.done_by, local(step.done_at).date().isoformat()].append((story, step))
    for found in groups.values():
        if len(found) >= month.limits.cluster:
            for story, step in found:
                assert step.left is not None
                told = f"距到期 {duration_text(step.left.rest)}签字，当日共 {len(found)} 件"
                yield _of(LAST_MINUTE, story, step, told)


def burst(month: Month) -> Iterator[Sign]:
    """Many signatures of one person one right after the other, as if in bulk."""
    by_person: dict[int, list[tuple[Story, Step]]] = defaultdict(list)
    for story, step in month.signed():
        by_person[step.done_by or 0].append((story, step))
    span = timedelta(minutes=month.limits.burst_minutes)
    for found in by_person.values():
        for run in _runs(found, span):
            if len(run) >= month.limits.burst:
                length = run[-1][1].done_at - run[0][1].done_at  # type: ignore[operator]
                for story, step in run:
                    yield _of(BURST, story, step, f"{duration_text(length)}内连续签字 {len(run)} 件")


def _runs(found: Sequence[tuple[Story, Step]], span: timedelta) -> Iterator[Sequence[tuple[Story, Step]]]:
    """Stretches that fit into the span, the longest from each beginning, none told twice."""
    begin = 0
    while begin < len(found):
        end = begin
        while end + 1 < len(found) and found[end + 1][1].done_at - found[begin][1].done_at <= span:  # type: ignore[operator]
            end += 1
        yield found[begin : end + 1]
        begin = end + 1


def all_signs(month: Month, focal: Held) -> list[Sign]:
    """Every sign of the month in the order of the kinds, then of the moments."""
    found: list[Iterable[Sign]] = [
        quick(month), handover(month), ping_pong(month), pauses(month), deputy(month, focal), last_minute(month),
        burst(month),
    ]  # fmt: skip
    order = list(TITLES)
    signs = [one for kind in found for one in kind]
    return sorted(signs, key=lambda one: (order.index(one.kind), one.at, one.case, one.seq))


def _of(kind: str, story: Story, step: Step, figures: str, persons: tuple[int, ...] = ()) -> Sign:
    assert step.done_at is not None
    who = persons or ((step.done_by,) if step.done_by else ())
    return Sign(kind, story.id, story.number, story.title, step.name, who, step.done_at, figures, step.done_seq)


def _paused(story: Story, one: Pause, figures: str) -> Sign:
    who = (one.by,) if one.by else ()
    return Sign(PAUSES, story.id, story.number, story.title, "", who, one.at, figures, one.seq)


def _paused_percent(story: Story, until: datetime) -> int:
    """What part of its life so far the case stood still by somebody's choice, in natural time."""
    if story.started_at is None:
        return 0
    end = story.ended_at or until
    still = sum(((one.until or end) - one.at for one in story.pauses if one.category != OVERTAKEN), start=timedelta())
    whole = end - story.started_at
    return int(100 * still / whole) if whole else 0
