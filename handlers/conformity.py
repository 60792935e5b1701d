"""RP-19 条款符合性: clause by clause, what the event log shows obeyed, violated, or cannot show (design: conformance).

Cases are judged one after another; only counts are kept, and of one rule the occurrences, up to `LISTED`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine import policy_texts
from engine.clauses import Clause
from engine.clock import local
from engine.conformance import NOT_TESTABLE, OBEYED, VIOLATED, RuleSet, Verdict
from engine.conformance.rule import Rule
from engine.conformance.scan import scan
from engine.store import placeholders
from engine.transactions import Tx
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-19", "条款符合性"
POLICY = "SD-010"
LISTED = 1000  # occurrences listed of one rule
OUTCOMES: dict[str, str] = {OBEYED: "遵守", VIOLATED: "违反", NOT_TESTABLE: "不可检验"}
_NAMES = "SELECT id, number, title FROM instance WHERE id IN ({marks})"


@dataclass
class Tally:
    """What a scan has counted; `violating` holds the cases with a violation, by clause."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # rule, outcome
    violating: dict[str, set[int]] = field(default_factory=dict)
    listed: list[tuple[int, Verdict]] = field(default_factory=list)
    cases: set[int] = field(default_factory=set)

    def of(self, rules: tuple[Rule, ...], outcome: str) -> int:
        return sum(self.counts[rule.id, outcome] for rule in rules)


def conformity(tx: Tx, begin: datetime, end: datetime, as_of: datetime, month: str, rule: str = "",
               outcome: str = "") -> Report:  # fmt: skip
    """The clauses of SD-010 over the cases of a month by what is recorded until `as_of`.

    With `rule`, that rule alone and each of its occurrences.

    `begin` and `end` bound the month; an occurrence belongs to the month in which it was obeyed or violated, an
    undecided one to that in which it was called for.
    """
    rules, clauses = policy_texts.rules(tx, POLICY), policy_texts.clauses(tx, POLICY)
    known = rules.rules.get(rule)
    judged = rules.only([rule]) if known else rules
    tally = _counted(tx, judged, (begin, end, as_of), known is not None, outcome)
    asked = {name: value for name, value in (("month", month), ("rule", rule), ("outcome", outcome)) if value}
    filters = (("月份", month), ("规则", known.says if known else "全部"), ("结果", OUTCOMES_TEXT[outcome]))
    tables = (
        (_of_rule(known, tally, asked), _occurrences(tx, tally, outcome))
        if known
        else (_summary(rules, clauses, tally), _by_rule(rules, tally, asked))
    )
    return Report(NUMBER, TITLE, as_of, filters, tables, _notes(rules), asked)


OUTCOMES_TEXT: Mapping[str, str] = {"": "全部"} | OUTCOMES


def _counted(tx: Tx, rules: RuleSet, span: tuple[datetime, datetime, datetime], listing: bool, outcome: str) -> Tally:
    tally = Tally()
    for case_id, verdict in scan(tx, rules, *span):
        tally.counts[verdict.rule, verdict.outcome] += 1
        if verdict.outcome == VIOLATED:
            tally.violating.setdefault(verdict.clause, set()).add(case_id)
        if listing and outcome in ("", verdict.outcome) and len(tally.listed) < LISTED:
            tally.listed.append((case_id, verdict))
    return tally


# --- tables ---------------------------------------------------------------------------------------------------


def _summary(rules: RuleSet, clauses: tuple[Clause, ...], tally: Tally) -> Table:
    bindings = {one.clause: one for one in rules.bindings}
    rows, totals = [], [0, 0, 0, 0]
    for clause in clauses:
        bound = bindings.get(clause.number)
        own = bound.rules if bound else ()
        counted = [tally.of(own, outcome) for outcome in OUTCOMES]
        cases = len(tally.violating.get(clause.number, ()))
        totals = [total + one for total, one in zip(totals, [len(own), *counted], strict=True)]
        reason = bound.not_testable if bound else "没有绑定规则"
        rows.append((
            Cell(f"{clause.number} {clause.title}", Link("clause", f"{POLICY}#{clause.number}"), clause.text),
            Cell(len(own)), *map(Cell, counted), Cell(cases), Cell(reason or None),
        ))  # fmt: skip
    titles = columns(
        "条款", ("规则", "count"), ("遵守", "count"), ("违反", "count"), ("不可检验", "count"),
        ("违反的流程", "count"), "日志检验不了的",
    )  # fmt: skip
    everywhere = len(set().union(*tally.violating.values())) if tally.violating else 0
    total = cells("合计", *totals, everywhere, None)
    return Table("逐条", titles, tuple(rows), total, "条文照录原文；合计的“违反的流程”一件只计一次", "没有条文")


def _by_rule(rules: RuleSet, tally: Tally, asked: Mapping[str, str]) -> Table:
    rows = tuple(_rule_row(rule, tally, asked) for rule in rules.rules.values())
    return Table("逐条规则", _RULE_COLUMNS, rows, note="点数字看是哪些流程", empty="没有规则")


_RULE_COLUMNS = columns(
    "条款", "规则", "方式", "需求", ("遵守", "count"), ("违反", "count"), ("不可检验", "count")
)  # fmt: skip


def _of_rule(rule: Rule, tally: Tally, asked: Mapping[str, str]) -> Table:
    return Table("规则", _RULE_COLUMNS, (_rule_row(rule, tally, asked),))


def _rule_row(rule: Rule, tally: Tally, asked: Mapping[str, str]) -> tuple[Cell, ...]:
    def counted(outcome: str) -> Cell:
        count = tally.counts[rule.id, outcome]
        key = {"number": NUMBER, "month": asked.get("month", ""), "rule": rule.id, "outcome": outcome}
        return Cell(count, Link("report", key) if count else None)

    unpriced = "；没有定价，只登记" if rule.duty else ""
    return (
        Cell(rule.clause, Link("clause", f"{POLICY}#{rule.clause}")), Cell(rule.says, note=rule.formula()),
        Cell(f"{rule.title}{unpriced}"), Cell(rule.ground or None), *(counted(one) for one in OUTCOMES),
    )  # fmt: skip


def _occurrences(tx: Tx, tally: Tally, outcome: str) -> Table:
    names = dict(_named(tx, sorted({case_id for case_id, _ in tally.listed})))
    rows = tuple(
        (
            Cell(names[case_id][0], Link("case", case_id), names[case_id][1]),
            Cell(f"{local(verdict.at):%Y-%m-%d %H:%M}"), Cell(OUTCOMES[verdict.outcome]), Cell(verdict.why),
            Cell("、".join(f"第 {seq} 条" for seq in verdict.seqs), Link("events", case_id)),
        )
        for case_id, verdict in tally.listed
    )  # fmt: skip
    titles = columns("流程", "时间", "结果", "说明", "依据的事件")
    total = sum(count for (_, one), count in tally.counts.items() if outcome in ("", one))
    note = f"共 {total} 次，列出前 {len(rows)} 次" if total > len(rows) else f"共 {total} 次"
    return Table("哪些流程", titles, rows, note=note, empty="这个月没有这样的流程")


def _named(tx: Tx, ids: list[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        rows = tx.all(_NAMES.format(marks=placeholders(part)), part)
        yield from ((row[0], (row[1], row[2])) for row in rows)


def _notes(rules: RuleSet) -> tuple[str, ...]:
    return (
        "每件流程按绑定在条文上的规则，从事件日志逐次判定：要求出现一次，判定一次。违反记在发生的时刻（超时记在到期时刻）。",
        "不可检验：流程还在办、已撤回，或日志里看不出；不算遵守，也不算违反。",
        "同一次超时在 3.1（或 3.2）和 4.1 各列一次：一条规定期限，一条规定考核。",
        f"规则 {len(rules.rules)} 条，指纹 {rules.fingerprint[:12] or '（没有）'}。",
    )
