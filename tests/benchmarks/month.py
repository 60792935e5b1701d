"""A month of 200,000 cases: how long the department report takes from cold, and opening one finding."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from engine import policy_texts, store
from engine.clock import LOCAL, ManualClock, stopwatch
from engine.history import GENESIS, link
from engine.snapshots import Snapshots
from engine.transactions import Transactions, Tx
from handlers.penalties import explain, ledger
from handlers.penalties.basis import live
from handlers.penalties.findings import found
from handlers.penalties.period import Month
from tests.benchmarks.sizes import BATCH, IDS, fresh_sqlite
from tests.journeys.company import POLICY, Company, firm

CASES = 200_000
MIX = (87, 10, 3)  # of a hundred: in time, returned as incomplete, late
SEPTEMBER = Month(2026, 9)
TABLES = ("instance", "deadline", "work_item", "event", "register")
COLUMNS = {
    name: [column.name for column in store.metadata.tables[name].columns if (name, column.name) != ("register", "id")]
    for name in TABLES
}

OWN = ("instance_id", "data", "hash")  # of an event, what each copy gets anew


def table(folder: Path) -> None:
    """Fill the month, then measure in a process that knows nothing of it."""
    path = folder / "month.db"
    events = fill(path, folder, CASES)
    command = [sys.executable, "-m", "tests.benchmarks.month", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(f"a month of {CASES:,} cases, {events:,} events (SQLite, a fresh process)\n{told}", flush=True)
    print("required: report ≤ 5 s cold, a finding ≤ 50 ms\n")


def fill(path: Path, folder: Path, count: int) -> int:
    """Play a case of each kind, and copy them; returns the number of events."""
    clock = ManualClock(datetime(2026, 9, 16, 9, 0, tzinfo=LOCAL))
    company = Company(fresh_sqlite(path), folder / "month", clock)
    with company.transactions.write() as tx:
        policy_texts.lay_down(tx, clock.now(), POLICY.parent)  # with the rules of the unpriced duties
    cases = [_routed(company), _returned(company, 2, 1), _returned(company, 3, 6)]
    kinds = [kind for kind, share in enumerate(MIX) for _ in range(share)]
    with company.transactions.write() as tx:
        first = tx.all("SELECT max(id) FROM instance")[0][0] + 1
        templates = [{name: _rows(tx, name, case) for name in TABLES} for case in cases]
        numbers = range(first, first + count)
        for name in TABLES:
            copies = (row for number in numbers for row in _copies(name, templates[kinds[number % 100]], number))
            marks = ", ".join("?" * len(COLUMNS[name]))
            while batch := list(islice(copies, BATCH)):
                tx.many(f"INSERT INTO {name} ({', '.join(COLUMNS[name])}) VALUES ({marks})", batch)
        events = tx.all("SELECT count(*) FROM event")[0][0]
    company.close()
    return int(events)


def _routed(company: Company) -> int:
    """An application in time: checked and routed within the hour, everybody called, then withdrawn."""
    case = company.sent(form=firm(1))
    company.phone_maintainer(case)
    company.engine.claim(company.item(case, "Task_check"), company.cast.person("李志强"))
    company.clock.advance(hours=1)
    company.engine.sweep()
    company.route(case, "FIN")
    company.do(case, "Task_phone_departments", "李志强", "answered", called="黄雅琴", called_number="8002")
    company.engine.withdraw(case, company.cast.person("孙倩"), "不再需要")
    return case


def _returned(company: Company, number: int, hours: int) -> int:
    """An application the maintainer returns as incomplete after so many hours."""
    case = company.sent(form=firm(number))
    company.phone_maintainer(case)
    company.engine.claim(company.item(case, "Task_check"), company.cast.person("李志强"))
    company.clock.advance(hours=hours)
    company.engine.sweep()
    company.do(case, "Task_check", "李志强", "incomplete", "缺营业执照", missing_items=["attachments"])
    return case


Template = dict[str, list[dict[str, Any]]]


def _rows(tx: Tx, name: str, case: int) -> list[dict[str, Any]]:
    """The rows of a case as they are stored."""
    key, order = ("id" if name == "instance" else "instance_id"), {"event": "seq", "register": "job"}.get(name, "id")
    columns = COLUMNS[name]
    found = tx.all(f"SELECT {', '.join(columns)} FROM {name} WHERE {key} = ? ORDER BY {order}", (case,))
    return [dict(zip(columns, row, strict=True)) for row in found]


def _copies(name: str, template: Template, number: int) -> Iterator[tuple[Any, ...]]:
    if name == "event":
        yield from _chained(template, number)
        return
    case = template["instance"][0]["id"]
    own: dict[str, Any] = {"instance_id": number}
    if name == "instance":
        head = list(_chained(template, number))[-1][-1]
        own = {"id": number, "number": f"M-{number}", "request_key": None, "event_head": head}
    for row in template[name]:
        yield tuple(own[key] if key in own else _moved(key, value, case, number) for key, value in row.items())


def _moved(key: str, value: Any, case: int, number: int) -> Any:
    return value.replace(f"{case}.", f"{number}.", 1) if key in (*IDS, "job") and isinstance(value, str) else value


def _chained(template: Template, number: int) -> Iterator[tuple[Any, ...]]:
    """The events of a copy with a chain of their own."""
    case, before = template["instance"][0]["id"], GENESIS
    for row in template["event"]:
        *_, data, _hash = row.values()
        kept = [_moved(key, value, case, number) for key, value in row.items() if key not in OWN]
        told = (number, *kept, data.replace(f'"{case}.', f'"{number}.'))
        before = link(before, told)
        yield (*told, before)


def measure(path: Path) -> None:
    """Print what the report and a finding take in this process."""
    transactions, now = Transactions(f"sqlite:///{path}"), datetime(2026, 10, 8, 9, 0, tzinfo=LOCAL)
    with transactions.read() as tx:
        begin = stopwatch()
        snapshot = Snapshots().at(tx)
        assessed, report = ledger.build(tx, SEPTEMBER, snapshot, now, whole=False)
        seconds = stopwatch() - begin
        name = assessed.late[len(assessed.late) // 2].name
        begin = stopwatch()
        basis = live(tx, snapshot, now)
        told = explain.told(tx, found(tx, name, basis), basis, assessed.lines)
        opened = stopwatch() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    steps = sum(assessed.met.values()) + len(assessed.late)
    print(f"{'steps':>9} {'late':>7} {'report s':>9} {'finding ms':>11} {'memory MB':>10}")
    print(f"{steps:>9,} {len(assessed.late):>7,} {seconds:>9.2f} {opened * 1000:>11.1f} {memory:>10}")
    assert told
    assert report.tables


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
