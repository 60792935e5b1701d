"""The post register: one person per post and rank at a time, nothing back-dated, four eyes kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine import company, store
from engine.errors import FormInvalid, NotPossible
from engine.people import People
from engine.transactions import Transactions, Tx
from tests.cast import MONDAY, Cast, moment

FRIDAY = moment("2026-11-20")


def appoint(tx: Tx, cast: Cast, name: str, code: str, kind: str, **options: Any) -> int:
    place = {"department_id": cast.department(code), "kind": kind, "person_id": cast.person(name)}
    return company.appoint(tx, MONDAY, cast.person("赵磊"), **(place | options))


def refusal(tx: Tx, cast: Cast, *args: Any, **options: Any) -> tuple[str, str]:
    """The field and the text with which an appointment is refused."""
    with pytest.raises(FormInvalid) as refused:
        appoint(tx, cast, *args, **options)
    (problem,) = refused.value.problems
    return problem.field, problem.message


def test_two_focal_persons_at_once_are_refused_naming_the_present_one(tx: Tx, cast: Cast) -> None:
    """E-25."""
    field, text = refusal(tx, cast, "何晓雯", "U1", "focal")

    assert field == "valid_from"
    assert "孙倩" in text
    assert "2026-11-16 至 长期" in text
    assert "先结束其任职" in text


def test_a_successor_may_be_appointed_for_the_moment_the_holder_leaves(tx: Tx, cast: Cast) -> None:
    present = cast.people.appointments(cast.post("U1", "focal"))[0]

    company.end_appointment(tx, MONDAY, cast.person("赵磊"), present.id, FRIDAY)
    appoint(tx, cast, "何晓雯", "U1", "focal", valid_from=FRIDAY)

    people, focal = People.load(tx), cast.post("U1", "focal")
    assert [a.person.name for a in people.acting(focal, FRIDAY - timedelta(milliseconds=1))] == ["孙倩"]
    assert [a.person.name for a in people.acting(focal, FRIDAY)] == ["何晓雯"]


def test_two_deputies_of_one_rank_at_once_are_refused_but_ranks_may_stack(tx: Tx, cast: Cast) -> None:
    appoint(tx, cast, "何晓雯", "U1", "focal", rank=1)

    field, text = refusal(tx, cast, "韩志远", "U1", "focal", rank=1)
    appoint(tx, cast, "韩志远", "U1", "focal", rank=2)

    assert field == "valid_from"
    assert "第一副岗" in text
    ranks = [a.person.name for a in People.load(tx).acting(cast.post("U1", "focal"), MONDAY)]
    assert ranks == ["孙倩", "何晓雯", "韩志远"]


def test_nobody_is_appointed_twice_to_one_post(tx: Tx, cast: Cast) -> None:
    field, text = refusal(tx, cast, "孙倩", "U1", "focal", rank=1)

    assert field == "person_id"
    assert "不必重复任命" in text


def test_focal_person_and_leader_must_be_two_people(tx: Tx, cast: Cast) -> None:
    """E-22: 马国栋 may not also become the focal person whose forms he approves."""
    present = cast.people.appointments(cast.post("U1", "focal"))[0]
    company.end_appointment(tx, MONDAY, cast.person("赵磊"), present.id)

    field, text = refusal(tx, cast, "马国栋", "U1", "focal")

    assert field == "person_id"
    assert "自己填的表不能自己批" in text


def test_a_small_unit_may_be_excepted_and_stays_on_the_list(tx: Tx, cast: Cast) -> None:
    """E-22: the exception names the approving executive, is in the audit list, and is shown by the check."""
    present = cast.people.appointments(cast.post("U1", "focal"))[0]
    company.end_appointment(tx, MONDAY, cast.person("赵磊"), present.id)

    appoint(tx, cast, "马国栋", "U1", "focal", exception="韩志远批准：本单位只有两人")

    log = store.admin_log.c
    entry = tx.core(select(log.data).where(log.subject == "经营一部归口人员 马国栋")).scalars().all()[-1]
    assert entry["exception"] == "韩志远批准：本单位只有两人"
    assert "same_person" in {p.code for p in People.load(tx).problems(MONDAY)}


def test_nothing_is_back_dated(tx: Tx, cast: Cast) -> None:
    yesterday = MONDAY - timedelta(days=1)

    begins, text = refusal(tx, cast, "何晓雯", "U1", "focal", rank=1, valid_from=yesterday)
    appointment = cast.people.appointments(cast.post("U1", "focal"))[0]
    with pytest.raises(FormInvalid, match="1 处"):
        company.end_appointment(tx, MONDAY, cast.person("赵磊"), appointment.id, yesterday)

    assert begins == "valid_from"
    assert "不能早于今天" in text


def test_a_maintainer_works_in_the_maintaining_department_only(tx: Tx, cast: Cast) -> None:
    """SD-010 2.3."""
    field, text = refusal(tx, cast, "陈立", "FIN", "maintainer")

    assert field == "kind"
    assert "主数据维护部门" in text


def test_several_people_share_the_post_of_the_working_level(tx: Tx, cast: Cast) -> None:
    appoint(tx, cast, "何晓雯", "U1", "staff")
    appoint(tx, cast, "孙倩", "U1", "staff")

    staff = People.load(tx).acting(cast_post(tx, cast, "U1", "staff"), MONDAY)
    assert {(a.person.name, a.on_behalf_of) for a in staff} == {("何晓雯", None), ("孙倩", None)}


def cast_post(tx: Tx, cast: Cast, code: str, kind: str) -> int:
    found = People.load(tx).post(kind, cast.department(code))
    assert found is not None
    return found.id


def test_an_appointment_that_has_not_begun_is_taken_back_and_stays_on_record(tx: Tx, cast: Cast) -> None:
    planned = appoint(tx, cast, "何晓雯", "U1", "focal", rank=1, valid_from=FRIDAY)

    company.end_appointment(tx, MONDAY, cast.person("赵磊"), planned)

    people = People.load(tx)
    kept = next(a for a in people.appointments(cast.post("U1", "focal")) if a.id == planned)
    assert kept.valid_from == kept.valid_to == FRIDAY
    assert people.may(cast.person("何晓雯"), kept.post_id, FRIDAY) is None


def test_an_appointment_ends_once_and_is_not_prolonged_by_ending_it_later(tx: Tx, cast: Cast) -> None:
    admin = cast.person("赵磊")
    deputy = appoint(tx, cast, "何晓雯", "U1", "focal", rank=1, valid_to=FRIDAY)

    with pytest.raises(FormInvalid) as later:
        company.end_appointment(tx, MONDAY, admin, deputy, FRIDAY + timedelta(days=1))
    company.end_appointment(tx, MONDAY, admin, deputy)

    assert "只能提前结束" in later.value.problems[0].message
    with pytest.raises(NotPossible, match="已于 2026-11-16 结束"):
        company.end_appointment(tx, MONDAY, admin, deputy)


def test_the_last_administrator_cannot_be_removed(tx: Tx, cast: Cast) -> None:
    post = cast.post("MDM", "admin")
    appointment = cast.people.appointments(post)[0]

    with pytest.raises(NotPossible, match="最后一位系统管理员"):
        company.end_appointment(tx, MONDAY, cast.person("赵磊"), appointment.id)
    appoint(tx, cast, "李志强", "MDM", "admin")
    company.end_appointment(tx, MONDAY, cast.person("赵磊"), appointment.id)

    assert [a.person.name for a in People.load(tx).acting(post, MONDAY)] == ["李志强"]


def test_an_administrator_until_friday_does_not_replace_the_last_lasting_one(tx: Tx, cast: Cast) -> None:
    """On Saturday nobody could get in."""
    lasting = cast.people.appointments(cast.post("MDM", "admin"))[0]
    appoint(tx, cast, "李志强", "MDM", "admin", valid_to=FRIDAY)

    for end in (MONDAY, FRIDAY - timedelta(days=1)):
        with pytest.raises(NotPossible, match="最后一位系统管理员"):
            company.end_appointment(tx, MONDAY, cast.person("赵磊"), lasting.id, end)


def test_every_change_is_on_the_audit_list_and_makes_the_snapshots_stale(tx: Tx, cast: Cast) -> None:
    before = tx.core(select(store.config.c.people)).scalar_one()

    appoint(tx, cast, "何晓雯", "U1", "focal", rank=1, valid_to=FRIDAY)

    entry = tx.core(select(store.admin_log).order_by(store.admin_log.c.id.desc())).mappings().first()
    assert entry is not None
    assert (entry["kind"], entry["subject"]) == ("appointment.made", "经营一部归口人员 何晓雯")
    assert entry["actor_id"] == cast.person("赵磊")
    assert entry["data"] == {"rank": 1, "from": MONDAY.isoformat(), "to": FRIDAY.isoformat()}
    assert tx.core(select(store.config.c.people)).scalar_one() == before + 1


Try = tuple[str, int, int, int | None]  # name, rank, from and to in hours after Monday morning
hours = st.integers(min_value=0, max_value=72)
names = st.sampled_from(["孙倩", "何晓雯", "韩志远", "周敏", "黄雅琴"])
tries_of_a_day = st.lists(st.tuples(names, st.integers(0, 2), hours, st.none() | hours), max_size=12)
PRESENT: Try = ("孙倩", 0, 0, None)


def collide(one: Try, other: Try) -> bool:
    """E-25 as one would say it: the same person or the same rank, at a common moment."""
    common = (one[3] is None or other[2] < one[3]) and (other[3] is None or one[2] < other[3])
    return common and (one[0] == other[0] or one[1] == other[1])


@settings(max_examples=60, deadline=None)
@given(tries_of_a_day)
def test_the_register_refuses_overlaps_and_nothing_else(
    transactions: Transactions, cast: Cast, tries: list[Try]
) -> None:
    accepted = [PRESENT]
    with transactions.read() as tx:  # nothing is kept, so that every example starts alike
        for attempt in tries:
            name, rank, begin, end = attempt
            possible = end is None or begin < end
            if possible and not any(collide(attempt, other) for other in accepted):
                appoint(tx, cast, name, "U1", "focal", rank=rank, **span(begin, end))
                accepted.append(attempt)
            else:
                refusal(tx, cast, name, "U1", "focal", rank=rank, **span(begin, end))

        people, focal = People.load(tx), cast.post("U1", "focal")
        for hour in range(74):
            holding = [t for t in accepted if t[2] <= hour and (t[3] is None or hour < t[3])]
            acting = people.acting(focal, MONDAY + timedelta(hours=hour))
            assert [(a.person.name, a.rank) for a in acting] == sorted(
                ((name, rank) for name, rank, _, _ in holding), key=lambda pair: pair[1]
            )


def span(begin: int, end: int | None) -> dict[str, datetime | None]:
    to = None if end is None else MONDAY + timedelta(hours=end)
    return {"valid_from": MONDAY + timedelta(hours=begin), "valid_to": to}


def test_of_two_administrators_appointing_at_once_one_is_refused(transactions: Transactions, cast: Cast) -> None:
    """E-25 also holds between processes: the second waits for the first and then sees the appointment."""

    def try_to_appoint(name: str) -> str:
        try:
            with transactions.write() as tx:
                appoint(tx, cast, name, "MKT", "executive")
        except FormInvalid:
            return "refused"
        return "appointed"

    with ThreadPoolExecutor(max_workers=4) as desks:
        outcomes = list(desks.map(try_to_appoint, ["韩志远", "何晓雯", "陈立", "郭建国"]))

    assert sorted(outcomes) == ["appointed", "refused", "refused", "refused"]


def test_a_refused_appointment_leaves_no_trace(transactions: Transactions, cast: Cast) -> None:
    with transactions.read() as tx:
        before = tx.core(select(func.count()).select_from(store.admin_log)).scalar()

    with pytest.raises(FormInvalid), transactions.write() as tx:
        appoint(tx, cast, "何晓雯", "U1", "focal")

    with transactions.read() as tx:
        assert tx.core(select(func.count()).select_from(store.admin_log)).scalar() == before
