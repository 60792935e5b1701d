"""A small run of the matching benchmark, so that a change that makes the search worse shows at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.matching import Result, run

LEAST = 0.95  # F1 with half of the trades and seven in ten places unknown; the benchmark itself requires 0.93
MOST_STATEMENTS = 8


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder: Path = tmp_path_factory.mktemp("matching")
    return dict(run("tuning", 7, size=1_000, per_kind=20, folder=folder))


def test_variants_are_found_and_strangers_left_alone_whatever_words_are_known(results: dict[str, Result]) -> None:
    assert {title: result.f1 for title, result in results.items() if result.f1 < LEAST} == {}


def test_every_kind_of_variant_is_found_more_often_than_not(results: dict[str, Result]) -> None:
    missed = {
        (title, kind)
        for title, result in results.items()
        for kind, tally in result.kinds.items()
        if kind not in result.strangers and tally.flagged < 0.8 * tally.asked
    }

    assert missed == set()


def test_a_branch_is_never_to_be_acted_on(results: dict[str, Result]) -> None:
    assert [result.kinds["分支机构"].flagged for result in results.values()] == [0, 0, 0]


def test_a_search_takes_few_statements(results: dict[str, Result]) -> None:
    assert max(result.statements for result in results.values()) <= MOST_STATEMENTS
