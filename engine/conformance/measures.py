"""Rules about people, deadlines, dates and what an event must say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from engine.clock import local
from engine.conformance.log import Fact, Log, Pattern
from engine.conformance.rule import Rule, Same, told
from engine.conformance.verdicts import NOT_TESTABLE, OBEYED, Verdict
from engine.store import moment


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
                yield self.violated(called.at, f"{told(other.at)} 和 {told(called.at)} 是同一人", other, called)
            else:
                yield self.verdict(OBEYED, called.at, "两人办理", other, called)


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
            return self.undecided(called, log)
        status = closed.event.data.get("status")
        if status == "late":
            return self._late(called, closed, closed)
        if status == "met":
            return self.verdict(OBEYED, closed.at, f"{told(closed.at)} 按时办完", called, closed)
        return self.verdict(NOT_TESTABLE, called.at, "时限随流程的撤回、退回而作废", called, closed)

    def _closing(self, later: list[Fact], key: str | None) -> Fact | None:
        return next((f for f in later if f.event.kind == "deadline.closed" and f.event.subject == key), None)

    def _late(self, called: Fact, breached: Fact, closed: Fact | None) -> Verdict:
        clock, due = called.event.data.get("clock"), moment(breached.event.data["due"])
        done = f"{told(closed.at)} 办完" if closed else "还没有办完"
        return self.violated(due, f"{clock} 应于 {told(due)} 前办完，{done}", called, breached, closed)


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
                yield self.verdict(OBEYED, fact.at, f"{told(fact.at)} 已写明", fact)
            else:
                yield self.violated(fact.at, told(fact.at), fact)


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
                yield self.verdict(NOT_TESTABLE, fact.at, "没有填写得知的日期", fact)
                continue
            since, raised = date.fromisoformat(said), local(fact.at).date()
            passed = (raised - since).days
            if passed > self.days:
                yield self.violated(fact.at, f"{since} 得知，{raised} 提出，隔 {passed} 天", fact)
            else:
                yield self.verdict(OBEYED, fact.at, f"{since} 得知，{raised} 提出", fact)
