"""Customer codes: distinct, in their range, given at posting and never again."""

from __future__ import annotations

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Misconfigured
from handlers.customers.numbering import STANDARD, Range, next_code, seed, stated_problem
from tests.handlers.office import Office

INTERNAL = [one for one in STANDARD if not one.external]


@given(st.sampled_from(STANDARD), st.data())
def test_every_number_of_a_range_makes_a_code_that_the_range_knows(one: Range, data: st.DataObject) -> None:
    number = data.draw(st.integers(one.first, one.last))

    code = one.code(number)

    assert one.holds(code)
    assert len(code) <= 10


@given(st.lists(st.tuples(st.sampled_from(STANDARD), st.integers(0, 10_000)), min_size=2, unique=True))
def test_codes_of_all_ranges_are_distinct(numbers: list[tuple[Range, int]]) -> None:
    codes = [one.code(one.first + step) for one, step in numbers if one.first + step <= one.last]

    assert len(set(codes)) == len(codes)


@given(st.sampled_from(STANDARD), st.text(max_size=12))
def test_a_range_holds_only_codes_it_would_write(one: Range, text: str) -> None:
    if one.holds(text):
        assert one.code(int(text.removeprefix(one.prefix))) == text


def test_codes_are_counted_up_per_account_group(office: Office) -> None:
    with office.write() as tx:
        codes = [next_code(tx, group) for group in ("C001", "C001", "C005", "C001")]

    assert codes == ["1000000", "1000001", "5000000", "1000002"]


def test_a_code_of_a_transaction_that_failed_is_given_again(office: Office) -> None:
    def fail() -> None:
        with office.write() as tx:
            next_code(tx, "C001")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with office.write() as tx:
        assert next_code(tx, "C001") == "1000000"


def test_two_posting_at_once_get_different_codes(each_office: Office) -> None:
    office = each_office
    codes: list[str] = []

    def take() -> None:
        for _ in range(5):
            with office.write() as tx:
                codes.append(next_code(tx, "C001"))

    threads = [Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [str(1_000_000 + step) for step in range(15)]


def test_a_used_up_range_says_which_and_what_to_do(office: Office) -> None:
    with office.write() as tx:
        tx.run("UPDATE number_range SET used = last WHERE account_group = 'C001'")

    with pytest.raises(Misconfigured, match=r"C001（售达方）的编号已用完（至 1999999）"), office.write() as tx:
        next_code(tx, "C001")


def test_seeding_again_keeps_what_was_counted(office: Office) -> None:
    with office.write() as tx:
        next_code(tx, "C001")
        seed(tx)

        assert next_code(tx, "C001") == "1000001"


@pytest.mark.parametrize(
    ("code", "says"),
    [("", "现未填写"), ("IC12", "不在账户组 C008"), ("IC12345", "不在账户组 C008"), ("1000000", "不在账户组 C008")],
)
def test_a_stated_code_must_lie_in_its_range(office: Office, code: str, says: str) -> None:
    with office.transactions.read() as tx:
        problem = stated_problem(tx, "C008", code)

    assert problem is not None
    assert says in problem
    assert "IC0000–IC9999" in problem
