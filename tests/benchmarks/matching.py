"""How well the duplicate search tells customers apart, and what it costs: `python -m tests.benchmarks.matching`.

The set is labelled and made offline with a fixed seed, every kind of variant and of stranger in equal number (C.3.1 f
of the data model). It goes through the product itself: names are indexed as posting does, queries go through `find`
on SQLite. A query has no number, no telephone, nothing but a name.

Measured at the threshold at which the product makes the applicant act: 80, a reasoned dismissal or a block. A variant
counts as found when its own customer is among those to act on; a stranger is a false alarm when any customer of the
store is. The parser knows, in turn, all words the names are made of; what is shipped; and, the headline, only half of
the trades and three in ten places, both while indexing and while searching.

The matcher was tuned on other seeds, other trades and other cities (`firms.Maker("tuning", …)`), and by reasoning
about names; this half was only measured.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time

from engine.clock import LOCAL
from engine.store import stamp
from engine.transactions import Transactions, Tx
from handlers.customers import numbering
from handlers.customers.matching.name_index import keys_of
from handlers.customers.matching.naming import parse
from handlers.customers.matching.score import DISMISS_AT, Candidate
from handlers.customers.matching.search import find
from handlers.customers.matching.vocabulary import Vocabulary, knowing, shipped
from tests.benchmarks.firms import Firm, Maker, Query, queries, trades
from tests.benchmarks.sizes import fresh_sqlite
from tests.cast import move_in

SEED = 20260916
SIZE = 100_000
PER_KIND = 300
REQUIRED = 0.93
FIRST_CODE = 1_000_000
BATCH = 5_000


@dataclass
class Tally:
    asked: int = 0
    flagged: int = 0  # rightly for a variant, wrongly for a stranger
    shown: int = 0  # customers to act on in all, the right one included


@dataclass(frozen=True)
class Result:
    """What one vocabulary came to; times in milliseconds per query."""

    kinds: dict[str, Tally]
    strangers: frozenset[str]
    wall: float
    cpu: float
    worst: float
    statements: float

    @property
    def recall(self) -> float:
        return self._rate(strangers=False)

    @property
    def precision(self) -> float:
        right = sum(tally.flagged for kind, tally in self.kinds.items() if kind not in self.strangers)
        wrong = sum(tally.flagged for kind, tally in self.kinds.items() if kind in self.strangers)
        return right / (right + wrong) if right else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def _rate(self, strangers: bool) -> float:
        tallies = [tally for kind, tally in self.kinds.items() if (kind in self.strangers) == strangers]
        return sum(tally.flagged for tally in tallies) / sum(tally.asked for tally in tallies)


def stock(transactions: Transactions, firms: list[Firm]) -> dict[str, Firm]:
    """Write the firms as customers with the names and keys that posting writes, in bulk; returns them by code."""
    now = datetime(2026, 9, 1, 9, 0, tzinfo=LOCAL)
    with transactions.write() as tx:
        department = move_in(tx, now).department("U1")
        numbering.seed(tx)
        for start in range(0, len(firms), BATCH):
            _customers(tx, stamp(now), department, dict(enumerate(firms[start : start + BATCH], start + 1)))
    with transactions.write() as tx:
        tx.run("ANALYZE")
    return {_code(number): firm for number, firm in enumerate(firms, 1)}


def _customers(tx: Tx, now: str, department: int, firms: dict[int, Firm]) -> None:
    parsed = {number: parse(firm.name) for number, firm in firms.items()}
    tx.many(
        "INSERT INTO party (id, customer_type, country, tax_id_type, status, created_at)"
        " VALUES (?, '企业', 'CN', 'none', 'active', ?)",
        [(number, now) for number in firms],
    )
    tx.many(
        "INSERT INTO party_name (id, party_id, kind, name, normal, brand, initials, valid_from)"
        " VALUES (?, ?, 'current', ?, ?, ?, '', ?)",
        [(number, number, name.original, name.normal, name.brand, now) for number, name in parsed.items()],
    )
    tx.many(
        "INSERT INTO name_key (key, name_id) VALUES (?, ?)",
        [(key, number) for number, name in parsed.items() for key in keys_of(name)],
    )
    tx.many(
        "INSERT INTO account (id, customer_code, account_group, party_id, department_id, status, version, created_at)"
        " VALUES (?, ?, 'C001', ?, ?, 'active', 1, ?)",
        [(number, _code(number), number, department, now) for number in firms],
    )


def _code(number: int) -> str:
    return str(FIRST_CODE + number)


def measure(transactions: Transactions, known: dict[str, Firm], asked: list[Query]) -> Result:
    """Ask every query and count at the product's own threshold."""
    kinds: dict[str, Tally] = defaultdict(Tally)
    times, cpu, statements = [], 0.0, 0
    for query in asked:
        with transactions.read() as tx:
            began, began_cpu = perf_counter(), process_time()
            hits = find(tx, Candidate(query.name), None)
            times.append(perf_counter() - began)
            cpu += process_time() - began_cpu
            statements += tx.statements
        acted = [known[hit.candidate] for hit in hits if hit.score >= DISMISS_AT]
        tally = kinds[query.kind]
        tally.asked += 1
        tally.shown += len(acted)
        tally.flagged += query.wanted in acted if query.wanted else bool(acted)
    strangers = frozenset(query.kind for query in asked if query.wanted is None)
    count = len(asked)
    return Result(
        dict(kinds), strangers, statistics.mean(times) * 1000, cpu / count * 1000, max(times) * 1000,
        statements / count,
    )  # fmt: skip


def vocabularies(maker: Maker) -> Iterator[tuple[str, Vocabulary]]:
    whole = shipped().with_trades(trades())
    yield "all words known", whole
    yield "words shipped", shipped()
    yield "50 % of trades and 70 % of places hidden (headline)", whole.without(maker.hidden())


def run(half: str, seed: int, size: int, per_kind: int, folder: Path) -> Iterator[tuple[str, Result]]:
    """The three measurements over one set of firms and queries."""
    maker = Maker(half, seed)
    firms = maker.firms(size)
    asked = list(queries(maker, firms, per_kind))
    for number, (title, vocabulary) in enumerate(vocabularies(maker)):
        transactions = Transactions(fresh_sqlite(folder / f"matching{number}.db"))
        with knowing(vocabulary):
            known = stock(transactions, firms)
            measure(transactions, known, asked[:: max(1, len(asked) // 100)])  # warm
            yield title, measure(transactions, known, asked)
        transactions.close()


def table(folder: Path, half: str = "benchmark", seed: int = SEED, size: int = SIZE, per_kind: int = PER_KIND) -> None:
    """Print precision and recall for each kind and vocabulary."""
    print(
        f"Matching: {size:,} customers, {per_kind} queries of each kind, threshold {DISMISS_AT}, seed {seed} ({half})"
    )
    for title, result in run(half, seed, size, per_kind, folder):
        print(f"\n{title}: F1 {result.f1:.3f}   precision {result.precision:.3f}   recall {result.recall:.3f}")
        print(
            f"per query {result.wall:.2f} ms ({result.cpu:.2f} ms CPU), slowest {result.worst:.1f} ms,"
            f" {result.statements:.1f} statements"
        )
        for kind, tally in result.kinds.items():
            word = "false alarms" if kind in result.strangers else "recall"
            print(
                f"  {word:>12} {tally.flagged / tally.asked:>6.1%}"
                f"   to act on per query {tally.shown / tally.asked:>5.2f}   {kind}"
            )
    print(f"required of the headline: F1 ≥ {REQUIRED}, ≤ 5 ms per query at {SIZE:,} customers\n")


def main() -> None:
    half = sys.argv[1] if len(sys.argv) > 1 else "benchmark"
    numbers = [int(one) for one in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as name:
        table(Path(name), half, *numbers)


if __name__ == "__main__":
    main()
