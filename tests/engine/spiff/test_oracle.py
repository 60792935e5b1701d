"""The engine agrees with an independent token game on thousands of random processes."""

import pytest

from tests.engine.spiff.player import deviation, stock_deviates, unsafe_jump

#        kinds of blocks                    depth  cases
GAMES = {
    "AND and rework": ("aal", 3, 300),
    "OR and rework": ("ool", 3, 300),
    "all gateways, rework": ("aoxl", 3, 400),
    "all gateways, deep": ("aoxlq", 4, 200),
    "sub-processes and multi-instance": ("smaql", 3, 300),
    "boundary timers": ("taql", 3, 300),
    "everything": ("aoxlqsmt", 3, 300),
}


@pytest.mark.parametrize("game", GAMES)
def test_every_move_opens_exactly_the_tasks_the_token_game_opens(game: str) -> None:
    kinds, depth, cases = GAMES[game]

    found = [difference for seed in range(cases) if (difference := deviation(seed, kinds, depth))]

    assert found == []


def test_there_are_enough_cases() -> None:
    assert sum(cases for _, _, cases in GAMES.values()) >= 2_000


def test_the_same_oracle_catches_the_joins_of_stock_spiffworkflow() -> None:
    deviating = sum(stock_deviates(seed, "aal", 3) for seed in range(60))

    assert deviating > 0


def test_a_permitted_return_neither_loses_nor_doubles_a_token() -> None:
    found = [unsafe_jump(seed, "aoxlqsm", 3) for seed in range(300)]

    assert [difference for difference, _ in found if difference] == []
    assert sum(jumps for _, jumps in found) > 100
