"""The kinds of rules, each with what it demands of a log; a verdict for every time it is called for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from engine.clock import local
from engine.conformance.log import Fact, Log, Pattern
from engine.conformance.verdicts import NOT_TESTABLE, OBEYED, VIOLATED, Outcome, Verdict
from engine.store import moment

Same = Literal["subject", "department"]


def told(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all rules have: identity, the words of the policy's owner, where it applies, what it rests on."""

    kind: ClassVar[str]
    title: ClassVar[str]  # the kind in words
    id: str
    clause: str
    says: str  # the demand as a sentence
    broken: str  # what is told of a violation
    processes: tuple[str, ...]
    ground: str = ""  # requirement, as R-043
    duty: str = ""  # a duty without a price: phone letter notice urgent_mark search register raising

    def judge(self, log: Log) -> Iterator[Verdict]:
        raise NotImplementedError

    def patterns(self) -> tuple[Pattern, ...]:
        """All events the rule looks at."""
        raise NotImplementedError

    def formula(self) -> str:
        """The rule in the short notation of Declare."""
        return f"{self.kind}({', '.join(map(str, self.patterns()))})"

    def _verdict(self, outcome: Outcome, at: datetime, why: str, *facts: Fact | None) -> Verdict:
        involved = sorted((fact for fact in facts if fact), key=lambda fact: fact.rank)
        return Verdict(self.clause, self.id, outcome, tuple(f.seq for f in involved), why, at)

    def _violated(self, at: datetime, detail: str, *facts: Fact | None) -> Verdict:
        return self._verdict(VIOLATED, at, f"{self.broken}：{detail}", *facts)

    def _undecided(self, called: Fact, log: Log) -> Verdict:
        """Of a demand that nothing has met so far and nothing has broken."""
        if log.released and log.released.rank > called.rank:
            return self._verdict(NOT_TESTABLE, called.at, "流程已撤回或作废，此后不再要求", called, log.released)
        return self._verdict(NOT_TESTABLE, called.at, "流程还在办，尚不能下结论", called)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Rule):
    """Whenever `when`, then later `then`, ahead of anything in `before` and of the end of the case.

    What is in `lifted` ends the demand: it has been asked anew.
    """

    kind: ClassVar[str] = "response"
    title: ClassVar[str] = "其后须有"
    when: Pattern
    then: Pattern
    before: tuple[Pattern, ...] = ()
    lifted: tuple[Pattern, ...] = ()
    same: Same | None = None

    def patterns(self) -> tuple[Pattern, ...]:
        return self.when, self.then, *self.before, *self.lifted

    def judge(self, log: Log) -> Iterator[Verdict]:
        return (self._one(log, called) for called in log.find(self.when))

    def _one(self, log: Log, called: Fact) -> Verdict:
        done = log.first_after((self.then,), called, self.same)
        late = log.first_after(self.before, called, self.same)
        lifted = log.first_after(self.lifted, called, None)
        if done and not (late and late.rank < done.rank):
            return self._verdict(OBEYED, done.at, f"{told(done.at)} 已办", called, done)
        if lifted and not (late and late.rank < lifted.rank):
            return self._verdict(NOT_TESTABLE, called.at, "其间已重新开始，以后一次为准", called, lifted)
        if late:
            after = f"，{told(done.at)} 才办" if done else ""
            return self._violated(late.at, f"{told(called.at)} 起，至 {told(late.at)} 没有{after}", called, late, done)
        if log.ended and log.ended.rank > called.rank:
            return self._violated(log.ended.at, f"{told(called.at)} 起，至流程办结没有", called, log.ended)
        return self._undecided(called, log)


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedence(Rule):
    """Whenever `when`, then earlier `requires`, and later than the last `since`.

    `person` names what of `when` says who did it: it must be whoever did `requires`.
    """

    kind: ClassVar[str] = "precedence"
    title: ClassVar[str] = "此前须有"
    when: Pattern
    requires: Pattern
    since: Pattern | None = None
    same: Same | None = None
    person: str = ""

    def patterns(self) -> tuple[Pattern, ...]:
        return (self.when, self.requires, *((self.since,) if self.since else ()))

    def judge(self, log: Log) -> Iterator[Verdict]:
        return (self._one(log, called) for called in log.find(self.when))

    def _one(self, log: Log, called: Fact) -> Verdict:
        earlier = log.last_before(self.requires, called, self.same)
        anew = log.last_before(self.since, called, None) if self.since else None
        if earlier is None:
            return self._violated(called.at, f"{told(called.at)} 之前没有", called)
        if anew and anew.rank > earlier.rank:
            detail = f"{told(earlier.at)} 的已不算，{told(anew.at)} 之后没有再办"
            return self._violated(called.at, detail, earlier, anew, called)
        if self.person and called.event.data.get(self.person) != earlier.event.actor_id:
            return self._violated(called.at, f"{told(called.at)} 由另一人办理", earlier, called)
        return self._verdict(OBEYED, called.at, f"{told(earlier.at)} 已办", earlier, called)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence(Rule):
    """After the first `when`, `never` does not happen; once obeyed at the end of the case."""

    kind: ClassVar[str] = "absence"
    title: ClassVar[str] = "不得出现"
    when: Pattern
    never: Pattern

    def patterns(self) -> tuple[Pattern, ...]:
        return self.when, self.never

    def judge(self, log: Log) -> Iterator[Verdict]:
        called = next(iter(log.find(self.when)), None)
        if called is None:
            return
        found = [fact for fact in log.find(self.never) if fact.rank >= called.rank]
        for fact in found:
            yield self._violated(fact.at, told(fact.at), fact)
        if found:
            return
        end = log.ended or log.released
        if end is None:
            yield self._undecided(called, log)
        else:
            yield self._verdict(OBEYED, end.at, "至流程办结没有出现", called, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class FourEyes(Rule):
    """Whoever does `when` is not who last did `other`."""

    kind: ClassVar[str] = "four_eyes"
    title: ClassVar[str] = "须由两人"
    when: Pattern
    other: Pattern
    same: Same | None = None

    def patterns(self) -> tuple[Pattern, ...]:
        return self.when, self.other

    def judge(self, log: Log) -> Iterator[Verdict]:
        for called in log.find(self.when):
            other = log.last_before(self.other, called, self.same)
            if other is None or called.event.actor_id is None or other.event.actor_id is None:
                continue
            if called.event.actor_id == other.event.actor_id:
                yield self._violated(called.at, f"{told(other.at)} 和 {told(called.at)} 是同一人", other, called)
            else:
                yield self._verdict(OBEYED, called.at, "两人办理", other, called)


@dataclass(frozen=True, slots=True, kw_only=True)
class Time(Rule):
    """Every deadline of `clocks` is met; one that goes on under another name is followed."""

    kind: ClassVar[str] = "time"
    title: ClassVar[str] = "须在时限内"
    clocks: tuple[str, ...]
    urgent: bool | None = None

    def patterns(self) -> tuple[Pattern, ...]:
        opened = Pattern(("deadline.opened",), (), {"clock": self.clocks}, self.urgent)
        return opened, Pattern(("deadline.breached", "deadline.closed", "deadline.continued"))

    def formula(self) -> str:
        mark = {None: "", True: ", 紧急", False: ", 正常"}[self.urgent]
        return f"time({'|'.join(self.clocks)}{mark})"

    def judge(self, log: Log) -> Iterator[Verdict]:
        opened, fates = self.patterns()
        later = log.find(fates)
        return (self._one(log, called, later) for called in log.find(opened))

    def _one(self, log: Log, called: Fact, later: list[Fact]) -> Verdict:
        key, closed = called.event.subject, None
        for fact in later:
            event = fact.event
            if event.kind == "deadline.continued" and event.data.get("before") == key:
                key = event.subject
            elif event.subject == key and event.kind == "deadline.breached":
                return self._late(called, fact, self._closing(later, key))
            elif event.subject == key and event.kind == "deadline.closed":
                closed = fact
        if closed is None:
            return self._undecided(called, log)
        status = closed.event.data.get("status")
        if status == "late":
            return self._late(called, closed, closed)
        if status == "met":
            return self._verdict(OBEYED, closed.at, f"{told(closed.at)} 按时办完", called, closed)
        return self._verdict(NOT_TESTABLE, called.at, "时限随流程的撤回、退回而作废", called, closed)

    def _closing(self, later: list[Fact], key: str | None) -> Fact | None:
        return next((f for f in later if f.event.kind == "deadline.closed" and f.event.subject == key), None)

    def _late(self, called: Fact, breached: Fact, closed: Fact | None) -> Verdict:
        clock, due = called.event.data.get("clock"), moment(breached.event.data["due"])
        done = f"{told(closed.at)} 办完" if closed else "还没有办完"
        return self._violated(due, f"{clock} 应于 {told(due)} 前办完，{done}", called, breached, closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Rule):
    """Every `when` says what `must` says."""

    kind: ClassVar[str] = "content"
    title: ClassVar[str] = "须写明"
    when: Pattern
    must: Pattern  # of the same events

    def patterns(self) -> tuple[Pattern, ...]:
        return self.when, self.must

    def judge(self, log: Log) -> Iterator[Verdict]:
        for fact in log.find(self.when):
            if self.must.matches(fact):
                yield self._verdict(OBEYED, fact.at, f"{told(fact.at)} 已写明", fact)
            else:
                yield self._violated(fact.at, told(fact.at), fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(Rule):
    """Every `when` comes within `days` calendar days of the date its data hold under `since_key`."""

    kind: ClassVar[str] = "delay"
    title: ClassVar[str] = "须及时"
    when: Pattern
    since_key: str
    days: int

    def patterns(self) -> tuple[Pattern, ...]:
        return (self.when,)

    def formula(self) -> str:
        return f"delay({self.when}, {self.since_key} + {self.days} 天)"

    def judge(self, log: Log) -> Iterator[Verdict]:
        for fact in log.find(self.when):
            said = fact.event.data.get(self.since_key)
            if not said:
                yield self._verdict(NOT_TESTABLE, fact.at, "没有填写得知的日期", fact)
                continue
            since, raised = date.fromisoformat(said), local(fact.at).date()
            passed = (raised - since).days
            if passed > self.days:
                yield self._violated(fact.at, f"{since} 得知，{raised} 提出，隔 {passed} 天", fact)
            else:
                yield self._verdict(OBEYED, fact.at, f"{since} 得知，{raised} 提出", fact)


KINDS: tuple[type[Rule], ...] = (Response, Precedence, Absence, FourEyes, Time, Content, Delay)
