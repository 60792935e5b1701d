"""A case judged by the rules of a policy."""

from __future__ import annotations

from collections.abc import Iterable

from engine.conformance.log import Log
from engine.conformance.ruleset import RuleSet
from engine.conformance.verdicts import Verdict
from engine.history import Recorded


def judge(events: Iterable[Recorded], rules: RuleSet) -> list[Verdict]:
    """What the rules say about the events of one case, in the order of the policy's clauses.

    A log without `case.started` belongs to no process and yields nothing.
    """
    log = Log(events)
    return [verdict for rule in rules.of(log.process) for verdict in rule.judge(log)]
