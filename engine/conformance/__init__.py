"""Conformance: every clause of a policy bound to rules, and each case's event log judged by them.

    rules = conformance.read(Path("processes/policies/SD-010.rules.yaml"))
    for verdict in conformance.judge(history.read(tx, case_id), rules):
        verdict.clause, verdict.rule, verdict.outcome, verdict.seqs, verdict.why, verdict.at

A `Verdict` is one thing that had to be: a call for this round, a signature on this posting, a deadline that ran. It
names the rule (`rules.rule(verdict.rule)` has its words, its `duty` and its `ground`) and the events it rests on by
their numbers in the case. `outcome` is one of

* `OBEYED`: the log shows that it was done;
* `VIOLATED`: the log shows that it was not, or not in time; `at` is the moment of the violation (a missed deadline: its
  due moment), `seqs` the events that show it, `why` a sentence for people;
* `NOT_TESTABLE`: the log decides nothing, with the reason in `why`: the case still runs, was withdrawn, was suspended.

A rule that nothing in the case calls for yields no verdict. `rule.duty` is set for the duties without a price (phone,
letter, notice, urgent_mark, search, register, raising, incomplete), so findings without an amount are

    [v for v in judge(events, rules) if v.outcome == VIOLATED and rules.rule(v.rule).duty]

The kinds of rules are those of Declare (van der Aalst, Pesic, Schonenberg 2009) with data, people and time:
`response`, `precedence`, `absence` (classes in `order.py`), `four_eyes`, `time`, `content`, `delay` (in `measures.py`).
Everything here is pure: events in, verdicts out; `scan.py` alone reads the database, case by case.
"""

from engine.conformance.judging import judge
from engine.conformance.reader import parse, read
from engine.conformance.ruleset import Binding, RuleSet
from engine.conformance.verdicts import NOT_TESTABLE, OBEYED, VIOLATED, Outcome, Verdict

__all__ = ["NOT_TESTABLE", "OBEYED", "VIOLATED", "Binding", "Outcome", "RuleSet", "Verdict", "judge", "parse", "read"]
