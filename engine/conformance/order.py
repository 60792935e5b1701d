"""Rules about what comes before or after what, and what never comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from engine.conformance.log import Fact, Log, Pattern
from engine.conformance.rule import Rule, Same, told
from engine.conformance.verdicts import NOT_TESTABLE, OBEYED, Verdict


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
            return self.verdict(OBEYED, done.at, f"{told(done.at)} 已办", called, done)
        if lifted and not (late and late.rank < lifted.rank):
            return self.verdict(NOT_TESTABLE, called.at, "其间已重新开始，以后一次为准", called, lifted)
        if late:
            after = f"，{told(done.at)} 才办" if done else ""
            return self.violated(late.at, f"{told(called.at)} 起，至 {told(late.at)} 没有{after}", called, late, done)
        if log.ended and log.ended.rank > called.rank:
            return self.violated(log.ended.at, f"{told(called.at)} 起，至流程办结没有", called, log.ended)
        return self.undecided(called, log)


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
            return self.violated(called.at, f"{told(called.at)} 之前没有", called)
        if anew and anew.rank > earlier.rank:
            detail = f"{told(earlier.at)} 的已不算，{told(anew.at)} 之后没有再办"
            return self.violated(called.at, detail, earlier, anew, called)
        if self.person and called.event.data.get(self.person) != earlier.event.actor_id:
            return self.violated(called.at, f"{told(called.at)} 由另一人办理", earlier, called)
        return self.verdict(OBEYED, called.at, f"{told(earlier.at)} 已办", earlier, called)


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
            yield self.violated(fact.at, told(fact.at), fact)
        if found:
            return
        end = log.ended or log.released
        if end is None:
            yield self.undecided(called, log)
        else:
            yield self.verdict(OBEYED, end.at, "至流程办结没有出现", called, end)
