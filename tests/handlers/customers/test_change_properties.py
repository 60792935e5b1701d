"""Whatever is done to customers in whatever order: one code each, no version missing, every past state comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Refused
from engine.store import loads
from handlers.customers.changes import differences as changes
from handlers.customers.versions import content_at, differences
from tests.handlers.customers.test_posting import fresh
from tests.handlers.office import TENCENT, Office, other

CODES = ("1000000", "1000001")
CITIES, TERMS = ("深圳", "东莞", "惠州"), ("Z030", "Z060")
CONTACTS = (
    {"name": "王芳", "role": "finance", "mobile": "13800138000", "is_primary": True},
    {"name": "王芳", "role": "finance", "mobile": "13800138000", "is_primary": True, "position": "经理"},
    {"name": "李雷", "role": "legal", "mobile": "13900139000"},
)

which = st.integers(0, 1)
steps = st.one_of(
    st.tuples(st.just("change"), which, st.fixed_dictionaries({}, optional={
        "city": st.sampled_from(CITIES),
        "payment_terms": st.sampled_from(TERMS),
        "contacts": st.lists(st.sampled_from(CONTACTS), min_size=1, max_size=2, unique_by=lambda one: one["name"]),
    })),
    st.tuples(st.just("at once"), which, st.tuples(st.sampled_from(CITIES), st.sampled_from(CITIES))),
    st.tuples(st.just("extend"), which, st.sampled_from(("20", "30"))),
    st.tuples(st.just("freeze"), which, st.none()),
    st.tuples(st.just("unfreeze"), which, st.none()),
    st.tuples(st.just("rename"), which, st.sampled_from(("华为终端有限公司", "南京腾云贸易有限公司"))),
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(plan=st.lists(steps, max_size=7))
def test_any_sequence_of_changes_keeps_codes_versions_and_the_past(
    sqlite_database: str, tmp_path: Path, plan: list[tuple[str, int, Any]]
) -> None:
    office = fresh(sqlite_database, tmp_path)
    office.posted()
    office.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    seen: dict[str, list[tuple[Any, dict[str, Any]]]] = {code: [] for code in CODES}
    watch(office, seen)

    for what, number, detail in plan:
        office.clock.advance(minutes=5)
        attempt(office, what, CODES[number], detail)
        watch(office, seen)

    one_code_each(office)
    no_version_missing(office)
    the_past_comes_back(office, seen)
    what_was_posted_is_what_differs(office)
    office.close()


def attempt(office: Office, what: str, code: str, detail: Any) -> None:
    """Do it, unless the customer's state does not allow it: then nothing must have happened."""
    before = office.read("SELECT count(*) FROM account_version")
    try:
        DEEDS[what](office, code, detail)
    except Refused:
        if what != "at once":
            assert office.read("SELECT count(*) FROM account_version") == before


def at_once(office: Office, code: str, cities: tuple[str, str]) -> None:
    """Two applications from the same version that want the same field."""
    cases = []
    for city in cities:
        case = office.wish(code, city=city)
        office.run(case, "customers.reserve_change")
        office.release(case)
        cases.append(case)
    for case in cases:
        office.run(case, "customers.post_change")


DEEDS: dict[str, Callable[[Office, str, Any], Any]] = {
    "change": lambda office, code, fields: office.change(code, **fields),
    "at once": at_once,
    "extend": lambda office, code, channel: office.change(code, "extension", distribution_channel=channel),
    "freeze": lambda office, code, _: office.freeze(code),
    "unfreeze": lambda office, code, _: office.change(code, "unfreeze"),
    "rename": lambda office, code, name: office.change(code, "identity", legal_name=name),
}


# --- what must hold -------------------------------------------------------------------------------------------------


def watch(office: Office, seen: dict[str, list[tuple[Any, dict[str, Any]]]]) -> None:
    """Note what every customer looks like at this moment."""
    for code in CODES:
        seen[code].append((office.clock.now(), office.current(code)))


def one_code_each(office: Office) -> None:
    assert office.read("SELECT customer_code, party_id FROM account ORDER BY id") == [(CODES[0], 1), (CODES[1], 2)]


def no_version_missing(office: Office) -> None:
    for account, newest in office.read("SELECT id, version FROM account"):
        numbers = office.read("SELECT number FROM account_version WHERE account_id = ? ORDER BY number", account)
        assert [row[0] for row in numbers] == list(range(1, newest + 1))


def the_past_comes_back(office: Office, seen: dict[str, list[tuple[Any, dict[str, Any]]]]) -> None:
    with office.transactions.read() as tx:
        for code, moments in seen.items():
            account, _, _ = changes.account_of(tx, code)
            for at, then in moments:
                content = content_at(tx, account, at)
                assert changes.flat(content) == {
                    k: v for k, v in then.items() if k not in ("customer_code", "base_version")
                }


def what_was_posted_is_what_differs(office: Office) -> None:
    """The items of a request are exactly the fields in which its version differs from the one before."""
    for case, account, version in office.read(
        "SELECT instance_id, account_id, version FROM change_request WHERE version IS NOT NULL"
    ):
        texts = office.read(
            "SELECT snapshot FROM account_version WHERE account_id = ? AND number IN (?, ?) ORDER BY number",
            account, version - 1, version,
        )  # fmt: skip
        before, after = (loads(office.transactions.vault.reveal(row[0])) for row in texts)
        labels = office.read(
            "SELECT label FROM change_item WHERE instance_id = ? AND account_id = ? AND stage = 'posted'", case, account
        )
        assert sorted(one.label for one in differences(before, after) if data(one.path)) == sorted(
            row[0] for row in labels
        )


def data(path: str) -> bool:
    """Whether a difference is one of the fields of the forms; the former name is filled in by itself."""
    return path.partition(".")[0] in changes.COLUMNS and "former_names" not in path
