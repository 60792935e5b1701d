"""RP-04 维护员工作效果: the maintainers' times, disputes, entry errors and returns near the limit (3.3.3).

The times are those of the register: from receipt to the end of the step, in working time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.clock import local
from engine.store import OBSERVED, loads, moment, stamp
from engine.timeline import timeline
from engine.transactions import Tx
from engine.wording import amount_text
from handlers.customers.tables import RESULTS
from handlers.penalties.basis import Basis
from handlers.penalties.findings import entry_errors
from handlers.penalties.period import Month
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-04", "维护员工作效果"
LISTED, NEAR = 1000, 90  # lines of the register; per cent of the limit used when something is returned
STEPS = {"route": "T1", "complete": "T1", "incomplete": "T1", "not_new": "T1", "posted": "T3"}
RETURNS = ("incomplete", "not_new")
ZERO = timedelta(0)
_LINES = (
    "SELECT r.instance_id, i.number, i.title, i.urgent, i.department_id, r.round, r.result, r.person_id, r.received_at,"
    " r.done_at, r.note FROM register r JOIN instance i ON i.id = r.instance_id"
    " WHERE r.result = ? AND r.recorded_at >= ? AND r.recorded_at < ? AND r.person_id IS NOT NULL"
)
_DISPUTES = (
    "SELECT p.posted_by, count(DISTINCT r.id) FROM register r JOIN posting p ON p.instance_id = r.instance_id"
    " WHERE r.result = 'disputed' AND r.recorded_at >= ? AND r.recorded_at < ? GROUP BY p.posted_by"
)
_UPHELD = (
    f"SELECT e.instance_id, e.data FROM event e WHERE {OBSERVED.replace('kind', 'e.kind')}"
    " AND e.kind = 'dispute.reviewed' AND e.occurred_at >= ? AND e.occurred_at < ?"
)
_POSTED_BY = "SELECT posted_by FROM posting WHERE instance_id = ? ORDER BY customer_code LIMIT 1"


@dataclass(frozen=True)
class Line:
    """One line of the register with the working time it took and how much of the limit that was, in per cent."""

    case_id: int
    number: str
    title: str
    department: int
    round: int
    result: str
    person: int
    received_at: datetime
    done_at: datetime
    used: timedelta
    share: int | None
    note: str

    @property
    def near(self) -> bool:
        """A return when the limit had nearly run out: the clock starts anew, and the applicant waits."""
        return self.result in RETURNS and self.share is not None and self.share >= NEAR


def maintaining(tx: Tx, month: Month, basis: Basis, result: str = "", own: Collection[int] | None = None) -> Report:
    """A month by maintainer, and the register itself; `result` is one of RESULTS, empty: all.

    `own` are the departments whose applications the reader sees (None: all); he is told no disputes of others.
    """
    lines = [line for one in STEPS for line in _lines(tx, month, basis, one) if own is None or line.department in own]
    shown = [line for line in lines if result in ("", line.result)]
    asked = {"month": str(month), "result": result}
    filters = (("月份", month.title), ("结果", RESULTS.get(result, "全部")))
    notes = (
        "用时按工作日历从送达算到办结；挂起、暂停没有扣除，是否超时以考核月报为准。",
        f"“临期退回”：用去限期 {NEAR}％ 以后才退回的；“同单再次退回”：同一件在第二轮或以后又退回的。",
    )
    tables = (_persons(tx, month, basis, lines, whole=own is None), _register(shown, basis))
    return Report(NUMBER, TITLE, basis.as_of, filters, tables, notes, asked)


def _lines(tx: Tx, month: Month, basis: Basis, result: str) -> list[Line]:
    found, counted = [], timeline("work", basis.calendar("company"))
    for row in tx.all(_LINES, (result, stamp(month.begin), stamp(month.end))):
        if row[8] is None or row[9] is None:
            continue
        received, done = moment(row[8]), moment(row[9])
        used = counted.between(received, done)
        rule = basis.rules(local(received).date()).limit(STEPS[result], bool(row[3]))
        span = rule.limit.span if rule and rule.limit and rule.limit.unit != "d" else None
        share = int(used * 100 / span) if span else None
        found.append(Line(row[0], row[1], row[2], row[4], row[5], result, row[7], received, done, used, share, row[10]))
    return found


def _persons(tx: Tx, month: Month, basis: Basis, lines: Sequence[Line], *, whole: bool) -> Table:
    span = (stamp(month.begin), stamp(month.end))
    disputed = Counter({row[0]: row[1] for row in tx.all(_DISPUTES, span)}) if whole else Counter()
    upheld = _upheld(tx, span) if whole else Counter()
    found = entry_errors(tx, month.begin, month.end, basis) if whole else []
    wrong = Counter(one.payer.person for one in found)
    by_person: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_person[line.person].append(line)
    people = basis.people
    everybody = {*by_person, *disputed, *upheld, *(one for one in wrong if one is not None)}
    rows = []
    for person in sorted(everybody, key=lambda one: people.person(one).login):
        own = by_person[person]
        checks, posts = ([line for line in own if STEPS[line.result] == clock] for clock in ("T1", "T3"))
        returns = [line for line in own if line.result in RETURNS]
        rows.append(cells(
            people.person(person).name, len(checks), _mean(checks), _longest(checks), len(posts), _mean(posts),
            _longest(posts), len(returns), sum(line.near for line in own), sum(line.round > 1 for line in returns),
            *((counted[person] if whole else None) for counted in (disputed, upheld, wrong)),
        ))  # fmt: skip
    titled = columns(
        "维护员", ("核对（T1）", "count"), "平均用时", "最长", ("建档（T3）", "count"), "平均用时", "最长",
        ("退回", "count"), ("临期退回", "count"), ("同单再次退回", "count"), ("被提异议", "count"),
        ("时效异议成立", "count"), ("录入错误", "count"),
    )  # fmt: skip
    return Table("按维护员", titled, tuple(rows), (), "", "本月没有登记。", 1)


def _upheld(tx: Tx, span: tuple[str, str]) -> Counter[int]:
    found: Counter[int] = Counter()
    for case, text in tx.all(_UPHELD, span):
        if loads(text).get("handling") == "upheld" and (row := tx.one(_POSTED_BY, (case,))):
            found[row[0]] += 1
    return found


def _mean(lines: Sequence[Line]) -> str | None:
    return amount_text(_whole(sum((line.used for line in lines), ZERO) / len(lines))) if lines else None


def _longest(lines: Sequence[Line]) -> str | None:
    return amount_text(_whole(max(line.used for line in lines))) if lines else None


def _whole(span: timedelta) -> timedelta:
    return timedelta(minutes=round(span / timedelta(minutes=1)))


def _register(lines: Sequence[Line], basis: Basis) -> Table:
    people = basis.people
    listed = sorted(lines, key=lambda line: (line.done_at, line.case_id))
    rows = [
        cells(
            Cell(line.number, Link("case", line.case_id)), line.title, people.department(line.department).name,
            line.round, STEPS[line.result], Cell(RESULTS[line.result], None, line.note),
            people.person(line.person).name, f"{local(line.received_at):%m-%d %H:%M}",
            f"{local(line.done_at):%m-%d %H:%M}", amount_text(_whole(line.used)),
            line.share * 10 if line.share is not None else None,
        )
        for line in listed[:LISTED]
    ]  # fmt: skip
    titled = columns(
        ("单号", "code"), "申请事项", "申请部门", ("轮次", "count"), "环节", "结果", "维护员", "收到", "办结", "用时",
        ("占限期", "share"),
    )  # fmt: skip
    note = f"只列出 {LISTED} 条。" if len(listed) > LISTED else ""
    return Table("登记簿：检查结果和处理时间", titled, tuple(rows), (), note, "没有。")
