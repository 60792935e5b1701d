"""Several processes after the same customer at the same moment: one key, one code, the loser knows whose it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.errors import Refused
from tests.faults.processes import PROCESSES
from tests.handlers.office import FORM, Office
from tests.patience import PATIENCE

UNITS = {"孙倩": "U1", "周敏": "MKT"}
CODE = "1000000"
Said = tuple[str, int, str]  # who, case, what came of it: "" or the refusal


@contextmanager
def headquarters(url: str, folder: Path, clock: ManualClock) -> Iterator[Office]:
    office = Office(url, folder, clock)
    yield office
    office.close()


def together(url: str, folder: Path, now: datetime, deeds: list[tuple[str, int, str, dict[str, Any]]]) -> list[Said]:
    """Each deed (who, case, operation, parameters) in a process of its own, all at the same moment."""
    ready, said = PROCESSES.Barrier(len(deeds)), PROCESSES.Queue()
    workers = [PROCESSES.Process(target=_work, args=(url, str(folder), now, *deed, ready, said)) for deed in deeds]
    for worker in workers:
        worker.start()
    found = [said.get(timeout=PATIENCE) for _ in workers]
    for worker in workers:
        worker.join()
    return sorted(found, key=lambda one: one[1])


def _work(
    url: str, folder: str, now: datetime, who: str, case: int, operation: str, parameters: dict[str, Any],
    ready: Any, said: Any,
) -> None:  # fmt: skip
    office = Office.joining(url, Path(folder), ManualClock(now))
    ready.wait()
    said.put((who, case, attempt(office, case, operation, parameters)))
    office.close()


def attempt(office: Office, case: int, operation: str, parameters: dict[str, Any]) -> str:
    """Perform the operation as the engine does: what the database itself forbids is tried once more."""
    for last in (False, True):
        try:
            office.run(case, operation, f"{case}.{operation}", **parameters)
            return ""
        except Refused as refusal:
            return refusal.message
        except office.transactions.taken:
            if last:
                raise
    raise AssertionError


@pytest.mark.slow
def test_of_simultaneous_creates_one_gets_the_key_and_the_code(
    database: str, tmp_path: Path, clock: ManualClock
) -> None:  # E-33
    with headquarters(database, tmp_path, clock) as office:
        cases = [(who, office.apply(who, unit)) for who, unit in (*UNITS.items(), *UNITS.items())]

        said = together(database, tmp_path, clock.now(), [(who, case, "customers.reserve", {}) for who, case in cases])

        (winner,) = [case for _, case, refusal in said if not refusal]
        number = office.read("SELECT number FROM instance WHERE id = ?", winner)[0][0]
        assert all(f"申请 {number}" in refusal for _, case, refusal in said if case != winner)
        assert office.read("SELECT instance_id FROM key_reservation WHERE released_at IS NULL") == [(winner,)]


@pytest.mark.slow
def test_even_past_the_reservation_one_legal_person_is_written_once(
    database: str, tmp_path: Path, clock: ManualClock
) -> None:
    with headquarters(database, tmp_path, clock) as office:
        cases = [(who, office.apply(who, unit)) for who, unit in UNITS.items()]
        for _, case in cases:
            office.release(case)

        said = together(database, tmp_path, clock.now(), [(who, case, "customers.post", {}) for who, case in cases])

        assert sorted(bool(refusal) for _, _, refusal in said) == [False, True]
        assert all("已属于客户 1000000" in refusal for _, _, refusal in said if refusal)
        assert office.read("SELECT count(*) FROM party") == [(1,)]
        assert office.read("SELECT customer_code FROM account") == [(CODE,)]


@pytest.mark.slow
def test_of_a_create_and_an_extension_the_create_is_told_of_code_and_request(
    database: str, tmp_path: Path, clock: ManualClock
) -> None:
    with headquarters(database, tmp_path, clock) as office:
        office.posted()
        extension = office.wish(CODE, "extension", distribution_channel="20")
        create = office.apply("周敏", "MKT", {**FORM})

        said = together(
            database,
            tmp_path,
            clock.now(),
            [("孙倩", extension, "customers.reserve_change", {}), ("周敏", create, "customers.reserve", {})],
        )
        later = attempt(office, create, "customers.reserve", {})

        assert said[0][2] == ""
        assert "已属于客户 1000000 华为技术有限公司" in said[1][2]
        assert "CJ-2026-0002" in later
        assert office.read("SELECT count(*) FROM account") == [(1,)]


@pytest.mark.slow
def test_of_simultaneous_freezes_one_is_in_flight(database: str, tmp_path: Path, clock: ManualClock) -> None:
    with headquarters(database, tmp_path, clock) as office:
        office.posted()
        cases = [(who, office.wish_frozen(CODE, who=who, unit=unit)) for who, unit in UNITS.items()]

        said = together(
            database,
            tmp_path,
            clock.now(),
            [(who, case, "customers.reserve_change", {"kind": "freeze"}) for who, case in cases],
        )

        assert sorted(bool(refusal) for _, _, refusal in said) == [False, True]
        assert all("冻结申请" in refusal for _, _, refusal in said if refusal)


@pytest.mark.slow
def test_simultaneous_changes_of_one_version_are_written_one_after_the_other(
    database: str, tmp_path: Path, clock: ManualClock
) -> None:
    with headquarters(database, tmp_path, clock) as office:
        office.posted()
        wishes: list[dict[str, Any]] = [
            {"city": "东莞"},
            {"phone": "0769 1234 5678"},
            {"payment_terms": "Z060"},
            {"city": "惠州"},
        ]
        cases = [office.wish(CODE, **fields) for fields in wishes]
        for case in cases:
            office.run(case, "customers.reserve_change")
            office.release(case)

        said = together(
            database, tmp_path, clock.now(), [("孙倩", case, "customers.post_change", {}) for case in cases]
        )

        refused = [case for _, case, refusal in said if refusal]
        now = office.current(CODE)
        assert len(refused) == 1
        assert refused[0] in (cases[0], cases[3])
        assert (now["phone"], now["payment_terms"]) == ("0769 1234 5678", "Z060")
        assert now["city"] == ("惠州" if refused[0] == cases[0] else "东莞")
        assert office.read("SELECT number FROM account_version ORDER BY number") == [(1,), (2,), (3,), (4,)]


@pytest.mark.slow
@pytest.mark.parametrize("committed", [False, True])
def test_a_process_that_dies_while_posting_a_change_posts_it_once(
    database: str, tmp_path: Path, clock: ManualClock, committed: bool
) -> None:  # E-82
    with headquarters(database, tmp_path, clock) as office:
        office.posted()
        case = office.wish(CODE, city="东莞")
        office.run(case, "customers.reserve_change")
        office.release(case)
        frozen = office.wish_frozen(CODE)
        office.release(frozen)

        for one, operation in ((case, "customers.post_change"), (frozen, "customers.freeze")):
            dying = PROCESSES.Process(
                target=_die, args=(database, str(tmp_path), clock.now(), one, operation, committed)
            )
            dying.start()
            dying.join()
            assert dying.exitcode == DEAD
            office.run(one, operation, f"{one}.{operation}")

        assert office.read("SELECT number FROM account_version ORDER BY number") == [(1,), (2,), (3,)]
        assert office.read("SELECT count(*) FROM posting") == [(3,)]
        assert office.current(CODE)["city"] == "东莞"


DEAD = 9


def _die(url: str, folder: str, now: datetime, case: int, operation: str, committed: bool) -> None:
    """Write to the store, and die before the commit or right after it, before anybody is told."""
    office = Office.joining(url, Path(folder), ManualClock(now))
    if committed:
        office.run(case, operation, f"{case}.{operation}")
        os._exit(DEAD)
    with office.write() as tx:
        ctx = office.context(tx, case, f"{case}.{operation}", "Job")
        from engine.operations import registry

        registry.operations[operation].run(ctx)
        os._exit(DEAD)
