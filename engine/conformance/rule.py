"""What every kind of rule has in common; a verdict for every time a rule is called for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from engine.clock import local
from engine.conformance.log import Fact, Log, Pattern
from engine.conformance.verdicts import NOT_TESTABLE, VIOLATED, Outcome, Verdict

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
    duty: str = ""  # a duty without a price: phone letter notice urgent_mark search register raising incomplete

    def judge(self, log: Log) -> Iterator[Verdict]:
        raise NotImplementedError

    def patterns(self) -> tuple[Pattern, ...]:
        """All events the rule looks at."""
        raise NotImplementedError

    def formula(self) -> str:
        """The rule in the short notation of Declare."""
        return f"{self.kind}({', '.join(map(str, self.patterns()))})"

    def verdict(self, outcome: Outcome, at: datetime, why: str, *facts: Fact | None) -> Verdict:
        involved = sorted((fact for fact in facts if fact), key=lambda fact: fact.rank)
        return Verdict(self.clause, self.id, outcome, tuple(f.seq for f in involved), why, at)

    def violated(self, at: datetime, detail: str, *facts: Fact | None) -> Verdict:
        return self.verdict(VIOLATED, at, f"{self.broken}：{detail}", *facts)

    def undecided(self, called: Fact, log: Log) -> Verdict:
        """Of a demand that nothing has met so far and nothing has broken."""
        if log.released and log.released.rank > called.rank:
            return self.verdict(NOT_TESTABLE, called.at, "流程已撤回或作废，此后不再要求", called, log.released)
        return self.verdict(NOT_TESTABLE, called.at, "流程还在办，尚不能下结论", called)
