"""Two owners at the same moment: neither's text is lost, on each database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine import workbench
from engine.definitions import DIAGRAM
from tests.engine.workbench.bench import PROCESS, Bench

OWNERS = {"李志强": "李的名称", "吴晓东": "吴的名称", "郭建国": "郭的名称"}


def test_owners_saving_at_once_lose_nothing(bench: Bench) -> None:
    """One text becomes the draft; the others lie beside it under their authors' names."""
    draft, ready = bench.opens(), Barrier(len(OWNERS))

    def saves(who: str) -> bool:
        ready.wait()
        return not bench.saves(who, draft.revision, bench.renamed(OWNERS[who])).overtaken

    with ThreadPoolExecutor(len(OWNERS)) as desks:
        first = [who for who, went in zip(OWNERS, desks.map(saves, OWNERS), strict=True) if went]

    with bench.transactions.read() as tx:
        kept = workbench.read(tx, PROCESS)
        kept_asides = workbench.asides.read(tx, PROCESS)
        aside = {one.person_id: workbench.asides.documents_of(tx, PROCESS, one.id) for one in kept_asides}
    assert len(first) == 1
    assert kept.revision == draft.revision + 1
    assert OWNERS[first[0]] in kept.documents[DIAGRAM]
    for who in OWNERS.keys() - set(first):
        assert OWNERS[who] in aside[bench.cast.person(who)][DIAGRAM]


def test_owners_beginning_at_once_share_one_draft(bench: Bench) -> None:
    ready = Barrier(len(OWNERS))

    def opens(who: str) -> int:
        ready.wait()
        return bench.opens(who).revision

    with ThreadPoolExecutor(len(OWNERS)) as desks:
        revisions = list(desks.map(opens, OWNERS))

    assert revisions == [1, 1, 1]
