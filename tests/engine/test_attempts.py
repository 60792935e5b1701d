"""The brake against guessing passwords holds between processes too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine import attempts
from engine.attempts import TooManyAttempts
from engine.transactions import Transactions
from tests.cast import MONDAY


def test_guesses_made_at_the_same_moment_count_together(transactions: Transactions) -> None:
    def guess(_number: int) -> bool:
        try:
            with transactions.write() as tx:
                attempts.begin(tx, MONDAY, "sunqian", "10.0.0.7")
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(max_workers=8) as guessers:
        let_through = sum(guessers.map(guess, range(24)))

    assert let_through == attempts.PER_LOGIN


def test_the_wait_is_counted_from_the_oldest_failure_that_still_weighs(transactions: Transactions) -> None:
    with transactions.write() as tx:
        for minute in range(5):
            attempts.begin(tx, MONDAY + timedelta(minutes=minute), "sunqian", "10.0.0.7")

    with pytest.raises(TooManyAttempts, match="请 11 分钟后再试"), transactions.write() as tx:
        attempts.begin(tx, MONDAY + timedelta(minutes=4), "sunqian", "10.0.0.7")
    with transactions.write() as tx:
        attempts.begin(tx, MONDAY + timedelta(minutes=15), "sunqian", "10.0.0.7")


def test_another_person_at_the_same_address_may_still_sign_in(transactions: Transactions) -> None:
    with transactions.write() as tx:
        for _guess in range(attempts.PER_LOGIN):
            attempts.begin(tx, MONDAY, "sunqian", "10.0.0.7")

    with transactions.write() as tx:
        assert attempts.begin(tx, MONDAY, "maguodong", "10.0.0.7")
