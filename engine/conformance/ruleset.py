"""The rules of a policy, by clause; clauses that cannot be tested with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.conformance.rule import Rule


@dataclass(frozen=True, slots=True)
class Binding:
    """What stands for a clause: its rules, and what of it the log cannot show."""

    clause: str
    rules: tuple[Rule, ...]
    not_testable: str = ""


class RuleSet:
    """All bindings of a policy, in the order of its clauses."""

    def __init__(self, policy: str, bindings: Iterable[Binding], fingerprint: str) -> None:
        self.policy, self.bindings, self.fingerprint = policy, tuple(bindings), fingerprint
        self._of: dict[str, tuple[Rule, ...]] = {}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """All rules by id."""
        return {rule.id: rule for binding in self.bindings for rule in binding.rules}

    def rule(self, rule_id: str) -> Rule:
        return self.rules[rule_id]

    def of(self, process: str | None) -> tuple[Rule, ...]:
        """The rules that apply to the cases of a process."""
        known = self._of.get(process or "")
        if known is None:
            known = tuple(rule for rule in self.rules.values() if process in rule.processes)
            self._of[process or ""] = known
        return known

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of events that any rule looks at."""
        return frozenset(event for rule in self.rules.values() for one in rule.patterns() for event in one.events)

    def only(self, rule_ids: Iterable[str]) -> RuleSet:
        """The same policy with some of its rules alone."""
        wanted = set(rule_ids)
        kept = [
            Binding(one.clause, tuple(r for r in one.rules if r.id in wanted), one.not_testable)
            for one in self.bindings
        ]
        return RuleSet(self.policy, [one for one in kept if one.rules], self.fingerprint)
